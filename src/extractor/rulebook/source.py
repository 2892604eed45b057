"""The files of a folder of rules as plain data: what is found there, CSV rows (YAML: `yaml_source`).

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

_MAX_FILE = 8_000_000


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


def text_of(file: File) -> str:
    """What a file holds. Raises RuleError."""
    try:
        return file.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RuleError(f"{file.name}: is not UTF-8 at byte {error.start}; save the file as UTF-8") from None


# --- CSV --------------------------------------------------------------------------------------------------------


def rows(file: File, key: str) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    """Columns and rows of a CSV file that has a column `key`; rows whose key begins with # are remarks.

    Raises:
        RuleError: the file is no CSV, lacks the column, or a row has too few or too many fields.
    """
    reader = csv.DictReader(io.StringIO(text_of(file)), strict=True)
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
