"""Patterns that are tried only where a cheap look does not rule them out.

Most patterns of `rules/phrases.yaml` ask what a phrase begins with (`^{region_word}`) or ends in
(`(?:{trail_word}|{degree_word}){1,6}$`), and `re.search` tries the second kind from every offset, each time through
hundreds of words, though the last character mostly rules them all out. Others grope for a word after a few characters
of any kind (`^[^，]{0,18}?{measure_noun}`), though the text holds no such word. `pattern_for` sees from the wording of
a rule which kind it is; what it means stays in the rule, and what is found is what `re` finds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from sys import maxsize
from typing import Protocol

from extractor.mentions.pattern_starts import first_characters
from extractor.rulebook.model import Rulebook


class Pattern(Protocol):
    """What the layer uses of `re.Pattern`."""

    @property
    def pattern(self) -> str:
        """What was compiled."""
        ...

    def search(self, string: str, pos: int = 0, endpos: int = maxsize) -> re.Match[str] | None:
        """As `re.Pattern.search`."""
        ...
    def match(self, string: str, pos: int = 0, endpos: int = maxsize) -> re.Match[str] | None:
        """As `re.Pattern.match`."""
        ...
    def fullmatch(self, string: str, pos: int = 0, endpos: int = maxsize) -> re.Match[str] | None:
        """As `re.Pattern.fullmatch`."""
        ...
    def finditer(self, string: str, pos: int = 0, endpos: int = maxsize) -> Iterator[re.Match[str]]:
        """As `re.Pattern.finditer`."""
        ...
    def sub(self, repl: str | Callable[[re.Match[str]], str], string: str, count: int = 0) -> str:
        """As `re.Pattern.sub`."""
        ...


class _Guarded:
    """A pattern that is left to `re`, but for what the kinds of it look at first."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        made = re.compile(pattern)
        self._match, self._search, self._finditer = made.match, made.search, made.finditer
        self.fullmatch, self.sub = made.fullmatch, made.sub

    def search(self, string: str, pos: int = 0, endpos: int = maxsize) -> re.Match[str] | None:
        """As `re.Pattern.search`."""
        return self._search(string, pos, endpos)

    def match(self, string: str, pos: int = 0, endpos: int = maxsize) -> re.Match[str] | None:
        """As `re.Pattern.match`."""
        return self._match(string, pos, endpos)

    def finditer(self, string: str, pos: int = 0, endpos: int = maxsize) -> Iterator[re.Match[str]]:
        """As `re.Pattern.finditer`."""
        return self._finditer(string, pos, endpos)


class Opening(_Guarded):
    """`^…`, or a pattern of which only `match` is asked: tried only where a character stands that it can begin with."""

    def __init__(self, pattern: str) -> None:
        super().__init__(pattern)
        self._first = first_characters(pattern)

    def match(self, string: str, pos: int = 0, endpos: int = maxsize) -> re.Match[str] | None:
        """As `re.Pattern.match`."""
        return self._match(string, pos, endpos) if string[pos:pos + 1] in self._first else None

    def search(self, string: str, pos: int = 0, endpos: int = maxsize) -> re.Match[str] | None:
        """As `re.Pattern.search`; the pattern holds at the start of a text alone."""
        return self._search(string, pos, endpos) if string[:1] in self._first else None


class Holding(_Guarded):
    """`…{words}…`: tried only on texts that hold one of the words."""

    def __init__(self, pattern: str, words: frozenset[str]) -> None:
        super().__init__(pattern)
        self._holds = re.compile("|".join(map(re.escape, sorted(words)))).search

    def match(self, string: str, pos: int = 0, endpos: int = maxsize) -> re.Match[str] | None:
        """As `re.Pattern.match`."""
        return self._match(string, pos, endpos) if self._holds(string, pos, endpos) else None

    def search(self, string: str, pos: int = 0, endpos: int = maxsize) -> re.Match[str] | None:
        """As `re.Pattern.search`."""
        return self._search(string, pos, endpos) if self._holds(string, pos, endpos) else None

    def finditer(self, string: str, pos: int = 0, endpos: int = maxsize) -> Iterator[re.Match[str]]:
        """As `re.Pattern.finditer`."""
        return self._finditer(string, pos, endpos) if self._holds(string, pos, endpos) else iter(())


class Ending(_Guarded):
    """`(?:{words})+$`: words of a list at the end of a text, found from the end backwards."""

    def __init__(self, pattern: str, words: frozenset[str], most: int) -> None:
        super().__init__(pattern)
        self._words, self._most = words, most
        lengths: dict[str, set[int]] = {}
        for word in words:
            lengths.setdefault(word[-1], set()).add(len(word))
        self._lengths = {last: tuple(sorted(found)) for last, found in lengths.items()}

    def search(self, string: str, pos: int = 0, endpos: int = maxsize) -> re.Match[str] | None:
        """As `re.Pattern.search`: the longest run of words that ends the text."""
        end = min(len(string), endpos)
        if end <= pos:
            return None
        if string[end - 1] == "\n":  # `$` holds before it too
            return self._search(string, pos, endpos)
        if string[end - 1] not in self._lengths:
            return None
        start = self._start(string, pos, end)
        return self._match(string, start, endpos) if start < end else None

    def _start(self, string: str, pos: int, end: int) -> int:
        """The leftmost place from which words reach `end`, or `end`."""
        words, lengths = self._words, self._lengths
        seen = reached = {end}
        for _ in range(self._most):
            reached = {stop - length for stop in reached if stop > pos for length in lengths.get(string[stop - 1], ())
                       if stop - length >= pos and string[stop - length:stop] in words} - seen
            if not reached:
                break
            seen = seen | reached
        return min(seen)


_LIST = r"\{[a-z][a-z_0-9]*\}"
_MEMBER = rf"(?:{_LIST}|[\u4e00-\u9fff]+)"
_ENDING = re.compile(rf"(?:({_MEMBER})|\(\?:({_MEMBER}(?:\|{_MEMBER})*)\)(\+|\{{1,(\d+)\}})?)\$")


def pattern_for(book: Rulebook, match: str) -> Pattern:
    """The pattern of a rule, in the fastest form that its wording allows."""
    pattern = book.expand(match)
    ending = _ENDING.fullmatch(match)
    if ending is not None:
        members = (ending.group(1) or ending.group(2)).split("|")
        words = frozenset(word for member in members for word in _words(book, member))
        most = maxsize if ending.group(3) == "+" else int(ending.group(4) or 1)
        return Ending(pattern, words, most)
    if match.startswith("^") and r"\d" not in match:
        try:
            return Opening(pattern)
        except ValueError:  # it can begin with anything
            pass
    needed = needed_words(book, match) if not _WORD.match(match) else None
    if needed:
        return Holding(pattern, needed)
    return re.compile(pattern)


def _words(book: Rulebook, member: str) -> tuple[str, ...]:
    return book.words(member[1:-1]) if member[0] == "{" else (member,)


def needed_words(book: Rulebook, match: str) -> frozenset[str]:
    """Words and characters of which every match of a rule's pattern holds one; none where it gets along without any."""
    return frozenset(word for one in _needed(match) or () for word in _words(book, one))


def alternatives(match: str) -> list[str]:
    """The parts of a rule's pattern of which one has to match.

    >>> alternatives("^(?:最|很)[|好]$|{word}的")
    ['^(?:最|很)[|好]$', '{word}的']
    """
    parts, start = [], 0
    while start <= len(match):
        _, end = _needed_by_all(match, start)
        parts.append(match[start:end])
        start = end + 1
    return parts


_WORD = re.compile(rf"{_LIST}|[\u4e00-\u9fff0-9A-Za-z]")
_ANYTHING = re.compile(r"\[\^?(?:\\.|[^\]\\])+\]|\\.|.")
_QUANTIFIER = re.compile(r"(?:[?*+]|\{(\d*)(?:,\d*)?\})\??")
_AROUND = ("(?=", "(?!", "(?<=", "(?<!")


def _needed(match: str) -> set[str] | None:
    """Lists and characters of which every match holds one; None where the pattern gets along without any.

    >>> sorted(_needed("^[^，]{0,9}?{noun}的") or ())
    ['{noun}']
    >>> sorted(_needed("(?:{degree})*{gap}$|(?<![占同])比(?:{noun})?") or ())
    ['{gap}', '比']
    >>> sorted(_needed("20[0-9]{2}年|.{2}加快$") or ())
    ['2', '加']
    """
    found, end = _needed_by_one(match, 0)
    return found if end == len(match) else None


def _needed_by_one(match: str, at: int) -> tuple[set[str] | None, int]:
    """What the alternatives from `at` on need, and where they end."""
    found: set[str] | None = set()
    while True:
        here, at = _needed_by_all(match, at)
        found = found | here if found is not None and here else None
        if match[at:at + 1] != "|":
            return found, at
        at += 1


def _needed_by_all(match: str, at: int) -> tuple[set[str] | None, int]:
    """What the items of one alternative need: the first of them that needs anything."""
    found: set[str] | None = None
    while at < len(match) and match[at] not in "|)":
        here: set[str] | None = None
        word = _WORD.match(match, at)
        if word is not None:
            here, at = {word.group()}, word.end()
        elif match[at] == "(":
            around = match.startswith(_AROUND, at)
            opening = re.compile(r"\((?:\?(?::|P<\w+>|<?[=!]))?").match(match, at)
            assert opening is not None
            here, at = _needed_by_one(match, opening.end())
            here, at = None if around else here, at + 1
        else:
            anything = _ANYTHING.match(match, at)
            assert anything is not None
            at = anything.end()
        quantifier = _QUANTIFIER.match(match, at)
        if quantifier is not None:
            at = quantifier.end()
            here = None if quantifier.group()[0] in "?*" or quantifier.group(1) in ("", "0") else here
        found = found or here
    return found, at
