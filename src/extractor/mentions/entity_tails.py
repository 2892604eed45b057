"""What stands after a name and belongs to it: a section, a runway, a terminal (…高铁安徽段, …机场东二跑道)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from extractor.mentions.entity_heads import Anchor
from extractor.mentions.model import Entity
from extractor.rulebook.model import Rulebook


class Tails:
    """The compiled rules of the kind `tail`."""

    def __init__(self, book: Rulebook) -> None:
        self._rules = [(rule.id, frozenset(rule.match["labels"]), book.compile(rule.match["pattern"]),
                        book.compile(rule.match["placed"]) if "placed" in rule.match else None)
                       for rule in book.layer("entities").rules
                       if isinstance(rule.match, dict) and rule.match.get("kind") == "tail"]

    def find(self, text: str, names: Iterable[Entity], anchors: Sequence[Anchor]) -> Iterator[Entity]:
        """Those of `names` that go on, each with all of its tail; a tail may begin with one of `anchors`."""
        places = dict(anchors)
        for rule, labels, tail, placed in self._rules:
            for entity in names:
                if entity.label in labels:
                    end = _end(text, entity.end, places, tail, placed)
                    if end > entity.end:
                        name = text[entity.start:end]
                        yield replace(entity, end=end, text=name, name=name, rule=rule)


def _end(text: str, end: int, places: dict[int, int], tail: re.Pattern[str], placed: re.Pattern[str] | None) -> int:
    """Where the tails after `end` end."""
    while True:
        m = tail.match(text, end)
        if m is None and placed is not None and end in places:
            m = placed.match(text, places[end])
        if m is None or m.end() == end:
            return end
        end = m.end()
