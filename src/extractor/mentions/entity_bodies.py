"""Bodies of state, listed names, and what forms with a place right before it (市发改委, 城阳区委, 青岛港)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from extractor.mentions.entity_lexicon import Lexicon
from extractor.mentions.model import Entity
from extractor.mentions.neighbours import common_words, straddles
from extractor.mentions.places import resolve_place
from extractor.rulebook.model import Rulebook
from extractor.text.words import Hit

LISTED, DEPARTMENT, LEVEL_BODY, AFTER_PLACE = (
    "entities.listed", "entities.department", "entities.level-body", "entities.after-place")


@dataclass(frozen=True, slots=True)
class _Word:
    kind: str
    label: str
    name: str


class Bodies:
    """The compiled lists."""

    def __init__(self, book: Rulebook) -> None:
        rules = {rule.id: rule for rule in book.layer("entities").rules}
        words: dict[str, _Word] = {}
        if LISTED in rules:
            for row in book.rows("companies"):
                words[row["name"]] = _Word(LISTED, "ORG", row["full"])
            for row in book.rows("names"):
                words[row["word"]] = _Word(LISTED, row["label"], row["name"])
        if DEPARTMENT in rules:
            long = rules[DEPARTMENT].yields.get("suffixes", {})
            for row in book.rows("departments"):
                for suffix in book.words("department_suffix"):
                    name = row["full"] + long.get(suffix, suffix)
                    words.setdefault(row["stem"] + suffix, _Word(DEPARTMENT, "ORG", name))
        self._names: dict[str, str] = {}
        self._bodies: tuple[str, ...] = ()
        if LEVEL_BODY in rules:
            self._names = dict(rules[LEVEL_BODY].yields.get("names", {}))
            self._bodies = book.words("level_body")
            for level in book.words("body_level"):
                for body in self._bodies:
                    words.setdefault(level + body, _Word(LEVEL_BODY, "ORG", body))
        for guard in book.words("level_guard"):
            words[guard] = _Word("", "", "")
        self.lexicon = Lexicon(words)
        self._levels = book.words("level")
        self._not_over = book.words("body_not_over")
        self._common = common_words(book)
        self._body_heads = frozenset(body[0] for body in self._bodies)
        self._after: dict[str, list[dict[str, Any]]] = {}
        """What may stand right after a place and makes one name with it, by its first character."""
        for entry in rules[AFTER_PLACE].match["suffixes"] if AFTER_PLACE in rules else ():
            self._after.setdefault(entry["suffix"][0], []).append(entry)

    def find(self, text: str, places: Sequence[Entity], book: Rulebook, region: str | None,
             hits: Sequence[Hit]) -> Iterator[Entity]:
        """Candidates in `text` (offsets in code points, half-open); `places` are its places and zones.

        `hits` are those of the `lexicon`.
        """
        ends = {place.end: place for place in places}
        skip = 0
        for start, end, word in self.lexicon.longest(hits):
            if start < skip:
                continue
            if not word.kind:
                skip = end
            elif text.startswith(self._not_over, end - 1):
                continue
            elif word.kind == LISTED:
                if straddles(text, start, end, self._common):
                    continue
                skip = end
                yield Entity(start, end, text[start:end], word.label, word.name, rule=LISTED)
            elif word.kind == DEPARTMENT:
                entity = self._department(text, start, end, word, ends, book, region)
                if entity is not None:
                    yield entity
            elif (cut := end - len(word.name)) not in ends:
                yield self._level_body(text, start, cut, end, word.name, book, region)
        yield from self._with_places(text, places)

    def _department(self, text: str, start: int, end: int, word: _Word, ends: dict[int, Entity], book: Rulebook,
                    region: str | None) -> Entity | None:
        place = ends.get(start)
        if place is not None:
            return Entity(place.start, end, text[place.start:end], "ORG", place.name + word.name, rule=DEPARTMENT)
        for level in self._levels:
            if text.endswith(level, max(0, start - 3), start):
                left = start - len(level)
                where = resolve_place(level, book, region)
                name = (where.name if where else level) + word.name
                return Entity(left, end, text[left:end], "ORG", name, rule=DEPARTMENT)
        return None

    def _level_body(self, text: str, start: int, cut: int, end: int, body: str, book: Rulebook,
                    region: str | None) -> Entity:
        where = resolve_place(text[start:cut], book, region)
        place = where.name if where else text[start:cut]
        name = self._names.get(body, "{place}" + body).replace("{place}", place)
        return Entity(start, end, text[start:end], "ORG", name, rule=LEVEL_BODY)

    def _with_places(self, text: str, places: Sequence[Entity]) -> Iterator[Entity]:
        for place in places:
            end = place.end
            if text[end:end + 1] in self._body_heads and place.text == place.name:
                body = next((b for b in self._bodies if text.startswith(b, end)), None)
                if body is not None and not text.startswith(self._not_over, end + len(body) - 1):
                    stop = end + len(body)
                    name = self._names.get(body, "{place}" + body).replace("{place}", place.name)
                    yield Entity(place.start, stop, text[place.start:stop], "ORG", name, rule=LEVEL_BODY)
            for entry in self._after.get(text[end:end + 1], ()):
                suffix = entry["suffix"]
                stop = end + len(suffix)
                if text.startswith(suffix, end) and not text.startswith(tuple(entry.get("not", ())) or "\0", stop):
                    name = text[place.start:stop]
                    yield Entity(place.start, stop, name, entry["label"], name, rule=AFTER_PLACE)
