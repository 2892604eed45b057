"""What place words mean: short forms, words that point back to the document's region, zones and where they lie."""

from __future__ import annotations

from collections.abc import Sequence

from extractor.mentions.entity_lexicon import Lexicon
from extractor.mentions.gazetteer import Gazetteer, Place, Reading, gazetteer
from extractor.rulebook.model import Rulebook
from extractor.text.words import Hit

__all__ = ["Place", "place_lexicon", "region_of", "resolve_place"]

_POINTERS = {"whole_city": "prefecture", "whole_province": "province", "whole_district": "district",
             "whole_county": "county"}
_FIRST_PARAGRAPHS = 3000
"""Characters that are searched for the region a text is about; if they name none, four times as many."""


def resolve_place(words: str, book: Rulebook, region: str | None = None) -> Place | None:
    """The place that `words` mean in a text about `region`.

    Args:
        words: a name (青岛市), a short form (即墨), a former name (即墨市), a chain (山东省青岛市), a zone
            (西海岸新区, 自贸片区, 高新区) or a word that points back (全市, 我省, 该区, 全国).
        book: the rulebook with the layer `places`.
        region: the document's region (青岛市, 浙江省), or None.

    Returns:
        The place, or None where the words are none, or point back and there is no region of that level.
    """
    found = gazetteer(book)
    words = words.strip()
    line = found.line_of(region)
    pointed = _pointed(words, book, found, region, line)
    if pointed is not None:
        return pointed
    return found.choose(words, line) or _zone_by_kind(words, book, found, region) or _chain(words, book, found, line)


def _pointed(words: str, book: Rulebook, found: Gazetteer, region: str | None, line: tuple[str, ...]) -> Place | None:
    if words in book.words("whole_country"):
        return found.choose(book.words("country_self")[-1], ())
    lists = [level for name, level in _POINTERS.items() if words in book.words(name)]
    if not lists or not line:
        return None
    about = [found.places[code] for code in line]
    for level in lists:
        for place in about:
            if place.level == level or (level == "district" and (
                    place.level == "county" or (place.level == "province" and _is_autonomous(place, found)))):
                return place
            if level == "prefecture" and place.level == "province" and place is about[0] and _is_city(place, book):
                return place
            if level == "prefecture" and place.level == "county" and _is_city(place, book):
                return place
    return None


def _is_autonomous(place: Place, found: Gazetteer) -> bool:
    """Whether a province is an autonomous region: its short form leaves out more than one character."""
    return len(place.name) - len(found.short(place)) >= 3


def _is_city(place: Place, book: Rulebook) -> bool:
    """Whether the name ends in the suffix of cities (also Beijing, Shanghai, and cities of county level)."""
    return any(len(w) == 1 and place.name.endswith(w) for w in book.words("whole_city"))


def _zone_by_kind(words: str, book: Rulebook, found: Gazetteer, region: str | None) -> Place | None:
    """高新区 in a Qingdao text, 成都高新区 anywhere: a kind of zone and the place where it lies."""
    for kind in book.words("zone_kind"):
        if not words.endswith(kind):
            continue
        head = words[:-len(kind)]
        place = found.choose(head or region or "", found.line_of(region))
        if place is None or place.level == "zone":
            return None
        name = found.short(place) + kind
        listed = found.choose(name, found.line_of(place.name))
        return listed or Place(name, None, "zone", place.name)
    return None


def _chain(words: str, book: Rulebook, found: Gazetteer, line: tuple[str, ...]) -> Place | None:
    """山东省青岛市即墨区: the last link, read where the first ones say."""
    for cut in range(min(len(words) - 2, 12), 1, -1):
        head = found.choose(words[:cut], line)
        if head is not None and head.level != "zone":
            below = found.line_of(head.name)
            return (found.choose(words[cut:], below) or _zone_by_kind(words[cut:], book, found, head.name)
                    or _chain(words[cut:], book, found, below))
    return None


def region_of(text: str, book: Rulebook, hits: Sequence[Hit] | None = None) -> str | None:
    """The city or province that a text without metadata is about, by its canonical name (青岛市, 浙江省), or None.

    The province is the one whose own name and places are mentioned most in the first paragraphs; whether the text is
    about a city of it is told by the words that point back (全市, 我市 or 全省, 我省) and, without them, by how often
    the city is named. Wrong for texts that compare several places at equal length. `hits` are
    those of `place_lexicon`, where they are at hand.
    """
    hits = place_lexicon(book).hits(text[:4 * _FIRST_PARAGRAPHS]) if hits is None else hits
    for length in (_FIRST_PARAGRAPHS, 4 * _FIRST_PARAGRAPHS):
        found = _region_in(text[:length], book, [hit for hit in hits if hit[2] <= length])
        if found is not None or length >= len(text):
            return found
    return None


def _region_in(text: str, book: Rulebook, hits: Sequence[Hit]) -> str | None:
    if not hits:
        return None
    found = gazetteer(book)
    provinces: dict[str, int] = {}
    cities: dict[str, int] = {}
    last = 0
    for start, end, readings in place_lexicon(book).longest(hits):
        if start < last or not readings:
            continue
        last = end
        reading = readings[0]
        line = reading.ancestors
        if not line or reading.only_near or (
                len(readings) > 1 and len({r.ancestors[-1:] for r in readings}) > 1):
            continue
        weight = 3 if start < 200 else 2
        provinces[line[-1]] = provinces.get(line[-1], 0) + weight
        if len(line) > 1:
            cities[line[-2]] = cities.get(line[-2], 0) + weight
    if not provinces:
        return None
    top = _most(provinces)
    below = {code: n for code, n in cities.items() if found.places[code].level == "prefecture"
             and found.line_of_code(code)[-1] == top}
    if below:
        of_city, of_province = (sum(map(text.count, words)) for words in book.made("pointing words", _pointing))
        city = _most(below)
        own = provinces[top] - sum(below.values())
        if of_city > of_province or (below[city] >= own and of_province <= 2 * of_city + 2):
            return found.places[city].name
    return found.places[top].name


def _most(counts: dict[str, int]) -> str:
    """What counts most, of equals the first by name."""
    most = max(counts.values())
    return min(code for code, count in counts.items() if count == most)


def _pointing(book: Rulebook) -> tuple[list[str], list[str]]:
    """The words that point back to the city and to the province of a text (全市, 我省)."""
    city, province = ([word for word in book.words(name) if len(word) > 1] for name in ("whole_city", "whole_province"))
    return city, province


def place_lexicon(book: Rulebook) -> Lexicon[list[Reading]]:
    """All place and zone words, and the longer words that only seem to hold one (which have no readings)."""

    def build(book: Rulebook) -> Lexicon[list[Reading]]:
        words = dict(gazetteer(book).by_word)
        for word in book.words("place_guard"):
            words.setdefault(word, [])
        return Lexicon(words)

    return book.made("place lexicon", build)
