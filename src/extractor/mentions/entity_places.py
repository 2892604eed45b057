"""Mentions of places and zones in a text."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.mentions.gazetteer import Gazetteer, Place, gazetteer
from extractor.mentions.model import Entity
from extractor.mentions.places import place_lexicon
from extractor.rulebook.model import Rulebook

RULE = "places.listed"


def find_places(text: str, book: Rulebook, region: str | None = None) -> list[Entity]:
    """GPE and ZONE mentions that the tables name, in order, never overlapping (offsets in code points, half-open).

    A short form counts only where its row allows it; a chain of full names (山东省青岛市) is one mention, of its last
    link; a place and a kind of zone (成都高新区) are a zone.
    """
    found = gazetteer(book)
    line = found.line_of(region)
    out: list[Entity] = []
    for start, end, place in _spans(text, book, found, line):
        previous = out[-1] if out else None
        if previous is not None and previous.label == "GPE" and previous.end == start and place.level != "zone" \
                and place.parent == previous.name and previous.text == previous.name:
            out[-1] = Entity(previous.start, end, text[previous.start:end], "GPE", place.name, place.code, rule=RULE)
            continue
        label = "ZONE" if place.level == "zone" else "GPE"
        out.append(Entity(start, end, text[start:end], label, place.name, place.code, rule=RULE))
    return out


def _spans(text: str, book: Rulebook, found: Gazetteer, line: tuple[str, ...]) -> Iterator[tuple[int, int, Place]]:
    last = 0
    kinds = book.words("zone_kind")
    first = {kind[0] for kind in kinds}
    cut = frozenset(book.words("suffix_of_next"))
    for start, end, readings in place_lexicon(book).find(text):
        if start < last:
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


def _stands_alone(text: str, start: int, end: int, last: int) -> bool:
    """Whether a county of two characters stands in a row of places or after one: 和县 is also part of 产业和县域."""
    before, after = text[start - 1:start], text[end:end + 1]
    return (start == last and start > 0) or (before in ("、", "（") and after in ("、", "）", "，", "。"))
