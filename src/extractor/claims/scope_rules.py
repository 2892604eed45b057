"""The rules of the layer `scopes`, compiled: what sets time, tense, place or speaker for the clauses that follow."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extractor.claims.edges import Opening
from extractor.mentions.pattern_trees import needed
from extractor.rulebook.model import Rule, Rulebook
from extractor.text.words import Automaton
from extractor.values import value


@value(frozen=True, slots=True)
class Sign:
    """A word that patterns cannot do without, where it stands (half-open)."""

    start: int
    end: int
    patterns: tuple[int, ...]
    """The numbers of these patterns."""


class Signs:
    """Tells which of several patterns a run of text may hold: most clauses hold no word of any."""

    def __init__(self, patterns: Sequence[str]) -> None:
        uses: dict[str, list[int]] = {}
        self.always: list[int] = []
        """The numbers of the patterns that need no word."""
        for number, words in enumerate(map(needed, patterns)):
            if words is None:
                self.always.append(number)
            for word in words or ():
                uses.setdefault(word, []).append(number)
        self._words = Automaton(uses, overlapping=True)
        self._patterns = [tuple(numbers) for numbers in uses.values()]

    def find(self, text: str) -> Iterator[Sign]:
        """The words in `text`, by rising start."""
        for start, end, word in sorted((start, end, word) for word, start, end in self._words.find(text)):
            yield Sign(start, end, self._patterns[word])


@value(frozen=True, slots=True)
class ScopeRules:
    """The compiled rules of the layer."""

    headings: tuple[tuple[Rule, re.Pattern[str]], ...]
    clauses: tuple[tuple[Rule, re.Pattern[str]], ...]
    signs: Signs
    """Of the patterns of `clauses`."""
    speech: re.Pattern[str]
    leader_name: re.Pattern[str]
    leader: re.Pattern[str]
    leader_act: re.Pattern[str]
    resumes: re.Pattern[str]
    body: re.Pattern[str]
    dash: re.Pattern[str]
    not_time: re.Pattern[str]
    time_lead: re.Pattern[str]
    streak: re.Pattern[str]
    plan_lead: re.Pattern[str]
    copula: re.Pattern[str]
    company: re.Pattern[str]
    companies: frozenset[str]
    zone: re.Pattern[str]
    generic_zone: re.Pattern[str]
    no_zone: re.Pattern[str]
    home_word: Opening
    anaphor: Opening
    item_open: re.Pattern[str]
    openers: frozenset[tuple[str, str]]
    """Tense and id of the rules that open a list of what is to come."""
    joins: frozenset[str]
    """What stands between subjects of the same kind."""
    governed: re.Pattern[str]
    demanded: re.Pattern[str]
    wide_region: re.Pattern[str]


def scope_rules(book: Rulebook) -> ScopeRules:
    """The rules of the layer `scopes`, compiled once per rulebook."""
    return book.made("claims.context", _compile)


def _compile(book: Rulebook) -> ScopeRules:
    rules = book.layer("scopes").rules
    pairs = tuple((r, book.compile(r.match)) for r in rules)
    clauses = tuple(p for p in pairs if p[0].yields.get("where") == "clause")
    compiled = book.compile
    return ScopeRules(
        headings=tuple(p for p in pairs if p[0].yields.get("where") == "heading"),
        clauses=clauses,
        signs=Signs([pattern.pattern for _, pattern in clauses]),
        speech=compiled("[^，。；：“”]{0,6}?{scope_speech_verb}"),
        leader_name=compiled("{quoted_leader}"),
        leader=compiled("(?:[^，。；：“”]{0,8}，)?{quoted_leader}[^，。；：]{0,24}{quoting_verb}"),
        resumes=compiled("{resuming_word}"),
        body=compiled("{body_end}$"),
        leader_act=compiled("(?:{quoted_leader})+(?!{leader_act_guard})"),
        dash=compiled("——|[—－-]{2}"),
        not_time=compiled("”?{time_owner}"),
        time_lead=compiled("(?:{time_lead}|[，、—“])*"),
        streak=compiled("{streak_word}"),
        plan_lead=compiled("{plan_lead}"),
        copula=compiled("{time_copula}"),
        company=compiled("{company_end}$"),
        companies=frozenset(row["name"] for row in book.rows("companies")),
        zone=compiled("{region_end}$"),
        generic_zone=compiled("{generic_zone_start}"),
        no_zone=compiled("{no_region_end}$"),
        home_word=Opening(book.expand("(?:{time_lead})*{home_word}")),
        anaphor=Opening(book.expand("{company_anaphor}")),
        item_open=compiled("{scope_item_open}"),
        openers=frozenset((r.yields["tense"], r.id) for r, _ in clauses
                          if r.yields.get("reach") == "section" and r.yields["tense"] == "future"),
        joins=frozenset(book.words("scope_join")),
        governed=compiled("{actor_preposition}$"),
        demanded=compiled("{demanding}"),
        wide_region=compiled("{wide_region_end}$"),
    )
