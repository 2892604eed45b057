"""Operations on the edges of times, and for words that have no dates of their own. Listed in `periods_resolve`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from extractor.mentions import calendar
from extractor.mentions.calendar import Span
from extractor.mentions.periods_counted import COUNTED, offset_year
from extractor.mentions.periods_frame import Context, Frame, Operation, frame_of, unresolved
from extractor.mentions.periods_scan import Part


def _edge(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    at, unit = part.yields["at"], part.yields.get("unit")
    if frame is None:
        if unit is None:
            return None
        frame = offset_year(part, None, context, 0) if unit == "year" else COUNTED["offset"](part, None, context)
        if frame is None:
            return None
    elif frame.grain in ("day", "week", "edge") or frame.shape != "span" or (unit and frame.grain != unit):
        return None
    if frame.start is None or frame.end is None:
        return unresolved("edge") if not frame.resolved else None
    if at == "end":
        return replace(frame, grain="edge", start=None, shape="edge", complete=True)
    if at == "middle" and frame.grain == "century":
        return replace(frame, grain="edge", start=None, end=calendar.day(frame.start.year + 49, 12, 31), shape="edge",
                       complete=True)
    start, end = _first_part(frame, middle=at == "middle")
    return replace(frame, grain="edge", start=start, end=end, complete=True) if start and end else None


def _first_part(frame: Frame, *, middle: bool) -> tuple[date | None, date | None]:
    """The first (or middle) decade of a century, year of a plan, month of a year, ten days of a month."""
    assert frame.start is not None and frame.end is not None
    start = frame.start
    if frame.grain == "month":
        first = calendar.add_days(start, 10) if middle else start
        return first, calendar.add_days(first, 9) if first else None
    length = {"century": 120, "plan": 12, "decade": 12}.get(frame.grain, 1)
    whole = (frame.end.year - start.year) * 12 + frame.end.month - start.month + 1
    first = calendar.add_months(start, (whole - 1) // 2 // length * length) if middle else start
    after = calendar.add_months(first, length) if first else None
    return first, calendar.add_days(after, -1) if after else None


def _now(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    if frame is not None:
        return None
    if context.reference is None:
        return unresolved("edge", "asof")
    start = context.reference if part.yields.get("day") else None
    return Frame("edge", start, context.reference, True, True, shape=part.yields.get("shape", "asof"))


def _none(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    return Frame("edge", None, None, True, False, shape=part.yields["shape"]) if frame is None else None


def _same(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    """The stretch of a year or less last spoken of (else the year up to the reference day), in the frame's year."""
    if frame is not None and frame.grain != "year":
        return None
    today = context.reference
    last = context.last or (Span(date(today.year, 1, 1), today) if today else None)
    if last is None or (frame is not None and frame.year is None):
        return unresolved("edge")
    relative = frame.relative if frame else context.last is None
    if frame is None or frame.year is None:
        return frame_of(last, "edge", relative)
    years = frame.year - last.end.year
    start = calendar.add_months(last.start, 12 * years)
    end = calendar.add_months(last.end, 12 * years)
    if end and last.end == calendar.month_end(last.end.year, last.end.month):
        end = calendar.month_end(end.year, end.month)
    return frame_of(Span(start, end), "edge", relative) if start and end else None


EDGES: dict[str, Operation] = {"edge": _edge, "now": _now, "none": _none, "same": _same}
"""By the name that `yields.op` of a rule gives."""
