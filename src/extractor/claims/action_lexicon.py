"""The verbs and words of the layer `actions`, compiled once per rulebook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
import re
from dataclasses import dataclass

from extractor.rulebook.model import Rule, Rulebook


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of verbs.csv."""

    text: str
    kind: str
    """`act`, `soft`, `effect`, `light`, `outcome`, `attain`, `state` or `slogan`."""
    event: bool
    """Whether it comes to a point (出台) or goes on (推进)."""
    weight: float


class Words:
    """A set of words that tells which of them stands at, ends at or begins after a place of a text."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(words)
        starts: dict[str, set[int]] = {}
        ends: dict[str, set[int]] = {}
        for word in self.words:
            starts.setdefault(word[0], set()).add(len(word))
            ends.setdefault(word[-1], set()).add(len(word))
        self._starts = {k: tuple(sorted(v, reverse=True)) for k, v in starts.items()}
        self._ends = {k: tuple(sorted(v, reverse=True)) for k, v in ends.items()}

    def at(self, text: str, start: int, end: int) -> str:
        """The longest word that begins at `start` and ends by `end`, or an empty string."""
        if start < end:
            for length in self._starts.get(text[start], ()):
                if start + length <= end and text[start:start + length] in self.words:
                    return text[start:start + length]
        return ""

    def before(self, text: str, start: int, end: int) -> str:
        """The longest word that ends at `end` and begins no earlier than `start`, or an empty string."""
        if start < end:
            for length in self._ends.get(text[end - 1], ()):
                if end - length >= start and text[end - length:end] in self.words:
                    return text[end - length:end]
        return ""

    def inside(self, text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
        """The words inside `start..end` with their places, longest at each place, in order."""
        starts = self._starts
        for i in range(start, end):
            if text[i] in starts:
                word = self.at(text, i, end)
                if word:
                    yield i, word


@dataclass(frozen=True)
class Weigh:
    """A rule that adds to or takes from what an action weighs."""

    rule: Rule
    weight: float
    ends: Words | None
    has: re.Pattern[str] | None
    """A compiled pattern searched in the object."""
    shorter: int
    feature: str


@dataclass(frozen=True)
class Lexicon:
    """All that the layer reads."""

    verbs: dict[str, Verb]
    heads: Words
    """Verbs that may open a clause: all but slogans."""
    all_verbs: Words
    outcomes: Words
    attains: Words
    states: Words
    acts: Words
    adverbs: Words
    dual: Words
    modals: Words
    expects: Words
    causatives: Words
    connectives: Words
    subjects: Words
    subject_tails: Words
    about: Words
    about_ends: Words
    purposes: Words
    thing_ends: Words
    forms: dict[str, Rule]
    """The rule of each form of a clause."""
    weighs: tuple[Weigh, ...]
    lasting: Words
    looks_back: frozenset[str]
    """Rules of the layer `scopes` whose past is that of a report: what lasts is told as done."""
    done_rules: frozenset[str]
    """Rules of the layer `scopes` that mark the clause itself as done."""


def lexicon(book: Rulebook) -> Lexicon:
    """The lexicon of a rulebook."""
    return book.made("claims.actions", _build)


def _build(book: Rulebook) -> Lexicon:
    verbs = {r["verb"]: Verb(r["verb"], r["class"], r["aspect"] == "event", float(r["weight"] or 0))
             for r in book.rows("verbs")}

    def of(*kinds: str) -> Words:
        return Words(v.text for v in verbs.values() if v.kind in kinds)

    def listed(name: str) -> Words:
        return Words(book.words(f"act_{name}"))

    rules = book.layer("actions").rules
    status = next(r for r in rules if r.match.get("status"))
    return Lexicon(
        verbs, of("act", "soft", "effect", "light", "outcome", "attain", "state"), Words(verbs), of("outcome"),
        of("attain"), of("state"), of("act", "soft"), listed("adverb"), listed("dual_verb"), listed("modal"),
        listed("expect"), listed("causative"), listed("connective"), listed("own_subject"), listed("subject_tail"),
        listed("about"), listed("about_end"), listed("purpose"), listed("ends_thing"),
        {str(r.match["form"]): r for r in rules if "form" in r.match},
        tuple(_weigh(book, r) for r in rules if "weight" in r.yields),
        listed("lasting"), frozenset(status.yields["looks_back"]), frozenset(status.yields["done"]))


def _weigh(book: Rulebook, rule: Rule) -> Weigh:
    match = rule.match
    ends = Words(book.words(match["ends"])) if "ends" in match else None
    has = book.compile(match["has"]) if "has" in match else None
    return Weigh(rule, float(rule.yields["weight"]), ends, has, int(match.get("shorter", 0)),
                 str(match.get("feature", "")))
