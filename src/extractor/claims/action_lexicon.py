"""The verbs and words of the layer `actions`, compiled once per rulebook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from extractor.rulebook.model import Rulebook

_LISTS = ("adverb", "dual_verb", "modal", "expect", "causative", "connective", "own_subject", "subject_tail", "about",
          "about_end", "purpose", "ends_thing", "lasting", "no_verb", "not_after", "noun_after", "join", "particle",
          "not_particle", "of_object", "of_manner", "of_purpose", "never", "clausal", "giving", "go", "fulfil",
          "settle", "task", "we", "before_place", "will", "midway", "beside", "speech_end", "held",
          "founded", "granted", "passive", "by", "at", "at_word", "noun_adverb", "no_outcome",
          "granted_to", "realise", "linker", "work_task", "opens_attribute", "spent", "home", "rise", "made")


_FUNCTION = ("about", "purpose", "modal", "never", "connective", "own_subject", "adverb")
"""Lists of function words, most of them of one character, with which words of content may begin."""


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of verbs.csv."""

    text: str
    kind: str
    """`act`, `soft`, `effect`, `light`, `outcome`, `attain`, `state` or `slogan`."""
    event: bool
    """Whether it comes to a point (出台) or goes on (推进)."""
    weight: float
    noun: bool
    """Whether it is as often a noun (发展, 改革), so that it opens a clause only after an adverb."""


class Words:
    """A set of words that tells which of them stands at, ends at or begins after a place of a text."""

    def __init__(self, words: Iterable[str], but: Iterable[str] = ()) -> None:
        """`but`: longer words that begin with one of them; where such a word stands, none of them does."""
        self.words = frozenset(words)
        starts: dict[str, set[int]] = {}
        ends: dict[str, set[int]] = {}
        for word in self.words:
            starts.setdefault(word[0], set()).add(len(word))
            ends.setdefault(word[-1], set()).add(len(word))
        self._but = frozenset(word for word in but if word not in self.words and word[0] in starts)
        for word in self._but:
            starts[word[0]].add(len(word))
        self._starts = {k: tuple(sorted(v, reverse=True)) for k, v in starts.items()}
        self._ends = {k: tuple(sorted(v, reverse=True)) for k, v in ends.items()}

    def __contains__(self, word: str) -> bool:
        return word in self.words

    def at(self, text: str, start: int, end: int) -> str:
        """The longest word that begins at `start` and ends by `end`, or an empty string."""
        if start < end:
            for length in self._starts.get(text[start], ()):
                word = text[start:start + length]
                if word in self.words and start + length <= end:
                    return word
                if word in self._but:
                    return ""
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


class Lexicon:
    """All that the layer reads, as sets of words."""

    def __init__(self, book: Rulebook) -> None:
        self.verbs = {r["verb"]: Verb(r["verb"], r["class"], r["aspect"] == "event", float(r["weight"] or 0),
                                      bool(r["noun"])) for r in book.rows("verbs")}
        content = book.words("act_content")
        self.lists = {name: Words(book.words(f"act_{name}"), content if name in _FUNCTION else ()) for name in _LISTS}
        self.all_verbs = Words(self.verbs)
        self.heads = self._of("act", "soft", "effect", "light", "outcome", "attain", "state")
        self.outcomes, self.attains, self.states = self._of("outcome"), self._of("attain"), self._of("state")
        self.acts = self._of("act", "soft")
        rules = book.layer("actions").rules
        self.forms = {str(r.match["form"]): r for r in rules if "form" in r.match}
        """The rule of each form of a clause."""
        self.plans = frozenset(("future", "yearly", "forecast"))
        """Tenses of what is to come."""
        self.frames = {str(r.match["verb"]): (r.id, book.compile(r.match["next"])) for r in rules if "next" in r.match}
        """What must follow a verb for it to be one (居全国前列, not 居民)."""
        shapes = next(r for r in rules if r.match.get("shapes")).yields
        self.enumeration, self.ize = book.compile(shapes["enumeration"]), book.compile(shapes["adverb"])
        self.numbering = book.compile(shapes["numbering"])
        self.copula, self.stative = book.compile(shapes["copula"]), book.compile(shapes["stative"])
        self.linkers, self.adverb_joins = shapes["linkers"], shapes["adverb_joins"]
        self.questions = tuple(shapes["questions"])
        self.done_well, self.modifies, self.list_commas = shapes["done_well"], shapes["modifies"], shapes["list_commas"]
        self.cut_mark = re.compile(f"[{re.escape(shapes['cut_marks'])}]")
        self.cut_marks, self.cut_always = shapes["cut_marks"], shapes["cut_always"]
        """Characters before which another verb may begin, and those after which it is one whenever it has an object."""
        self.object_end = book.compile(shapes["object_end"])
        self.said_of = book.compile(shapes["said_of"])
        self.list_end = book.compile(shapes["list_end"])
        self.helpers = {name: r.id for r in rules for name in ("status", "shapes") if r.match.get(name)}
        """The rules that only hold what the code needs to know, for their examples."""
        status = next(r for r in rules if r.match.get("status"))
        self.looks_back = frozenset(status.yields["looks_back"])
        """Rules of the layer `scopes` whose past is that of a report: what lasts is told as done."""
        self.lists_of_bars = frozenset(status.yields["bars"])
        """Rules of the layer `scopes` that open a list of targets: a state in it is a bar to be met."""
        self.bars = self.lists_of_bars | frozenset(status.yields["dated"])
        """These, and those of a year by which; it must stand in the same sentence."""
        self.dated = book.compile(shapes["dated"])
        self.done_rules = frozenset(status.yields["done"])
        """Rules of the layer `scopes` that mark the clause itself as done."""

    def _of(self, *kinds: str) -> Words:
        return Words(v.text for v in self.verbs.values() if v.kind in kinds)

    def verb_at(self, text: str, start: int, end: int, among: Words | None = None) -> str:
        """The longest verb at `start`, unless a longer word that is no verb stands there or its frame is missing."""
        verb = (among or self.all_verbs).at(text, start, end)
        if not verb:
            return ""
        other = self.lists["no_verb"].at(text, start, end)
        if len(other) >= len(verb):
            return ""
        frame = self.frames.get(verb)
        if frame is not None and not frame[1].match(text, start + len(verb), end):
            return ""
        return verb

    def is_task(self, text: str, start: int, end: int) -> bool:
        """Whether `start..end` is a task that was set, not a work to be done."""
        return bool(self.lists["task"].before(text, start, end)) and not self.lists["work_task"].before(
            text, start, end)

    def opens_predicate(self, text: str, start: int, end: int) -> bool:
        """Whether `start..end` opens with a verb or its adverbs."""
        return bool(self.verb_at(text, start, end) or self.lists["adverb"].at(text, start, end))

    def heads_clause(self, text: str, start: int, end: int) -> bool:
        """Whether a verb, an adverb or a preposition opens `start..end`."""
        m = self.enumeration.match(text, start, end)
        start = m.end() if m else start
        return bool(self.verb_at(text, start, end) or any(
            self.lists[name].at(text, start, end) for name in ("adverb", "about", "never", "modal", "connective")))


def lexicon(book: Rulebook) -> Lexicon:
    """The lexicon of a rulebook, made once."""
    return book.made("claims.actions", Lexicon)
