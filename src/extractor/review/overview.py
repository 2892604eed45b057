"""Across articles: the figures behind the charts, as plain data for the report and the page.

Records that repeat another of their document are not counted twice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any

from extractor.review.themes import theme_names, theme_of
from extractor.rulebook.model import Rulebook

Plain = Mapping[str, Any]
TYPES = ("target", "achievement", "initiative")
MOST_SERIES = 120
_MOST_POINTS = 400


def overview(records: Iterable[Plain], documents: int, book: Rulebook) -> dict[str, Any]:
    """What the charts show.

    Args:
        records: records as plain data, of all documents.
        documents: how many documents there are, those without records included.
        book: the rules, for themes.

    Returns:
        `totals`; `themes` (theme, type, n); `deadlines` (year, theme, n) of targets; `series`, one per indicator, kind
        and unit, with `points`; `tracked`, each target beside its latest result.
    """
    listed = list(records)
    counted = [r for r in listed if not r.get("repeats")]
    names = theme_names(book)
    themes = Counter((theme_of(r, book), r["type"]) for r in counted)
    deadlines = Counter((end[:4], theme_of(r, book)) for r in counted if r["type"] == "target" and (end := _end(r)))
    return {
        "totals": {"documents": documents, "records": len(listed), "distinct": len(counted),
                   **{t: sum(r["type"] == t for r in counted) for t in TYPES}},
        "theme_names": names,
        "themes": [{"theme": theme, "type": kind, "n": themes[theme, kind]}
                   for theme in names for kind in TYPES if themes[theme, kind]],
        "deadlines": [{"year": int(year), "theme": theme, "n": n} for (year, theme), n in sorted(deadlines.items())],
        "series": _series(counted),
        "tracked": tracked(counted, book),
    }


def _series(records: Sequence[Plain]) -> list[dict[str, Any]]:
    """Figures of one indicator in one unit, by time: those with most points first."""
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for record in records:
        point = _point(record)
        if point:
            indicator = record["indicator"]
            key = (indicator.get("name") or indicator["text"], record["kind"], record["value"]["base"]["unit"])
            groups[key].append(point)
    found = [{"indicator": name, "kind": kind, "unit": unit,
              "points": sorted(points, key=lambda p: (p["date"], p["region"], p["id"]))[-_MOST_POINTS:]}
             for (name, kind, unit), points in groups.items() if len(points) > 1]
    found.sort(key=lambda s: (-len(s["points"]), s["indicator"], s["kind"], s["unit"]))
    return found[:MOST_SERIES]


def _point(record: Plain) -> dict[str, Any] | None:
    """A figure with a day, or None."""
    value, end = record.get("value"), _end(record)
    base = (value or {}).get("base") or {}
    number = base.get("number") if base.get("number") is not None else base.get("high")
    if record.get("kind") not in ("level", "change") or not record.get("indicator") or number is None or not end:
        return None
    return {"date": end, "value": number, "region": (record.get("region") or {}).get("name") or "–",
            "type": record["type"], "text": value["text"] if value else "", "doc": record["doc_id"],
            "id": record["id"]}


def _end(record: Plain) -> str:
    return str((record.get("period") or {}).get("end_date") or "")


def tracked(records: Sequence[Plain], book: Rulebook) -> list[dict[str, Any]]:
    """Each target beside its latest result, from `extractor.track`; empty where that is not installed."""
    try:
        track = import_module("extractor.track")
    except ModuleNotFoundError:
        return []
    rows: list[dict[str, Any]] = track.for_review(records, book) if hasattr(track, "for_review") else []
    return rows
