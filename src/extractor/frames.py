"""Records as a data frame: `extractor.to_frame(records)`, one flat row each, for pandas or Polars.

The columns are those of `extractor export`, but for what only its store knows of a document (title, source,
publication); a column has the same type whatever the records hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Literal

from extractor.export import COLUMNS as EXPORTED
from extractor.export import DATE, NUMBER, TEXT, WHOLE
from extractor.schema import Record

COLUMNS = {name: column for name, column in EXPORTED.items() if name not in ("title", "published", "source", "page")}
"""The columns of a frame: the type of each and where a record has it."""

_READ: dict[str, Callable[[Any], Any]] = {TEXT: lambda told: told, NUMBER: float, WHOLE: int, DATE: date.fromisoformat}


def to_frame(records: Iterable[Record | Mapping[str, Any]], kind: Literal["pandas", "polars"] = "pandas") -> Any:
    """Records as a data frame, one row each.

    Args:
        records: models, or plain data as in records.jsonl.
        kind: `pandas` or `polars`; it must be installed.

    Raises:
        ValueError: another kind.
        ModuleNotFoundError: it is not installed.
    """
    if kind not in ("pandas", "polars"):
        raise ValueError(f"there is no frame of kind '{kind}'; give 'pandas' or 'polars'")
    plain = [r.model_dump(mode="json") if isinstance(r, Record) else r for r in records]
    columns = {name: [None if (value := get(record)) is None else _READ[of](value) for record in plain]
               for name, (of, get) in COLUMNS.items()}
    return _pandas(columns) if kind == "pandas" else _polars(columns)


def _pandas(columns: Mapping[str, list[Any]]) -> Any:
    import pandas  # type: ignore[import-untyped,unused-ignore]

    types = {TEXT: "string", NUMBER: "Float64", WHOLE: "Int64", DATE: "datetime64[s]"}
    return pandas.DataFrame({name: pandas.Series(values, dtype=types[COLUMNS[name][0]])
                             for name, values in columns.items()})


def _polars(columns: Mapping[str, list[Any]]) -> Any:
    import polars

    types = {TEXT: polars.String, NUMBER: polars.Float64, WHOLE: polars.Int64, DATE: polars.Date}
    return polars.DataFrame(columns, schema={name: types[of] for name, (of, _) in COLUMNS.items()})
