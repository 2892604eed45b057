"""Operations on times that the calendar fixes: years, plans, months, days, festivals. Listed in `periods_resolve`."""

from __future__ import annotations

from dataclasses import replace

from extractor.mentions import calendar
from extractor.mentions.calendar import Span
from extractor.mentions.periods_frame import Context, Frame, Operation, day_frame, frame_of, unresolved
from extractor.mentions.periods_scan import Part

_MONTH_GRAIN = {1: "month", 3: "quarter", 6: "half"}

# --- years and what is longer -----------------------------------------------------------------------------------


def _year(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    number = context.number(part, "year")
    if frame is not None or number is None:
        return None
    number = _full_year(number)
    last = _full_year(context.number(part, "last") or number)
    if last < number:
        return None
    return frame_of(calendar.years(number, last), "year", False, year=number if last == number else None)


def _full_year(number: int) -> int:
    return number if number >= 100 else number + (2000 if number <= 50 else 1900)


def _era(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    number, first = context.number(part, "count"), context.grammar.eras.get(part.groups["word"] or "")
    if frame is not None or number is None or first is None:
        return None
    year = first + number - 1
    return frame_of(calendar.years(year, year), "year", False, year=year)


def _plan(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    number = context.number(part, "count")
    return frame_of(calendar.five_year_plan(number), "plan", False) if frame is None and number is not None else None


def _century(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    number, offset = context.number(part, "count"), context.number(part, "offset")
    relative = number is None
    if number is None:
        if context.reference is None:
            return replace(unresolved("century"), complete=False)
        number = (context.reference.year - 1) // 100 + 1 + (offset or 0)
    made = frame_of(calendar.years(100 * number - 99, 100 * number), "century", relative) if frame is None else None
    return replace(made, complete=False) if made else None


def _decade(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    number = context.number(part, "count")
    if number is None or (frame is not None and frame.grain != "century"):
        return None
    if number < 100:
        if frame is not None and frame.start is None:
            return unresolved("decade")
        number += frame.start.year - 1 if frame and frame.start else 1900
    return frame_of(calendar.years(number, number + 9), "decade", bool(frame and frame.relative))


# --- parts of a year --------------------------------------------------------------------------------------------


def _months(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    size = int(part.yields.get("size", 1))
    first, last = context.number(part, "first"), context.number(part, "last")
    grain = _MONTH_GRAIN[size]
    if first is None or last is None or first < 1 or last * size > 12 or last < first:
        return None
    if frame is not None and (not frame.finer(grain) or (frame.resolved and frame.year is None)):
        return None
    running = first == 1 and last > 1
    if frame is not None:
        year, relative = frame.year, frame.relative
    else:
        year, relative = context.default_year(part.start, wide=size > 1 or running,
                                              last_month=(last - 1) * size + 1 if running else None,
                                              month=None if running else last)
    if year is None:
        return replace(unresolved(grain), month=first if size == 1 and first == last else None)
    span = calendar.months(year, (first - 1) * size + 1, last * size)
    return frame_of(span, grain, relative, year=year, month=first if size == 1 and first == last else None)


def _season(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    number = next((int(k[-1]) for k, v in part.groups.items() if v and k.startswith("season_")), 0)
    if frame is None or frame.grain != "year":
        return None
    if frame.year is None:
        return unresolved("season") if not frame.resolved else None
    return frame_of(context.grammar.calendar.season(frame.year, number), "season", frame.relative, year=frame.year)


def _days(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    first, last = context.number(part, "first"), context.number(part, "last")
    if first is None or last is None or not 1 <= first <= last <= 31:
        return None
    if frame is not None and frame.lunar:
        return _lunar_days(frame, first, last, context)
    if frame is None:
        frame = context.carry
        if (frame is None or frame.month is None) and part.yields.get("bare"):
            today = context.reference
            frame = Frame("month", None, None, bool(today), True, today.year if today else None,
                          today.month if today else None)
    if frame is None or (not frame.finer("day") and frame is not context.carry):
        return None
    if not frame.resolved:
        return unresolved("day") if frame.month is None or calendar.day(2000, frame.month, last) else None
    if frame.year is None or frame.month is None:
        return None
    end = calendar.month_end(frame.year, frame.month)
    if end is None:
        return None
    start, end = calendar.day(frame.year, frame.month, first), (
        end if part.yields["last"] == 31 else calendar.day(frame.year, frame.month, last))
    if start is None or end is None:
        return None
    return frame_of(Span(start, end), "day", frame.relative, year=frame.year, month=frame.month)


def _lunar_month(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    number = context.number(part, "month")
    if number is None or (frame is not None and frame.grain != "year"):
        return None
    year, relative = (frame.year, frame.relative) if frame else context.default_year(part.start, wide=False)
    if year is None:
        return replace(unresolved("month"), month=number, lunar=True)
    span = context.grammar.calendar.month(year, number, leap=bool(part.yields.get("leap")))
    return frame_of(span, "month", relative, year=year, month=number, lunar=True)


def _lunar_day(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    number = context.number(part, "day")
    if number is None or frame is None or frame.grain != "month":
        return None
    if part.yields.get("needs_lunar") and not frame.lunar:
        return None
    return _lunar_days(frame, number, number, context)


def _lunar_days(frame: Frame, first: int, last: int, context: Context) -> Frame | None:
    if frame.month is None:
        return None
    if frame.year is None:
        return unresolved("day")
    start = (calendar.add_days(frame.start, first - 1) if frame.lunar and frame.start
             else context.grammar.calendar.day(frame.year, frame.month, first))
    end = calendar.add_days(start, last - first) if start else None
    return frame_of(Span(start, end), "day", frame.relative, year=frame.year) if start and end else None


def _festival(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    if frame.grain != "year" if frame else part.yields.get("needs_year"):
        return None
    row = context.grammar.festivals[part.groups["word"] or ""]
    year, relative = (frame.year, frame.relative) if frame else context.default_year(part.start, wide=False)
    if year is None:
        return unresolved("day") if frame is None or not frame.resolved else None
    month, number, kind, chinese = int(row["month"]), row["day"], row["kind"], context.grammar.calendar
    if kind == "solar":
        when = calendar.day(year, month, int(number))
    elif kind == "lunar":
        when = chinese.day(year, month, int(number))
    elif kind == "eve":
        when = chinese.day(year - 1, 12, 0)
    elif kind == "term":
        when = chinese.term(year, month)
    else:
        nth, weekday = map(int, number.split("-"))
        whole = calendar.months(year, month, month)
        when = calendar.nth_weekday(whole, nth, weekday) if whole else None
    if when is None or not part.group("holiday"):
        return day_frame(when, relative)
    start = calendar.add_days(when, int(row["holiday_offset"]))
    end = calendar.add_days(start, int(row["holiday_days"]) - 1) if start else None
    return frame_of(Span(start, end), "day", relative, year=year) if start and end else None


def _date(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    year, month, number = (context.number(part, k) for k in ("year", "month", "day"))
    if frame is not None or year is None or month is None or number is None:
        return None
    return day_frame(calendar.day(year, month, number), False)


ABSOLUTE: dict[str, Operation] = {
    "year": _year, "era": _era, "plan": _plan, "century": _century, "decade": _decade, "months": _months,
    "season": _season, "days": _days, "lunar_month": _lunar_month, "lunar_day": _lunar_day, "festival": _festival,
    "date": _date,
}
"""By the name that `yields.op` of a rule gives."""
