"""Finds the parts of which times are made (a year, a month range, an edge) by the rules of the layer `periods`.

A rule of this layer is one of three kinds:

* a *part*: `match` is a pattern (or `{table, column, where, before, opening, after}`: the words of a table between
  two patterns, or after one of the characters `opening`) and `yields.op` names what it means (see `periods_resolve`);
* a *join*: `match` is `{join, after}`: what stands between two times that make one;
* a *wrap*: `match` is `{before, after}`: what stands around a time and makes a deadline, a base … of it.

The text is searched once. Only at a character that some part can begin with (a run of digits or numerals counts as
one) is anything tried: first one alternation of those parts, and where that holds each by itself, because the longest
wins, then priority, then id. All patterns are bounded, so the cost is linear.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from extractor.mentions.calendar import ChineseCalendar, Numerals
from extractor.mentions.pattern_starts import first_characters
from extractor.mentions.pattern_trees import ANY, beginnings
from extractor.rulebook.load import RuleError
from extractor.rulebook.model import Rule, Rulebook
from extractor.text.words import Automaton
from extractor.values import value

_NAME = re.compile(r"\(\?P<\w+>")
LAYER = "periods"


@value(frozen=True, slots=True)
class Part:
    """A match of a part rule: where, which, and its groups."""

    start: int
    end: int
    rule: str
    op: str
    yields: Mapping[str, Any]
    groups: Mapping[str, str | None]

    def group(self, name: str) -> str | None:
        """What the group `name` matched, or `name_2` in another branch of the pattern."""
        return self.groups.get(name) or self.groups.get(f"{name}_2")


@value(frozen=True, slots=True)
class Wrap:
    """A compiled join or wrap rule."""

    rule: str
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    yields: Mapping[str, Any]


class Grammar:
    """All period rules and tables of a rulebook."""

    def __init__(self, book: Rulebook) -> None:
        self.joins: list[Wrap] = []
        self.wraps: list[Wrap] = []
        self._wraps_before: dict[str, tuple[Wrap, ...]] = {}
        self._by_first: dict[str, list[tuple[Rule, str]]] = {}
        self._beginnings: dict[str, _Beginning] = {}
        self._shared: dict[tuple[str, ...], _Branch] = {}
        for rule in book.layer(LAYER).rules:
            if isinstance(rule.match, str):
                self._add(rule, book.expand(rule.match))
            elif "table" in rule.match:
                self._add_words(rule, book)
            elif "join" in rule.match:
                self.joins.append(Wrap(rule.id, book.compile(rule.match["join"]),
                                       book.compile(rule.match.get("after", "")), rule.yields))
            else:
                before, after = rule.match.get("before"), rule.match.get("after")
                self.wraps.append(Wrap(rule.id, book.compile(rf"(?:{before})\Z") if before else None,
                                       book.compile(after) if after else None, rule.yields))
        numerals = book.words("time_numeral")
        self._alike = ("0123456789", "".join(numerals))
        self._kinds = {**dict.fromkeys("0123456789", "0"), **dict.fromkeys(numerals, numerals[0])}
        self._begins: dict[str, dict[str, set[str]]] = {}
        others = [c for c in sorted(self._by_first) if c not in self._kinds and not c.isdigit()]
        begins = {char + second for char in others for second in self._followers(char)}
        self._words = Automaton(sorted(begins), overlapping=True)
        written = "".join(map(re.escape, numerals))
        self._runs = re.compile(rf"[\d{written}](?:(?<=\d)\d*|[{written}]*)")
        self.calendar = ChineseCalendar(book.rows("period_chinese_years"))
        self.numerals = Numerals(book.rows("period_numerals"))
        self.festivals = {row["festival"]: row for row in book.rows("period_festivals")}
        self.eras = {row["era"]: int(row["first_year"]) for row in book.rows("period_eras")}
        self.glue = frozenset(book.words("time_glue"))
        self.units = {word: unit for unit in ("day", "week", "month", "quarter", "year")
                      for word in book.words(f"time_{unit}")}

    def openings(self, text: str) -> list[int]:
        """The offsets at which a part begins that is not a piece of a longer numeral, ascending."""
        found = [start for start in {start for _, start, _ in self._words.find(text)}
                 if self._branch_at(text, start, start + 1).any(text, start)]
        for hit in self._runs.finditer(text):
            start, end = hit.span()
            if self._branch_at(text, start, end).any(text, start):
                found.append(start)
        found.sort()
        return found

    def wraps_before(self, char: str) -> tuple[Wrap, ...]:
        """The wraps that may stand around a time that `char` follows (empty at the end of the text), in order."""
        if char not in self._wraps_before:
            self._wraps_before[char] = tuple(w for w in self.wraps if w.after is None or _may_begin(w.after, char))
        return self._wraps_before[char]

    def _followers(self, char: str) -> set[str]:
        """The characters that a part may go on with after `char`; nothing where that may be any."""
        found = {second for _, pattern in self._by_first[char] for second in self._seconds(pattern, char)}
        return {ANY} if ANY in found else {c for second in found for c in self._like(second)}

    def _like(self, char: str) -> str:
        """All characters that are taken for the same one."""
        return next((same for same in self._alike if char in same), char)

    def _seconds(self, pattern: str, kind: str) -> set[str]:
        """What may stand behind the first character, or run of characters, of a part."""
        if pattern not in self._begins:
            self._begins[pattern] = {}
            for first, second in beginnings(pattern, self._kinds):
                self._begins[pattern].setdefault(first, set()).add(second)
        return self._begins[pattern].get(kind, {ANY})

    def parts_at(self, text: str, offset: int) -> list[Part]:
        """The parts that begin at `offset`, the best first."""
        if offset >= len(text):
            return []
        run = self._runs.match(text, offset) if text[offset] in self._kinds else None
        branch = self._branch_at(text, offset, offset + 1 if run is None else run.end())
        return branch.parts_at(text, offset) if branch.any(text, offset) else []

    def _add(self, rule: Rule, pattern: str) -> None:
        try:
            starts = first_characters(pattern)
        except ValueError as error:
            raise RuleError(f"{rule.where}: the pattern of '{rule.id}' cannot be used: {error}") from None
        for char in starts:
            self._by_first.setdefault(char, []).append((rule, pattern))

    def _add_words(self, rule: Rule, book: Rulebook) -> None:
        """Add a rule over the words of a table: for each first character only with the words that go with it."""
        match: Mapping[str, Any] = rule.match
        where: Mapping[str, str] = match.get("where") or {}
        words = sorted({row[match["column"]] for row in book.rows(match["table"])
                        if all(row[k] == v for k, v in where.items())}, key=lambda w: (-len(w), w))
        before, after = book.expand(match.get("before", "")), book.expand(match.get("after", ""))
        opening = match.get("opening", "")
        for char in sorted({word[0] for word in words} | set(opening)):
            fitting = "|".join(re.escape(w) for w in words if char in opening or w[0] == char)
            quoted = re.escape(char) if char in opening else ""
            self._by_first.setdefault(char, []).append((rule, f"{before}{quoted}(?P<word>{fitting}){after}"))

    def _branch_at(self, text: str, offset: int, end: int) -> _Branch:
        """The parts that may begin at `offset`, with a character or a run of numerals that ends at `end`."""
        first, second = text[offset], text[end:end + 1]
        kind, follower = self._kinds.get(first, first), self._kinds.get(second, second)
        beginning = self._beginnings.get(kind) or self._beginning(kind)
        if follower not in beginning.followers:
            follower = ANY
        return beginning.branches.get(follower) or self._branch(beginning, follower)

    def _beginning(self, kind: str) -> _Beginning:
        found = {(-rule.priority, rule.id, pattern): (rule, pattern)
                 for char in self._like(kind) for rule, pattern in self._by_first.get(char, ())}
        parts = [(*found[key], self._seconds(found[key][1], kind)) for key in sorted(found)]
        made = self._beginnings[kind] = _Beginning(parts, {c for _, _, seconds in parts for c in seconds}, {})
        return made

    def _branch(self, beginning: _Beginning, follower: str) -> _Branch:
        parts = [(rule, pattern) for rule, pattern, seconds in beginning.parts if follower in seconds or ANY in seconds]
        patterns = tuple(pattern for _, pattern in parts)
        if patterns not in self._shared:
            self._shared[patterns] = _Branch(parts)
        branch = beginning.branches[follower] = self._shared[patterns]
        return branch


def _may_begin(pattern: re.Pattern[str], char: str) -> bool:
    try:
        return char in first_characters(pattern.pattern)
    except ValueError:  # it may match nothing
        return True


@value(frozen=True, slots=True)
class _Beginning:
    """What begins with the same character, or with a run of numerals."""

    parts: list[tuple[Rule, str, set[str]]]
    """Rule, pattern, and what may follow the character or the run."""
    followers: set[str]
    """All that may follow."""
    branches: dict[str, _Branch]
    """Those that were asked for, by what follows."""


class _Branch:
    """The part rules that can begin with the same two characters (a run of digits, or of numerals, taken for one).

    Compiling takes longer than reading a page, so what is seldom needed is compiled when it is.
    """

    def __init__(self, parts: list[tuple[Rule, str]]) -> None:
        self._parts = parts
        self._each_of: re.Pattern[str] | None = None
        self._each_named: list[re.Pattern[str]] | None = None
        self._bare = [_NAME.sub("(?:", pattern) for _, pattern in parts]
        self.any = re.compile("|".join(f"(?:{p})" for p in self._bare) or "(?!)").match
        """Whether one of them matches at an offset of a text."""

    @property
    def _each(self) -> re.Pattern[str]:
        if self._each_of is None:
            self._each_of = re.compile("".join(f"(?=({p})|)" for p in self._bare))
        return self._each_of

    @property
    def _named(self) -> list[re.Pattern[str]]:
        if self._each_named is None:
            self._each_named = [re.compile(pattern) for _, pattern in self._parts]
        return self._each_named

    def parts_at(self, text: str, offset: int) -> list[Part]:
        found = self._each.match(text, offset)
        assert found is not None
        hits = sorted((-end, n) for n, (start, end) in enumerate(found.regs[1:]) if end > start)
        parts = []
        for negative_end, n in hits:
            match = self._named[n].match(text, offset)
            if match is not None:
                rule = self._parts[n][0]
                parts.append(Part(offset, -negative_end, rule.id, rule.yields["op"], rule.yields, match.groupdict()))
        return parts


def grammar(book: Rulebook) -> Grammar:
    """The grammar of a rulebook, compiled at the first call."""
    return book.made("periods", Grammar)
