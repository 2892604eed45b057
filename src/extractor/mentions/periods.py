"""Finds the times that a text speaks of: years, parts of years, deadlines, ranges, bases of comparison.

What counts as a time, and what it means, stands in `rules/periods*.yaml` with examples; this package holds the
mechanism: `periods_scan` finds parts, `periods_resolve` narrows them to days, `periods_wrap` sees to ranges and to
the words around, `calendar` does the arithmetic.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date

from extractor.mentions import periods_wrap
from extractor.mentions.calendar import Span
from extractor.mentions.model import Period
from extractor.mentions.periods_frame import Context, Frame
from extractor.mentions.periods_resolve import narrow
from extractor.mentions.periods_scan import Grammar, grammar
from extractor.rulebook.model import Rulebook

_BARE_COUNT = "periods.within"


def find_periods(text: str, book: Rulebook, reference: date | None) -> list[Period]:
    """The periods of a text, sorted, never overlapping.

    Args:
        text: a clean text (`View.clean`); offsets count its code points, half-open.
        book: the rules.
        reference: the day of publication, which relative periods (今年, 1—10月) are resolved against. Without it
            they keep their text and have null dates.

    Periods inside 《》 are left out: there they belong to a name. A date that is not in the calendar is none. Dates
    are inclusive on both sides and `start_date <= end_date`. Takes time linear in the length of the text.
    """
    return list(_periods(text, grammar(book), reference))


def calendar_spans(periods: Iterable[Period]) -> list[tuple[int, int]]:
    """The spans in which no quantity may lie: those of all periods but bare counts of time (三年内, 30天内)."""
    return [(p.start, p.end) for p in periods if not p.rule.startswith(_BARE_COUNT)]


def probe(book: Rulebook, text: str, reference: date | None, region: str | None) -> list[tuple[str, str]]:
    """For `rulebook.check`: each rule that took part in a period, with the period in brief.

    A brief reads 1—10月 span 2022-01-01..2022-10-31; a missing date is left out.
    """
    return [(rule, f"{p.text} {p.shape} {p.start_date or ''}..{p.end_date or ''}")
            for p in find_periods(text, book, reference) for rule in p.rule.split("+")]


def _periods(text: str, rules: Grammar, reference: date | None) -> Iterator[Period]:
    context = Context(text, rules, reference)
    titles = periods_wrap.title_spans(text)
    title_starts = [start for start, _ in titles]
    floor = 0
    for offset in rules.openings(text):
        if offset < floor:
            continue
        found = _time(text, offset, floor, rules, context)
        if found is None:
            continue
        start, end, frame, fired = found
        floor = end
        inside = bisect_right(title_starts, start) - 1
        if inside >= 0 and titles[inside][1] > start:
            continue
        if frame.grain == "year" and periods_wrap.in_a_name(text, start, end):
            continue
        period = _period(text, start, end, frame, fired, reference)
        _remember(period, frame, context)
        yield period


def _time(text: str, offset: int, floor: int, rules: Grammar,
          context: Context) -> tuple[int, int, Frame, tuple[str, ...]] | None:
    """The time that begins at `offset`, with the words around it: span, meaning and the rules that made it."""
    context.carry = None
    chain = _chain(text, offset, rules, context)
    if chain is None:
        return None
    end, frame, fired = chain
    for rule in rules.joins:
        assert rule.before is not None and rule.after is not None
        link = rule.before.match(text, end)
        if link is None or frame.shape != "span":
            continue
        context.carry = frame
        right = _chain(text, link.end(), rules, context)
        context.carry = None
        closing = rule.after.match(text, right[0]) if right else None
        if right is None or closing is None:
            continue
        joined = periods_wrap.join(frame, right[1], exclusive=bool(rule.yields.get("exclusive")))
        if joined is not None:
            end, frame, fired = closing.end(), joined, (*fired, rule.rule, *right[2])
            break
    best: tuple[int, int, Frame, str] | None = None
    for rule in rules.wraps_before(text[end:end + 1]):
        around = periods_wrap.surroundings(rule, text, offset, end, floor)
        if around is None or (best and around[1] - around[0] <= best[1] - best[0]):
            continue
        made = periods_wrap.shaped(frame, rule, context.reference)
        if made is not None:
            best = (*around, made, rule.rule)
    start = offset
    if best is not None:
        start, end, frame, last = best
        fired = (*fired, last)
    return (start, end, frame, tuple(dict.fromkeys(fired))) if frame.complete else None


def _chain(text: str, offset: int, rules: Grammar, context: Context) -> tuple[int, Frame, tuple[str, ...]] | None:
    """The parts that follow one another from `offset`, each narrowing the one before."""
    frame: Frame | None = None
    end = offset
    fired: tuple[str, ...] = ()
    made: tuple[int, Frame, tuple[str, ...]] | None = None
    starts = [offset]
    while starts:
        at = starts.pop(0)
        for part in rules.parts_at(text, at):
            narrowed = narrow(part, frame, context)
            if narrowed is not None:
                frame, end, fired = narrowed, part.end, (*fired, part.rule)
                made = end, frame, fired
                starts = [end, end + 1] if text[end:end + 1] in rules.glue else [end]
                break
    return made


def _period(text: str, start: int, end: int, frame: Frame, fired: tuple[str, ...], reference: date | None) -> Period:
    shape = frame.shape
    if shape == "edge":
        past = reference is not None and frame.end is not None and frame.end < reference
        shape = "asof" if past else "deadline"
    return Period(start, end, text[start:end], frame.start, frame.end, shape, frame.relative, "+".join(fired))


def _remember(period: Period, frame: Frame, context: Context) -> None:
    """Keep the year and the stretch spoken of, for the months and 同期 that follow."""
    if period.shape == "base":
        return
    if period.start_date and period.end_date and (period.end_date - period.start_date).days <= 366:
        context.last = Span(period.start_date, period.end_date)
    if frame.year is not None and period.shape in ("span", "asof"):
        context.anchor, context.anchor_end = frame.year, period.end
        today = context.reference
        if frame.grain == "year" and (today is None or today.year - 1 <= frame.year <= today.year):
            context.spoken = frame.year
