"""Finds the words of a large list, and what each stands for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, TypeVar

from extractor.text.words import Automaton, Hit

T = TypeVar("T")


class Lexicon(Generic[T]):
    """Words of two characters and more with what each stands for."""

    def __init__(self, words: Mapping[str, T]) -> None:
        self._words = {word: meaning for word, meaning in words.items() if len(word) > 1}
        self._meanings = tuple(self._words.values())
        self._made: Automaton | None = None

    @property
    def _automaton(self) -> Automaton:
        if self._made is None:
            self._made = Automaton(self._words, overlapping=True)
        return self._made

    @property
    def words(self) -> tuple[str, ...]:
        """The words, numbered as in hits."""
        return tuple(self._words)

    def find(self, text: str) -> Iterator[tuple[int, int, T]]:
        """All words in `text`, at each place only the longest; words may overlap later ones.

        Yields `(start, end, meaning)`, offsets in code points, half-open, by rising start.
        """
        return self.longest(self.hits(text))

    def hits(self, text: str) -> list[Hit]:
        """All words in `text`, shorter ones at the same place too, by rising end; see `longest`."""
        return self._automaton.find(text)

    def longest(self, hits: Iterable[Hit]) -> Iterator[tuple[int, int, T]]:
        """What `find` yields, of `hits`."""
        meanings = self._meanings
        longest = {hit[1]: hit for hit in hits}  # of one place the longest ends last
        for start in sorted(longest):
            word, _, end = longest[start]
            yield start, end, meanings[word]
