"""Finds several patterns in a text by the words that their matches cannot do without.

Where such words stand is told by an automaton; a pattern is tried only at the few characters before its own
that it can begin with.
What is found is what `re.Pattern.finditer` finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from extractor.mentions.pattern_trees import ANY, ways
from extractor.text.words import Hit


class PatternSet:
    """Patterns, each compiled when a text first holds what it needs: compiling all takes longer than a short text."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = patterns
        self._compiled: dict[int, re.Pattern[str]] = {}
        found = [ways(pattern) for pattern in patterns]
        self._anywhere = [n for n, parts in enumerate(found) if any(needs is None for needs, _ in parts)]
        uses: dict[str, list[tuple[int, int, frozenset[str]]]] = {}
        for n, parts in enumerate(found):
            for needs, firsts in parts if n not in self._anywhere else ():
                for word, reach in (needs or {}).items():
                    uses.setdefault(word, []).append((n, reach, firsts))
        self.words = sorted(uses)
        """What to look for; see `find`."""
        self._uses = [uses[word] for word in self.words]

    def find(self, text: str, hits: Iterable[Hit]) -> Iterator[tuple[int, re.Match[str]]]:
        """The number of a pattern and its match, pattern by pattern; `hits` are those of `words` in `text`."""
        starts: dict[int, set[int]] = {n: set() for n in self._anywhere}
        for word, at, _ in hits:
            for n, reach, firsts in self._uses[word]:
                if reach == 0:
                    starts.setdefault(n, set()).add(at)
                    continue
                near = range(max(0, at - reach), at + 1)
                fitting = near if ANY in firsts else [start for start in near if text[start] in firsts]
                if fitting:
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
