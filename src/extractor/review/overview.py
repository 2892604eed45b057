"""Across articles: the figures behind the charts, as plain data for the report and the page.

Records that repeat another of their document are not counted twice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from extractor.review.themes import theme_names, theme_of
from extractor.rulebook.model import Rulebook
from extractor.track import STATES, track

Plain = Mapping[str, Any]
TYPES = ("target", "achievement", "initiative")
MOST_SERIES = 120
MOST_TRACKED = 400
_MOST_POINTS = 400


def overview(records: Iterable[Plain], published: Mapping[str, str | None], book: Rulebook) -> dict[str, Any]:
    """What the charts show.

    Args:
        records: records as plain data, of all documents.
        published: the day of publication, where known, of every document, those without records included.
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
        "totals": {"documents": len(published), "records": len(listed), "distinct": len(counted),
                   **{t: sum(r["type"] == t for r in counted) for t in TYPES}},
        "theme_names": names,
        "themes": [{"theme": theme, "type": kind, "n": themes[theme, kind]}
                   for theme in names for kind in TYPES if themes[theme, kind]],
        "deadlines": [{"year": int(year), "theme": theme, "n": n} for (year, theme), n in sorted(deadlines.items())],
        "series": _series(counted),
        "tracked": tracked(counted, published, book),
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


def tracked(records: Iterable[Plain], published: Mapping[str, str | None], book: Rulebook) -> list[dict[str, Any]]:
    """Targets that have later figures, beside the latest: those with a state first, then by their share."""
    rows = []
    for found in track(records, book, published):
        plain = found.plain()
        if plain["figure"] is not None and plain["share"] is not None:
            rows.append({key: plain[key] for key in ("indicator", "region", "status", "due", "share", "arithmetic")}
                        | {"doc": plain["target"]["doc_id"], "id": plain["target"]["id"],
                           "target": plain["target"]["value"], "latest": plain["figure"]["value"],
                           "latest_date": plain["figure"]["end_date"], "months": plain["months"]})
    rows.sort(key=lambda row: (STATES.index(row["status"]), -row["share"], row["doc"], row["id"]))
    return rows[:MOST_TRACKED]
