"""Finds the words of a list in a text: one pass of a compiled automaton, whatever the length of the list.

The automaton (Aho-Corasick, `ahocorasick_rs`) reads a report in less than a millisecond; a look-up at every character
takes Python ten times that. Offsets count code points, half-open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

_HALVES = re.compile(r"[\ud800-\udfff]")
"""Halves of surrogate pairs, which the automaton cannot take and no word holds."""

_FEW = 1000
"""Shorter lists get the form of automaton that reads twice as fast; for a long one it is large and slow to make."""

Hit = tuple[int, int, int]
"""The number of a word in its list, where it begins and where it ends."""


class Automaton:
    """The words of a list, compiled."""

    def __init__(self, words: Iterable[str], *, overlapping: bool) -> None:
        """With `overlapping` all words are found, else the longest at the leftmost place, then on from its end."""
        listed = list(words)
        kind = MatchKind.Standard if overlapping else MatchKind.LeftmostLongest
        form = Implementation.DFA if len(listed) < _FEW else Implementation.ContiguousNFA
        self._overlapping = overlapping
        self._automaton = AhoCorasick(listed, kind, implementation=form) if listed else None

    def find(self, text: str) -> list[Hit]:
        """What stands in `text`, by rising end."""
        if self._automaton is None:
            return []
        try:
            return self._automaton.find_matches_as_indexes(text, overlapping=self._overlapping)
        except UnicodeEncodeError:
            return self._automaton.find_matches_as_indexes(_HALVES.sub("\ufffd", text), overlapping=self._overlapping)


class WordLists:
    """Several lists of words, all found in one pass."""

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        uses: dict[str, list[tuple[str, int]]] = {}
        for name, words in lists.items():
            for number, word in enumerate(words):
                uses.setdefault(word, []).append((name, number))
        self._uses = list(uses.values())
        self._words = Automaton(uses, overlapping=True)

    def find(self, text: str) -> dict[str, list[Hit]]:
        """By the name of a list what of it stands in `text`, by rising end; without lists of which nothing does."""
        found: dict[str, list[Hit]] = {}
        uses = self._uses
        for word, start, end in self._words.find(text):
            for name, number in uses[word]:
                if name in found:
                    found[name].append((number, start, end))
                else:
                    found[name] = [(number, start, end)]
        return found
