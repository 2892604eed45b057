"""What a heading says of its section: the time it looks at, and whether it looks forward or back."""

from __future__ import annotations

import re
from datetime import date

from extractor.claims.around import Around
from extractor.claims.model import Analysis, ClaimPeriod
from extractor.claims.scope_frames import BLANK, PLAIN_HEADING, Frame, Frames, claim_period, heading_level, same_time
from extractor.claims.scope_rules import ScopeRules
from extractor.mentions.model import Period
from extractor.text.view import Block


class Headings:
    """Reads the headings of one document into its frames."""

    def __init__(self, doc: Analysis, rules: ScopeRules, frames: Frames, periods: Around[Period]) -> None:
        self.doc, self.rules, self.frames, self.periods = doc, rules, frames, periods
        self.text = doc.text
        self.frames.numbered = any(heading_level(self.text[b.start:b.start + 8]) == 1 for b in doc.view.blocks)

    def enter(self, block: Block) -> None:
        """Opens the section of a heading."""
        words = self.text[block.start:block.end]
        title = re.split("[。：]", words, maxsplit=1)[0] if block.kind != "heading" else words
        frame = self._heading_frame(title, block.start)
        level = heading_level(words[:8]) or self._plain_level(frame)
        top = self.frames.sections[0][1] if self.frames.sections else None
        if frame is None and level == 1 and self.frames.numbered and top is not None and top.tense == "future":
            frame = top  # after the plans of a report come more plans
        if block.kind == "heading" or frame is not None or level == 1:
            self.frames.push(level, frame or BLANK)

    def _plain_level(self, frame: Frame | None) -> int:
        """How deep a heading without a number stands: above the numbered ones if it comes before them and says when."""
        if not self.frames.numbered:
            return PLAIN_HEADING
        inside = any(level == 1 for level, _ in self.frames.sections)
        above = frame is not None and frame.period is not None and (not inside or self.frames.sections[0][0] == 0)
        return 0 if above else 4

    def _past_year(self) -> ClaimPeriod | None:
        """A report of the first months looks back on the year before, where it names no time."""
        published = self.doc.published
        if published is None or published.month > 3:
            return None
        year = published.year - 1
        return ClaimPeriod(None, date(year, 1, 1), date(year, 12, 31), "document")

    def _heading_frame(self, title: str, start: int) -> Frame | None:
        named = self._named_times(start, start + len(title))
        period = named[0] if named else None
        times = named if len(named) > 1 else ()
        found = [rule for rule, pattern in self.rules.headings if pattern.search(title)]
        if len({rule.yields["tense"] for rule in found}) > 1:
            return Frame(period=period, times=times)
        if found and (named or not self._lies_in_tense(title)):
            tense = found[0].yields["tense"]
            last = self._past_year() if tense == "past" and self.frames.numbered else None
            if last is not None and named and not any(same_time(last, t) for t in named):
                times = (*named, last)
            return Frame(tense, found[0].id, period or last, times=times)
        if period is not None and period.end_date and self.doc.published and heading_level(title[:8]):
            tense = "past" if period.end_date < self.doc.published else "future"
            return Frame(tense, "scopes.heading-year", period) if len(title) <= 40 else None
        return None

    def _lies_in_tense(self, title: str) -> bool:
        """Whether it is an item of a section that looks forward or back: （一）高质量发展取得显著成效 among goals."""
        level = heading_level(title[:8])
        return level > 1 and any(frame.tense for outer, frame in self.frames.sections if outer < level)

    def _named_times(self, start: int, end: int) -> tuple[ClaimPeriod, ...]:
        return tuple(claim_period(p, "context") for p in self.periods.within(start, end)
                     if p.shape in ("span", "duration") and not self.rules.not_time.match(self.text, p.end))
