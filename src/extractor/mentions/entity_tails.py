"""What stands around a name and belongs to it.

After it a section, a runway, a terminal (…高铁安徽段, …机场东二跑道); before it the edition or the host
(第134届|广交会) and the first items of a row with one head (实施|餐饮、住宿行业服务质量提升行动).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from extractor.mentions.entity_heads import Anchor
from extractor.mentions.model import Entity
from extractor.rulebook.model import Rule, Rulebook

_REACH = 24
"""How far before a name the front is looked for, with what governs it."""


class Tails:
    """The compiled rules of the kinds `tail` and `front`."""

    def __init__(self, book: Rulebook) -> None:
        self._rules = [(rule.id, rule.yields.get("label"), frozenset(rule.match["labels"]),
                        book.compile(rule.match["pattern"]),
                        book.compile(rule.match["placed"]) if "placed" in rule.match else None)
                       for rule in _of_kind(book, "tail")]
        self._fronts = [(rule.id, frozenset(rule.match["labels"]), tuple(rule.match.get("ends", ("",))),
                         book.compile(f"(?:{rule.match['pattern']})$"),
                         frozenset(book.words(rule.match["names"])) if "names" in rule.match else None)
                        for rule in _of_kind(book, "front")]
        self._labels = {label for kind in ("tail", "front") for rule in _of_kind(book, kind)
                        for label in rule.match["labels"]}

    def find(self, text: str, names: Iterable[Entity], anchors: Sequence[Anchor]) -> Iterator[Entity]:
        """Those of `names` that go on, each with all of its tail or front; a tail may begin with one of `anchors`."""
        places = dict(anchors)
        named = [entity for entity in names if entity.label in self._labels]
        for rule, label, labels, tail, placed in self._rules:
            for entity in named:
                if entity.label in labels:
                    end = _end(text, entity.end, places, tail, placed)
                    if end > entity.end:
                        name = text[entity.start:end]
                        yield replace(entity, end=end, text=name, name=name, label=label or entity.label, rule=rule)
        for rule, labels, ends, front, only in self._fronts:
            for entity in named:
                if entity.label in labels and (entity.text in only if only else text.endswith(ends, 0, entity.start)):
                    m = front.search(text, max(0, entity.start - _REACH), entity.start)
                    if m is not None and (only is not None or m.start("name") not in places):
                        start = m.start("name")
                        name = text[start:entity.end]
                        yield replace(entity, start=start, text=name, name=name, rule=rule)


def _of_kind(book: Rulebook, kind: str) -> list[Rule]:
    return [rule for rule in book.layer("entities").rules
            if isinstance(rule.match, dict) and rule.match.get("kind") == kind]


def _end(text: str, end: int, places: dict[int, int], tail: re.Pattern[str], placed: re.Pattern[str] | None) -> int:
    """Where the tails after `end` end."""
    while True:
        m = tail.match(text, end)
        if m is None and placed is not None and end in places:
            m = placed.match(text, places[end])
        if m is None or m.end() == end:
            return end
        end = m.end()
