"""What the parts of a time mean so far, and what is known while a text is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from extractor.mentions.calendar import Span
from extractor.mentions.periods_scan import Grammar, Part
from extractor.values import value

_GRAINS = {name: n for n, name in enumerate(
    ("century", "plan", "decade", "year", "half", "quarter", "season", "month", "week", "day", "edge"))}
_SENTENCE_END = re.compile("[。！？!?\n]")
_NEAR = 120
LOOK_BACK_MONTHS = 3
"""Articles of January to March look back on full years (work reports are given in January and February)."""


@value(frozen=True, slots=True)
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


@value(slots=True)
class Context:
    """What is known while a text is read from its beginning to its end."""

    text: str
    grammar: Grammar
    reference: date | None
    anchor: int | None = None
    """The year of the time last spoken of, and where that ends."""
    anchor_end: int = -1
    spoken: int | None = None
    """The year last spoken of as a whole (2025年, 今年), if it is that of publication or the one before."""
    last: Span | None = None
    """The stretch last spoken of, which 同期 takes up."""
    carry: Frame | None = None
    """The left side of a range, whose year and month the right side shares."""

    def number(self, part: Part, key: str, default: int | None = None) -> int | None:
        """The number that a rule names: itself or a numeral in a group."""
        value = part.yields.get(key, default)
        if isinstance(value, str):
            text = part.group(value)
            return self.grammar.numerals.integer(text) if text else default
        return value if isinstance(value, int) else default

    def default_year(self, offset: int, *, wide: bool, last_month: int | None = None,
                     month: int | None = None) -> tuple[int | None, bool]:
        """The year of a month, quarter or festival that names none, and whether it hangs on the reference day.

        It is that of the range's left side, that spoken of in the same sentence, else the year of publication. A
        quarter or a sum of months (`wide`) goes with the year that the text speaks of, and so does a `month` that lies
        ahead while the text speaks of the year before. A sum of months whose last one has not yet begun (1—11月 in
        January) is one of the year before.
        """
        if self.carry is not None and (self.carry.year is not None or not self.carry.resolved):
            return self.carry.year, self.carry.relative
        if self.anchor is not None:
            gap = offset - self.anchor_end
            if gap <= _NEAR and not _SENTENCE_END.search(self.text, self.anchor_end, offset):
                return self.anchor, False
        if self.spoken is not None and (wide or (month and self.reference and month > self.reference.month
                                                 and self.spoken < self.reference.year)):
            return self.spoken, False
        if self.reference is None:
            return None, True
        year = self.reference.year
        if last_month and self.reference.month <= LOOK_BACK_MONTHS and last_month > self.reference.month:
            year -= 1
        return year, True


Operation = Callable[[Part, Frame | None, Context], Frame | None]
"""Narrows a frame (None: begins one) by a part; None where the part cannot stand there."""


def frame_of(span: Span | None, grain: str, relative: bool, *, year: int | None = None, month: int | None = None,
        shape: str = "span", lunar: bool = False) -> Frame | None:
    """A resolved frame of a span, None for none."""
    if span is None:
        return None
    return Frame(grain, span.start, span.end, True, relative, year, month, lunar, shape)


def unresolved(grain: str, shape: str = "span") -> Frame:
    """A frame that needs the reference day and has none."""
    return Frame(grain, None, None, False, True, shape=shape)


def one_day(when: date | None) -> Span | None:
    """A span of one day, None for none."""
    return Span(when, when) if when else None


def day_frame(when: date | None, relative: bool) -> Frame | None:
    """A resolved frame of one day, None for none."""
    return frame_of(one_day(when), "day", relative, year=when.year, month=when.month) if when else None
