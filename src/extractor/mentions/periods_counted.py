"""Operations that count, from the day of publication or the edges of the time before. Listed in `periods_resolve`."""

from __future__ import annotations

from datetime import date, timedelta

from extractor.mentions import calendar
from extractor.mentions.calendar import Span
from extractor.mentions.periods_frame import (
    LOOK_BACK_MONTHS,
    Context,
    Frame,
    Operation,
    day_frame,
    frame_of,
    unresolved,
)
from extractor.mentions.periods_scan import Part

# --- from the day of publication -------------------------------------------------------------------------------


def _offset(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    unit = part.yields["unit"]
    offset = part.yields.get("offset", 0)
    steps = part.groups.get(part.yields.get("steps", ""))
    if steps:
        offset *= len(steps)
    if unit == "year":
        return offset_year(part, frame, context, offset)
    if frame is not None:
        return None
    if context.reference is None:
        return unresolved(unit)
    today = context.reference
    if unit == "day":
        return day_frame(calendar.add_days(today, offset), True)
    if unit == "week":
        return _weekday(calendar.week(today, offset), part, context)
    size = {"month": 1, "quarter": 3, "half": 6}[unit]
    first = (today.month - 1) // size * size + 1 + offset * size
    span = calendar.months(today.year, first, first + size - 1)
    if span is None:
        return None
    return frame_of(span, unit, True, year=span.start.year, month=span.start.month if size == 1 else None)


def offset_year(part: Part, frame: Frame | None, context: Context, offset: int) -> Frame | None:
    """The year `offset` years from that of publication, or from the one spoken of where the rule says `anchor`."""
    if frame is not None:
        return frame if frame.grain == "year" and part.yields.get("repeats") else None
    if part.yields.get("anchor"):
        year, relative = context.default_year(part.start, wide=True)
    else:
        year, relative = (context.reference.year if context.reference else None), True
    if year is None:
        return unresolved("year")
    length = int(part.yields.get("length", 1))
    return frame_of(calendar.years(year + offset, year + offset + length - 1), "year", relative,
               year=year + offset if length == 1 else None)


def _weekday(week: Span | None, part: Part, context: Context) -> Frame | None:
    if week is None:
        return None
    if part.groups.get("weekend"):
        return frame_of(Span(week.end - timedelta(1), week.end), "day", True)
    weekday = context.grammar.numerals.integer(part.groups.get("weekday") or "")
    return frame_of(week, "week", True) if weekday is None else day_frame(calendar.nth_weekday(week, 1, weekday), True)


# --- counted from the frame or the reference day ----------------------------------------------------------------


def _count(part: Part, context: Context) -> tuple[float | None, str | None]:
    value = part.yields.get("count")
    number = (float(value) if isinstance(value, int) else
              context.grammar.numerals.read(part.group(str(value)) or ""))
    unit = part.yields.get("unit")
    return number, unit if unit in context.grammar.units.values() else context.grammar.units.get(
        part.group("unit") or "")


def _moved(when: date, count: float, unit: str) -> date | None:
    if unit == "day":
        return calendar.add_days(when, round(count))
    if unit == "week":
        return calendar.add_days(when, round(7 * count))
    return calendar.add_months(when, round({"month": 1, "quarter": 3, "year": 12}[unit] * count))


def _head(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    count, unit = _count(part, context)
    if count is None or unit is None or count < 1 or count > 400:
        return None
    if frame is None and unit in ("month", "quarter"):
        size = 1 if unit == "month" else 3
        if count * size > 12:
            return None
        year, relative = context.default_year(part.start, wide=True, last_month=int((count - 1) * size + 1))
        if year is None:
            return unresolved(unit)
        return frame_of(calendar.months(year, 1, int(count * size)), unit, relative, year=year)
    if frame is None:
        return _back(part, None, context)
    if not frame.finer(unit) or frame.shape != "span":
        return None
    if frame.start is None or frame.end is None:
        return unresolved(unit) if not frame.resolved else None
    after = _moved(frame.start, count, unit)
    end = calendar.add_days(after, -1) if after else None
    return frame_of(Span(frame.start, min(end, frame.end)), unit, frame.relative, year=frame.year) if end else None


def _tail(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    count, unit = _count(part, context)
    if count is None or unit is None or not 1 <= count <= 400 or frame is None or not frame.finer(unit):
        return None
    if frame.start is None or frame.end is None:
        return unresolved(unit) if not frame.resolved else None
    after = calendar.add_days(frame.end, 1)
    start = _moved(after, -count, unit) if after else None
    return frame_of(Span(max(start, frame.start), frame.end), unit, frame.relative, year=frame.year) if start else None


def _nth(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    count, unit = _count(part, context)
    if count is None or unit is None or count < 1 or frame is None or not frame.finer(unit):
        return None
    if frame.start is None or frame.end is None:
        return unresolved(unit) if not frame.resolved else None
    if unit == "week":
        week = calendar.nth_week(Span(frame.start, frame.end), int(count))
        return frame_of(week, "week", frame.relative, year=frame.year)
    start = _moved(frame.start, count - 1, unit)
    after = _moved(frame.start, count, unit)
    end = calendar.add_days(after, -1) if after else None
    if start is None or end is None or end > frame.end:
        return None
    month = start.month if unit == "month" else None
    return frame_of(Span(start, end), unit, frame.relative, year=start.year, month=month)


def _nth_weekday(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    count, weekday = context.number(part, "count"), context.number(part, "weekday")
    if count is None or weekday is None or not 1 <= weekday <= 7:
        return None
    if frame is None or frame.grain not in ("year", "month"):
        return None
    if frame.start is None or frame.end is None:
        return unresolved("day") if not frame.resolved else None
    return day_frame(calendar.nth_weekday(Span(frame.start, frame.end), count, weekday), frame.relative)


def _week_half(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    if frame is not None:
        return None
    week = calendar.week(context.reference) if context.reference else None
    if week is None:
        return unresolved("week")
    return frame_of(Span(week.start, week.start + timedelta(2)) if part.yields["half"] == 1
               else Span(week.start + timedelta(3), week.end), "week", True)


def _shift(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    count, unit = _count(part, context)
    if frame is not None or count is None or unit is None or count <= 0:
        return None
    if context.reference is None:
        return unresolved("day")
    when = _moved(context.reference, count * part.yields["sign"], unit)
    if when is None:
        return None
    if part.yields["sign"] > 0 and unit == "year" and count >= 1:
        return frame_of(calendar.years(when.year, when.year), "year", True, year=when.year)
    if part.yields["sign"] > 0 and unit == "month":
        whole = calendar.months(when.year, when.month, when.month)
        return frame_of(whole, "month", True, year=when.year, month=when.month)
    return day_frame(when, True)


def _back(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    count, unit = _count(part, context)
    style = part.yields.get("style", "past")
    if frame is not None or unit is None or count is None or not 0 < count <= 400:
        return None
    today = context.reference
    if today is None:
        return unresolved(unit)
    if unit == "year" and count >= 1:
        whole = int(count)
        if style == "full" or today.month <= LOOK_BACK_MONTHS or (style == "past" and whole == 1):
            year = today.year - 1
            return frame_of(calendar.years(year - whole + 1, year), "year", True, year=year if whole == 1 else None)
        if style == "since":
            start = calendar.day(today.year - whole + 1, 1, 1)
            so_far = Span(start, today) if start else None
            return frame_of(so_far, "year", True, year=today.year if whole == 1 else None)
    if style == "full" and unit == "month":
        return frame_of(calendar.months(today.year, today.month - int(count), today.month - 1), "month", True)
    start, end = _moved(today, -count, unit), calendar.add_days(today, -1)
    return frame_of(Span(start, end), unit, True) if start and end and start <= end else None


def _ahead(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    count, unit = _count(part, context)
    if frame is not None or unit is None or count is None or not 0 < count <= 400:
        return None
    today = context.reference
    if today is None:
        return unresolved(unit, "duration")
    if unit == "year" and count >= 1:
        first = today.year + (today.month >= 10)
        return frame_of(calendar.years(first, first + int(count) - 1), "year", True, shape="duration")
    start, end = calendar.add_days(today, 1), _moved(today, count, unit)
    return frame_of(Span(start, end), unit, True, shape="duration") if start and end and start <= end else None


def _within(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    count, unit = _count(part, context)
    if frame is not None or unit is None:
        return None
    if unit != "year" or count is None or count < 2 or context.reference is None:
        return Frame("day", None, None, True, False, shape="duration")
    today = context.reference
    end = (calendar.day(today.year + int(count) - 1, 12, 31) if today.month <= LOOK_BACK_MONTHS
           else _moved(today, count, unit))
    return frame_of(Span(today, end), "day", True, shape="duration") if end else None


COUNTED: dict[str, Operation] = {
    "offset": _offset, "head": _head, "tail": _tail, "nth": _nth, "nth_weekday": _nth_weekday, "week_half": _week_half,
    "shift": _shift, "back": _back, "ahead": _ahead, "within": _within,
}
"""By the name that `yields.op` of a rule gives."""
