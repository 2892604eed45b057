"""The verbs and words of the layer `actions`, compiled once per rulebook."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractor.claims.action_words import Beginnings, Together, Words
from extractor.claims.edges import Opening
from extractor.rulebook.model import Rulebook
from extractor.text.marks import CLOSE, OPEN

_LISTS = ("adverb", "dual_verb", "modal", "expect", "causative", "connective", "own_subject", "subject_tail", "about",
          "about_end", "purpose", "ends_thing", "lasting", "no_verb", "not_after", "noun_after", "join", "particle",
          "not_particle", "of_object", "of_manner", "of_purpose", "never", "clausal", "giving", "go",
          "fulfil", "settle", "task", "we", "before_place", "will", "midway", "beside", "speech_end", "held",
          "founded", "granted", "passive", "by", "at", "at_word", "noun_adverb", "no_outcome",
          "granted_to", "realise", "linker", "perfective", "noun_end", "work_task", "opens_attribute", "spent", "home",
          "rise", "made", "governs", "disposal")


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
        self.last_characters = frozenset(
            verb[-1] for verb in (*self.outcomes, *self.lists["held"], *self.lists["go"]))
        """Of the verbs that end a clause about a thing."""
        rules = book.layer("actions").rules
        self.forms = {str(r.match["form"]): r for r in rules if "form" in r.match}
        """The rule of each form of a clause."""
        self.plans = frozenset(("future", "yearly", "forecast"))
        """Tenses of what is to come."""
        self.frames = {str(r.match["verb"]): (r.id, book.compile(r.match["next"])) for r in rules if "next" in r.match}
        """What must follow a verb for it to be one (居全国前列, not 居民)."""
        self.together = Together({**self.lists, "verb": self.all_verbs, "head": self.heads, "act": self.acts},
                                 {verb: pattern for verb, (_, pattern) in self.frames.items()})
        shapes = next(r for r in rules if r.match.get("shapes")).yields
        self.enumeration, self.ize = book.compile(shapes["enumeration"]), book.compile(shapes["adverb"])
        self.numbering = book.compile(shapes["numbering"])
        self.copula, self.stative = book.compile(shapes["copula"]), book.compile(shapes["stative"])
        self.linkers, self.adverb_joins = shapes["linkers"], shapes["adverb_joins"]
        self.questions, self.asks = tuple(shapes["questions"]), book.compile(shapes["asks"])
        """How a question ends, and a word that asks; a sign that was lost in print ends a sentence likewise."""
        self.done_well, self.modifies, self.list_commas = shapes["done_well"], shapes["modifies"], shapes["list_commas"]
        self.cut_mark = re.compile(f"[{re.escape(shapes['cut_marks'])}]")
        self.cut_or_enclosing = re.compile(f"[{re.escape(shapes['cut_marks'] + OPEN + CLOSE)}]")
        self.cut_marks, self.cut_always = shapes["cut_marks"], shapes["cut_always"]
        """Characters before which another verb may begin, and those after which it is one whenever it has an object."""
        self.object_end = book.compile(shapes["object_end"])
        self.suffixes, self.governed = book.compile(shapes["suffixes"]), book.compile(shapes["governed"])
        """What follows a verb that is part of a noun (首创|性); what tells that a row of verbs belongs to a noun."""
        self.creed = book.compile(shapes["creed"])
        self.said_of = Opening(book.expand(shapes["said_of"]))
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

    def is_task(self, text: str, start: int, end: int) -> bool:
        """Whether `start..end` is a task that was set, not a work to be done."""
        return bool(self.lists["task"].before(text, start, end)) and not self.lists["work_task"].before(
            text, start, end)

    def opens_predicate(self, text: str, start: int, end: int) -> bool:
        """Whether `start..end` opens with a verb or its adverbs."""
        here = self.together.here(text, start, end)
        return bool(here.verb or here.adverb)

    def heads_clause(self, begins: Beginnings, start: int, end: int) -> bool:
        """Whether a verb, an adverb or a preposition opens `start..end`."""
        m = self.enumeration.match(begins.text, start, end)
        here = begins.at(m.end() if m else start, end)
        return bool(here.verb or here.adverb or here.about or here.never or here.modal or here.connective)


def lexicon(book: Rulebook) -> Lexicon:
    """The lexicon of a rulebook, made once."""
    return book.made("claims.actions", Lexicon)
