"""What the parts of a time mean: each operation narrows the frame that the parts before it made.

2025年 + 第三季度 + 末 is a year, narrowed to a quarter, narrowed to its end. A part that cannot follow what stands
before it (日 after a quarter) gives None, and the chain ends there. A frame that needs the reference day and has none
is unresolved: it goes on without dates.

The operations, as `yields.op` of the rules names them (`first`, `last`, `count` … are numbers or names of groups):

    year       {year: group}                        a year by its number; two digits up to 50 are 20xx
    era        {count: group}                       a year of an emperor's reign or the Republic (table of eras)
    plan       {count: group}                       the years of a five-year plan
    century, decade  {count: group} / {offset: n}
    offset     {unit, offset | steps: group}        今年, 上上周; `anchor`: counted from the year spoken of
    months     {first, last, size}                  months, quarters (size 3) or halves (6) of a year
    season     {}                                   a group season_1 … season_4 that matched
    days       {first, last, bare}                  days of a month; without a month only if `bare`
    lunar_month, lunar_day, festival
    head, tail, nth  {count, unit}                  the first, last n days of the frame; the nth week of it
    nth_weekday {count, weekday}
    week_half  {half}
    date       {year, month, day}                   groups
    shift      {count, unit, sign}                  三天前
    back       {count, unit, style: since|past|full} 五年来, 过去五年, 连续五年
    ahead, within {count, unit}                     今后五年, 三年内
    edge       {at: start|middle|end, unit}         底, 年底
    now, none  {}                                   目前; 日前 and 每年 have no dates
    same       {}                                   同期
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from extractor.mentions import calendar
from extractor.mentions.calendar import Span
from extractor.mentions.periods_scan import Grammar, Part

_GRAINS = {name: n for n, name in enumerate(
    ("century", "plan", "decade", "year", "half", "quarter", "season", "month", "week", "day", "edge"))}
_MONTH_GRAIN = {1: "month", 3: "quarter", 6: "half"}
_SENTENCE_END = re.compile("[。！？!?\n]")
_NEAR, _FAR = 120, 1200
_LOOK_BACK_MONTHS = 3
"""Articles of January to March look back on full years (work reports are given in January and February)."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a chain of parts means so far."""

    grain: str
    start: date | None
    end: date | None
    resolved: bool = True
    relative: bool = False
    year: int | None = None
    month: int | None = None
    lunar: bool = False
    shape: str = "span"
    complete: bool = True

    def finer(self, grain: str) -> bool:
        """Whether `grain` is finer than this frame's."""
        return _GRAINS.get(grain, 99) > _GRAINS.get(self.grain, 99)


@dataclass(slots=True)
class Context:
    """What is known while a text is read from its beginning to its end."""

    text: str
    grammar: Grammar
    reference: date | None
    anchor: int | None = None
    """The year last spoken of, and where."""
    anchor_end: int = -1
    anchor_explicit: bool = False
    last: Span | None = None
    """The stretch last spoken of, which 同期 takes up."""
    carry: Frame | None = field(default=None)
    """The left side of a range, whose year and month the right side shares."""

    def number(self, part: Part, key: str, default: int | None = None) -> int | None:
        """The number that a rule names: itself or a numeral in a group."""
        value = part.yields.get(key, default)
        if isinstance(value, str):
            text = part.group(value)
            return self.grammar.numerals.integer(text) if text else default
        return value if isinstance(value, int) else default

    def default_year(self, offset: int, *, wide: bool, last_month: int | None = None) -> tuple[int | None, bool]:
        """The year of a month, quarter or festival that names none, and whether it hangs on the reference day.

        It is that of the range's left side, that spoken of in the same sentence (for quarters and sums of months
        also in the lines before), else the year of publication: for a sum of months whose last one has not yet
        begun (1—11月 in January), the year before.
        """
        if self.carry is not None and (self.carry.year is not None or not self.carry.resolved):
            return self.carry.year, self.carry.relative
        if self.anchor is not None:
            gap = offset - self.anchor_end
            near = gap <= _NEAR and not _SENTENCE_END.search(self.text, self.anchor_end, offset)
            if near or (wide and gap <= _FAR and self.anchor_explicit):
                return self.anchor, False
        if self.reference is None:
            return None, True
        year = self.reference.year
        if last_month and self.reference.month <= _LOOK_BACK_MONTHS and last_month > self.reference.month:
            year -= 1
        return year, True


Operation = Callable[[Part, "Frame | None", Context], "Frame | None"]


def _of(span: Span | None, grain: str, relative: bool, *, year: int | None = None, month: int | None = None,
        shape: str = "span", lunar: bool = False) -> Frame | None:
    if span is None:
        return None
    return Frame(grain, span.start, span.end, True, relative, year, month, lunar, shape)


def _unresolved(grain: str, shape: str = "span") -> Frame:
    return Frame(grain, None, None, False, True, shape=shape)


def _one(when: date | None) -> Span | None:
    return Span(when, when) if when else None


# --- years and what is longer -----------------------------------------------------------------------------------


def _year(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    number = context.number(part, "year")
    if frame is not None or number is None:
        return None
    if number < 100:
        number += 2000 if number <= 50 else 1900
    last = context.number(part, "last", number)
    if last is None or last < number:
        return None
    return _of(calendar.years(number, last), "year", False, year=number if last == number else None)


def _era(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    number, first = context.number(part, "count"), context.grammar.eras.get(part.groups["word"] or "")
    if frame is not None or number is None or first is None:
        return None
    year = first + number - 1
    return _of(calendar.years(year, year), "year", False, year=year)


def _plan(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    number = context.number(part, "count")
    return _of(calendar.five_year_plan(number), "plan", False) if frame is None and number is not None else None


def _century(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    number, offset = context.number(part, "count"), context.number(part, "offset")
    relative = number is None
    if number is None:
        if context.reference is None:
            return replace(_unresolved("century"), complete=False)
        number = (context.reference.year - 1) // 100 + 1 + (offset or 0)
    made = _of(calendar.years(100 * number - 99, 100 * number), "century", relative) if frame is None else None
    return replace(made, complete=False) if made else None


def _decade(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    number = context.number(part, "count")
    if number is None or (frame is not None and frame.grain != "century"):
        return None
    if number < 100:
        if frame is not None and frame.start is None:
            return _unresolved("decade")
        number += frame.start.year - 1 if frame and frame.start else 1900
    return _of(calendar.years(number, number + 9), "decade", bool(frame and frame.relative))


def _offset(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    unit = part.yields["unit"]
    offset = part.yields.get("offset", 0)
    steps = part.groups.get(part.yields.get("steps", ""))
    if steps:
        offset *= len(steps)
    if unit == "year":
        return _offset_year(part, frame, context, offset)
    if frame is not None:
        return None
    if context.reference is None:
        return _unresolved(unit)
    today = context.reference
    if unit == "day":
        return _day(calendar.add_days(today, offset), True)
    if unit == "week":
        return _weekday(calendar.week(today, offset), part, context)
    size = {"month": 1, "quarter": 3, "half": 6}[unit]
    first = (today.month - 1) // size * size + 1 + offset * size
    span = calendar.months(today.year, first, first + size - 1)
    return _of(span, unit, True, year=span.start.year, month=span.start.month if size == 1 else None) if span else None


def _offset_year(part: Part, frame: Frame | None, context: Context, offset: int) -> Frame | None:
    if frame is not None:
        return frame if frame.grain == "year" and part.yields.get("repeats") else None
    if part.yields.get("anchor"):
        year, relative = context.default_year(part.start, wide=True)
    else:
        year, relative = (context.reference.year if context.reference else None), True
    if year is None:
        return _unresolved("year")
    return _of(calendar.years(year + offset, year + offset), "year", relative, year=year + offset)


def _weekday(week: Span | None, part: Part, context: Context) -> Frame | None:
    if week is None:
        return None
    if part.groups.get("weekend"):
        return _of(Span(week.end - timedelta(1), week.end), "day", True)
    weekday = context.grammar.numerals.integer(part.groups.get("weekday") or "")
    return _of(week, "week", True) if weekday is None else _day(calendar.nth_weekday(week, 1, weekday), True)


def _day(when: date | None, relative: bool) -> Frame | None:
    return _of(_one(when), "day", relative, year=when.year if when else None, month=when.month if when else None)


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
                                              last_month=(last - 1) * size + 1 if running else None)
    if year is None:
        return replace(_unresolved(grain), month=first if size == 1 and first == last else None)
    span = calendar.months(year, (first - 1) * size + 1, last * size)
    return _of(span, grain, relative, year=year, month=first if size == 1 and first == last else None)


def _season(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    number = next((int(k[-1]) for k, v in part.groups.items() if v and k.startswith("season_")), 0)
    if frame is None or frame.grain != "year":
        return None
    if frame.year is None:
        return _unresolved("season") if not frame.resolved else None
    return _of(context.grammar.calendar.season(frame.year, number), "season", frame.relative, year=frame.year)


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
        return _unresolved("day") if frame.month is None or calendar.day(2000, frame.month, last) else None
    if frame.year is None or frame.month is None:
        return None
    end = calendar.month_end(frame.year, frame.month)
    if end is None:
        return None
    start, end = calendar.day(frame.year, frame.month, first), (
        end if part.yields["last"] == 31 else calendar.day(frame.year, frame.month, last))
    if start is None or end is None:
        return None
    return _of(Span(start, end), "day", frame.relative, year=frame.year, month=frame.month)


def _lunar_month(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    number = context.number(part, "month")
    if number is None or (frame is not None and frame.grain != "year"):
        return None
    year, relative = (frame.year, frame.relative) if frame else context.default_year(part.start, wide=False)
    if year is None:
        return replace(_unresolved("month"), month=number, lunar=True)
    span = context.grammar.calendar.month(year, number, leap=bool(part.yields.get("leap")))
    return _of(span, "month", relative, year=year, month=number, lunar=True)


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
        return _unresolved("day")
    start = (calendar.add_days(frame.start, first - 1) if frame.lunar and frame.start
             else context.grammar.calendar.day(frame.year, frame.month, first))
    end = calendar.add_days(start, last - first) if start else None
    return _of(Span(start, end), "day", frame.relative, year=frame.year) if start and end else None


def _festival(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    if frame.grain != "year" if frame else part.yields.get("needs_year"):
        return None
    row = context.grammar.festivals[part.groups["word"] or ""]
    year, relative = (frame.year, frame.relative) if frame else context.default_year(part.start, wide=False)
    if year is None:
        return _unresolved("day") if frame is None or not frame.resolved else None
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
        return _day(when, relative)
    start = calendar.add_days(when, int(row["holiday_offset"]))
    end = calendar.add_days(start, int(row["holiday_days"]) - 1) if start else None
    return _of(Span(start, end), "day", relative, year=year) if start and end else None


def _date(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    year, month, number = (context.number(part, k) for k in ("year", "month", "day"))
    if frame is not None or year is None or month is None or number is None:
        return None
    return _day(calendar.day(year, month, number), False)


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
            return _unresolved(unit)
        return _of(calendar.months(year, 1, int(count * size)), unit, relative, year=year)
    if frame is None:
        return _back(part, None, context)
    if not frame.finer(unit) or frame.shape != "span":
        return None
    if frame.start is None or frame.end is None:
        return _unresolved(unit) if not frame.resolved else None
    after = _moved(frame.start, count, unit)
    end = calendar.add_days(after, -1) if after else None
    return _of(Span(frame.start, min(end, frame.end)), unit, frame.relative, year=frame.year) if end else None


def _tail(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    count, unit = _count(part, context)
    if count is None or unit is None or not 1 <= count <= 400 or frame is None or not frame.finer(unit):
        return None
    if frame.start is None or frame.end is None:
        return _unresolved(unit) if not frame.resolved else None
    after = calendar.add_days(frame.end, 1)
    start = _moved(after, -count, unit) if after else None
    return _of(Span(max(start, frame.start), frame.end), unit, frame.relative, year=frame.year) if start else None


def _nth(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    count, unit = _count(part, context)
    if count is None or unit is None or count < 1 or frame is None or not frame.finer(unit):
        return None
    if frame.start is None or frame.end is None:
        return _unresolved(unit) if not frame.resolved else None
    if unit == "week" and frame.year is not None and frame.grain == "year":
        return _of(calendar.nth_week(frame.year, int(count)), "week", frame.relative, year=frame.year)
    start = _moved(frame.start, count - 1, unit)
    after = _moved(frame.start, count, unit)
    end = calendar.add_days(after, -1) if after else None
    if start is None or end is None or end > frame.end:
        return None
    return _of(Span(start, end), unit, frame.relative, year=start.year, month=start.month if unit == "month" else None)


def _nth_weekday(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    count, weekday = context.number(part, "count"), context.number(part, "weekday")
    if count is None or weekday is None or not 1 <= weekday <= 7:
        return None
    if frame is None or frame.grain not in ("year", "month"):
        return None
    if frame.start is None or frame.end is None:
        return _unresolved("day") if not frame.resolved else None
    return _day(calendar.nth_weekday(Span(frame.start, frame.end), count, weekday), frame.relative)


def _week_half(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    if frame is not None:
        return None
    week = calendar.week(context.reference) if context.reference else None
    if week is None:
        return _unresolved("week")
    return _of(Span(week.start, week.start + timedelta(2)) if part.yields["half"] == 1
               else Span(week.start + timedelta(3), week.end), "week", True)


def _shift(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    count, unit = _count(part, context)
    if frame is not None or count is None or unit is None or count <= 0:
        return None
    if context.reference is None:
        return _unresolved("day")
    when = _moved(context.reference, count * part.yields["sign"], unit)
    if when is None:
        return None
    if part.yields["sign"] > 0 and unit == "year":
        return _of(calendar.years(when.year, when.year), "year", True, year=when.year)
    if part.yields["sign"] > 0 and unit == "month":
        return _of(calendar.months(when.year, when.month, when.month), "month", True, year=when.year, month=when.month)
    return _day(when, True)


def _back(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    count, unit = _count(part, context)
    style = part.yields.get("style", "past")
    if frame is not None or unit is None or count is None or not 0 < count <= 400:
        return None
    today = context.reference
    if today is None:
        return _unresolved(unit)
    if unit == "year" and count >= 1:
        whole = int(count)
        if style == "full" or today.month <= _LOOK_BACK_MONTHS or (style == "past" and whole == 1):
            year = today.year - 1
            return _of(calendar.years(year - whole + 1, year), "year", True, year=year if whole == 1 else None)
        if style == "since":
            start = calendar.day(today.year - whole + 1, 1, 1)
            return _of(Span(start, today), "year", True, year=today.year if whole == 1 else None) if start else None
    if style == "full" and unit == "month":
        return _of(calendar.months(today.year, today.month - int(count), today.month - 1), "month", True)
    start, end = _moved(today, -count, unit), calendar.add_days(today, -1)
    return _of(Span(start, end), unit, True) if start and end and start <= end else None


def _ahead(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    count, unit = _count(part, context)
    if frame is not None or unit is None or count is None or not 0 < count <= 400:
        return None
    today = context.reference
    if today is None:
        return _unresolved(unit, "duration")
    if unit == "year" and count >= 1:
        first = today.year + (today.month >= 10)
        return _of(calendar.years(first, first + int(count) - 1), "year", True, shape="duration")
    start, end = calendar.add_days(today, 1), _moved(today, count, unit)
    return _of(Span(start, end), unit, True, shape="duration") if start and end and start <= end else None


def _within(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    count, unit = _count(part, context)
    if frame is not None or unit is None:
        return None
    if unit != "year" or count is None or count < 2 or context.reference is None:
        return Frame("day", None, None, True, False, shape="duration")
    today = context.reference
    end = (calendar.day(today.year + int(count) - 1, 12, 31) if today.month <= _LOOK_BACK_MONTHS
           else _moved(today, count, unit))
    return _of(Span(today, end), "day", True, shape="duration") if end else None


# --- edges and words without a length ---------------------------------------------------------------------------


def _edge(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    at, unit = part.yields["at"], part.yields.get("unit")
    if frame is None:
        if unit is None:
            return None
        frame = _offset_year(part, None, context, 0) if unit == "year" else _offset(part, None, context)
        if frame is None:
            return None
    elif frame.grain in ("day", "week", "edge") or frame.shape != "span" or (unit and frame.grain != unit):
        return None
    if frame.start is None or frame.end is None:
        return _unresolved("edge") if not frame.resolved else None
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
        return _unresolved("edge", "asof")
    start = context.reference if part.yields.get("day") else None
    return Frame("edge", start, context.reference, True, True, shape=part.yields.get("shape", "asof"))


def _none(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    return Frame("edge", None, None, True, False, shape=part.yields["shape"]) if frame is None else None


def _same(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    """The stretch last spoken of (else the year up to the reference day), in the frame's year."""
    if frame is not None and frame.grain != "year":
        return None
    today = context.reference
    last = context.last or (Span(date(today.year, 1, 1), today) if today else None)
    if last is None or (frame is not None and frame.year is None):
        return _unresolved("edge")
    if frame is None or frame.year is None:
        return _of(last, "edge", True)
    years = frame.year - last.end.year
    start = calendar.add_months(last.start, 12 * years)
    end = calendar.add_months(last.end, 12 * years)
    if end and last.end == calendar.month_end(last.end.year, last.end.month):
        end = calendar.month_end(end.year, end.month)
    return _of(Span(start, end), "edge", True) if start and end else None


OPERATIONS: dict[str, Operation] = {
    "year": _year, "era": _era, "plan": _plan, "century": _century, "decade": _decade, "offset": _offset,
    "months": _months, "season": _season, "days": _days, "lunar_month": _lunar_month, "lunar_day": _lunar_day,
    "festival": _festival, "date": _date, "head": _head, "tail": _tail, "nth": _nth, "nth_weekday": _nth_weekday,
    "week_half": _week_half, "shift": _shift, "back": _back, "ahead": _ahead, "within": _within, "edge": _edge,
    "now": _now, "none": _none, "same": _same,
}
"""By the name that `yields.op` of a rule gives."""


def narrow(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    """What `part` makes of the frame before it (None: it begins a time), or None where it cannot stand there."""
    return OPERATIONS[part.op](part, frame, context)
