"""Arithmetic of the Gregorian and the Chinese calendar. Knows no words.

Every function is total over the years that `datetime.date` knows: what falls outside gives None, so that a text
with an impossible date (the 31st of February) yields no date instead of an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from extractor.values import value

MONTH, QUARTER, HALF = 1, 3, 6
"""Lengths in months."""


@value(frozen=True, slots=True)
class Span:
    """Days from `start` to `end`, both inclusive."""

    start: date
    end: date


def day(year: int, month: int, number: int) -> date | None:
    """A day of the Gregorian calendar, None where there is none."""
    try:
        return date(year, month, number)
    except (ValueError, OverflowError):
        return None


def month_start(year: int, month: int) -> date | None:
    """The first day of a month; months below 1 and above 12 run into the neighbouring years."""
    return day(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def month_end(year: int, month: int) -> date | None:
    """The last day of a month, with months running over as in `month_start`."""
    if (month - 1) % 12 == 11:
        return day(year + (month - 1) // 12, 12, 31)
    following = month_start(year, month + 1)
    return following - timedelta(1) if following else None


def months(year: int, first: int, last: int) -> Span | None:
    """The days of the months `first` to `last` of a year."""
    start, end = month_start(year, first), month_end(year, last)
    return Span(start, end) if start and end and start <= end else None


def years(first: int, last: int) -> Span | None:
    """The days of whole years."""
    start, end = day(first, 1, 1), day(last, 12, 31)
    return Span(start, end) if start and end and start <= end else None


def add_days(when: date, number: int) -> date | None:
    """`number` days later."""
    try:
        return when + timedelta(number)
    except OverflowError:
        return None


def add_months(when: date, number: int) -> date | None:
    """The same day `number` months later, or the last day of that month where it is shorter."""
    last = month_end(when.year, when.month + number)
    return day(last.year, last.month, min(when.day, last.day)) if last else None


def week(when: date, offset: int = 0) -> Span | None:
    """The week (Monday to Sunday, GB/T 7408 as ISO 8601) that lies `offset` weeks after that of `when`."""
    start = add_days(when, 7 * offset - when.weekday())
    end = add_days(start, 6) if start else None
    return Span(start, end) if start and end else None


def nth_week(span: Span, number: int) -> Span | None:
    """The nth week of a year or month: as in ISO 8601 the first one is that with the span's first Thursday."""
    thursday = nth_weekday(span, number, 4)
    return week(thursday) if thursday else None


def nth_weekday(span: Span, number: int, weekday: int) -> date | None:
    """The `number`th Monday (1) to Sunday (7) of a span."""
    found = add_days(span.start, (weekday - span.start.isoweekday()) % 7 + 7 * (number - 1))
    return found if found and number >= 1 and found <= span.end else None


@dataclass(frozen=True, slots=True)
class _Year:
    new_year: date
    leap_month: int
    month_lengths: tuple[int, ...]
    term_days: tuple[int, ...]


class ChineseCalendar:
    """The Chinese lunar months and the 24 solar terms, from a table of years."""

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        """`rows` have year, new_year (ISO), leap_month (0: none), month_lengths, term_days (24, from January)."""
        self._rows = {int(row["year"]): row for row in rows}
        self._made: dict[int, _Year] = {}

    def _year(self, year: int) -> _Year | None:
        if year not in self._made:
            row = self._rows.get(year)
            if row is None:
                return None
            self._made[year] = _Year(date.fromisoformat(row["new_year"]), int(row["leap_month"]),
                                     tuple(map(int, row["month_lengths"].split())),
                                     tuple(map(int, row["term_days"].split())))
        return self._made[year]

    def month(self, year: int, month: int, *, leap: bool = False) -> Span | None:
        """A lunar month of the lunar year that begins in the Gregorian `year`."""
        facts = self._year(year)
        if facts is None or not 1 <= month <= 12 or (leap and facts.leap_month != month):
            return None
        index = month - 1 + (leap or 0 < facts.leap_month < month)
        start = facts.new_year + timedelta(sum(facts.month_lengths[:index]))
        return Span(start, start + timedelta(facts.month_lengths[index] - 1))

    def day(self, year: int, month: int, number: int, *, leap: bool = False) -> date | None:
        """A day of a lunar month; the last day of the year's last month is `month` 12, `number` 0."""
        span = self.month(year, month, leap=leap)
        if span is None:
            return None
        if number == 0:
            following = self._year(year + 1)
            return following.new_year - timedelta(1) if following else span.end
        found = span.start + timedelta(number - 1)
        return found if number >= 1 and found <= span.end else None

    def term(self, year: int, number: int) -> date | None:
        """The day of a solar term, 1 (the first of January) to 24."""
        facts = self._year(year)
        return date(year, (number + 1) // 2, facts.term_days[number - 1]) if facts and 1 <= number <= 24 else None

    def season(self, year: int, number: int) -> Span | None:
        """Spring (1) to winter (4): from the term that opens the season to the day before the next opens."""
        first, index = self.term(year, 6 * number - 3), 6 * number + 3
        following = self.term(year, index) if index <= 24 else self.term(year + 1, index - 24)
        return Span(first, following - timedelta(1)) if first and following else None


class Numerals:
    """Reads the short numerals of dates: Arabic, positional (二〇二五) and with tens and hundreds (二十一, 廿二)."""

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        """`rows` have numeral (one character) and value (empty: some, as in 几年)."""
        self._value = {row["numeral"]: float(row["value"]) if row["value"] else None for row in rows}

    def read(self, text: str) -> float | None:
        """The number, None for one that is not told (几年) or not a number."""
        try:
            return float(text)
        except ValueError:
            pass
        total, current, positional = 0.0, None, True
        for char in text:
            value = self._value.get(char)
            if value is None:
                return None
            if value >= 100 or value == 10:
                total += (1.0 if current is None else current) * value
                current, positional = None, False
            elif value in (20.0, 30.0):
                total, positional = total + value, False
            elif current is None:
                current = value
            else:
                current = current * 10 + value
        return total + (current or 0.0) if not positional or current is not None else None

    def integer(self, text: str) -> int | None:
        """The number where it is a whole one."""
        value = self.read(text)
        return int(value) if value is not None and value == int(value) else None


def five_year_plan(number: int) -> Span | None:
    """The years of China's Nth five-year plan: I 1953–57, II 1958–62, from III (1966) every five years."""
    if number in (1, 2):
        return years(1948 + 5 * number, 1952 + 5 * number)
    return years(1951 + 5 * number, 1955 + 5 * number) if 3 <= number <= 40 else None
