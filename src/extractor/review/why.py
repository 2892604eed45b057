"""Why a record is there, in sentences: from `extractor.explain` where it is installed, else from the record itself."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from extractor.rulebook.model import Rulebook

_SOURCES = {"stated": "its words stand in the evidence", "context": "inherited from earlier text",
            "document": "taken from the date of publication"}


def why(record: Mapping[str, Any], document: Mapping[str, Any], book: Rulebook) -> list[str]:
    """The steps that led to a record.

    Args:
        record: as plain data.
        document: with `text`, `published`, `region`.
        book: the rules.
    """
    try:
        explain = import_module("extractor.explain")
    except ModuleNotFoundError:
        explain = None
    if explain is not None and hasattr(explain, "for_review"):
        return [str(step) for step in explain.for_review(record, document, book)]
    return list(_told(record))


def _told(record: Mapping[str, Any]) -> list[str]:
    steps = [f"rules: {record['rule']}"]
    value, indicator, period = (record.get(key) for key in ("value", "indicator", "period"))
    if value:
        base = value["base"]
        number = base["number"] if base["number"] is not None else f"{base['low']} to {base['high']}"
        steps.append(f"“{value['text']}” is read as {value['op']} {number} {base['unit']}")
    if indicator and indicator["name"]:
        steps.append(f"“{indicator['text']}” is the catalogue's {indicator['name']}")
    if period:
        span = f"{period['start_date'] or ''} to {period['end_date'] or 'no day'}"
        steps.append(f"the time “{period['text'] or ''}” ({_SOURCES[period['source']]}) is {span}")
    if record.get("region") and record["region"]["text"] is None:
        steps.append(f"the place is the document's own: {record['region']['name']}")
    if record.get("repeats"):
        steps.append(f"it says again what record {record['repeats']} says")
    return steps
