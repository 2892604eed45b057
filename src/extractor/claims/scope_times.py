"""Time and tense of a clause: what its own words say, and how far that reaches."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

from extractor.claims.around import Around
from extractor.claims.model import Analysis, ClaimPeriod
from extractor.claims.scope_frames import OPENER_LEVEL, Frame, Frames, claim_period, same_time
from extractor.claims.scope_rules import ScopeRules
from extractor.mentions.model import Entity, Period
from extractor.rulebook.model import Rule
from extractor.text.segment import Clause, Sentence

_SUBJECTS = ("GPE", "ZONE", "ORG", "FAC", "LOC")


class Times:
    """Reads times and tenses of one document into its frames."""

    def __init__(self, doc: Analysis, rules: ScopeRules, frames: Frames, periods: Around[Period]) -> None:
        self.doc, self.rules, self.frames, self.periods = doc, rules, frames, periods
        self.text = doc.text
        self.signs = Around(rules.signs.find(doc.text))

    def own_tense(self, words: str, clause: Clause, sentence: Sentence) -> tuple[str | None, str]:
        """The tense that the clause itself marks; sets the frames as far as the rule reaches."""
        own: tuple[str | None, str] = (None, "")
        signs, always = self.signs.within(clause.start, clause.start + len(words)), self.rules.signs.always
        if not signs and not always:
            return own
        for number in sorted({*always, *(number for sign in signs for number in sign.patterns)}):
            rule, pattern = self.rules.clauses[number]
            if not pattern.search(words):
                continue
            tense, reach = rule.yields["tense"], rule.yields.get("reach", "clause")
            if self._yields_way(rule):
                continue
            inherited = self.frames.inherited_tense()
            said = tense == "future" and bool(rule.yields.get("weak")) and inherited in self.rules.openers
            if own[0] is None or (own[0] == "past" and tense == "future"):
                own = inherited if said else (tense, rule.id)
            if said:
                continue  # a list of targets or tasks says so already
            if reach == "section":
                stated = self._opener_period(clause, tense)
                if stated is None and rule.yields.get("period") == "year":
                    stated = self._year(tense)
                self._open(clause, sentence, Frame(tense, rule.id, stated))
            elif reach == "paragraph":
                year = self._year(tense) if rule.yields.get("period") == "year" else None
                self.frames.paragraph = replace(self.frames.paragraph, tense=tense, tense_rule=rule.id,
                                                period=year or self.frames.paragraph.period)
            elif reach == "item":
                self.frames.item = (sentence, tense, rule.id)
            elif reach == "sentence":
                self.frames.sentence = replace(self.frames.sentence, tense=tense, tense_rule=rule.id)
                if self.frames.paragraph.speaker is not None and tense == "future":
                    self.frames.paragraph = replace(self.frames.paragraph, tense=tense, tense_rule=rule.id)
        return own

    def _open(self, clause: Clause, sentence: Sentence, frame: Frame) -> None:
        """An opener holds for the section; where no sections are numbered and its list follows in the same paragraph,
        for that paragraph."""
        if self.frames.numbered or self.doc.view.blocks[sentence.block].end - clause.end <= 2:
            self.frames.push(OPENER_LEVEL, frame)
        else:
            self.frames.paragraph = replace(self.frames.paragraph, tense=frame.tense, tense_rule=frame.tense_rule,
                                            period=frame.period or self.frames.paragraph.period)

    def _yields_way(self, rule: Rule) -> bool:
        """Whether a weak mark says another tense than the section (or, for `weak: any`, anything around) has set."""
        weak = rule.yields.get("weak")
        if not weak:
            return False
        frames = [f for _, f in reversed(self.frames.sections)]
        if weak == "any":
            frames = [self.frames.sentence, self.frames.paragraph, *frames]
        inherited = next((f.tense for f in frames if f.tense), None)
        everywhere = (self.frames.sentence, self.frames.paragraph, *(f for _, f in reversed(self.frames.sections)))
        if rule.yields["tense"] == "future" and self.is_ahead(next((f.period for f in everywhere if f.period), None)):
            return False
        return inherited is not None and inherited != rule.yields["tense"]

    def _opener_period(self, clause: Clause, tense: str) -> ClaimPeriod | None:
        for period in self.periods.within(clause.start, clause.end):
            if period.shape in ("span", "duration"):
                return claim_period(period, "context")
        frames: tuple[Frame, ...] = tuple(f for _, f in reversed(self.frames.sections))
        if tense == "past":
            frames = (self.frames.sentence, self.frames.paragraph, *frames)
        return next((f.period for f in frames if f.period and (tense == "past" or f.tense == tense)), None)

    def _year(self, tense: str) -> ClaimPeriod | None:
        """Targets whose year is not named are those of the year of publication."""
        known = next((f.period for _, f in reversed(self.frames.sections) if f.period and f.tense == tense), None)
        published = self.doc.published
        if known is not None or published is None:
            return known
        return ClaimPeriod(None, date(published.year, 1, 1), date(published.year, 12, 31), "document")

    def opening_period(self, clause: Clause, periods: tuple[Period, ...],
                       entities: tuple[Entity, ...]) -> Period | None:
        """The period that a clause opens with, or has right after its subject, and hands on to what follows."""
        if not periods:
            return None
        subject = next((e for e in entities if e.start == clause.start and e.label in _SUBJECTS), None)
        for period in periods:
            if subject is not None and period.start == subject.end and period.shape in ("span", "asof") and (
                    not self.rules.streak.match(period.text)):
                return period
            lead = self.text[clause.start:period.start]
            if period.shape in ("base", "recurring") or self.rules.not_time.match(self.text, period.end, clause.end):
                continue
            if self.rules.time_lead.fullmatch(lead) and not self.rules.streak.match(period.text):
                return period
        return None

    def set_period(self, period: Period, *, alone: bool) -> None:
        """A broad time (a year, an as-of day, a deadline) holds for the paragraph, a narrow one for its sentence.

        In a report of numbered sections a time of several years that stands alone (五年来，…) holds for the section,
        one inside its clause (“十五五”时期新增人口100万) for its sentence.
        """
        made = claim_period(period, "context")
        days = (period.end_date - period.start_date).days if period.start_date and period.end_date else None
        long = days is not None and days > 700 and period.shape != "deadline"
        broad = period.shape in ("deadline", "asof", "duration") or (days is not None and days >= 360) or (
            period.end_date is not None and period.end_date == self.doc.published and (days or 0) > 31)
        self.frames.sentence = replace(self.frames.sentence, period=made)
        if long and not alone and self.frames.sections:
            return
        if not broad:
            self.frames.paragraph = replace(self.frames.paragraph, narrow=made,
                                            period=None if period.shape == "span" else self.frames.paragraph.period)
            return
        self.frames.paragraph = replace(self.frames.paragraph, period=made)
        if long and self.frames.sections and self.frames.numbered:
            level, frame = self.frames.sections[-1]
            self._push_time(max(level, OPENER_LEVEL), frame, made)

    def _push_time(self, level: int, frame: Frame, period: ClaimPeriod) -> None:
        tense = "past" if self.is_over(period) else "future" if self.is_ahead(period) else frame.tense
        rule = frame.tense_rule if tense == frame.tense else "scopes.long-time"
        self.frames.push(level, replace(frame, period=period, tense=tense, tense_rule=rule))

    def turn_to(self, period: Period) -> None:
        """A section whose heading names several times turns to the one that a clause without figures opens with.

        2025年和“十四五”时期工作回顾 tells of the year, then of the five years (五年来，我们…).
        """
        for level, frame in reversed(self.frames.sections):
            if any(same_time(t, period) for t in frame.times):
                self._push_time(level, frame, claim_period(period, "context"))
                return

    def turn_on(self) -> None:
        """A list of another form that nothing introduces tells of the next time that the heading names."""
        for level, frame in reversed(self.frames.sections):
            for told, following in pairwise(frame.times):
                if frame.period is not None and same_time(told, frame.period):
                    self._push_time(level, frame, following)
                    return

    def is_ahead(self, period: ClaimPeriod | None) -> bool:
        """Whether a time of several years reaches beyond the year of publication and begins no earlier than it."""
        published = self.doc.published
        if published is None or period is None or period.end_date is None or period.end_date.year <= published.year:
            return False
        return period.start_date is None or period.start_date.year >= published.year

    def is_past(self, period: ClaimPeriod) -> bool:
        """Whether a time was over before publication."""
        return period.end_date is not None and self.doc.published is not None and (
            period.end_date < self.doc.published)

    def is_over(self, period: Period | ClaimPeriod) -> bool:
        """Whether a time was over at publication."""
        return period.end_date is not None and self.doc.published is not None and (
            period.end_date <= self.doc.published)

    def section_lies_ahead(self) -> bool:
        """Whether the section's own time has hardly begun on the day of publication."""
        published = self.doc.published
        period = self.frames.section_period()
        if period is None or published is None or period.end_date is None or period.start_date is None:
            return False
        return period.end_date > published and (
            (published - period.start_date).days < 0.3 * (period.end_date - period.start_date).days)
