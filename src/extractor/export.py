"""Records out of a store, chosen and written as the files that other programs read.

`select` and `rows` are for Python and for whatever serves records; `export` is the command of that name. All of them
stream: nothing but a few thousand records is held at a time.
"""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

from extractor.caching import atomic_file, is_special
from extractor.outputs import RECORDS, RUN
from extractor.reading.dates import parse_published
from extractor.store import Store

TEXT, NUMBER, WHOLE, DATE = "text", "number", "whole", "date"


def _at(*path: str) -> Callable[[Mapping[str, Any]], Any]:
    def get(record: Mapping[str, Any]) -> Any:
        found: Any = record
        for key in path:
            found = found.get(key) if found is not None else None
        return found

    return get


COLUMNS: dict[str, tuple[str, Callable[[Mapping[str, Any]], Any]]] = {
    "doc_id": (TEXT, _at("doc_id")), "title": (TEXT, _at("document", "title")),
    "published": (DATE, _at("document", "published")), "source": (TEXT, _at("document", "source")),
    "page": (TEXT, _at("document", "page")),
    "type": (TEXT, _at("type")), "kind": (TEXT, _at("kind")), "indicator": (TEXT, _at("indicator", "text")),
    "indicator_name": (TEXT, _at("indicator", "name")), "value": (TEXT, _at("value", "text")),
    "op": (TEXT, _at("value", "op")), "number": (NUMBER, _at("value", "number")), "low": (NUMBER, _at("value", "low")),
    "high": (NUMBER, _at("value", "high")), "unit": (TEXT, _at("value", "unit")),
    "base_number": (NUMBER, _at("value", "base", "number")), "base_low": (NUMBER, _at("value", "base", "low")),
    "base_high": (NUMBER, _at("value", "base", "high")), "base_unit": (TEXT, _at("value", "base", "unit")),
    "basis": (TEXT, _at("basis", "kind")), "basis_text": (TEXT, _at("basis", "text")),
    "verb": (TEXT, _at("action", "verb")), "object": (TEXT, _at("action", "object")),
    "status": (TEXT, _at("action", "status")), "subject": (TEXT, _at("action", "subject")),
    "period": (TEXT, _at("period", "text")), "start_date": (DATE, _at("period", "start_date")),
    "end_date": (DATE, _at("period", "end_date")), "period_source": (TEXT, _at("period", "source")),
    "region": (TEXT, _at("region", "name")), "region_text": (TEXT, _at("region", "text")),
    "actor": (TEXT, _at("actor", "text")), "actor_name": (TEXT, _at("actor", "name")),
    "speaker": (TEXT, _at("speaker", "name")), "speaker_title": (TEXT, _at("speaker", "title")),
    "evidence": (TEXT, _at("evidence", "text")), "evidence_start": (WHOLE, _at("evidence", "start")),
    "evidence_end": (WHOLE, _at("evidence", "end")), "value_start": (WHOLE, _at("value", "start")),
    "value_end": (WHOLE, _at("value", "end")), "group": (TEXT, _at("group")), "repeats": (TEXT, _at("repeats")),
    "confidence": (NUMBER, _at("confidence")), "rule": (TEXT, _at("rule")), "id": (TEXT, _at("id")),
}
"""The columns of a flat row: the type of each and where a record has it."""

DOCUMENT_COLUMNS = {"doc_id": TEXT, "path": TEXT, "title": TEXT, "source": TEXT, "page": TEXT, "published": DATE,
                    "region": TEXT, "characters": WHOLE, "status": TEXT, "records": WHOLE, "content_hash": TEXT}
"""The columns of the table of documents."""


class ExportError(ValueError):
    """What was asked for cannot be exported. The message is a sentence."""


@dataclass(frozen=True)
class Chosen:
    """Which records are wanted; what is empty or None does not matter. Names may hold * and ? for any characters."""

    type: Sequence[str] = ()
    region: Sequence[str] = ()
    """Canonical name of the claim's place."""
    indicator: Sequence[str] = ()
    """Canonical name or the text's own words."""
    since: date | None = None
    """The claim's time reaches to this day or beyond. Claims without a date are left out."""
    until: date | None = None
    """The claim's time begins on this day or before; a deadline counts by its day."""
    min_confidence: float = 0.0
    document: Sequence[str] = ()
    """doc_id."""
    distinct: bool = False
    """Of the records of a document that make the same claim, the first that is wanted."""

    def where(self) -> tuple[str, list[Any]]:
        """The condition in SQL, with its values."""
        parts: list[str] = ["confidence >= ?"]
        values: list[Any] = [self.min_confidence]
        for columns, names in ((("type",), self.type), (("r.region",), self.region),
                               (("indicator_name", "indicator"), self.indicator), (("r.doc_id",), self.document)):
            condition, named = _any_of(columns, names)
            parts.append(condition)
            values += named
        if self.since:
            parts.append("end_date >= ?")
            values.append(self.since.isoformat())
        if self.until:
            parts.append("coalesce(start_date, end_date) <= ?")
            values.append(self.until.isoformat())
        return " AND ".join(parts), values


def _any_of(columns: Sequence[str], names: Sequence[str]) -> tuple[str, list[str]]:
    """The condition that one of the columns is one of the names, with its values."""
    tests = [(f"{column} {'GLOB' if '*' in name or '?' in name else '='} ?", name)
             for name in names for column in columns]
    return "(" + (" OR ".join(test for test, _ in tests) or "1") + ")", [name for _, name in tests]


def choose(type: str | Sequence[str] = (), region: str | Sequence[str] = (), indicator: str | Sequence[str] = (),
           since: date | str | None = None, until: date | str | None = None, min_confidence: float = 0.0,
           document: str | Sequence[str] = (), distinct: bool = False) -> Chosen:
    """Filters as people give them: a name or several; a date, a month (`2022-12`) or a year, of which `since` takes
    the first day and `until` the last. Raises ValueError with a sentence.
    """
    def several(given: str | Sequence[str]) -> tuple[str, ...]:
        return (given,) if isinstance(given, str) else tuple(given)

    unknown = set(several(type)) - {"target", "achievement", "initiative"}
    if unknown:
        raise ValueError(f"'{min(unknown)}' is no type of record; give target, achievement or initiative")
    first = _first_day(since)
    return Chosen(several(type), several(region), several(indicator), first, parse_published(until), min_confidence,
                  several(document), distinct)


def _first_day(given: date | str | None) -> date | None:
    last = parse_published(given)
    if last is None or not isinstance(given, str):
        return last
    dashes = given.strip().count("-")
    return last.replace(month=1, day=1) if dashes == 0 else last.replace(day=1) if dashes == 1 else last


def select(store: Store | str | Path, **filters: Any) -> Iterator[dict[str, Any]]:
    """The records of a store that are wanted, as in records.jsonl, sorted by document and place.

    Args:
        store: an open store, or the folder of a run.
        filters: as `choose` takes them: type, region, indicator, since, until, min_confidence, document, distinct.

    Raises:
        StoreError: the store cannot be read.
        ValueError: a filter is wrong.
    """
    chosen = choose(**filters)
    with _opened(store) as opened:
        yield from (json.loads(line) for line, *_ in _lines(opened, chosen))


def rows(store: Store | str | Path, **filters: Any) -> Iterator[dict[str, Any]]:
    """The same as flat rows: a dict of `COLUMNS` with plain numbers and dates."""
    chosen = choose(**filters)
    with _opened(store) as opened:
        yield from flat_rows(opened, chosen)


def flat_rows(store: Store, chosen: Chosen) -> Iterator[dict[str, Any]]:
    """One flat row per record."""
    for line, title, source, page, published in _lines(store, chosen):
        record = json.loads(line)
        record["document"] = {"title": title, "source": source, "page": page, "published": published}
        yield {name: _typed(kind, get(record)) for name, (kind, get) in COLUMNS.items()}


def document_rows(store: Store, chosen: Chosen) -> Iterator[dict[str, Any]]:
    """One row per document that `chosen.document` wants, with the number of its records that are wanted."""
    where, values = chosen.where()
    condition, named = _any_of(("d.doc_id",), chosen.document)
    count = "count(DISTINCT coalesce(repeats, id))" if chosen.distinct else "count(*)"
    for row in store.query("SELECT doc_id, path, title, source, page, published, region, characters, status, "
                           f"(SELECT {count} FROM records r WHERE r.doc_id = d.doc_id AND {where}), content_hash "
                           f"FROM documents d WHERE {condition} ORDER BY doc_id", *values, *named):
        yield {name: _typed(kind, value) for (name, kind), value in zip(DOCUMENT_COLUMNS.items(), row, strict=True)}


def record_lines(store: Store, chosen: Chosen) -> Iterator[str]:
    """The records as lines of JSON."""
    return (line for line, *_ in _lines(store, chosen))


def _lines(store: Store, chosen: Chosen) -> Iterator[tuple[str, str | None, str | None, str | None, str | None]]:
    where, values = chosen.where()
    before = None
    seen: set[str] = set()
    for line, title, source, page, published, doc_id, claim in store.query(
            "SELECT json, title, source, page, published, r.doc_id, coalesce(repeats, id) FROM records r "
            f"JOIN documents d ON d.doc_id = r.doc_id WHERE {where} ORDER BY r.doc_id, place", *values):
        if chosen.distinct:
            if doc_id != before:
                before, seen = doc_id, set()
            if claim in seen:
                continue
            seen.add(claim)
        yield line, title, source, page, published


def _typed(kind: str, value: Any) -> Any:
    return date.fromisoformat(value) if kind == DATE and value else value


@contextmanager
def _opened(store: Store | str | Path) -> Iterator[Store]:
    if isinstance(store, Store):
        yield store
        return
    with Store.read(Path(store)) as opened:
        yield opened


# --- files ------------------------------------------------------------------------------------------------------

Writer = Callable[[Store, Chosen, Path], int]


def export(folder: str | Path, file: str | Path, chosen: Chosen | None = None, format: str | None = None,
           flat: bool = False) -> int:
    """Write the records of a run's folder to a file; what stood there is replaced when all is written.

    Args:
        folder: the folder of a run.
        file: where to write. A pipe, a device or a link is written to as it is.
        chosen: which records; all by default.
        format: csv, jsonl, xlsx, parquet, db or duckdb; by default the ending of `file` says.
        flat: one column a value in Parquet too, in place of nested records.

    Returns:
        The number of records.

    Raises:
        ExportError: the format is unknown, a package is missing or `file` belongs to the run itself.
        StoreError: the store cannot be read.
        OSError: the file cannot be written.
    """
    folder, file = Path(folder), Path(file)
    kind = (format or file.suffix.removeprefix(".")).lower()
    if kind not in FORMATS:
        endings = ", ".join(f".{known}" for known in FORMATS)
        raise ExportError(f"{file}: no format is called '{kind}'; end the name in {endings}, or say it with --format")
    if file.is_dir():
        raise ExportError(f"{file}: is a folder; name a file in it")
    with Store.read(folder) as store:
        if file.exists() and any(own.exists() and file.samefile(own) for own in (store.path, folder / RECORDS,
                                                                                 folder / RUN)):
            raise ExportError(f"{file}: belongs to the run itself; give another name")
        chosen = chosen or Chosen()
        if kind not in ("csv", "jsonl") and is_special(file):
            raise ExportError(f"{file}: is a link, a pipe or a device, where only csv and jsonl can go; name a file")
        if kind in ("csv", "jsonl"):
            with atomic_file(file) as target:
                return (_csv if kind == "csv" else _jsonl)(store, chosen, target)
        from extractor import export_tables

        return export_tables.write(kind, store, chosen, file, flat)


FORMATS = ("csv", "jsonl", "xlsx", "parquet", "db", "duckdb")


def _jsonl(store: Store, chosen: Chosen, target: IO[bytes]) -> int:
    number = 0
    for line in record_lines(store, chosen):
        target.write(line.encode() + b"\n")
        number += 1
    return number


def _csv(store: Store, chosen: Chosen, target: IO[bytes]) -> int:
    """With a byte order mark, without which Excel takes UTF-8 for something else."""
    number = 0
    target.write(codecs.BOM_UTF8)
    writer = csv.writer(_Encoded(target))
    writer.writerow(COLUMNS)
    for row in flat_rows(store, chosen):
        writer.writerow(map(harmless, row.values()))
        number += 1
    return number


class _Encoded:
    """What `csv.writer` writes to."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target

    def write(self, line: str) -> int:
        """Write a line."""
        return self._target.write(line.encode())


_DANGEROUS = "=+-@\t\r＝＋－＠"


def harmless(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula, with an apostrophe before it; anything else as it is.

    Excel and its kin look at the first character that is no space. Numbers are no texts: -59.02 stays a number.

    >>> harmless("=1+1"), harmless("-5%"), harmless(-5), harmless("增长8.2%")
    ("'=1+1", "'-5%", -5, '增长8.2%')
    """
    if isinstance(value, str) and value and (value[0] in _DANGEROUS or value.lstrip()[:1] in tuple(_DANGEROUS)):
        return "'" + value
    return value


def batches(rows: Iterable[dict[str, Any]], size: int = 5000) -> Iterator[list[dict[str, Any]]]:
    """Rows in lists of `size`."""
    kept: list[dict[str, Any]] = []
    for row in rows:
        kept.append(row)
        if len(kept) == size:
            yield kept
            kept = []
    if kept:
        yield kept
