"""Finds several patterns in a text by the words that their matches cannot do without.

One pass of an automaton tells where such words stand; a pattern is tried only at the few characters before its own.
What is found is what `re.Pattern.finditer` finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from extractor.text.words import Automaton

_FARTHEST = 30
"""A word that may stand farther from the beginning of a match than this is of no use."""
_CHOICE = 6
"""A class of more characters than this is in every text."""

Needs = dict[str, int]
"""Words of which every match holds one, with how far from its beginning each may stand."""


class PatternSet:
    """Patterns, compiled."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = [re.compile(pattern) for pattern in patterns]
        needs = [needed(pattern) for pattern in patterns]
        self._anywhere = [n for n, words in enumerate(needs) if not words]
        words = sorted({word for words in needs if words for word in words})
        self._uses = [[(n, found[word]) for n, found in enumerate(needs) if found and word in found] for word in words]
        self._words = Automaton(words, overlapping=True)

    def find(self, text: str) -> Iterator[tuple[int, re.Match[str]]]:
        """The number of a pattern and its match, pattern by pattern."""
        starts: dict[int, set[int]] = {}
        for word, at, _ in self._words.find(text):
            for n, reach in self._uses[word]:
                starts.setdefault(n, set()).update(range(at - reach, at + 1) if at >= reach else range(at + 1))
        for n in sorted([*starts, *self._anywhere]):
            if n not in starts:
                for m in self._patterns[n].finditer(text):
                    yield n, m
                continue
            match, end = self._patterns[n].match, 0
            for start in sorted(starts[n]):
                if start >= end and (found := match(text, start)) is not None:
                    yield n, found
                    end = found.end()


def needed(pattern: str) -> Needs | None:
    """The words that every match of `pattern` holds one of, the longest and nearest to its beginning; None for none.

    >>> needed(r"(?:青岛)?地铁[1-9]号线|[a-z]{2,3}路(?:口)?")
    {'地铁': 2, '路': 3}
    """
    tree = parser.parse(pattern)
    return None if tree.state.flags & re.IGNORECASE else _of_sequence(tree)


def _of_sequence(tree: Any) -> Needs | None:
    best: Needs | None = None
    before, run = 0, ""  # the most characters that stand before, and the word that is being read
    for op, what in [*tree, (codes.AT, None)]:
        if op is codes.LITERAL:
            run += chr(what)
            continue
        if run:
            best = _better(best, {run: before})
            before, run = before + len(run), ""
        inner = _of_item(op, what)
        if inner is not None:
            best = _better(best, {word: before + reach for word, reach in inner.items()})
        if what is not None:
            before += min(parser.SubPattern(tree.state, [(op, what)]).getwidth()[1], 2 * _FARTHEST)
    return best


def _of_item(op: Any, what: Any) -> Needs | None:
    if op is codes.BRANCH:
        parts = [_of_sequence(part) for part in what[1]]
        if any(part is None for part in parts):
            return None
        return {word: max(part.get(word, 0) for part in parts if part) for found in parts if found for word in found}
    if op is codes.SUBPATTERN:
        return None if what[1] or what[2] else _of_sequence(what[3])  # flags of its own
    if op in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        return _of_sequence(what[2]) if what[0] > 0 else None
    if op is codes.IN and len(what) <= _CHOICE and all(kind is codes.LITERAL for kind, _ in what):
        return dict.fromkeys((chr(code) for _, code in what), 0)
    return None


def _better(one: Needs | None, other: Needs) -> Needs | None:
    """Longer words before shorter ones, then those nearer to the beginning."""
    if max(other.values()) > _FARTHEST:
        return one
    return max((one, other), key=_worth) if one else other


def _worth(needs: Needs) -> tuple[int, int]:
    return min(map(len, needs)), -max(needs.values())
