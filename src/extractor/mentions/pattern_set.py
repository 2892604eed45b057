"""Finds several patterns in a text by the words that their matches cannot do without.

Where such words stand is told by an automaton; a pattern is tried only at the few characters before its own.
What is found is what `re.Pattern.finditer` finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from extractor.mentions.pattern_trees import needed
from extractor.text.words import Hit


class PatternSet:
    """Patterns, compiled."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = [re.compile(pattern) for pattern in patterns]
        needs = [needed(pattern) for pattern in patterns]
        self._anywhere = [n for n, words in enumerate(needs) if not words]
        self.words = sorted({word for words in needs if words for word in words})
        """What to look for; see `find`."""
        self._uses = [[(n, found[word]) for n, found in enumerate(needs) if found and word in found]
                      for word in self.words]

    def find(self, text: str, hits: Iterable[Hit]) -> Iterator[tuple[int, re.Match[str]]]:
        """The number of a pattern and its match, pattern by pattern; `hits` are those of `words` in `text`."""
        starts: dict[int, set[int]] = {}
        for word, at, _ in hits:
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
