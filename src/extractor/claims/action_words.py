"""Sets of words, and which of them begins or ends at a place of a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

MANY = 1 << 40
"""More than a text has characters."""


class Words:
    """A set of words that tells which of them stands at, ends at or begins after a place of a text."""

    def __init__(self, words: Iterable[str], but: Iterable[str] = ()) -> None:
        """`but`: longer words that begin with one of them; where such a word stands, none of them does."""
        self.words = frozenset(words)
        starts: dict[str, set[int]] = {}
        ends: dict[str, set[int]] = {}
        for word in self.words:
            starts.setdefault(word[0], set()).add(len(word))
            ends.setdefault(word[-1], set()).add(len(word))
        self.but = frozenset(word for word in but if word not in self.words and word[0] in starts)
        for word in self.but:
            starts[word[0]].add(len(word))
        self._starts = {k: tuple(sorted(v, reverse=True)) for k, v in starts.items()}
        self._ends = {k: tuple(sorted(v, reverse=True)) for k, v in ends.items()}
        self._first_character: re.Pattern[str] | None = None

    def __contains__(self, word: str) -> bool:
        return word in self.words

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def __len__(self) -> int:
        return len(self.words)

    def isdisjoint(self, others: Iterable[str]) -> bool:
        """Whether none of `others` is among the words."""
        return self.words.isdisjoint(others)

    def at(self, text: str, start: int, end: int) -> str:
        """The longest word that begins at `start` and ends by `end`, or an empty string."""
        if start < end:
            for length in self._starts.get(text[start], ()):
                word = text[start:start + length]
                if word in self.words and start + length <= end:
                    return word
                if word in self.but:
                    return ""
        return ""

    def before(self, text: str, start: int, end: int) -> str:
        """The longest word that ends at `end` and begins no earlier than `start`, or an empty string."""
        if start < end:
            for length in self._ends.get(text[end - 1], ()):
                if end - length >= start and text[end - length:end] in self.words:
                    return text[end - length:end]
        return ""

    def inside(self, text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
        """The words inside `start..end` with their places, longest at each place, in order."""
        for place in self._first.finditer(text, start, end):
            i = place.start()
            word = self.at(text, i, end)
            if word:
                yield i, word

    @property
    def _first(self) -> re.Pattern[str]:
        """The characters that the words begin with."""
        if self._first_character is None:
            starts = "".join(map(re.escape, sorted(self._starts)))
            self._first_character = re.compile(f"[{starts}]" if starts else "(?!)")
        return self._first_character


@dataclass(slots=True)
class Here:
    """The longest word of each list that begins at a place; an empty string where none does."""

    verb: str = ""
    """Of all verbs; of these and the next two, none where a word stands that is no verb, or where its frame misses."""
    head: str = ""
    """Of verbs that can decide what a clause says."""
    act: str = ""
    """Of verbs of doing."""
    no_verb: str = ""
    about: str = ""
    adverb: str = ""
    connective: str = ""
    dual_verb: str = ""
    join: str = ""
    modal: str = ""
    never: str = ""
    not_after: str = ""
    noun_after: str = ""
    not_particle: str = ""
    own_subject: str = ""
    particle: str = ""
    purpose: str = ""
    reach: int = 0
    """How many characters tell all this; MANY where more than the words themselves has to be asked."""

    @property
    def longest(self) -> int:
        """Length of the longest verb or adverb."""
        return max(len(self.verb), len(self.adverb))


_VERBS = ("verb", "head", "act")
HERE = tuple(field.name for field in fields(Here) if field.name != "reach")
"""The lists whose words are looked up together."""


class Together:
    """The words of the lists of `HERE`, looked up together: what begins at a place is told by the longest of them."""

    def __init__(self, lists: Mapping[str, Words], frames: Mapping[str, re.Pattern[str]]) -> None:
        """`frames`: what must follow a verb for it to be one."""
        self._lists = [(name, lists[name]) for name in HERE]
        self._frames = frames
        self._all = Words(frozenset().union(*(words.words | words.but for _, words in self._lists)))
        self._found: dict[str, Here] = {}

    def here(self, text: str, start: int, end: int) -> Here:
        """What begins at `start` and ends by `end`."""
        found = self.whole(text, start)
        return found if start + found.reach <= end else self.at(text, start, end)

    def whole(self, text: str, start: int) -> Here:
        """What begins at `start`, wherever it ends; frames are not looked at."""
        word = self._all.at(text, start, len(text))
        found = self._found.get(word)
        if found is None:
            told = self._told(word, 0, len(word))
            framed = not self._frames.keys().isdisjoint(told[name] for name in _VERBS)
            found = self._found[word] = Here(**told, reach=MANY if framed else len(word))
        return found

    def at(self, text: str, start: int, end: int) -> Here:
        """As `here`, each list asked by itself."""
        told = self._told(text, start, end)
        for name in _VERBS:
            frame = self._frames.get(told[name])
            if frame is not None and not frame.match(text, start + len(told[name]), end):
                told[name] = ""
        return Here(**told)

    def _told(self, text: str, start: int, end: int) -> dict[str, Any]:
        told = {name: words.at(text, start, end) for name, words in self._lists}
        for name in _VERBS:
            if len(told["no_verb"]) >= len(told[name]):
                told[name] = ""
        return told


class Beginnings:
    """What begins where in one document: each place is looked up once."""

    def __init__(self, text: str, words: Together) -> None:
        self.text, self._words = text, words
        self._seen: dict[int, Here] = {}

    def at(self, start: int, end: int) -> Here:
        """What begins at `start` and ends by `end`."""
        here = self._seen.get(start)
        if here is None:
            here = self._seen[start] = self._words.whole(self.text, start)
        return here if start + here.reach <= end else self._words.at(self.text, start, end)
