"""Whether a reading is a claim: what its verb, its object and its place weigh together.

The features are plain and named, so that a learned part can take the place of the weights in rules/actions.yaml.
"""

from __future__ import annotations

from extractor.claims.action_lexicon import Lexicon
from extractor.claims.action_pieces import Piece
from extractor.claims.action_reading import Reading
from extractor.claims.action_scales import UNNAMED, Scales
from extractor.values import value

_SOFT = ("soft", "effect")
_TOPIC_OBJECT = 8
"""Characters of the object of a sentence of one clause that make it the topic of the sentences that follow."""
_LEAD_CLAUSES, _LEAD_OBJECT = 4, 4
"""Clauses of a sentence, and characters of the object of its first one, that make that one its topic."""


@value(frozen=True, slots=True)
class Weighed:
    """A reading with the rules that spoke for and against it."""

    reading: Reading
    rules: tuple[str, ...]
    weight: float

    @property
    def kept(self) -> bool:
        """Whether it is a claim."""
        return self.weight > 0


def weigh(text: str, words: Lexicon, scales: Scales, piece: Piece, reading: Reading) -> Weighed:
    """What a reading weighs; above 0 it is a claim."""
    start, end = reading.object
    fired = scales.of_object(text[start:end]) | scales.of_features(_features(text, words, piece, reading))
    weight, rules = scales.sum(reading.form, reading.head, fired)
    return Weighed(reading, rules, weight)


def _features(text: str, words: Lexicon, piece: Piece, reading: Reading) -> list[str]:
    """The named features of a reading."""
    found = [f"form-{reading.form}"]
    verb = words.verbs.get(reading.head)
    sentence = piece.clause.sentence
    length = reading.object[1] - reading.object[0]
    lasts = verb is None or not verb.event
    if piece.alone and lasts and reading.form == "verb" and not piece.last_of_block:
        if piece.first_of_block or (piece.leads > 1 and length <= _TOPIC_OBJECT):
            found.append("topic-first")
        elif piece.leads > 2:
            found.append("topic")
    if piece.index == 0 and len(sentence.clauses) >= _LEAD_CLAUSES and (
            length <= _LEAD_OBJECT and reading.form == "verb"):
        found.append("lead")
    if verb is not None and verb.kind in _SOFT and piece.index > 0:
        found.append("tail" if piece.last else "inner")
        if verb.kind == "effect":
            found.append("effect-later")
    told = piece.clause.scope.tense not in words.plans and words.lists["will"].isdisjoint(reading.modals)
    if told:
        found += ("told", UNNAMED)
    if piece.after_number:
        found.append("after-number")
    if piece.before_number:
        found.append("before-number")
    if verb is not None and verb.kind == "attain" and reading.opens and not told:
        found.append("hoped")
    if reading.purpose:
        found.append("purpose")
    if words.creed.search(text, sentence.start, sentence.end):
        found.append("creed")
    if words.said_of.match(text, piece.end):
        found.append("said-of")
    rule = piece.clause.scope.tense_rule
    if not reading.opens and (rule in words.lists_of_bars or (
            rule in words.bars and words.dated.search(text, sentence.start, piece.start))):
        found.append("bar")
    if piece.heading:
        found.append("heading")
    return found
