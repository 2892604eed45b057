"""Rows of names before 等 and a count: 甲二期、乙超级工厂等3个项目投产, 甲、乙等高速公路.

The items need no head of their own: what they are is said once, after 等. Rows of kinds of things look alike
(道路、管网等项目); they are left out where no item is particular, or where the sentence does not tell of something
built.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any

from extractor.mentions.entity_edges import TextEdges
from extractor.mentions.entity_heads import Anchor, made_of
from extractor.mentions.model import Entity
from extractor.rulebook.model import Rule, Rulebook

_STOPS = re.compile(r"[，。；：！？\n“”（）《》]")
_LATIN = re.compile("[0-9A-Za-z]")
_REACH = 120


class Rows:
    """The compiled rules for rows of names."""

    def __init__(self, book: Rulebook) -> None:
        self._generic = frozenset(word for name in ("generic", "programme_generic", "row_generic")
                                  for word in book.words(name))
        self._clause = book.words("not_in_name")
        self._built = book.words("facility_head")
        self._join = re.compile(book.alternation("last_join"))
        self._rules: list[tuple[Rule, re.Pattern[str] | None, dict[str, Any]]] = []
        self.tails: list[str] = []
        """For each rule the pattern of what stands behind a row."""
        for rule in book.layer("entities").rules:
            if isinstance(rule.match, dict) and rule.match.get("kind") == "row":
                followed = rule.match.get("followed")
                self.tails.append(book.expand(rule.match["tail"]))
                self._rules.append((rule, re.compile(book.alternation(followed)) if followed else None, rule.match))

    def before(self, text: str, number: int, tail: re.Match[str], anchors: Sequence[Anchor],
               edges: TextEdges) -> Iterator[Entity]:
        """Candidates before a match of `tails[number]`; `anchors` are spans by rising start (code points)."""
        rule, followed, match = self._rules[number]
        items = self._items(text, tail.start(), edges)
        if len(items) < int(match.get("items", 1)):
            return
        if followed is None:
            sure = match.get("particular") != "yes"
        else:
            sure = followed.search(text, tail.end(), min(len(text), tail.end() + 14)) is not None
        if not sure and not any(self._particular(text, s, e, anchors) for s, e in items):
            return
        for start, end in self._apart(text, items):
            if self._fits(text[start:end], int(match["least"]), int(match["most"])):
                built = text.endswith(self._built, start, end)
                label = match.get("built", rule.yields["label"]) if built else rule.yields["label"]
                yield Entity(start, end, text[start:end], label, text[start:end], rule=rule.id)

    def _items(self, text: str, stop: int, edges: TextEdges) -> list[tuple[int, int]]:
        """The items of the row that ends at `stop`, from the clause's beginning on."""
        left = max(0, stop - _REACH)
        for mark in _STOPS.finditer(text, left, stop):
            left = mark.end()
        items: list[tuple[int, int]] = []
        end = stop
        while end > left:
            comma = text.rfind("、", left, end)
            start = comma + 1 if comma >= 0 else left
            if comma < 0:
                edge = edges.start(end, 24)
                start = max(left, edge) if edge is not None else end
            items.insert(0, (start, end))
            if comma < 0:
                break
            end = comma
        return items

    def _apart(self, text: str, items: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """The items; in two where 和 joins the last one (甲和|乙等工程) or follows what is built (甲高铁和|乙站)."""
        for start, end in items:
            join = self._join.search(text, start, end)
            if join is None or join.start() - start < 2 or end - join.end() < 2 or not (
                    (start, end) == items[-1] or text.endswith(self._built, start, join.start())):
                yield start, end
            else:
                yield from ((start, join.start()), (join.end(), end))

    def _particular(self, text: str, start: int, end: int, anchors: Sequence[Anchor]) -> bool:
        """Whether an item holds the beginning of an anchor, a Latin letter or digit, or the name of what is built."""
        at = bisect_left(anchors, (start, 0))
        return (at < len(anchors) and anchors[at][0] < end) or _LATIN.search(text, start, end) is not None or (
            end - start > 3 and text.endswith(self._built, start, end)
            and not made_of(text[start:end], self._generic))

    def _fits(self, item: str, least: int, most: int) -> bool:
        return (least <= len(item) <= most and not made_of(item, self._generic)
                and not any(word in item for word in self._clause))
