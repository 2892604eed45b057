"""Arrow batches in, Arrow batches out: extraction for every engine that speaks Arrow (Ray, Spark, DuckDB, Polars).

    extract_batch(pyarrow.RecordBatch) -> pyarrow.RecordBatch

One row a document, in and out, in the same order, so an engine may cut its data as it likes. The schema of what comes
out, `EXTRACTED`, is made from the models of `schema.py`. docs/scale.md shows how each engine calls it.
"""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import cache, reduce
from hashlib import sha256
from operator import or_
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from extractor.batch import Outcome, extract_source
from extractor.reading.dates import parse_published
from extractor.reading.decoding import decode
from extractor.reading.errors import ReadError
from extractor.reading.limits import DEFAULT, Limits
from extractor.reading.sources import Failure, Source
from extractor.rulebook import Rulebook, load_rulebook
from extractor.schema import Article, Record, record_json

try:
    import pyarrow as pa
except ImportError:
    raise ImportError("extractor.arrow needs pyarrow; install it with pip install 'pyarrow>=16', or "
                      "extractor with its extra 'tables' or 'ray'") from None

_SCALARS: dict[Any, pa.DataType] = {str: pa.string(), int: pa.int64(), float: pa.float64(), date: pa.date32(),
                                    int | float: pa.float64()}


def arrow_type(annotation: Any) -> pa.DataType:
    """The Arrow type of a field of a model: models are structs, numbers float64, names and words string.

    Raises:
        TypeError: there is no Arrow type for it.
    """
    if annotation in _SCALARS:
        return _SCALARS[annotation]
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is typing.Annotated:
        return arrow_type(inner[0])
    if origin is Literal:
        return pa.string()
    if origin in (Union, types.UnionType):
        present = [part for part in inner if part is not type(None)]
        return arrow_type(reduce(or_, present))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return pa.struct(_fields(annotation))
    raise TypeError(f"{annotation!r} has no Arrow type here; name one in extractor.arrow")


def _fields(model: type[BaseModel]) -> list[pa.Field]:
    hints = typing.get_type_hints(model, include_extras=True)
    return [pa.field(name, arrow_type(hints[name])) for name in model.model_fields]


RECORD = pa.schema(_fields(Record))
"""A record, one row each, its parts nested. Numbers are float64, which holds any number of up to 15 digits exactly."""

EXTRACTED = pa.schema([
    pa.field("doc_id", pa.string()), pa.field("title", pa.string()), pa.field("source", pa.string()),
    pa.field("page", pa.string()), pa.field("published", pa.date32()), pa.field("region", pa.string()),
    pa.field("characters", pa.int64()),
    pa.field("records", pa.list_(pa.struct(list(RECORD)))), pa.field("failure", pa.string())])
"""A document, one row each: its metadata, given or read from the text, and its records. Of a document that failed
`failure` says why and `records` is null; of any other `failure` is null."""

_INPUT = (*Article.model_fields, "where", "failure")


def extract_batch(batch: pa.RecordBatch | pa.Table, rules: str | Path | None = None,
                  limits: Limits = DEFAULT) -> pa.RecordBatch:
    """Extract a batch of documents. The rules are loaded once in a process and kept.

    Args:
        batch: one document a row. Columns: `text`; and, where there are such, `doc_id`, `published` (a date or
            "2022-12-20", "2022-12", "2022"), `region`, `title`, `source`, `page`. Strings may be of any Arrow
            kind of string, and `text` may hold the bytes of text files; other columns are passed over. A document
            without a doc_id is named by the hash of its text. `where` is what sentences about a failure call the
            document, by default its doc_id; a row that has a `failure` already is handed on as it is.
        rules: a folder of rules laid over the built-in ones.
        limits: how long a text may be and how much time it may take.

    Returns:
        A batch of the schema `EXTRACTED`, with one row for each row of `batch`, in the same order. A document that
        cannot be extracted is a row with a `failure`; it never raises.

    Raises:
        ValueError: the batch has no column `text`.
        RuleError: a rule file is wrong.
    """
    return extract_rows(batch, rulebook(rules), limits)


def extract_batches(batches: Iterable[pa.RecordBatch], rules: str | Path | None = None) -> Iterator[pa.RecordBatch]:
    """`extract_batch` on a stream of batches, as Spark's `mapInArrow` and readers of record batches want it."""
    return (extract_batch(batch, rules) for batch in batches)


def extract_rows(batch: pa.RecordBatch | pa.Table, book: Rulebook, limits: Limits = DEFAULT) -> pa.RecordBatch:
    """`extract_batch` with rules that are loaded already."""
    return extracted_batch(extract_row(row, book, limits) for row in given_rows(batch))


def given_rows(batch: pa.RecordBatch | pa.Table) -> Iterator[dict[str, Any]]:
    """The rows of a batch as `extract_row` takes them. Raises ValueError, if it has no column `text`."""
    if "text" not in batch.schema.names:
        raise ValueError(f"the batch has no column 'text', only {', '.join(batch.schema.names) or 'none'}; name the "
                         "column that holds the articles 'text'")
    columns = [_cells(batch, name) for name in _INPUT]
    return (dict(zip(_INPUT, row, strict=True)) for row in zip(*columns, strict=True))


def extract_row(given: dict[str, Any], book: Rulebook, limits: Limits = DEFAULT) -> dict[str, Any]:
    """A row of the schema `EXTRACTED` for a row of `given_rows`, both as plain data."""
    source = _source(given)
    outcome = extract_source(source, book, limits) if isinstance(source, Source) else source
    if isinstance(outcome, Failure):
        return {"doc_id": outcome.doc_id, "failure": outcome.message}
    return {**{name: outcome.about[name] for name in ("title", "source", "page", "region", "characters")},
            "doc_id": outcome.doc_id, "published": _day(outcome.about["published"]), "records": _records(outcome)}


def extracted_batch(rows: Iterable[dict[str, Any]]) -> pa.RecordBatch:
    """A batch of the schema `EXTRACTED` of the rows that `extract_row` made."""
    return pa.RecordBatch.from_pylist(list(rows), EXTRACTED)


@cache
def rulebook(rules: str | Path | None = None) -> Rulebook:
    """The rules, loaded once in a process."""
    return load_rulebook(rules)


# --- what came out ----------------------------------------------------------------------------------------------


def records_of(extracted: pa.RecordBatch | pa.Table, min_confidence: float = 0.0) -> pa.Table:
    """The records of extracted documents, one row each, of the schema `RECORD`.

    Args:
        extracted: what `extract_batch` made.
        min_confidence: leaves out records below it.
    """
    import pyarrow.compute as pc

    chunks = _chunks(extracted, "records")
    flat = [chunk.flatten() for chunk in chunks]  # of a list array: its elements, rows that are null left out
    table = pa.Table.from_batches([pa.RecordBatch.from_struct_array(each) for each in flat], RECORD)
    return table.filter(pc.field("confidence") >= min_confidence) if min_confidence > 0 else table


def failures_of(extracted: pa.RecordBatch | pa.Table) -> pa.Table:
    """What failed, one row each: `doc_id` and `failure`, a sentence that says why."""
    import pyarrow.compute as pc

    table = pa.Table.from_batches([extracted]) if isinstance(extracted, pa.RecordBatch) else extracted
    return table.select(["doc_id", "failure"]).filter(pc.field("failure").is_valid())


def record_lines(records: pa.RecordBatch | pa.Table) -> Iterator[str]:
    """The lines of records.jsonl for rows of the schema `RECORD`, without their newlines: the very characters that a
    local run writes.
    """
    batches = records.to_batches() if isinstance(records, pa.Table) else [records]
    for batch in batches:
        for row in batch.to_pylist():
            for path in _FLOATS:
                _change(row, path, _number)
            yield record_json(Record.model_validate(row))


# --- one row ----------------------------------------------------------------------------------------------------


def _source(given: dict[str, Any]) -> Source | Failure:
    text, doc_id = given["text"], None if given["doc_id"] is None else str(given["doc_id"])
    where = given["where"] or doc_id or "a row without doc_id"
    if given["failure"] is not None:
        return Failure(where, given["failure"], doc_id)
    if not text or (isinstance(text, str) and not text.strip()):
        return Failure(where, f"{where}: 'text' is missing or empty; give the article's text", doc_id)
    try:
        text = decode(text, where) if isinstance(text, bytes) else str(text)
        published = parse_published(given["published"])
    except ReadError as error:
        return Failure(where, str(error), doc_id)
    except ValueError as error:
        return Failure(where, f"{where}: 'published' is wrong: {error}", doc_id)
    doc_id = doc_id or f"text-{sha256(text.encode()).hexdigest()[:16]}"
    names = ("region", "title", "source", "page")
    return Source(doc_id, given["where"] or doc_id, None, text, published,
                  *(str(given[name]) if given[name] else None for name in names))


def _cells(batch: pa.RecordBatch | pa.Table, name: str) -> list[Any]:
    if name not in batch.schema.names:
        return [None] * batch.num_rows
    column = batch.column(name)
    try:
        return list(column.to_pylist())
    except UnicodeDecodeError:  # not every engine checks what it calls a string
        return list(column.cast(pa.large_binary()).to_pylist())


def _records(outcome: Outcome) -> list[dict[str, Any]]:
    records = [json.loads(row.json) for row in outcome.rows]
    for record in records:
        for path in _FLOATS:
            _change(record, path, float)
        for path in _DATES:
            _change(record, path, _day)
    return records


def _paths(fields: Iterable[pa.Field], wanted: pa.DataType) -> list[tuple[str, ...]]:
    """The ways to all fields of a type."""
    found: list[tuple[str, ...]] = []
    for field in fields:
        if field.type == wanted:
            found.append((field.name,))
        elif pa.types.is_struct(field.type):
            found += [(field.name, *path) for path in _paths(list(field.type), wanted)]
    return found


_DATES = _paths(RECORD, pa.date32())
_FLOATS = [path for path in _paths(RECORD, pa.float64()) if path != ("confidence",)]


def _change(plain: dict[str, Any], path: Sequence[str], change: Any) -> None:
    """Change the value at the end of a path, if there is one."""
    *way, last = path
    for name in way:
        if plain[name] is None:
            return
        plain = plain[name]
    if plain[last] is not None:
        plain[last] = change(plain[last])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _number(number: float) -> int | float:
    """The JSON number that the float64 was made from: whole numbers are integers, of at most 15 digits exactly."""
    return int(Decimal(repr(number))) if number.is_integer() else number


def _chunks(extracted: pa.RecordBatch | pa.Table, name: str) -> list[pa.Array]:
    column = extracted.column(name)
    return list(column.chunks) if isinstance(column, pa.ChunkedArray) else [column]
