"""Rows of names before 等 and a count: 甲二期、乙超级工厂等3个项目投产, 甲、乙等高速公路.

The items need no head of their own: what they are is said once, after 等. Rows of kinds of things look alike
(道路、管网等项目); they are left out where no item is particular, or where the sentence does not tell of something
built.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from extractor.mentions.entity_edges import TextEdges
from extractor.mentions.entity_heads import Anchor, made_of
from extractor.mentions.model import Entity
from extractor.rulebook.model import Rule, Rulebook

_STOPS = re.compile(r"[，。；：！？\n“”（）《》]")
_REACH = 120


class Rows:
    """The compiled rules for rows of names."""

    def __init__(self, book: Rulebook) -> None:
        self._generic = frozenset(word for name in ("generic", "programme_generic", "row_generic")
                                  for word in book.words(name))
        self._clause = book.words("not_in_name")
        self._rules: list[tuple[Rule, re.Pattern[str], re.Pattern[str] | None, dict[str, Any]]] = []
        for rule in book.layer("entities").rules:
            if isinstance(rule.match, dict) and rule.match.get("kind") == "row":
                followed = rule.match.get("followed")
                self._rules.append((rule, book.compile(rule.match["tail"]),
                                    re.compile(book.alternation(followed)) if followed else None, rule.match))

    def find(self, text: str, anchors: Sequence[Anchor], edges: TextEdges) -> Iterator[Entity]:
        """Candidates in `text`; `anchors` are spans by rising start (offsets in code points, half-open)."""
        begins = {start for start, _ in anchors}
        for rule, tail, followed, match in self._rules:
            for m in tail.finditer(text):
                items = self._items(text, m.start(), edges)
                if len(items) < int(match.get("items", 1)):
                    continue
                sure = followed is None or followed.search(text, m.end(), min(len(text), m.end() + 14)) is not None
                if not sure and not any(self._particular(text, s, e, begins) for s, e in items):
                    continue
                for start, end in items:
                    if self._fits(text[start:end], int(match["least"]), int(match["most"])):
                        yield Entity(start, end, text[start:end], rule.yields["label"], text[start:end], rule=rule.id)

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

    def _particular(self, text: str, start: int, end: int, begins: set[int]) -> bool:
        item = text[start:end]
        return any(i in begins for i in range(start, end)) or any(c.isascii() and c.isalnum() for c in item)

    def _fits(self, item: str, least: int, most: int) -> bool:
        return (least <= len(item) <= most and not made_of(item, self._generic)
                and not any(word in item for word in self._clause))
