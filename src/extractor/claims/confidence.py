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
from dataclasses import dataclass
from datetime import date
from math import exp
from operator import attrgetter

from extractor.claims.action_lexicon import lexicon as action_lexicon
from extractor.claims.catalogue import canonical_indicator
from extractor.claims.lexicon import lexicon
from extractor.claims.model import Action, Analysis, Claim
from extractor.rulebook.model import Rulebook

_START = attrgetter("start")
_MARK = re.compile(r"[，：；]")
_UNKNOWN = 0.5


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of one kind of claim."""

    by_feature: Mapping[str, float]

    def confidence(self, features: Sequence[str]) -> float:
        """Between 0 and 1; a feature without a weight says nothing."""
        if not self.by_feature:
            return _UNKNOWN
        return 1 / (1 + exp(-sum(self.by_feature.get(f, 0.0) for f in features)))


def weights(book: Rulebook) -> Weights:
    """The weights of a rulebook."""
    return book.made("claims.confidence", _build)


def _build(book: Rulebook) -> Weights:
    rows = book.rows("confidence") if "confidence" in book.tables else ()
    return Weights({row["feature"]: float(row["weight"]) for row in rows})


def confidence(analysis: Analysis, claim: Claim) -> float:
    """How sure a claim is, between 0 and 1."""
    return weights(analysis.book).confidence(features(analysis, claim))


def explained(analysis: Analysis, claim: Claim) -> list[tuple[str, float]]:
    """The features of a claim with their weights (logarithms of odds), the heaviest first."""
    known = weights(analysis.book).by_feature
    return sorted(((f, known[f]) for f in features(analysis, claim) if known.get(f)),
                  key=lambda item: (-abs(item[1]), item[0]))


def features(analysis: Analysis, claim: Claim) -> list[str]:
    """The features of a claim, each a name that `rules/confidence.csv` may give a weight."""
    if claim.action is not None:
        return ["action", *(f"action {f}" for f in _of_action(analysis, claim, claim.action))]
    return ["number", *(f"number {f}" for f in _of_number(analysis, claim))]


def _of_number(analysis: Analysis, claim: Claim) -> list[str]:
    quantity, indicator = claim.quantity, claim.indicator or ""
    assert quantity is not None
    lex = lexicon(analysis.book)
    words = analysis.text[claim.start:claim.end]
    before = analysis.text[claim.start:quantity.start]
    at = before.rfind(indicator)
    found = [f"type {claim.type}", f"kind {claim.kind}", f"category {quantity.category}", f"rule {claim.rules[0]}",
             f"length {_size(len(indicator), 2, 4, 8, 14, 20)}"]
    if at >= 0:
        found.append("head right before" if quantity.start - at - len(indicator) <= 6 else "head before")
    elif indicator in words:
        found.append("head after")
    else:
        found.append("head in parts" if all(c in words for c in indicator) else "head elsewhere")
    if canonical_indicator(analysis.book, indicator):
        found.append("official")
    elif lex.measure_end.search(indicator):
        found.append("measured")
    if _MARK.search(before):
        found.append("clauses several")
    if quantity.op != "=":
        found.append("bound")
    numbers = _numbers_within(analysis, claim.start, claim.end)
    found.append(f"numbers {min(numbers, 4)}")
    found.append("tense marked" if len(claim.rules) > 2 else "tense open")
    if any(mark in indicator for mark in "，。；：、"):
        found.append("list")
    return found


def _of_action(analysis: Analysis, claim: Claim, action: Action) -> list[str]:
    lex = action_lexicon(analysis.book)
    verb = lex.verbs.get(action.verb)
    weight = (verb.weight if verb else 0.5) + sum(w.weight for w in lex.weighs if w.rule.id in claim.rules)
    covered = (len(action.verb) + len(action.object)) / max(1, claim.end - claim.start)
    found = [f"type {claim.type}", f"status {action.status}", f"verb {verb.kind if verb else 'joined'}",
             f"weight {_size(round(weight * 10), 2, 4, 7, 10, 15)}",
             f"length {_size(len(action.object), 5, 8, 14, 24, 40)}",
             f"covered {_size(round(covered * 10), 4, 6, 8, 10)}",
             *(f"rule {rule}" for rule in claim.rules)]
    if any(mark in action.object for mark in "“《"):
        found.append("named")
    if "、" in action.object:
        found.append("list")
    if _numbers_within(analysis, claim.start, claim.end):
        found.append("holds number")
    if claim.actor is not None:
        found.append("actor")
    return found


def _numbers_within(analysis: Analysis, start: int, end: int) -> int:
    numbers = analysis.quantities
    return bisect_left(numbers, end, key=_START) - bisect_left(numbers, start, key=_START)


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
