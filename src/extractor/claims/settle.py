"""A number with its indicator becomes a claim: type, time, place and basis by what the clause inherits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from extractor.claims.lexicon import Lexicon
from extractor.claims.model import Analysis, Basis, Claim, ClaimPeriod, Region, ScopedClause
from extractor.claims.reading import Reading
from extractor.mentions.model import Period, Quantity
from extractor.values import value


@value(frozen=True, slots=True)
class Draft:
    """A number with its indicator and kind, before time and type."""

    quantity: Quantity
    indicator: str
    reading: Reading
    start: int
    base_period: bool = False
    """Whether it is the first number of 从A提高到B."""
    end_state: bool = False
    """Whether it is the second."""
    region: Region | None = None
    behind: int = 0
    """Where the first number of 从A提高到B ends; a time before it is none of the second."""


class Settler:
    """Settles the drafts of one document."""

    def __init__(self, analysis: Analysis, lex: Lexicon) -> None:
        self.doc = analysis
        self.lex = lex

    def claim(self, scoped: ScopedClause, draft: Draft, group: int) -> Claim:
        """The claim that a draft makes."""
        q = draft.quantity
        period = self._period(scoped, draft)
        kind = draft.reading.kind
        kind_type, type_rule = self._type(scoped, draft, period)
        if draft.base_period:
            kind_type = "achievement"
        region = draft.region or scoped.scope.region
        rules = (draft.reading.rule, q.rule, *((type_rule,) if type_rule else ()))
        return Claim(kind_type, draft.start, scoped.clause.end, rules, kind, draft.indicator, q,
                     negative=draft.reading.negative and kind == "change", basis=self._basis(scoped, draft),
                     period=period, region=region, actor=scoped.scope.actor, speaker=scoped.scope.speaker,
                     group=group)

    def _type(self, scoped: ScopedClause, draft: Draft, period: ClaimPeriod | None) -> tuple[str, str]:
        tense, rule = scoped.scope.tense, scoped.scope.tense_rule
        if self.lex.own_time.match(draft.indicator) and tense != "past":
            return "target", "claims.plan-of-year"
        if tense == "future":
            return "target", rule
        if tense == "yearly":
            return "target" if scoped.scope.speaker or self._plans(period) else "achievement", rule
        if tense == "potential":
            return "target", rule
        if tense == "forecast":
            over = period is not None and period.end_date is not None and self.doc.published is not None and (
                period.end_date <= self.doc.published)
            return ("achievement" if over else "target"), rule
        if tense != "past" and self._lies_ahead(period, scoped):
            return "target", "claims.time-ahead"
        return "achievement", rule

    def _lies_ahead(self, period: ClaimPeriod | None, scoped: ScopedClause) -> bool:
        """Whether a time is a deadline still to come, or has hardly begun."""
        published = self.doc.published
        if period is None or published is None or period.end_date is None or period.end_date <= published:
            return False
        if period.start_date is None or period.start_date > published:
            return True
        if period.end_date.year > published.year and period.start_date.year >= published.year:
            return True
        if period.place is None or period.place[0] < scoped.sentence.start:
            return False
        return (published - period.start_date).days < 0.3 * (period.end_date - period.start_date).days

    def _plans(self, period: ClaimPeriod | None) -> bool:
        published = self.doc.published
        return period is not None and published is not None and period.end_date is not None and (
            period.end_date > published)

    def _period(self, scoped: ScopedClause, draft: Draft) -> ClaimPeriod | None:
        q = draft.quantity
        own = self._own_period(scoped.periods, q, draft)
        inherited = scoped.scope.period
        if inherited is None and self._is_statistic(draft):
            inherited = scoped.scope.narrow
        period = own or inherited
        if own is not None and own.text is not None and own.start_date is None and own.end_date is None and (
                inherited is not None):
            period = replace(own, start_date=inherited.start_date, end_date=inherited.end_date)
        elif period is inherited and period is not None and period.place is not None and (
                draft.start <= period.place[0] < scoped.clause.end):
            period = replace(period, source="stated")
        if draft.base_period and own is None and period is not None and period.start_date is not None:
            return replace(period, start_date=None, end_date=period.start_date - timedelta(days=1))
        if draft.end_state and own is None and period is not None and period.start_date is not None and (
                _years(period) > 1):
            return replace(period, start_date=None)
        return period

    def _is_statistic(self, draft: Draft) -> bool:
        if draft.reading.kind in ("change", "gap"):
            return True
        return draft.quantity.category in ("money", "percent") and bool(self.lex.measure_end.search(draft.indicator))

    def _own_period(self, periods: Iterable[Period], q: Quantity, draft: Draft) -> ClaimPeriod | None:
        periods = [p for p in periods if p.shape != "recurring" or self.lex.yearly.match(p.text)]
        before = [p for p in periods if draft.behind <= p.start and p.end <= q.start
                  and p.shape not in ("base", "vague")]
        after = [p for p in periods if p.start >= q.end and p.shape in ("deadline", "recurring")]
        chosen = before[-1] if before else after[0] if after else None
        if chosen is None:
            return None
        return ClaimPeriod(chosen.text, chosen.start_date, chosen.end_date, "stated", (chosen.start, chosen.end))

    def _basis(self, scoped: ScopedClause, draft: Draft) -> Basis | None:
        if draft.reading.basis is not None:
            return draft.reading.basis
        if draft.reading.kind != "change":
            return None
        for p in scoped.periods:
            if p.shape == "base" and p.end <= draft.quantity.start:
                return Basis("since", p.text)
        return None


def _years(period: ClaimPeriod) -> float:
    assert period.start_date is not None
    end = period.end_date or date.max
    return (end - period.start_date).days / 365.0
