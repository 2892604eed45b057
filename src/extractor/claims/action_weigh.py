"""Whether a reading is a claim: what its verb, its object and its place weigh together.

The features are plain and named, so that a learned part can take the place of the weights in rules/actions.yaml.
"""

from __future__ import annotations

from extractor.claims.action_lexicon import Lexicon
from extractor.claims.action_parse import Reading
from extractor.claims.action_pieces import Piece
from extractor.values import value

_SOFT = ("soft", "effect")


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


def weigh(text: str, words: Lexicon, piece: Piece, reading: Reading) -> Weighed:
    """What a reading weighs; above 0 it is a claim."""
    verb = words.verbs.get(reading.head)
    weight = verb.weight if verb else 0.0
    rules = [words.forms[reading.form].id]
    if reading.head in words.frames:
        rules.append(words.frames[reading.head][0])
    features = _features(words, piece, reading)
    start, end = reading.object
    body = text[start:end]
    characters = frozenset(body)
    named = brief = False
    for rule in words.weighs_of[reading.form]:
        if brief and rule.shorter:
            continue
        if rule.test is not None:
            fires = rule.test(body, characters)
        else:
            fires = rule.feature in features or (rule.feature == "told-vague" and not named and "told" in features)
        if fires:
            weight += rule.weight
            named, brief = named or rule.names, brief or rule.brief
            rules.append(rule.rule.id)
    return Weighed(reading, tuple(rules), weight)


def _features(words: Lexicon, piece: Piece, reading: Reading) -> set[str]:
    """The named features of a reading."""
    found = {f"form-{reading.form}"}
    verb = words.verbs.get(reading.head)
    if piece.alone and reading.form in ("verb", "brought") and not piece.last_of_block:
        found.add("topic-first" if piece.first_of_block else "topic")
    if verb is not None and verb.kind in _SOFT and piece.index > 0:
        found.add("tail" if piece.last else "inner")
    if verb is not None and verb.kind == "effect" and piece.index > 0:
        found.add("effect-later")
    if piece.clause.scope.tense not in words.plans and not any(m in words.lists["will"] for m in reading.modals):
        found.add("told")
    if piece.after_number:
        found.add("after-number")
    if piece.before_number:
        found.add("before-number")
    if verb is not None and verb.kind == "attain" and reading.opens and "told" not in found:
        found.add("hoped")
    if reading.purpose:
        found.add("purpose")
    if piece.heading:
        found.add("heading")
    return found
