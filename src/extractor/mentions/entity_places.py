"""Mentions of places and zones in a text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from extractor.mentions.gazetteer import Place, Reading, gazetteer
from extractor.mentions.model import Entity
from extractor.mentions.neighbours import common_words, straddles
from extractor.mentions.places import place_lexicon
from extractor.rulebook.model import Rulebook
from extractor.text.words import Hit

RULE = "places.listed"


def find_places(text: str, book: Rulebook, region: str | None = None,
                hits: Sequence[Hit] | None = None) -> list[Entity]:
    """GPE and ZONE mentions that the tables name, in order, never overlapping (offsets in code points, half-open).

    A short form counts only where its row allows it; a chain of full names (山东省青岛市) is one mention, of its last
    link; a place and a kind of zone (成都高新区) are a zone. `hits` are those of `place_lexicon`, if they are at hand.
    """
    words = place_lexicon(book)
    hits = words.hits(text) if hits is None else hits
    if not hits:
        return []
    found = gazetteer(book)
    line = found.line_of(region)
    out: list[Entity] = []
    for start, end, place in _spans(text, book, words.longest(hits), line):
        previous = out[-1] if out else None
        if previous is not None and previous.label == "GPE" and previous.end == start and place.level != "zone" \
                and place.parent == previous.name and previous.text == previous.name:
            out[-1] = Entity(previous.start, end, text[previous.start:end], "GPE", place.name, place.code, rule=RULE)
            continue
        if previous is not None and previous.end == start and len(place.name) == 2 and place.code is None:
            within = found.choose(place.name, found.line_of(previous.name))
            if within is None or within.code is None:
                continue  # 长乐|城区: the town of the place before, none of the districts of that name
            place = within
        label = "ZONE" if place.level == "zone" else "GPE"
        out.append(Entity(start, end, text[start:end], label, place.name, place.code, rule=RULE))
    return out


def _spans(text: str, book: Rulebook, words: Iterable[tuple[int, int, list[Reading]]],
           line: tuple[str, ...]) -> Iterator[tuple[int, int, Place]]:
    found = gazetteer(book)
    kinds, first, cut = book.made("place neighbours", _neighbours)
    common = common_words(book)
    last = 0
    for start, end, readings in words:
        if start < last or straddles(text, start, end, common):
            continue
        if not readings:
            last = end
            continue
        if text[end - 1:end + 1] in cut:  # 青岛市场, 西安区域: the suffix belongs to the next word
            end -= 1
        word = text[start:end]
        place = found.choose(word, line)
        if place is None or (len(word) == 2 and place.level == "county" and word == place.name
                             and not _stands_alone(text, start, end, last)):
            continue
        if place.level != "zone" and text[end:end + 1] in first:
            kind = next((k for k in kinds if text.startswith(k, end)), None)
            if kind is not None:
                end += len(kind)
                name = found.short(place) + kind
                place = found.choose(name, line) or Place(name, None, "zone", place.name)
        last = end
        yield start, end, place


def _neighbours(book: Rulebook) -> tuple[tuple[str, ...], frozenset[str], frozenset[str]]:
    """Kinds of zones, what they begin with, and suffixes with the character that makes them part of the next word."""
    kinds = book.words("zone_kind")
    return kinds, frozenset(kind[0] for kind in kinds), frozenset(book.words("suffix_of_next"))


def _stands_alone(text: str, start: int, end: int, last: int) -> bool:
    """Whether a county of two characters stands in a row of places or after one: 和县 is also part of 产业和县域."""
    before, after = text[start - 1:start], text[end:end + 1]
    return (start == last and start > 0) or (before in ("、", "（") and after in ("、", "）", "，", "。"))
