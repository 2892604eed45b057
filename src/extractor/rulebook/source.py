"""The files of a folder of rules as plain data: what is found there, YAML with its lines, CSV rows.

A file is named in messages as `name` says: `rules/claims.yaml` for the built-in rules, wherever they lie, and the path
as it was given for others.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_MAX_FILE = 8_000_000
_MAX_DEPTH = 12


class RuleError(ValueError):
    """A rule file is wrong. The message names the file, the line, what is wrong and what would be right."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of rules."""

    folder: int
    """0 for the built-in rules, 1 for those laid over them."""
    path: str
    """From its folder, with `/`."""
    name: str
    """As messages name it."""
    data: bytes


class Entry(dict[str, Any]):
    """A mapping of a YAML file that knows on which line it stands, and each of its keys."""

    line: int = 1
    lines: Mapping[str, int]


def read_folder(folder: Path, number: int, shown: Path) -> list[File]:
    """The files of a folder in order of their paths; `shown` is how messages name the folder.

    Raises:
        RuleError: a file is too large, cannot be read, ends in .yml or is a link that leads out of the folder.
    """
    root = folder.resolve()
    out = []
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        name = str(shown / relative)
        if path.suffix == ".yml":
            raise RuleError(f"{name}: would not be read; let its name end in .yaml")
        if path.suffix not in (".yaml", ".csv") or not path.is_file():
            continue
        if not path.resolve().is_relative_to(root):
            raise RuleError(f"{name}: leads out of the folder of rules; put the file itself there")
        out.append(File(number, relative.as_posix(), name, _read(path, name)))
    return out


def _read(path: Path, name: str) -> bytes:
    try:
        if path.stat().st_size > _MAX_FILE:
            raise RuleError(f"{name}: holds more than {_MAX_FILE // 1_000_000} MB; split it into several files")
        return path.read_bytes()
    except OSError as error:
        raise RuleError(f"{name}: cannot be read: {error.strerror}; make it a file that you may read") from None


def _text(file: File) -> str:
    try:
        return file.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RuleError(f"{file.name}: is not UTF-8 at byte {error.start}; save the file as UTF-8") from None


# --- YAML -------------------------------------------------------------------------------------------------------


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The safe loader; remembers lines, and refuses a key given twice."""

    def construct_entry(self, node: Any) -> Entry:
        made, lines = Entry(), {}
        for key_node, value_node in node.value:
            key = str(self.construct_object(key_node, deep=True))
            if key in made:
                raise yaml.constructor.ConstructorError(None, None, f"the key '{key}' is given twice",
                                                        key_node.start_mark)
            made[key] = self.construct_object(value_node, deep=True)
            lines[key] = key_node.start_mark.line + 1
        made.line, made.lines = node.start_mark.line + 1, lines
        return made


# a date or a number in a rule is a text that happens to look like one; only priorities stay whole numbers
for _tag in ("timestamp", "float"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", lambda loader, node: loader.construct_scalar(node))
_Loader.add_constructor("tag:yaml.org,2002:map", lambda loader, node: loader.construct_entry(node))


def parse(file: File) -> Entry:
    """The mapping that a YAML file holds. Raises RuleError."""
    text = _text(file)
    try:
        _check_events(text, file.name)
        loaded = yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise RuleError(f"{file.name}:{line}: is not valid YAML: {error.problem}; quote texts that hold ': ' or '#', "
                        "and indent with spaces") from None
    except yaml.YAMLError as error:
        raise RuleError(f"{file.name}: is not valid YAML: {' '.join(str(error).split())}; save it as plain "
                        "UTF-8 text") from None
    if not isinstance(loaded, Entry):
        raise RuleError(f"{file.name}:1: is no mapping; begin with 'layer: …' and 'rules:'")
    return loaded


def _check_events(text: str, name: str) -> None:
    """Refuse, before anything is built, what would make a small file large or overflow the stack of the C library."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.events.AliasEvent):
            raise RuleError(f"{name}:{line}: uses an alias (*{event.anchor}); write the value out")
        if isinstance(event, yaml.events.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.events.CollectionEndEvent):
            depth -= 1
        if depth > _MAX_DEPTH:
            raise RuleError(f"{name}:{line}: is nested too deeply; a rule file has a few levels")


# --- CSV --------------------------------------------------------------------------------------------------------


def rows(file: File, key: str) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    """Columns and rows of a CSV file that has a column `key`; rows whose key begins with # are remarks.

    Raises:
        RuleError: the file is no CSV, lacks the column, or a row has too few or too many fields.
    """
    reader = csv.DictReader(io.StringIO(_text(file)), strict=True)
    try:
        columns = tuple(reader.fieldnames or ())
        if key not in columns:
            raise RuleError(f"{file.name}:1: has no column '{key}'; its first line names the columns")
        out = []
        for row in reader:
            if None in row or None in row.values():
                raise RuleError(f"{file.name}:{reader.line_num}: has not {len(columns)} fields; "
                                "quote fields with commas")
            if not row[key].startswith("#"):
                out.append({k: v.strip() for k, v in row.items()})
    except csv.Error as error:
        # DictReader's own count stops at the line before the one that cannot be read
        raise RuleError(f"{file.name}:{reader.reader.line_num}: is not valid CSV: {error}; "
                        "quote fields that hold commas") from None
    return columns, out
