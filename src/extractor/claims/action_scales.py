"""The rules that weigh actions (rules/actions.yaml), compiled once per rulebook.

Which rules fire on an object is a set of bits, rule number n being bit n: most objects have few of the characters and
endings that a rule asks for, and readings on which the same rules fire weigh the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_

from extractor.claims.action_lexicon import lexicon
from extractor.claims.action_words import Words
from extractor.claims.edges import alternatives, needed_words
from extractor.mentions.pattern_starts import first_characters
from extractor.rulebook.model import Rule, Rulebook

_KEPT = 16384
"""Sums that are remembered; a report has some hundred different ones."""
Test = Callable[[str], object]


@dataclass(frozen=True)
class Weigh:
    """A rule that adds to or takes from what an action weighs."""

    rule: Rule
    weight: float
    shorter: int
    longer: int
    feature: str
    """The feature that fires it; empty for a rule that asks for the object."""
    forms: frozenset[str]
    """The forms that it speaks of; all of them if empty."""
    names: bool
    """Whether an object that it fires on names something that can be asked after."""
    brief: bool
    """Whether such an object may be short."""


class Scales:
    """Which rules fire, and what those that fire weigh together."""

    def __init__(self, book: Rulebook) -> None:
        self._words = lexicon(book)
        self.rules = sorted((_weigh(r) for r in book.layer("actions").rules if "weight" in r.yields),
                            key=lambda w: bool(w.feature))
        """In the order in which they weigh; those of features come last."""
        self._of_form = {form: [(1 << n, w) for n, w in enumerate(self.rules) if not w.forms or form in w.forms]
                         for form in self._words.forms}
        self._of_feature = _bits([w.feature] if w.feature else () for w in self.rules)
        endings = _bits(book.words(w.rule.match["ends"]) if "ends" in w.rule.match else () for w in self.rules)
        self._endings = Words(endings)
        self._of_ending = {word: reduce(or_, (endings.get(word[n:], 0) for n in range(len(word)))) for word in endings}
        """By the longest word that an object ends in."""
        longest = max((max(w.shorter, w.longer) for w in self.rules), default=0) + 1
        self._of_length = [sum(1 << n for n, w in enumerate(self.rules) if length < w.shorter or length > w.longer > 0)
                           for length in range(longest + 1)]
        tests = [(1 << n, *test) for n, w in enumerate(self.rules) for test in _tests(book, w.rule)]
        self._tests = [(bit, test) for bit, _, test in tests]
        self._of_character = _bits(needed for _, needed, _ in tests)
        self._always = sum(1 << n for n, (_, needed, _) in enumerate(tests) if not needed)
        self._asked = frozenset(self._of_character)
        self._numbered = lru_cache(_KEPT)(self._tests_of)
        self.sum = lru_cache(_KEPT)(self._sum)
        """What the rules that fire on a reading of a form and a verb weigh together, with their ids."""

    def of_features(self, features: Iterable[str]) -> int:
        """The rules that features fire."""
        fired = 0
        for feature in features:
            fired |= self._of_feature.get(feature, 0)
        return fired

    def of_object(self, body: str) -> int:
        """The rules that fire on the words of an object."""
        fired = self._of_length[min(len(body), len(self._of_length) - 1)]
        ending = self._endings.before(body, 0, len(body))
        if ending:
            fired |= self._of_ending[ending]
        asked = self._always
        for character in self._asked.intersection(body):
            asked |= self._of_character[character]
        for bit, test in self._numbered(asked):
            if not fired & bit and test(body):
                fired |= bit
        return fired

    def _tests_of(self, numbers: int) -> list[tuple[int, Test]]:
        """The tests whose numbers are the bits that are set, each with the rule that it fires."""
        return [test for n, test in enumerate(self._tests) if numbers >> n & 1]

    def _sum(self, form: str, head: str, fired: int) -> tuple[float, tuple[str, ...]]:
        verb = self._words.verbs.get(head)
        weight = verb.weight if verb else 0.0
        rules = [self._words.forms[form].id]
        if head in self._words.frames:
            rules.append(self._words.frames[head][0])
        named = brief = False
        for bit, rule in self._of_form[form]:
            if not fired & bit or (brief and rule.shorter) or (named and rule.feature == UNNAMED):
                continue
            weight += rule.weight
            named, brief = named or rule.names, brief or rule.brief
            rules.append(rule.rule.id)
        return weight, tuple(rules)


UNNAMED = "told-vague"
"""The feature of what is told (`told`) with an object that names nothing."""


def scales(book: Rulebook) -> Scales:
    """The scales of a rulebook, made once."""
    return book.made("claims.actions.scales", Scales)


def _weigh(rule: Rule) -> Weigh:
    match = rule.match
    return Weigh(rule, float(rule.yields["weight"]), int(match.get("shorter", 0)), int(match.get("longer", 0)),
                 str(match.get("feature", "")), frozenset(match.get("of", ())), bool(rule.yields.get("names")),
                 bool(rule.yields.get("brief")))


def _bits(words_of_rules: Iterable[Iterable[str]]) -> dict[str, int]:
    """The rules of each word."""
    found: dict[str, int] = {}
    for n, words in enumerate(words_of_rules):
        for word in words:
            found[word] = found.get(word, 0) | 1 << n
    return found


def _tests(book: Rulebook, rule: Rule) -> Iterator[tuple[frozenset[str], Test]]:
    """What a rule searches in an object, with characters of which one must be there (none: it gets along without)."""
    if "contains" in rule.match:
        words = book.words(rule.match["contains"])
        yield frozenset(word[0] for word in words), re.compile(book.alternation(rule.match["contains"])).search
    for part in alternatives(rule.match["has"]) if "has" in rule.match else ():
        pattern = book.expand(part)
        try:
            needed = first_characters(pattern)
        except ValueError:  # it can begin with anything
            needed = frozenset(word[0] for word in needed_words(book, part))
        yield needed, re.compile(pattern).search
