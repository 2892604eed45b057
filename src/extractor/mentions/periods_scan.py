"""Finds the parts of which times are made (a year, a month range, an edge) by the rules of the layer `periods`.

A rule of this layer is one of three kinds:

* a *part*: `match` is a pattern (or `{table, column, where, before, after}`: the words of a table between two
  patterns) and `yields.op` names what it means (see `periods_resolve`);
* a *join*: `match` is `{join, after}`: what stands between two times that make one;
* a *wrap*: `match` is `{before, after}`: what stands around a time and makes a deadline, a base … of it.

The text is searched once. Only at a character that some part can begin with (a run of digits or numerals counts as
one) is anything tried: first one alternation of those parts, and where that holds each by itself, because the longest
wins, then priority, then id. All patterns are bounded, so the cost is linear.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from extractor.mentions.calendar import ChineseCalendar, Numerals
from extractor.mentions.pattern_starts import first_characters
from extractor.rulebook.load import RuleError
from extractor.rulebook.model import Rule, Rulebook

_NAME = re.compile(r"\(\?P<\w+>")
LAYER = "periods"


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Wrap:
    """A compiled join or wrap rule."""

    rule: str
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    yields: Mapping[str, Any]


class Grammar:
    """All period rules and tables of a rulebook."""

    def __init__(self, book: Rulebook) -> None:
        parts: list[tuple[Rule, str]] = []
        self.joins: list[Wrap] = []
        self.wraps: list[Wrap] = []
        for rule in book.layer(LAYER).rules:
            if isinstance(rule.match, str):
                parts.append((rule, book.expand(rule.match)))
            elif "table" in rule.match:
                parts.append((rule, _of_table(book, rule.match)))
            elif "join" in rule.match:
                self.joins.append(Wrap(rule.id, book.compile(rule.match["join"]),
                                       book.compile(rule.match.get("after", "")), rule.yields))
            else:
                before, after = rule.match.get("before"), rule.match.get("after")
                self.wraps.append(Wrap(rule.id, book.compile(f"(?:{before})$") if before else None,
                                       book.compile(after) if after else None, rule.yields))
        self._parts = parts
        by_first: dict[str, list[int]] = {}
        for number, (rule, pattern) in enumerate(parts):
            try:
                starts = first_characters(pattern)
            except ValueError as error:
                raise RuleError(f"{rule.where}: the pattern of '{rule.id}' is too open: {error}") from None
            for char in starts:
                by_first.setdefault(char, []).append(number)
        self._by_first = {char: tuple(numbers) for char, numbers in by_first.items()}
        self._branches: dict[tuple[int, ...], _Branch] = {}
        numerals = book.words("time_numeral")
        others = sorted(c for c in by_first if c not in numerals and not c.isdigit())
        self.trigger = re.compile(rf"\d+|[{''.join(map(re.escape, numerals))}]+|[{''.join(map(re.escape, others))}]")
        self.calendar = ChineseCalendar(book.rows("period_chinese_years"))
        self.numerals = Numerals(book.rows("period_numerals"))
        self.festivals = {row["festival"]: row for row in book.rows("period_festivals")}
        self.eras = {row["era"]: int(row["first_year"]) for row in book.rows("period_eras")}
        self.units = {word: unit for unit in ("day", "week", "month", "quarter", "year")
                      for word in book.words(f"time_{unit}")}

    def parts_at(self, text: str, offset: int) -> list[Part]:
        """The parts that begin at `offset`, the best first."""
        numbers = self._by_first.get(text[offset:offset + 1])
        if numbers is None:
            return _NO_PARTS
        branch = self._branches.get(numbers)
        if branch is None:
            branch = self._branches[numbers] = _Branch([self._parts[n] for n in numbers])
        return branch.parts_at(text, offset)


_NO_PARTS: list[Part] = []


class _Branch:
    """The part rules that can begin with the same characters."""

    def __init__(self, parts: list[tuple[Rule, str]]) -> None:
        self._rules = [(rule.id, str(rule.yields["op"]), rule.yields, re.compile(pattern)) for rule, pattern in parts]
        bare = [_NAME.sub("(?:", pattern) for _, pattern in parts]
        for (rule, _), pattern in zip(parts, bare, strict=True):
            if re.compile(pattern).groups:
                raise RuleError(f"{rule.where}: the pattern of '{rule.id}' has a group without a name; write (?:…) for "
                                "a group that only holds together and (?P<name>…) for one that is read")
        self._any = re.compile("|".join(f"(?:{p})" for p in bare))
        self._each = re.compile("".join(f"(?=({p})|)" for p in bare))

    def parts_at(self, text: str, offset: int) -> list[Part]:
        if not self._any.match(text, offset):
            return _NO_PARTS
        found = self._each.match(text, offset)
        assert found is not None
        hits = sorted((-end, n) for n, (start, end) in enumerate(found.regs[1:]) if end > start)
        parts = []
        for negative_end, n in hits:
            rule, op, yields, pattern = self._rules[n]
            match = pattern.match(text, offset)
            if match is not None:
                parts.append(Part(offset, -negative_end, rule, op, yields, match.groupdict()))
        return parts


def grammar(book: Rulebook) -> Grammar:
    """The grammar of a rulebook, compiled at the first call."""
    return book.made("periods", Grammar)


def _of_table(book: Rulebook, match: Mapping[str, Any]) -> str:
    where: Mapping[str, str] = match.get("where") or {}
    words = sorted({row[match["column"]] for row in book.rows(match["table"])
                    if all(row[k] == v for k, v in where.items())}, key=lambda w: (-len(w), w))
    alternatives = "|".join(map(re.escape, words))
    return f"{book.expand(match.get('before', ''))}(?P<word>{alternatives}){book.expand(match.get('after', ''))}"
