"""Records as a data frame: `extractor.to_frame(records)`, one flat row each, for pandas or Polars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal

from extractor.schema import Record

COLUMNS: dict[str, type] = {
    "id": str, "doc_id": str, "type": str, "kind": str, "indicator": str, "indicator_name": str, "value": str,
    "op": str, "number": float, "low": float, "high": float, "unit": str, "base_number": float, "base_low": float,
    "base_high": float, "base_unit": str, "basis": str, "basis_text": str, "period": str, "start_date": date,
    "end_date": date, "period_source": str, "region": str, "actor": str, "speaker": str, "verb": str, "object": str,
    "subject": str, "status": str, "evidence": str, "evidence_start": int, "evidence_end": int, "value_start": int,
    "value_end": int, "group": str, "repeats": str, "confidence": float, "rule": str,
}
"""The columns in order, with the type of what they hold; any may be missing."""


def flat(record: Record | Mapping[str, Any]) -> dict[str, Any]:
    """A record as one flat row; what it lacks is None."""
    plain = record.model_dump() if isinstance(record, Record) else record

    def get(field: str, key: str) -> Any:
        return (plain.get(field) or {}).get(key)

    base = get("value", "base") or {}
    return {
        "id": plain.get("id"), "doc_id": plain["doc_id"], "type": plain["type"], "kind": plain.get("kind"),
        "indicator": get("indicator", "text"), "indicator_name": get("indicator", "name"),
        "value": get("value", "text"),
        **{key: get("value", key) for key in ("op", "number", "low", "high", "unit")},
        **{f"base_{key}": base.get(key) for key in ("number", "low", "high", "unit")},
        "basis": get("basis", "kind"), "basis_text": get("basis", "text"), "period": get("period", "text"),
        "start_date": _day(get("period", "start_date")), "end_date": _day(get("period", "end_date")),
        "period_source": get("period", "source"), "region": get("region", "name"),
        "actor": get("actor", "name") or get("actor", "text"), "speaker": get("speaker", "name"),
        **{key: get("action", key) for key in ("verb", "object", "subject", "status")},
        "evidence": get("evidence", "text"), "evidence_start": get("evidence", "start"),
        "evidence_end": get("evidence", "end"), "value_start": get("value", "start"), "value_end": get("value", "end"),
        **{key: plain.get(key) for key in ("group", "repeats", "confidence", "rule")},
    }


def to_frame(records: Iterable[Record | Mapping[str, Any]], kind: Literal["pandas", "polars"] = "pandas") -> Any:
    """Records as a data frame, one row each, with the same columns and types whatever the records hold.

    Args:
        records: models, or plain data as in records.jsonl.
        kind: `pandas` or `polars`; either must be installed.

    Raises:
        ValueError: another kind.
        ModuleNotFoundError: it is not installed.
    """
    rows = [flat(record) for record in records]
    columns = {name: [row[name] for row in rows] for name in COLUMNS}
    if kind == "pandas":
        import pandas  # type: ignore[import-untyped,unused-ignore]

        types = {str: "string", float: "Float64", int: "Int64"}
        return pandas.DataFrame({name: pandas.Series(columns[name], dtype=types[of]) if of is not date
                                 else pandas.to_datetime(pandas.Series(columns[name], dtype="object"))
                                 for name, of in COLUMNS.items()})
    if kind == "polars":
        import polars

        schema = {name: {str: polars.String, float: polars.Float64, int: polars.Int64, date: polars.Date}[of]
                  for name, of in COLUMNS.items()}
        return polars.DataFrame({name: [float(v) if COLUMNS[name] is float and v is not None else v for v in values]
                                 for name, values in columns.items()}, schema=schema)
    raise ValueError(f"there is no frame of kind '{kind}'; give 'pandas' or 'polars'")


def _day(given: date | str | None) -> date | None:
    return date.fromisoformat(given) if isinstance(given, str) else given
