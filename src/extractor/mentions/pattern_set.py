"""Finds several patterns in a text by the words that their matches cannot do without.

Where such words stand is told by an automaton; a pattern is tried only at the few characters before its own
that it can begin with.
What is found is what `re.Pattern.finditer` finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from extractor.mentions.pattern_trees import ANY, Way, ways
from extractor.text.words import Hit


class PatternSet:
    """Patterns, each compiled when a text first holds what it needs: compiling all takes longer than a short text."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = patterns
        self._compiled: dict[int, re.Pattern[str]] = {}
        found = [ways(pattern) for pattern in patterns]
        self._anywhere = [n for n, parts in enumerate(found) if any(way.needs is None for way in parts)]
        uses: dict[str, list[tuple[int, int, Way]]] = {}
        for n, parts in enumerate(found):
            for way in parts if n not in self._anywhere else ():
                for word, reach in (way.needs or {}).items():
                    uses.setdefault(word, []).append((n, reach, way))
        self.words = sorted(uses)
        """What to look for; see `find`."""
        self._uses = [uses[word] for word in self.words]

    def find(self, text: str, hits: Iterable[Hit]) -> Iterator[tuple[int, re.Match[str]]]:
        """The number of a pattern and its match, pattern by pattern; `hits` are those of `words` in `text`."""
        starts: dict[int, set[int]] = {n: set() for n in self._anywhere}
        for word, at, _ in hits:
            for n, reach, way in self._uses[word]:
                if reach == 0 and ANY in way.befores:
                    starts.setdefault(n, set()).add(at)
                elif fitting := _fitting(text, max(0, at - reach), at + 1, way):
                    starts.setdefault(n, set()).update(fitting)
        for n in sorted(starts):
            pattern = self._compiled.get(n)
            if pattern is None:
                pattern = self._compiled[n] = re.compile(self._patterns[n])
            if n in self._anywhere:
                for m in pattern.finditer(text):
                    yield n, m
                continue
            match, end = pattern.match, 0
            for start in sorted(starts[n]):
                if start >= end and (found := match(text, start)) is not None:
                    yield n, found
                    end = found.end()


def _fitting(text: str, first: int, end: int, way: Way) -> list[int]:
    """The offsets from `first` up to `end` at which a match can begin, by its first character and the one before."""
    firsts, befores = way.firsts, way.befores
    if ANY not in befores:
        return [at for at in range(max(1, first), end)
                if text[at - 1] in befores and (ANY in firsts or text[at] in firsts)]
    return list(range(first, end)) if ANY in firsts else [at for at in range(first, end) if text[at] in firsts]
