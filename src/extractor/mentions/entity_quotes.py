"""Names in quotation marks and book marks.

《》 always holds a document. “” holds a programme where what follows says so (“工赋青岛”行动), where the words inside
have the build of a coined policy name (a count: 两重, 四题一评; an ending: 一张图, 提升年; a place: 投资青岛), and not
where it is a figure of speech, a slogan or a kind of firm. What the build leaves open is decided by points, see
`_points`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from string import ascii_uppercase, digits

from extractor.mentions.entity_edges import opener_pattern
from extractor.mentions.model import Entity
from extractor.rulebook.model import Rulebook

BOOK, BRAND, BRAND_EVENT = "entities.book-marks", "entities.brand", "entities.brand-event"
BRAND_ZONE, BRAND_DOCUMENT = "entities.brand-zone", "entities.brand-document"
_QUOTED = re.compile(r"“([^“”\n]{2,40})”|‘([^‘’\n]{2,40})’")
_BOOK = r"《[^《》\n]{2,80}(?:《[^《》\n]{1,40}》[^《》\n]{0,40})?》"

_STOP = re.compile("[。！？—]")
_VERSION = re.compile(r"\d\.\d$")
_DOTTED = re.compile(r"[^\d·]·[^\d·]")
"""A dot between the parts of a name (not “4·11”)."""
_NOTHING = frozenset(("", "，", "。", "；", "：", "！", "？", "\n", "”", "）"))
"""Marks behind a quotation of which nothing that follows says what it is."""
_ALIKE = 8
"""The longest quotation that is a programme because the one beside it is."""


class Quotes:
    """The compiled lists for quoted names."""

    def __init__(self, book: Rulebook) -> None:
        self._rules = {rule.id for rule in book.layer("entities").rules}
        alternation = book.alternation
        generic = "|".join(re.escape(word) for word in book.words("generic") if len(word) > 1)
        between = f"(?:{alternation('brand_modifier')}|{generic}){{0,4}}"
        self._telling = {word[0] for name in ("brand_modifier", "generic", "brand_after", "brand_event_after",
                                              "brand_zone_after") for word in book.words(name)}
        """What the words right behind a quotation may begin with that make it one name with them."""
        self._after = re.compile(between + alternation("brand_after"))
        self._among = re.compile(f"(?:、?“[^“”\n]{{2,20}}”){{0,3}}{alternation('and_others')}"
                                 f"([\u4e00-\u9fff]{{0,8}}?){alternation('brand_after')}")
        self._loose = re.compile(f"(?!{alternation('lead_numeral')}+{alternation('lead_measure')})"
                                 f"([\u4e00-\u9fff]{{1,12}}?){alternation('brand_after_loose')}")
        self._brand = re.compile(
            f"(?:、?“[^“”\n]{{2,20}}”){{0,3}}([\u4e00-\u9fff]{{0,8}}?){alternation('brand_named')}")
        self._opener = opener_pattern(book, "joins", "programme_inside")
        self._inside = frozenset(book.words("opener_guard") + book.words("programme_inside"))
        self._joins = frozenset(("", "、", *book.words("joins")))
        """What stands between the quotations of a row."""
        self._not_head = re.compile(alternation("head_guard"))
        self._book = re.compile(rf"{_BOOK}(?:（(?!{alternation('abbreviated')})[^（）\n]{{1,30}}）(?=[^，。；、]|$))?")
        self._event_after = re.compile(between + alternation("brand_event_after"))
        self._zone_after = re.compile(between + alternation("brand_zone_after"))
        self._document_ends, self._event_ends = book.words("brand_document_end"), book.words("brand_event_after")
        self._ends, self._zone_ends = book.words("brand_end"), book.words("zone_head")
        self._not_ends = book.words("brand_not_end")
        self._not_alone = frozenset(book.words("brand_not_alone"))
        self._edition = re.compile(f"{alternation('edition')}$")
        self._after_not = re.compile(alternation("brand_after_not"))
        self._themes = book.words("brand_theme")
        self._results = book.words("brand_result")
        self._sure_verbs = book.words("brand_verb_sure")
        self._verbs = book.words("brand_verb")
        self._metaphors = frozenset(book.words("metaphor"))
        self._measure = book.words("brand_measure")[0]
        self._single = book.words("brand_single")
        number = alternation("brand_number")
        great = f"{alternation('brand_great')}[\u4e00-\u9fff]{{0,6}}?"
        self._counted = re.compile(f"{number}(?:{self._measure}|{great}){alternation('brand_counted')}$")
        self._coin = re.compile(
            f"^(?:(?:{number}|\\d+)[\u4e00-\u9fff+]{{1,4}}){{1,4}}(?:\\+[A-Z\\d]+)?$|^[A-Z\\d+×]{{3,}}$")
        self._coins = re.compile(
            f"^(?!(.)[^、]*、\\1)(?:、?(?:{number}+|\\d+)(?!{number})[\u4e00-\u9fff]{{1,3}}){{2,4}}$|^{number}{{4,8}}$")
        self._counting = frozenset("".join(book.words("brand_number")) + digits + ascii_uppercase + "+×、")
        """What the three begin with."""
        self._slogan = re.compile(f"[，。！？]|{alternation('slogan')}")

    def find(self, text: str, known: Sequence[Entity]) -> Iterator[Entity]:
        """Candidates in `text` (offsets in code points, half-open); `known` are its places, zones and listed names."""
        if BOOK in self._rules and "《" in text:
            for m in self._book.finditer(text):
                yield Entity(m.start(), m.end(), m.group(), "DOCUMENT", m.group(), rule=BOOK)
        if "“" not in text and "‘" not in text:
            return
        named = {entity.start: entity for entity in known}
        row: list[tuple[re.Match[str], Entity | None]] = []
        for m in _QUOTED.finditer(text):
            if row and text[row[-1][0].end():m.start()] not in self._joins:
                yield from self._row(text, row)
                row = []
            row.append((m, self._quoted(text, m, named)))
        yield from self._row(text, row)

    def _row(self, text: str, row: Sequence[tuple[re.Match[str], Entity | None]]) -> Iterator[Entity]:
        """The names of a row of quotations: where one is a programme, what could be one beside it is one too."""
        known = any(entity is not None and entity.rule == BRAND for _, entity in row)
        for m, entity in row:
            words = m.group(1) or m.group(2)
            if entity is None and known and len(words) <= _ALIKE and not self._is_figure(words):
                entity = _made(text, m.start(), m.end(), "PROGRAMME", BRAND)
            if entity is not None and entity.rule in self._rules:
                yield entity

    def _quoted(self, text: str, m: re.Match[str], named: Mapping[int, Entity]) -> Entity | None:
        words, start, end = m.group(1) or m.group(2), m.start(), m.end()
        whole = named.get(start + 1)
        if whole is not None and whole.end == end - 1 and whole.label != "GPE":
            return Entity(start, end, text[start:end], whole.label, whole.name, rule=whole.rule)
        says = text[end:end + 1] not in _NOTHING
        place = named.get(end) if says else None
        after = self._event_after.match(text, place.end if place is not None else end) if (
            place is not None or text[end:end + 1] in self._telling) else None
        if after is not None and words not in self._metaphors:
            return _made(text, self._first(text, start), after.end(), "EVENT", BRAND_EVENT)
        if words.endswith(self._event_ends) and words not in self._event_ends:
            return _made(text, self._first(text, start), end, "EVENT", BRAND_EVENT)
        if words.endswith(self._document_ends):
            return _made(text, start, end, "DOCUMENT", BRAND_DOCUMENT)
        if says and words not in self._metaphors and _STOP.search(words) is None:
            entity = self._named_after(text, start, end)
            if entity is not None:
                return entity
        if self._points(text, words, start, any(i in named for i in range(start + 1, end))) >= 2:
            if words.endswith(self._zone_ends):
                return _made(text, start, end, "ZONE", BRAND_ZONE)
            return _made(text, start, end, "PROGRAMME", BRAND)
        return None

    def _named_after(self, text: str, start: int, end: int) -> Entity | None:
        """The quoted words as a name, where what follows says what they are."""
        if text[end] in self._telling:
            zone, after = self._zone_after.match(text, end), self._after.match(text, end)
            if zone is not None and (after is None or after.end() < zone.end()):
                return _made(text, start, zone.end(), "ZONE", BRAND_ZONE)
            if after is not None and not self._after_not.match(text, end):
                return _made(text, start, after.end(), "PROGRAMME", BRAND)
        if self._loosely(text, end, self._brand) is not None or self._loosely(text, end, self._among) is not None:
            return _made(text, start, end, "PROGRAMME", BRAND)
        loose = self._loosely(text, end, self._loose)
        return _made(text, start, loose, "PROGRAMME", BRAND) if loose is not None else None

    def _loosely(self, text: str, end: int, pattern: re.Pattern[str]) -> int | None:
        """Where what stands behind the quotation ends, if no verb or particle stands before what says what it is."""
        m = pattern.match(text, end)
        if m is None or self._not_head.match(text, m.end(1)) is not None:
            return None
        words = self._opener.finditer(text, m.start(1), m.end(1))
        return m.end() if all(word[0] in self._inside for word in words) else None

    def _first(self, text: str, start: int) -> int:
        """`start`, or where the count of the edition before it begins (首届“…消费季”)."""
        m = self._edition.search(text, max(0, start - 6), start)
        return m.start() if m is not None else start

    def _is_figure(self, words: str) -> bool:
        """Whether the words are a figure of speech, a period or a slogan's end."""
        return words in self._metaphors or words in self._not_alone or (
            words.endswith(self._not_ends) and self._coins.match(words) is None)

    def _points(self, text: str, words: str, start: int, has_place: bool) -> int:
        """2 for each of an ending or a dot, a count, a counted noun (四个中心) and a place; 1 for a verb and for
        a count of what has one character (四化).

        2 off for what slogans have.
        """
        counting = words[0] in self._counting
        if counting and self._counted.match(words):
            return 2
        if self._is_figure(words) or text.startswith(self._themes, start + len(words) + 2):
            return 0
        points = 0
        if _DOTTED.search(words) or (len(words) > 2 and _VERSION.sub("", words).endswith(self._ends)):
            points += 2
        sure = words[1:2] != self._measure and text.endswith(self._sure_verbs, max(0, start - 4), start)
        coins = self._coins.match(words) if counting else None
        coined = coins if not counting or words.startswith(self._single) else coins or self._coin.match(words)
        result = text.endswith(self._results, max(0, start - 4), start)
        if coined and words[1:2] != self._measure and not result:
            points += 2 if len(words) > 2 else 1
        if has_place and len(words) < 12:
            points += 2
        if sure or text.endswith(self._verbs, max(0, start - 4), start):
            points += 2 if sure and 3 < len(words) < 13 else 1
        if self._slogan.search(words):
            points -= 2
        if len(words) > 14 or ("、" in words and not coins and not words.endswith(self._ends)):
            points -= 2
        return points


def _made(text: str, start: int, end: int, label: str, rule: str) -> Entity:
    return Entity(start, end, text[start:end], label, text[start:end], rule=rule)
