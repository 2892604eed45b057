"""Exports as workbooks, Parquet files and databases. Their packages are in the extra `tables`."""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

from extractor.export import (
    COLUMNS,
    DATE,
    DOCUMENT_COLUMNS,
    NUMBER,
    TEXT,
    WHOLE,
    Chosen,
    ExportError,
    batches,
    document_rows,
    flat_rows,
    harmless,
    record_lines,
)
from extractor.store import Store

RECORD_COLUMNS = {name: kind for name, (kind, _) in COLUMNS.items()}
_MOST_ROWS = 1_048_576  # of a sheet
_LONGEST_CELL = 32_767
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")  # no XML can hold them
_SHEETS = {"target": "targets", "achievement": "achievements", "initiative": "initiatives"}
_WIDTHS = {"evidence": 60, "title": 32, "indicator": 26, "indicator_name": 20, "object": 32, "value": 18, "path": 40,
           "doc_id": 28, "region": 14, "published": 11, "start_date": 11, "end_date": 11}


def write(kind: str, store: Store, chosen: Chosen, file: Path, flat: bool) -> int:
    """Write a file of a kind; the number of records. See `export.export`."""
    if kind == "xlsx":
        return _xlsx(store, chosen, file)
    if kind == "parquet":
        return _parquet(store, chosen, file, flat)
    return _sqlite(store, chosen, file) if kind == "db" else _duckdb(store, chosen, file)


def _package(name: str, file: Path) -> ModuleType:
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError:
        package = name.split(".")[0]
        raise ExportError(f"{file}: needs the package {package}; install 'zh-press-claims[tables]'") from None


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A new name in the same folder, put in the place of `file` at the end."""
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=f".{file.name}.") as folder:
        made = Path(folder, file.name)
        yield made
        made.replace(file)


# --- XLSX -------------------------------------------------------------------------------------------------------


def _xlsx(store: Store, chosen: Chosen, file: Path) -> int:
    """A sheet for each type and one for the documents; rows are written as they come and not kept."""
    openpyxl = _package("openpyxl", file)
    number = 0
    book = openpyxl.Workbook(write_only=True)
    sheets = {kind: _Sheet(book, name, RECORD_COLUMNS) for kind, name in _SHEETS.items()}
    for row in flat_rows(store, chosen):
        sheets[row["type"]].add(row)
        number += 1
    listing = _Sheet(book, "documents", DOCUMENT_COLUMNS)
    for row in document_rows(store, chosen):
        listing.add(row)
    for sheet in (*sheets.values(), listing):
        sheet.close()
    with _beside(file) as made:
        book.save(made)
    return number


class _Sheet:
    """A sheet, and another one when it is full."""

    def __init__(self, book: Any, name: str, columns: Mapping[str, str]) -> None:
        self._book, self._name, self._columns = book, name, columns
        self._part = 0
        self._open()

    def _open(self) -> None:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Font
        from openpyxl.utils import get_column_letter

        self._part += 1
        self._sheet = self._book.create_sheet(self._name if self._part == 1 else f"{self._name} {self._part}")
        self._sheet.freeze_panes = "B2"
        for number, column in enumerate(self._columns, 1):
            self._sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(column, 12)
        self._last = get_column_letter(len(self._columns))
        self._wrapped, self._cell = Alignment(wrap_text=True, vertical="top"), WriteOnlyCell
        bold = Font(bold=True)
        header = []
        for column in self._columns:
            cell = WriteOnlyCell(self._sheet, column)
            cell.font = bold
            header.append(cell)
        self._sheet.append(header)
        self._rows = 1

    def add(self, row: Mapping[str, Any]) -> None:
        """Write a row."""
        if self._rows == _MOST_ROWS:
            self.close()
            self._open()
        self._sheet.append([self._evidence(value) if name == "evidence" else _cell(value)
                            for name, value in row.items()])
        self._rows += 1

    def _evidence(self, value: Any) -> Any:
        cell = self._cell(self._sheet, _cell(value))
        cell.alignment = self._wrapped
        return cell

    def close(self) -> None:
        """The filter spans the rows that are there."""
        self._sheet.auto_filter.ref = f"A1:{self._last}{self._rows}"


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    value = harmless(_UNPRINTABLE.sub("", value))
    return value if len(value) <= _LONGEST_CELL else value[:_LONGEST_CELL - 1] + "…"


# --- Parquet ----------------------------------------------------------------------------------------------------


def _parquet(store: Store, chosen: Chosen, file: Path, flat: bool) -> int:
    import json

    pa = _package("pyarrow", file)
    parquet = _package("pyarrow.parquet", file)
    from extractor.arrow import RECORD

    schema = flat_schema(RECORD_COLUMNS) if flat else RECORD
    rows = flat_rows(store, chosen) if flat else map(_with_dates, map(json.loads, record_lines(store, chosen)))
    number = 0
    with _beside(file) as made, parquet.ParquetWriter(made, schema, compression="zstd") as writer:
        for batch in batches(rows):
            writer.write_table(pa.Table.from_pylist(batch, schema))
            number += len(batch)
    return number


def flat_schema(columns: Mapping[str, str]) -> Any:
    """The Arrow schema of flat rows."""
    import pyarrow as pa

    types = {TEXT: pa.string(), NUMBER: pa.float64(), WHOLE: pa.int64(), DATE: pa.date32()}
    return pa.schema([(name, types[kind]) for name, kind in columns.items()])


def _with_dates(record: dict[str, Any]) -> dict[str, Any]:
    period = record["period"]
    if period:
        for key in ("start_date", "end_date"):
            period[key] = date.fromisoformat(period[key]) if period[key] else None
    return record


# --- databases --------------------------------------------------------------------------------------------------

_SQL = {TEXT: "TEXT", NUMBER: "REAL", WHOLE: "INTEGER", DATE: "DATE"}


def _sqlite(store: Store, chosen: Chosen, file: Path) -> int:
    number = 0
    with _beside(file) as made:
        database = sqlite3.connect(made, isolation_level=None)
        try:
            database.execute("PRAGMA synchronous = OFF")  # it is not there before it is whole
            database.execute("PRAGMA journal_mode = OFF")
            for table, columns, rows in (("documents", DOCUMENT_COLUMNS, document_rows(store, chosen)),
                                         ("records", RECORD_COLUMNS, flat_rows(store, chosen))):
                database.execute(f"CREATE TABLE {table} ({_columns(columns)})")
                marks = ", ".join("?" * len(columns))
                number = 0
                database.execute("BEGIN")
                for batch in batches(rows):
                    database.executemany(f"INSERT INTO {table} VALUES ({marks})", (_plain(row) for row in batch))
                    number += len(batch)
                database.execute("COMMIT")
        except sqlite3.Error as error:
            raise OSError(None, str(error)) from None
        finally:
            database.close()
    return number


def _columns(columns: Mapping[str, str]) -> str:
    return ", ".join(f'"{name}" {_SQL[kind]}' for name, kind in columns.items())


def _plain(row: Mapping[str, Any]) -> list[Any]:
    return [value.isoformat() if isinstance(value, date) else value for value in row.values()]


def _duckdb(store: Store, chosen: Chosen, file: Path) -> int:
    pa, duckdb = _package("pyarrow", file), _package("duckdb", file)
    number = 0
    with _beside(file) as made:
        database = duckdb.connect(str(made))
        try:
            for table, columns, rows in (("documents", DOCUMENT_COLUMNS, document_rows(store, chosen)),
                                         ("records", RECORD_COLUMNS, flat_rows(store, chosen))):
                schema = flat_schema(columns)
                database.register("batch", pa.Table.from_pylist([], schema))
                database.execute(f"CREATE TABLE {table} AS SELECT * FROM batch")
                number = 0
                for batch in batches(rows):
                    database.register("batch", pa.Table.from_pylist(batch, schema))
                    database.execute(f"INSERT INTO {table} SELECT * FROM batch")
                    number += len(batch)
        except duckdb.Error as error:
            raise OSError(None, str(error)) from None
        finally:
            database.close()
    return number
