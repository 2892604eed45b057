"""What a heading says of its section: the time it looks at, and whether it looks forward or back."""

from __future__ import annotations

import re
from datetime import date

from extractor.claims.around import Around
from extractor.claims.model import Analysis, ClaimPeriod
from extractor.claims.scope_frames import PLAIN_HEADING, Frame, Frames, claim_period, heading_level
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
        level = heading_level(words[:8]) or PLAIN_HEADING
        if not heading_level(words[:8]) and self.frames.numbered:
            level = 4
        title = re.split("[。：]", words, maxsplit=1)[0] if block.kind != "heading" else words
        frame = self._heading_frame(title, block.start)
        top = self.frames.sections[0][1] if self.frames.sections else None
        if frame is None and level == 1 and self.frames.numbered and top is not None and top.tense == "future":
            frame = top  # after the plans of a report come more plans
        if block.kind == "heading" or frame is not None or level == 1:
            self.frames.push(level, frame or Frame())

    def _past_year(self) -> ClaimPeriod | None:
        """A report of the first months looks back on the year before, where it names no time."""
        published = self.doc.published
        if published is None or published.month > 3:
            return None
        year = published.year - 1
        return ClaimPeriod(None, date(year, 1, 1), date(year, 12, 31), "document")

    def _heading_frame(self, title: str, start: int) -> Frame | None:
        period = self._heading_period(start, start + len(title))
        tenses = {rule.yields["tense"] for rule, pattern in self.rules.headings if pattern.search(title)}
        if len(tenses) > 1:
            return Frame(period=period, second=self._second_period(start, title))
        for rule, pattern in self.rules.headings:
            if pattern.search(title):
                if period is None and rule.yields["tense"] == "past" and self.frames.numbered:
                    period = self._past_year()
                return Frame(rule.yields["tense"], rule.id, period, second=self._second_period(start, title))
        if period is not None and period.end_date and self.doc.published and heading_level(title[:8]):
            tense = "past" if period.end_date < self.doc.published else "future"
            return Frame(tense, "scopes.heading-year", period) if len(title) <= 40 else None
        return None

    def _heading_period(self, start: int, end: int) -> ClaimPeriod | None:
        spans = [p for p in self.periods.within(start, end) if p.shape in ("span", "duration")
                 and not self.rules.not_time.match(self.text, p.end)]
        return claim_period(spans[0], "context") if spans else None

    def _second_period(self, start: int, title: str) -> ClaimPeriod | None:
        spans = [p for p in self.periods.within(start, start + len(title)) if p.shape == "span"]
        return claim_period(spans[1], "context") if len(spans) == 2 else None
