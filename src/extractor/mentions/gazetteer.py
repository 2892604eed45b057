"""The places and zones of the rulebook, indexed by every form they are written in."""

from __future__ import annotations

from dataclasses import dataclass

from extractor.rulebook.model import Rulebook


@dataclass(frozen=True, slots=True)
class Place:
    """A place or zone.

    `code` is its GB/T 2260 code (None for zones, countries, foreign cities and names that several places bear);
    `level` is `country`, `province`, `prefecture`, `county`, `zone` or `city` (a foreign one); `parent` is the
    canonical name of what it lies in.
    """

    name: str
    code: str | None
    level: str
    parent: str | None
    official: str | None = None
    """The full official name of a zone, where it is longer than the name in use."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a word: a place, and whether only a text about its neighbourhood allows it."""

    place: Place
    ancestors: tuple[str, ...]
    """Codes of the place itself and all it lies in."""
    only_near: bool


_REMEMBERED = 20_000
"""So many words are remembered with the place that they mean in a region."""
_ORDER = {"country": 0, "province": 1, "prefecture": 2, "county": 3, "zone": 4, "city": 5}


class Gazetteer:
    """Look-ups by name, short form and former name."""

    def __init__(self, book: Rulebook) -> None:
        self.by_word: dict[str, list[Reading]] = {}
        self.places: dict[str, Place] = {}
        self._lines: dict[str, tuple[str, ...]] = {}
        self._shorts: dict[str, str] = {}
        self._chosen: dict[tuple[str, tuple[str, ...]], Place | None] = {}
        self._add_china(book)
        self._add_former(book)
        self._add_abroad(book)
        self._add_zones(book)
        for readings in self.by_word.values():
            readings.sort(key=lambda r: (r.only_near, _ORDER[r.place.level], r.place.code or ""))

    def _add(self, word: str, reading: Reading) -> None:
        self.by_word.setdefault(word, []).append(reading)

    def _add_china(self, book: Rulebook) -> None:
        rows = book.rows("places")
        names = {row["code"]: row["name"] for row in rows}
        parents = {row["code"]: row["parent"] for row in rows}
        own = book.word_lists["country_self"]
        autonomous = book.words("autonomous_suffix")
        country = _first(own.words)
        china = Place(country, None, "country", None)
        for word in own.words:
            self._add(word, Reading(china, (), False))
        for row in rows:
            code = row["code"]
            line, above = [code], row["parent"]
            while above:
                line.append(above)
                above = parents.get(above, "")
            place = Place(row["name"], code, row["level"], names.get(row["parent"]) or country)
            self.places[code] = place
            self._lines[code] = tuple(line)
            self._shorts[code] = row["short"] or row["name"]
            self._add(row["name"], Reading(place, self._lines[code], False))
            if row["short"] and row["name"].endswith(autonomous):
                self._add(row["short"] + row["name"][-1], Reading(place, self._lines[code], False))
            if row["use"] != "never" and row["short"]:
                self._add(row["short"], Reading(place, self._lines[code], row["use"] == "region"))

    def _add_former(self, book: Rulebook) -> None:
        for row in book.rows("places_former"):
            place = self.places.get(row["code"])
            if place is not None:
                self._add(row["name"], Reading(place, self._lines[row["code"]], False))

    def _add_abroad(self, book: Rulebook) -> None:
        for row in book.rows("countries"):
            self._add(row["name"], Reading(Place(row["canonical"], None, "country", None), (), False))
        for row in book.rows("foreign_cities"):
            self._add(row["name"], Reading(Place(row["name"], None, "city", row["country"]), (), False))

    def _add_zones(self, book: Rulebook) -> None:
        by_name = {p.name: code for code, p in self.places.items() if p.level != "county"}
        for row in book.rows("zones"):
            zone = Place(row["name"], None, "zone", row["place"], row["full"])
            line = self._lines.get(by_name.get(row["place"], ""), ())
            for word in dict.fromkeys((row["name"], row["full"], *row["aliases"].split())):
                self._add(word, Reading(zone, line, False))
        for row in book.rows("zones_statistical"):
            if row["name"] not in self.by_word:
                zone = Place(row["name"], None, "zone", row["place"])
                self._add(row["name"], Reading(zone, self._lines.get(by_name.get(row["place"], ""), ()), False))

    def line_of(self, region: str | None) -> tuple[str, ...]:
        """Codes of the place that `region` names and of all it lies in, the place itself first; empty if unknown."""
        for reading in self.by_word.get(region or "", ()):
            if reading.ancestors and reading.place.level != "zone":
                return reading.ancestors
        return ()

    def line_of_code(self, code: str) -> tuple[str, ...]:
        """The code itself and those of all the place lies in. Raises KeyError."""
        return self._lines[code]

    def short(self, place: Place) -> str:
        """The short form of a place: 青岛 for 青岛市."""
        return self._shorts.get(place.code or "", place.name)

    def choose(self, word: str, line: tuple[str, ...]) -> Place | None:
        """The place that `word` means in a text about the region with the codes `line`.

        A place in, around or beside the region is preferred; of several others none is preferred, and the name is
        returned without a code. None where the word is a place only elsewhere.
        """
        if (word, line) not in self._chosen:
            if len(self._chosen) >= _REMEMBERED:
                self._chosen.clear()
            self._chosen[word, line] = self._choose(word, line)
        return self._chosen[word, line]

    def _choose(self, word: str, line: tuple[str, ...]) -> Place | None:
        readings = self.by_word.get(word)
        if not readings:
            return None
        near = [r for r in readings if _near(r.ancestors, line)]
        if near:
            return min(near, key=lambda r: (-len(set(r.ancestors) & set(line)), _ORDER[r.place.level])).place
        free = [r for r in readings if not r.only_near]
        if not free:
            return None
        first = free[0].place
        rivals = [r for r in free if r.place.level == first.level and r.place.name == first.name]
        if len(rivals) > 1:
            return Place(first.name, None, first.level, None)
        return first


def _first(words: tuple[str, ...]) -> str:
    """The shortest: word lists are kept longest first."""
    return words[-1]


def _near(ancestors: tuple[str, ...], line: tuple[str, ...]) -> bool:
    """Whether a place lies in the region, holds it, or lies beside it in the same prefecture or province."""
    if not ancestors or not line:
        return False
    return ancestors[0] in line or line[0] in ancestors or (len(line) > 1 and len(ancestors) > 1
                                                            and ancestors[1] == line[1])


def gazetteer(book: Rulebook) -> Gazetteer:
    """The rulebook's gazetteer, built once."""
    return book.made("gazetteer", Gazetteer)
