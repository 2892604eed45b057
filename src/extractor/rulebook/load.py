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
table and words of a list are added to those that are there (a row with the same key replaces it, a row with
`disabled` in its key's place removes, `replace: true` on a word list replaces the list).
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from extractor import caching
from extractor.rulebook.model import Example, Rule, Rulebook, Table, WordList

_FORMAT = 4  # of the compiled form; raise it when the dataclasses change
_MAX_FILE = 8_000_000
_FILE_KEYS = {"layer", "about", "words", "tables", "rules"}
_DOC_KEYS = {"id", "note", "examples", "not", "disabled"}
_RULE_KEYS = _DOC_KEYS | {"priority", "match", "yields"}
_TABLE_KEYS = _DOC_KEYS | {"file", "key", "lists"}
_WORD_KEYS = _DOC_KEYS | {"list", "replace"}


class RuleError(ValueError):
    """A rule file is wrong. The message names the file, the line, what is wrong and what would be right."""


def default_folder() -> Path:
    """The built-in rules: `rules/` of the checkout, or the copy that an installed package carries."""
    package = Path(__file__).resolve().parent.parent
    checkout = package.parent.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / "rules").is_dir():
        return checkout / "rules"
    return package / "_rules"


def load_rulebook(overlay: str | Path | None = None) -> Rulebook:
    """Load the built-in rules, with the folder `overlay` laid over them.

    Raises:
        RuleError: a file is wrong; the message says where and what would be right.
    """
    folders = [default_folder()]
    if overlay is not None:
        folder = Path(overlay)
        if not folder.is_dir():
            raise RuleError(f"{folder}: there is no such folder of rules; give a folder that holds .yaml files")
        folders.append(folder)
    files = [(n, p, _read(p)) for n, folder in enumerate(folders) for p in _files(folder)]
    digest = hashlib.sha256(f"{_FORMAT}".encode())
    for number, path, data in files:
        digest.update(f"{number}/{path.relative_to(folders[number])}\0{len(data)}\0".encode())
        digest.update(data)
    version = digest.hexdigest()[:16]
    cached = _from_cache(version)
    if cached is not None:
        return cached
    book = _build(version, [(n, p.relative_to(folders[n]).as_posix(), p, data) for n, p, data in files])
    _to_cache(book)
    return book


def _files(folder: Path) -> list[Path]:
    root = folder.resolve()
    found = [p for p in sorted(folder.rglob("*")) if p.suffix in (".yaml", ".csv") and p.is_file()]
    for path in found:
        if not path.resolve().is_relative_to(root):
            raise RuleError(f"{path}: leads out of the folder of rules; put the file itself there")
    return found


def _read(path: Path) -> bytes:
    if path.stat().st_size > _MAX_FILE:
        raise RuleError(f"{path}: holds more than {_MAX_FILE // 1_000_000} MB; split it into several files")
    return path.read_bytes()


def _build(version: str, files: Iterable[tuple[int, str, Path, bytes]]) -> Rulebook:
    rules: dict[str, Rule] = {}
    words: dict[str, WordList] = {}
    tables: dict[str, Table] = {}
    keys: dict[str, str] = {}
    loaded = list(files)
    csvs = {(n, name): (path, data) for n, name, path, data in loaded if name.endswith(".csv")}
    seen: dict[tuple[int, str], str] = {}
    for number, _name, path, data in loaded:
        if path.suffix != ".yaml":
            continue
        source = _parse(path, data)
        layer = source.get("layer")
        if not isinstance(layer, str) or not layer:
            raise RuleError(f"{path}:1: names no layer; begin the file with a line such as 'layer: periods'")
        for word_id, entry in _mapping(source.get("words") or {}, path, "words").items():
            _add_words(words, layer, word_id, entry, path, overlay=number > 0)
        for entry in _sequence(source.get("tables") or [], path, "tables"):
            _add_table(tables, keys, csvs, number, layer, entry, path)
        for entry in _sequence(source.get("rules") or [], path, "rules"):
            _add_rule(rules, seen, number, layer, entry, path)
    _overlay_rows(tables, keys, [(n, name, path, data) for (n, name), (path, data) in csvs.items() if n > 0])
    book = Rulebook(version, tuple(sorted(rules.values(), key=lambda r: r.id)), words, tables)
    _check_references(book)
    return book


# --- reading YAML -----------------------------------------------------------------------------------------------


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The safe loader; remembers each mapping's line and refuses a key given twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        made: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                key = str(key)
            if key in made:
                raise yaml.constructor.ConstructorError(None, None, f"the key '{key}' is given twice",
                                                        key_node.start_mark)
            made[key] = self.construct_object(value_node, deep=True)
        made["__line__"] = node.start_mark.line + 1
        return made


# a date or a number in a rule is a text that happens to look like one; only priorities stay whole numbers
for _tag in ("timestamp", "float"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", lambda loader, node: loader.construct_scalar(node))
_Loader.add_constructor("tag:yaml.org,2002:map", lambda loader, node: loader.construct_mapping(node, deep=True))


def _parse(path: Path, data: bytes) -> dict[str, Any]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RuleError(f"{path}: is not UTF-8 at byte {error.start}; save the file as UTF-8") from None
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.events.AliasEvent):
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise RuleError(f"{path}:{line}: uses an alias (*{event.anchor}); "
                                "write the value out")
        loaded = yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise RuleError(f"{path}:{line}: is not valid YAML: {error.problem}; quote texts that hold ': ' or '#', "
                        "and indent with spaces") from None
    except yaml.YAMLError as error:
        raise RuleError(f"{path}: is not valid YAML: {error}; save it as plain UTF-8 text") from None
    except RecursionError:
        raise RuleError(f"{path}: is nested too deeply; a rule file has three levels") from None
    if not isinstance(loaded, dict):
        raise RuleError(f"{path}:1: is no mapping; begin with 'layer: …' and 'rules:'")
    _only(loaded, _FILE_KEYS, path, "a rule file")
    return loaded


def _mapping(value: Any, path: Path, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise RuleError(f"{path}: '{what}' is no mapping; write '{what}:' and 'name: [词, 词]' below it")
    return {k: v for k, v in value.items() if k != "__line__"}


def _sequence(value: Any, path: Path, what: str) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise RuleError(f"{path}: '{what}' is no list; begin each entry with '- id: …'")
    for entry in value:
        if not isinstance(entry, dict):
            raise RuleError(f"{path}: an entry of '{what}' is {entry!r}; begin each entry with '- id: …'")
    return value


def _only(entry: Mapping[str, Any], allowed: set[str], path: Path, what: str) -> None:
    for key in entry:
        if key != "__line__" and key not in allowed:
            raise RuleError(f"{path}:{entry.get('__line__', 1)}: '{key}' is no part of {what}; "
                            f"it may have {', '.join(sorted(allowed))}")


# --- entries ----------------------------------------------------------------------------------------------------


def _documentation(entry: Mapping[str, Any], where: str) -> tuple[str, tuple[Example, ...], tuple[str, ...]]:
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
    return note, tuple(_example(e, where) for e in examples), tuple(counter)


def _text(value: Any) -> Any:
    """A whole number that stands where a text belongs, as that text."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _example(entry: Any, where: str) -> Example:
    if isinstance(entry, dict):
        entry["text"] = _text(entry.get("text"))
    if not isinstance(entry, dict) or not isinstance(entry["text"], str):
        raise RuleError(f"{where}: an example is {entry!r}; write {{text: …, expect: …}}")
    _only(entry, {"text", "expect", "reference", "region"}, Path(where), "an example")
    expect = entry.get("expect", [])
    expect = [expect] if not isinstance(expect, list) else expect
    reference = entry.get("reference")
    return Example(entry["text"], tuple(str(e) for e in expect), str(reference) if reference else None,
                   entry.get("region"))


def _add_rule(rules: dict[str, Rule], seen: dict[tuple[int, str], str], number: int, layer: str,
              entry: dict[str, Any], path: Path) -> None:
    where = f"{path}:{entry['__line__']}"
    _only(entry, _RULE_KEYS, path, "a rule")
    rule_id = entry.get("id")
    if not isinstance(rule_id, str) or not re.fullmatch(r"[a-z][a-z0-9_.-]*", rule_id):
        raise RuleError(f"{where}: the id is {rule_id!r}; write small letters, digits, '.' and '-', "
                        "as in 'periods.month-range'")
    if (number, rule_id) in seen:
        raise RuleError(f"{where}: the id '{rule_id}' stands already at {seen[number, rule_id]}; choose another")
    seen[number, rule_id] = where
    if entry.get("disabled"):
        rules.pop(rule_id, None)
        return
    if "match" not in entry:
        raise RuleError(f"{where}: the rule '{rule_id}' matches nothing; give it 'match: …'")
    priority = entry.get("priority", 0)
    if not isinstance(priority, int):
        raise RuleError(f"{where}: the priority is {priority!r}; write a whole number, 0 by default")
    yields = entry.get("yields") or {}
    if not isinstance(yields, dict):
        raise RuleError(f"{where}: 'yields' is {yields!r}; write a mapping such as {{shape: span}}")
    note, examples, counter = _documentation(entry, where)
    rules[rule_id] = Rule(rule_id, layer, note, where, examples, counter, priority, _plain(entry["match"]),
                          _plain(yields))


def _plain(value: Any) -> Any:
    """The value without the line numbers that the loader put in."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items() if k != "__line__"}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return value


def _add_words(words: dict[str, WordList], layer: str, word_id: str, entry: Any, path: Path, *, overlay: bool) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", word_id):
        raise RuleError(f"{path}: the word list '{word_id}' has no good name; write small letters and '_'")
    if isinstance(entry, list):
        entry = {"list": entry, "__line__": 1}
    if not isinstance(entry, dict):
        raise RuleError(f"{path}: the word list '{word_id}' is {entry!r}; write [词, 词]")
    where = f"{path}:{entry.get('__line__', 1)}"
    _only(entry, _WORD_KEYS, path, "a word list")
    if entry.get("disabled"):
        words.pop(word_id, None)
        return
    listed = entry.get("list")
    if not isinstance(listed, list) or not listed or not all(isinstance(w, str) and w for w in listed):
        raise RuleError(f"{where}: the word list '{word_id}' is {listed!r}; write at least one word, "
                        "and quotation marks around numbers and words such as 'no'")
    before = words.get(word_id)
    if before is not None and not overlay:
        raise RuleError(f"{where}: the word list '{word_id}' stands already at {before.where}; choose another name")
    old = before.words if before is not None and not entry.get("replace") else ()
    note, examples, counter = _documentation(entry, where)
    merged = sorted({*old, *listed}, key=lambda w: (-len(w), w))
    words[word_id] = WordList(word_id, layer, note or (before.note if before else ""), where, examples, counter,
                              tuple(merged))


def _add_table(tables: dict[str, Table], keys: dict[str, str], csvs: Mapping[tuple[int, str], tuple[Path, bytes]],
               number: int, layer: str, entry: dict[str, Any], path: Path) -> None:
    where = f"{path}:{entry['__line__']}"
    _only(entry, _TABLE_KEYS, path, "a table")
    table_id, file, key = entry.get("id"), entry.get("file"), entry.get("key")
    if not (isinstance(table_id, str) and isinstance(file, str) and isinstance(key, str)):
        raise RuleError(f"{where}: a table needs an id, a file and a key; "
                        "write {id: units, file: units.csv, key: unit}")
    if (number, file) not in csvs:
        raise RuleError(f"{where}: there is no file '{file}' in the folder of rules; give its path from there")
    if table_id in tables:
        raise RuleError(f"{where}: the table '{table_id}' stands already at {tables[table_id].where}; "
                        f"to add rows, put them into a file {file} with the same columns")
    columns, rows = _rows(*csvs[number, file], key)
    note, examples, counter = _documentation(entry, where)
    tables[table_id] = Table(table_id, layer, note, where, examples, counter, columns, tuple(rows))
    keys[file] = table_id
    keys[f"key:{table_id}"] = key
    keys[f"lists:{table_id}"] = " ".join(_sequence_of_columns(entry.get("lists") or [], columns, where))


def _sequence_of_columns(lists: Any, columns: tuple[str, ...], where: str) -> list[str]:
    """The columns of a table whose fields are lists parted by |."""
    if not isinstance(lists, list) or not all(name in columns for name in lists):
        raise RuleError(f"{where}: 'lists' is {lists!r}; name columns of the table, such as 'lists: [aliases]'")
    return lists


def _rows(path: Path, data: bytes, key: str) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RuleError(f"{path}: is not UTF-8 at byte {error.start}; save the file as UTF-8") from None
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        columns = tuple(reader.fieldnames or ())
        if key not in columns:
            raise RuleError(f"{path}:1: has no column '{key}'; its first line names the columns")
        rows = []
        for row in reader:
            if None in row or None in row.values():
                raise RuleError(f"{path}:{reader.line_num}: has not {len(columns)} fields; quote fields with commas")
            if not (row.get(key) or "").startswith("#"):
                rows.append({k: (v or "").strip() for k, v in row.items()})
    except csv.Error as error:
        raise RuleError(f"{path}:{reader.line_num}: is not valid CSV: {error}; quote fields that hold commas") from None
    return columns, rows


def _overlay_rows(tables: dict[str, Table], keys: Mapping[str, str],
                  files: Iterable[tuple[int, str, Path, bytes]]) -> None:
    for _, name, path, data in files:
        table_id = keys.get(name)
        if table_id is None:
            known = ", ".join(sorted(k for k in keys if ":" not in k))
            raise RuleError(f"{path}: is the file of no table; tables are {known}, or declare it under 'tables:'")
        table, key = tables[table_id], keys[f"key:{table_id}"]
        if table.where.startswith(str(path.parent)):
            continue
        columns, rows = _rows(path, data, key)
        unknown = [c for c in columns if c not in table.columns and c != "disabled"]
        if unknown:
            raise RuleError(f"{path}:1: the column '{unknown[0]}' is not one of the table's: "
                            f"{', '.join(table.columns)}")
        merged = {row[key]: row for row in table.rows}
        lists = keys[f"lists:{table_id}"].split()
        for row in rows:
            if row.pop("disabled", ""):
                merged.pop(row[key], None)
            elif lists and row[key] in merged:
                merged[row[key]] = _united(merged[row[key]], row, lists)
            else:
                merged[row[key]] = {c: row.get(c, "") for c in table.columns}
        tables[table_id] = Table(table.id, table.layer, table.note, table.where, table.examples,
                                 table.counter_examples, table.columns, tuple(merged.values()))


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


# --- the compiled form ------------------------------------------------------------------------------------------


def _from_cache(version: str) -> Rulebook | None:
    folder = caching.cache_folder()
    if folder is None:
        return None
    try:
        stored = json.loads((folder / f"rules-{version}.json").read_text("utf-8"))
        return Rulebook(version, tuple(_revive(Rule, r) for r in stored["rules"]),
                        {k: _revive(WordList, w) for k, w in stored["words"].items()},
                        {k: _revive(Table, t) for k, t in stored["tables"].items()})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _revive(kind: type[Any], stored: dict[str, Any]) -> Any:
    stored["examples"] = tuple(Example(e["text"], tuple(e["expect"]), e["reference"], e["region"])
                               for e in stored["examples"])
    for name in ("counter_examples", "words", "columns"):
        if name in stored:
            stored[name] = tuple(stored[name])
    if "rows" in stored:
        columns = stored["columns"]
        stored["rows"] = tuple(dict(zip(columns, row, strict=True)) for row in stored["rows"])
    return kind(**stored)


def _to_cache(book: Rulebook) -> None:
    folder = caching.cache_folder()
    if folder is None:
        return
    tables = {k: asdict(t) for k, t in book.tables.items()}
    for table in tables.values():
        table["rows"] = [[row[c] for c in table["columns"]] for row in table["rows"]]
    stored = {"rules": [asdict(r) for r in book.rules], "words": {k: asdict(w) for k, w in book.word_lists.items()},
              "tables": tables}
    try:
        caching.write_atomically(folder / f"rules-{book.version}.json",
                                 json.dumps(stored, ensure_ascii=False).encode())
    except OSError:
        return
