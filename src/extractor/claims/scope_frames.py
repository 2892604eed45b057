"""The frames in which a walk through a document keeps what section, paragraph and sentence have said so far."""

from __future__ import annotations

import re

from extractor.claims.model import Actor, ClaimPeriod, Region, Speaker
from extractor.mentions.model import Period
from extractor.text.segment import Sentence
from extractor.values import value

_LEVELS = ((re.compile(r"[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]+[章部编]"), 1),
           (re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]"), 3),
           (re.compile(r"\d{1,2}[.．、](?!\d)"), 5))
OPENER_LEVEL = 2
"""Where a sentence that opens a list stands among the headings."""
PLAIN_HEADING = 1


def heading_level(words: str) -> int:
    """How deep a numbered heading stands (1 is the highest); 0 for what has no number."""
    return next((level for pattern, level in _LEVELS if pattern.match(words)), 0)


def claim_period(period: Period, source: str) -> ClaimPeriod:
    """A time that is mentioned as the time of a claim; `source` as `ClaimPeriod` has it."""
    return ClaimPeriod(period.text, period.start_date, period.end_date, source, (period.start, period.end))


def same_time(one: ClaimPeriod | Period, other: ClaimPeriod | Period) -> bool:
    """Whether two times begin and end on the same days."""
    return (one.start_date, one.end_date) == (other.start_date, other.end_date)


@value(frozen=True, slots=True)
class Frame:
    """What a section, a paragraph or a sentence has said so far."""

    tense: str | None = None
    tense_rule: str = ""
    period: ClaimPeriod | None = None
    region: Region | None = None
    actor: Actor | None = None
    speaker: Speaker | None = None
    muted: bool = False
    narrow: ClaimPeriod | None = None
    """A narrow time (1—10月) of an earlier sentence of the paragraph; only statistics inherit it."""
    times: tuple[ClaimPeriod, ...] = ()
    """The times that a heading names, where there are several; its section tells of one after the other."""


BLANK = Frame()
"""What has said nothing."""


class Frames:
    """The state of a walk. A clause sees the innermost frame that says anything."""

    def __init__(self) -> None:
        self.sections: list[tuple[int, Frame]] = []
        self.paragraph = self.sentence = BLANK
        self.own_region: Region | None = None
        """The place that the clause itself names."""
        self.numbered = False
        """Whether the sections of the document are numbered, as those of a report are."""
        self.item: tuple[Sentence, str, str] | None = None
        """What holds up to the next semicolon: the forecast of 建成后可年产…，带动就业…."""

    def push(self, level: int, frame: Frame) -> None:
        """Opens a section, which closes those of its level and below."""
        while self.sections and self.sections[-1][0] >= level:
            self.sections.pop()
        self.sections.append((level, frame))

    def inherited_tense(self) -> tuple[str | None, str]:
        """The tense of the innermost frame that has one, and the rule that set it."""
        for frame in (self.sentence, self.paragraph):
            if frame.tense:
                return frame.tense, frame.tense_rule
        for _, frame in reversed(self.sections):
            if frame.tense:
                return frame.tense, frame.tense_rule
        return None, ""

    def section_period(self) -> ClaimPeriod | None:
        """The time of the innermost section that has one."""
        for _, frame in reversed(self.sections):
            if frame.period:
                return frame.period
        return None
