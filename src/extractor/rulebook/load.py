"""Reads a folder of rules: YAML files of rules and word lists, CSV tables that YAML declares.

    layer: periods                 # the part of the program that reads these rules
    words:                         # classes of words, named {month} in patterns
      month: [一, 二]              # or {note, list, examples, not}
    tables:
      - {id: units, file: units.csv, key: unit, note: ..., examples: [...], not: [...]}
    rules:
      - id: periods.month-range
        note: why the rule is right and when it would be wrong
        priority: 0
        match: '(?P<first>\\d+)月'
        yields: {shape: span}
        examples: [{text: ..., expect: ...}]
        not: [a text that the rule must leave alone]

A second folder is laid over the first: the same id replaces, `disabled: true` removes, anything else adds; rows of a
table and words of a list are added to those that are there (a row with the same key replaces it, a row with anything
in an extra column `disabled` removes it, `replace: true` on a word list replaces the list). A table may name columns
as `lists`, whose fields hold words parted by |: there a row with the same key adds its words to the row's, and fields
that it leaves empty stay as they are.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from extractor.rulebook import store
from extractor.rulebook.model import Example, Rule, Rulebook, Table, WordList
from extractor.rulebook.patterns import hanging_text
from extractor.rulebook.precedent import check_kinds
from extractor.rulebook.source import Entry, File, RuleError, read_folder, rows

__all__ = ["RuleError", "default_folder", "load_rulebook"]

_FORMAT = 6  # of the compiled form; raise it when the dataclasses or what is refused change
_FILE_KEYS = {"layer", "about", "words", "tables", "rules"}
_DOC_KEYS = {"id", "note", "examples", "not"}
_RULE_KEYS = _DOC_KEYS | {"priority", "match", "yields", "disabled"}
_TABLE_KEYS = _DOC_KEYS | {"file", "key", "lists"}
_WORD_KEYS = _DOC_KEYS | {"list", "replace", "disabled"}
_EXAMPLE_KEYS = {"text", "expect", "reference", "region"}


def default_folder() -> Path:
    """The built-in rules: `rules/` of the checkout, or the copy that an installed package carries."""
    package = Path(__file__).resolve().parent.parent
    checkout = package.parent.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / "rules").is_dir():
        return checkout / "rules"
    return package / "_rules"


def load_rulebook(overlay: str | Path | None = None) -> Rulebook:
    """Load the built-in rules, with the folder `overlay` laid over them.

    The rulebook's version is a hash of the files' content; what `where` says of a rule does not depend on where the
    built-in rules lie, and for an overlay is its path as given.

    Raises:
        RuleError: a file is wrong; the message says where and what would be right.
    """
    files = read_folder(default_folder(), 0, Path("rules"))
    if overlay is not None:
        folder = Path(overlay)
        if not folder.is_dir():
            raise RuleError(f"{folder}: there is no such folder of rules; give a folder that holds .yaml files")
        files += read_folder(folder, 1, folder)
    digest = hashlib.sha256(f"{_FORMAT}".encode())
    for file in files:
        digest.update(f"{file.folder}/{file.path}\0{len(file.data)}\0".encode())
        digest.update(file.data)
    version = digest.hexdigest()[:16]
    key = version if overlay is None else hashlib.sha256(f"{version}\0{overlay}".encode()).hexdigest()[:16]
    book = store.load(key, version)
    if book is None:
        book = _Builder(files).book(version)
        store.save(key, book)
    return book


class _Builder:
    """Takes in the files of all folders in order."""

    def __init__(self, files: Iterable[File]) -> None:
        self.rules: dict[str, Rule] = {}
        self.built_in: dict[str, Rule] = {}
        self.words: dict[str, WordList] = {}
        self.tables: dict[str, Table] = {}
        self.keys: dict[str, str] = {}
        self.lists: dict[str, list[str]] = {}
        """The columns of a table whose fields hold words parted by |."""
        """The key column of each table."""
        self.declared: dict[tuple[int, str], str] = {}
        """The table that a folder's CSV file belongs to."""
        self.seen: dict[tuple[int, str], str] = {}
        """Where a folder has its rule of an id."""
        self.files = tuple(files)
        self.csvs = {(f.folder, f.path): f for f in self.files if f.path.endswith(".csv")}

    def book(self, version: str) -> Rulebook:
        """The rulebook of all files. Raises RuleError."""
        from extractor.rulebook.yaml_source import parse

        for file in self.files:
            if file.path.endswith(".yaml"):
                self._take(file, parse(file))
        for file in self.csvs.values():
            if file.folder > 0 and (file.folder, file.path) not in self.declared:
                self._overlay_rows(file)
        book = Rulebook(version, tuple(sorted(self.rules.values(), key=lambda r: r.id)), self.words, self.tables)
        _check_references(book)
        check_kinds(self.built_in.values(), (self.rules[i] for f, i in self.seen if f > 0 and i in self.rules))
        _check_time(book, {rule_id for folder, rule_id in self.seen if folder > 0})
        return book

    def _take(self, file: File, source: Entry) -> None:
        _only(source, _FILE_KEYS, file, "a rule file")
        layer = source.get("layer")
        if not isinstance(layer, str) or not layer:
            raise RuleError(f"{file.name}:{source.lines.get('layer', 1)}: names no layer; "
                            "begin the file with a line such as 'layer: periods'")
        words = source.get("words") or Entry()
        if not isinstance(words, Entry):
            raise RuleError(f"{file.name}:{source.lines['words']}: 'words' is no mapping; "
                            "write 'words:' and 'name: [词, 词]' below it")
        for name, entry in words.items():
            self._add_words(layer, name, entry, file, words.lines[name])
        for entry in _entries(source, "tables", file):
            self._add_table(layer, entry, file)
        for entry in _entries(source, "rules", file):
            self._add_rule(layer, entry, file)

    def _add_rule(self, layer: str, entry: Entry, file: File) -> None:
        where = f"{file.name}:{entry.line}"
        _only(entry, _RULE_KEYS, file, "a rule")
        rule_id = entry.get("id")
        if not isinstance(rule_id, str) or not re.fullmatch(r"[a-z][a-z0-9_.-]*", rule_id):
            raise RuleError(f"{where}: the id is {rule_id!r}; write small letters, digits, '.' and '-', "
                            "as in 'periods.month-range'")
        first = self.seen.setdefault((file.folder, rule_id), where)
        if first is not where:
            raise RuleError(f"{where}: the id '{rule_id}' stands already at {first}; choose another")
        if entry.get("disabled"):
            if self.rules.pop(rule_id, None) is None:
                raise RuleError(f"{where}: there is no rule '{rule_id}' to remove; "
                                "give the id of a rule that is there, or leave the entry out")
            return
        if "match" not in entry:
            raise RuleError(f"{where}: the rule '{rule_id}' matches nothing; give it 'match: …'")
        priority = entry.get("priority", 0)
        if not isinstance(priority, int) or isinstance(priority, bool):
            raise RuleError(f"{where}: the priority is {priority!r}; write a whole number, 0 by default")
        yields = entry.get("yields") or {}
        if not isinstance(yields, dict):
            raise RuleError(f"{where}: 'yields' is {yields!r}; write a mapping such as {{shape: span}}")
        note, examples, counter = _documentation(entry, file, where)
        rule = Rule(rule_id, layer, note, where, examples, counter, priority, _plain(entry["match"]), _plain(yields))
        self.rules[rule_id] = rule
        if file.folder == 0:
            self.built_in[rule_id] = rule

    def _add_words(self, layer: str, name: str, entry: Any, file: File, line: int) -> None:
        where = f"{file.name}:{line}"
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise RuleError(f"{where}: the word list '{name}' has no good name; write small letters and '_'")
        if not isinstance(entry, list | Entry):
            raise RuleError(f"{where}: the word list '{name}' is {entry!r}; write [词, 词]")
        described = entry if isinstance(entry, Entry) else Entry(list=entry)
        _only(described, _WORD_KEYS, file, "a word list")
        before = self.words.get(name)
        if described.get("disabled"):
            if before is None:
                raise RuleError(f"{where}: there is no word list '{name}' to remove; "
                                "give the name of a list that is there, or leave the entry out")
            del self.words[name]
            return
        listed = described.get("list")
        if not isinstance(listed, list) or not listed or not all(isinstance(w, str) and w for w in listed):
            raise RuleError(f"{where}: the word list '{name}' is {listed!r}; write at least one word, "
                            "and quotation marks around numbers and words such as 'no'")
        if before is not None and file.folder == 0:
            raise RuleError(f"{where}: the word list '{name}' stands already at {before.where}; choose another name")
        old = before.words if before is not None and not described.get("replace") else ()
        note, examples, counter = _documentation(described, file, where)
        merged = sorted({*old, *listed}, key=lambda w: (-len(w), w))
        self.words[name] = WordList(name, layer, note or (before.note if before else ""), where, examples, counter,
                                    tuple(merged))

    def _add_table(self, layer: str, entry: Entry, file: File) -> None:
        where = f"{file.name}:{entry.line}"
        _only(entry, _TABLE_KEYS, file, "a table")
        table_id, path, key = entry.get("id"), entry.get("file"), entry.get("key")
        if not (isinstance(table_id, str) and isinstance(path, str) and isinstance(key, str)):
            raise RuleError(f"{where}: a table needs an id, a file and a key; "
                            "write {id: units, file: units.csv, key: unit}")
        if (file.folder, path) not in self.csvs:
            raise RuleError(f"{where}: there is no file '{path}' in the folder of rules; give its path from there")
        if table_id in self.tables:
            raise RuleError(f"{where}: the table '{table_id}' stands already at {self.tables[table_id].where}; "
                            f"to add rows, put them into a file {path} with the same columns")
        columns, listed = rows(self.csvs[file.folder, path], key)
        note, examples, counter = _documentation(entry, file, where)
        self.tables[table_id] = Table(table_id, layer, note, where, examples, counter, columns, tuple(listed))
        self.keys[table_id] = key
        self.lists[table_id] = _sequence_of_columns(entry.get("lists") or [], columns, where)
        self.declared[file.folder, path] = table_id

    def _overlay_rows(self, file: File) -> None:
        table_id = next((t for (_, path), t in self.declared.items() if path == file.path), None)
        if table_id is None:
            known = ", ".join(sorted({path for _, path in self.declared}))
            raise RuleError(f"{file.name}: is the file of no table; tables are {known}, or declare it under 'tables:'")
        table, key = self.tables[table_id], self.keys[table_id]
        columns, listed = rows(file, key)
        unknown = [c for c in columns if c not in table.columns and c != "disabled"]
        if unknown:
            raise RuleError(f"{file.name}:1: the column '{unknown[0]}' is not one of the table's: "
                            f"{', '.join(table.columns)}")
        merged = {row[key]: row for row in table.rows}
        for row in listed:
            if row.pop("disabled", ""):
                merged.pop(row[key], None)
            elif self.lists[table_id] and row[key] in merged:
                merged[row[key]] = _united(merged[row[key]], row, self.lists[table_id])
            else:
                merged[row[key]] = {c: row.get(c, "") for c in table.columns}
        self.tables[table_id] = replace(table, rows=tuple(merged.values()))


# --- parts of entries -------------------------------------------------------------------------------------------


def _entries(source: Entry, what: str, file: File) -> list[Entry]:
    listed = source.get(what) or []
    where = f"{file.name}:{source.lines.get(what, 1)}"
    if not isinstance(listed, list):
        raise RuleError(f"{where}: '{what}' is no list; begin each entry with '- id: …'")
    for entry in listed:
        if not isinstance(entry, Entry):
            raise RuleError(f"{where}: an entry of '{what}' is {entry!r}; begin each entry with '- id: …'")
    return listed


def _only(entry: Entry, allowed: set[str], file: File, what: str) -> None:
    for key in entry:
        if key not in allowed:
            raise RuleError(f"{file.name}:{entry.lines[key]}: '{key}' is no part of {what}; "
                            f"it may have {', '.join(sorted(allowed))}")


def _documentation(entry: Entry, file: File, where: str) -> tuple[str, tuple[Example, ...], tuple[str, ...]]:
    note = entry.get("note") or ""
    if not isinstance(note, str):
        raise RuleError(f"{where}: the note is {note!r}; write a text")
    examples = entry.get("examples") or []
    counter = entry.get("not") or []
    if not isinstance(examples, list) or not isinstance(counter, list):
        raise RuleError(f"{where}: 'examples' and 'not' are lists; write '- {{text: …, expect: …}}' and '- text'")
    counter = [_text(text) for text in counter]
    for text in counter:
        if not isinstance(text, str):
            raise RuleError(f"{where}: a counter-example is {text!r}; write a plain text, in quotation marks")
    return note, tuple(_example(e, file, where) for e in examples), tuple(counter)


def _text(value: Any) -> Any:
    """A whole number that stands where a text belongs, as that text."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _example(entry: Any, file: File, where: str) -> Example:
    if not isinstance(entry, Entry) or not isinstance(text := _text(entry.get("text")), str):
        raise RuleError(f"{where}: an example is {entry!r}; write {{text: …, expect: …}}")
    where = f"{file.name}:{entry.line}"
    _only(entry, _EXAMPLE_KEYS, file, "an example")
    expect = entry.get("expect", [])
    expect = expect if isinstance(expect, list) else [expect]
    reference, region = entry.get("reference"), entry.get("region")
    try:
        day = date.fromisoformat(str(reference)).isoformat() if reference else None
    except ValueError:
        raise RuleError(f"{where}: the reference is {reference!r}; write a day such as 2022-12-20") from None
    if region is not None and not isinstance(region, str):
        raise RuleError(f"{where}: the region is {region!r}; write the name of a place")
    return Example(text, tuple(str(e) for e in expect), day, region)


def _plain(value: Any) -> Any:
    """The value as plain mappings and lists."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return value


def _sequence_of_columns(lists: Any, columns: tuple[str, ...], where: str) -> list[str]:
    """The columns of a table whose fields are lists parted by |."""
    if not isinstance(lists, list) or not all(name in columns for name in lists):
        raise RuleError(f"{where}: 'lists' is {lists!r}; name columns of the table, such as 'lists: [aliases]'")
    return lists


def _united(old: Mapping[str, str], new: Mapping[str, str], lists: Iterable[str]) -> dict[str, str]:
    """A row of a table with lists: what the new one leaves empty stays, its lists are added to those there are."""
    made = {column: new.get(column) or value for column, value in old.items()}
    for column in lists:
        both = [*old[column].split("|"), *new.get(column, "").split("|")]
        made[column] = "|".join(dict.fromkeys(word.strip() for word in both if word.strip()))
    return made


def _check_references(book: Rulebook) -> None:
    for rule in book.rules:
        if not isinstance(rule.match, str):
            continue
        try:
            book.compile(rule.match)
        except KeyError as error:
            raise RuleError(f"{rule.where}: the rule '{rule.id}' names the word list {error}, which there is not; "
                            "declare it under 'words:' or write '\\{' for a brace") from None
        except re.error as error:
            raise RuleError(f"{rule.where}: the pattern of '{rule.id}' is wrong: {error}; "
                            "see the syntax of Python's re module") from None


def _check_time(book: Rulebook, laid_over: Set[str]) -> None:
    """Refuse patterns of the folder laid over that would hang; those built in are tried by the tests."""
    for rule in book.rules:
        text = hanging_text(book.expand(rule.match)) if rule.id in laid_over and isinstance(rule.match, str) else None
        if text is not None:
            raise RuleError(f"{rule.where}: the pattern of '{rule.id}' takes far too long on {text[:40]!r}; "
                            "let no repetition hold another that takes the same characters")
