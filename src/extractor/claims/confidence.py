"""How sure a claim is: how often claims made this way were right on annotated text.

A claim has features - the rules that made it, its kind, whether its indicator stands in the text or is inherited - and
every feature has a weight in `rules/confidence.csv`. The weights of a claim's features add up to the logarithm of the
odds that it is right; nothing else goes in, so a confidence can be taken apart again (`explained`).

The weights are fitted by `scripts/fit_confidence.py`. "Right" means, for a claim with a number, that type, kind,
number, unit, bound, span and indicator agree with a careful reader's; for an action that verb and object do.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from math import exp
from typing import NamedTuple

from extractor.claims.action_lexicon import lexicon as action_lexicon
from extractor.claims.action_scales import scales
from extractor.claims.catalogue import canonical_indicator
from extractor.claims.lexicon import lexicon
from extractor.claims.model import Action, Analysis, Claim
from extractor.rulebook.model import Rulebook

_MARK = re.compile(r"[，：；]")
_LIST = frozenset("，。；：、")
_NEAR = 6
_KEPT = 16384
"""Forms whose confidence is remembered; a report has some hundred different ones."""
_UNKNOWN = 0.5


class _OfNumber(NamedTuple):
    """What is told of a claim with a number. Claims that are alike in it are as sure as each other."""

    type: str
    kind: str
    category: str
    rule: str
    length: int
    head: str
    """Where the indicator stands."""
    known: str
    """`official`, `measured` or empty."""
    several: bool
    """Whether more than one clause comes before the number."""
    bound: bool
    numbers: int
    marked: bool
    listed: bool

    def features(self) -> list[str]:
        """The names of what is told, in the order of their weights' sum."""
        found = ["number", f"number type {self.type}", f"number kind {self.kind}", f"number category {self.category}",
                 f"number rule {self.rule}", f"number length {_size(self.length, 2, 4, 8, 14, 20)}",
                 f"number {self.head}"]
        if self.known:
            found.append(f"number {self.known}")
        if self.several:
            found.append("number clauses several")
        if self.bound:
            found.append("number bound")
        found += [f"number numbers {self.numbers}", "number tense marked" if self.marked else "number tense open"]
        if self.listed:
            found.append("number list")
        return found


class _OfAction(NamedTuple):
    """What is told of an action."""

    type: str
    status: str
    verb: str
    weight: float
    """Of the verb alone."""
    rules: tuple[str, ...]
    length: int
    covered: int
    """How many tenths of the evidence are verb and object."""
    named: bool
    listed: bool
    numbers: bool
    actor: bool

    def features(self, by_rule: Sequence[tuple[str, float]]) -> list[str]:
        """The names of what is told, in the order of their weights' sum; `by_rule` is what rules add to a verb."""
        weight = self.weight + sum(more for rule, more in by_rule if rule in self.rules)
        found = ["action", f"action type {self.type}", f"action status {self.status}", f"action verb {self.verb}",
                 f"action weight {_size(round(weight * 10), 2, 4, 7, 10, 15)}",
                 f"action length {_size(self.length, 5, 8, 14, 24, 40)}",
                 f"action covered {_size(self.covered, 4, 6, 8, 10)}",
                 *(f"action rule {rule}" for rule in self.rules)]
        if self.named:
            found.append("action named")
        if self.listed:
            found.append("action list")
        if self.numbers:
            found.append("action holds number")
        if self.actor:
            found.append("action actor")
        return found


class Weights:
    """The weights of a rulebook."""

    def __init__(self, book: Rulebook) -> None:
        rows = book.rows("confidence") if "confidence" in book.tables else ()
        self.by_feature: Mapping[str, float] = {row["feature"]: float(row["weight"]) for row in rows}
        self._by_rule = [(w.rule.id, w.weight) for w in scales(book).rules]
        self.confidence = lru_cache(_KEPT)(self._confidence)
        """How sure claims of a form are, between 0 and 1; a feature without a weight says nothing."""

    def features(self, form: _OfNumber | _OfAction) -> list[str]:
        """The features of a form, each a name that `rules/confidence.csv` may give a weight."""
        return form.features() if isinstance(form, _OfNumber) else form.features(self._by_rule)

    def _confidence(self, form: _OfNumber | _OfAction) -> float:
        if not self.by_feature:
            return _UNKNOWN
        return 1 / (1 + exp(-sum(self.by_feature.get(f, 0.0) for f in self.features(form))))


class Judge:
    """Says of the claims of one document how sure they are."""

    def __init__(self, analysis: Analysis) -> None:
        book = analysis.book
        self._text, self._book = analysis.text, book
        self._numbers = [q.start for q in analysis.quantities]
        self._measure_end = lexicon(book).measure_end
        self._verbs = action_lexicon(book).verbs
        self._weights = book.made("claims.confidence", Weights)

    def confidence(self, claim: Claim) -> float:
        """How sure a claim is, between 0 and 1."""
        return self._weights.confidence(self._form(claim))

    def features(self, claim: Claim) -> list[str]:
        """The features of a claim, each a name that `rules/confidence.csv` may give a weight."""
        return self._weights.features(self._form(claim))

    def explained(self, claim: Claim) -> list[tuple[str, float]]:
        """The features of a claim with their weights (logarithms of odds), the heaviest first."""
        known = self._weights.by_feature
        return sorted(((f, known[f]) for f in self.features(claim) if known.get(f)),
                      key=lambda item: (-abs(item[1]), item[0]))

    def _form(self, claim: Claim) -> _OfNumber | _OfAction:
        inside = bisect_left(self._numbers, claim.end) - bisect_left(self._numbers, claim.start)
        return self._of_number(claim, inside) if claim.action is None else self._of_action(claim, claim.action, inside)

    def _of_number(self, claim: Claim, inside: int) -> _OfNumber:
        quantity, indicator = claim.quantity, claim.indicator or ""
        assert quantity is not None
        before = self._text[claim.start:quantity.start]
        at = before.rfind(indicator)
        if at >= 0:
            head = "head right before" if quantity.start - at - len(indicator) <= _NEAR else "head before"
        else:
            words = self._text[claim.start:claim.end]
            head = "head after" if indicator in words else (
                "head in parts" if set(words).issuperset(indicator) else "head elsewhere")
        known = "official" if canonical_indicator(self._book, indicator) else (
            "measured" if self._measure_end.search(indicator) else "")
        return _OfNumber(claim.type, str(claim.kind), quantity.category, claim.rules[0], min(len(indicator), 21), head,
                         known, _MARK.search(before) is not None, quantity.op != "=", min(inside, 4),
                         len(claim.rules) > 2, not _LIST.isdisjoint(indicator))

    def _of_action(self, claim: Claim, action: Action, inside: int) -> _OfAction:
        verb = self._verbs.get(action.verb)
        said = action.object
        covered = (len(action.verb) + len(said)) / max(1, claim.end - claim.start)
        return _OfAction(claim.type, action.status, verb.kind if verb else "joined", verb.weight if verb else 0.5,
                         claim.rules, min(len(said), 41), round(covered * 10), "“" in said or "《" in said,
                         "、" in said, inside > 0, claim.actor is not None)


def confidence(analysis: Analysis, claim: Claim) -> float:
    """How sure a claim is, between 0 and 1."""
    return Judge(analysis).confidence(claim)


def explained(analysis: Analysis, claim: Claim) -> list[tuple[str, float]]:
    """The features of a claim with their weights (logarithms of odds), the heaviest first."""
    return Judge(analysis).explained(claim)


def features(analysis: Analysis, claim: Claim) -> list[str]:
    """The features of a claim, each a name that `rules/confidence.csv` may give a weight."""
    return Judge(analysis).features(claim)


def _size(number: int, *steps: int) -> str:
    """The class of a number: `..4` up to the first step that it reaches not, `25..` beyond the last."""
    return next((f"..{step}" for step in steps if number <= step), f"{steps[-1] + 1}..")


def probe(book: Rulebook, text: str, reference: date | None, region: str | None) -> Iterator[tuple[str, str]]:
    """For `rules check`: whether a claim of the text is more likely right than wrong."""
    from extractor.claims import find_claims
    from extractor.engine import analyse

    analysis = analyse(text, reference, region, book)
    for claim in find_claims(analysis):
        yield "confidence", "likely" if confidence(analysis, claim) > _UNKNOWN else "doubtful"
