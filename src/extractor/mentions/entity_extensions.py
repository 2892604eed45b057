"""What stands around a name and belongs to it: tails and fronts.

After it a section, a runway, a terminal (…高铁安徽段, …机场东二跑道); before it the edition or the host
(第134届|广交会) and the first items of a row with one head (实施|餐饮、住宿行业服务质量提升行动).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from extractor.mentions.entity_heads import Anchor
from extractor.mentions.model import Entity
from extractor.mentions.pattern_trees import ANY, ways
from extractor.rulebook.model import Rule, Rulebook
from extractor.values import value

_REACH = 24
"""How far before a name the front is looked for, with what governs it."""


class _Tail:
    """A rule of the kind `tail`, compiled when a name may have it."""

    def __init__(self, rule: Rule, match: Mapping[str, Any], book: Rulebook) -> None:
        self.rule = rule.id
        self.label: str | None = rule.yields.get("label")
        """That of the name with its tail, if it is not that of the name alone."""
        self.labels = tuple(match["labels"])
        self.placed = book.compile(match["placed"]) if "placed" in match else None
        """What follows a place that stands between the name and the rest of its tail."""
        self._source = book.expand(match["pattern"])
        self._pattern: re.Pattern[str] | None = None
        parts = ways(self._source)
        self._firsts = frozenset(first for way in parts for first in way.firsts)
        self._befores = frozenset(before for way in parts for before in way.befores)

    def at(self, text: str, end: int) -> re.Match[str] | None:
        """The tail at `end`, the end of a name."""
        firsts, befores = self._firsts, self._befores
        if (text[end - 1] not in befores and ANY not in befores) or (
                text[end:end + 1] not in firsts and ANY not in firsts):
            return None
        if self._pattern is None:
            self._pattern = re.compile(self._source)
        return self._pattern.match(text, end)


@value(frozen=True)
class _Front:
    """A compiled rule of the kind `front`."""

    rule: str
    labels: tuple[str, ...]
    ends: tuple[str, ...]
    """What the text before the name ends in."""
    pattern: re.Pattern[str]
    names: frozenset[str] | None
    """The only names that have this front; None for all."""

    def fits(self, text: str, entity: Entity) -> bool:
        """Whether it is worth the while to look for the front of this name."""
        return text.endswith(self.ends, 0, entity.start) if self.names is None else entity.text in self.names


class Extensions:
    """The compiled rules of the kinds `tail` and `front`."""

    def __init__(self, book: Rulebook) -> None:
        compiled = book.compile
        self._tails = [_Tail(rule, match, book) for rule, match in _of_kind(book, "tail")]
        self._fronts = [_Front(rule.id, tuple(match["labels"]), tuple(match.get("ends", ("",))),
                               compiled(f"(?:{match['pattern']})$"),
                               frozenset(book.words(match["names"])) if "names" in match else None)
                        for rule, match in _of_kind(book, "front")]
        self._labels = tuple(dict.fromkeys([*(label for tail in self._tails for label in tail.labels),
                                           *(label for front in self._fronts for label in front.labels)]))

    def find(self, text: str, names: Iterable[Entity], anchors: Sequence[Anchor]) -> Iterator[Entity]:
        """Those of `names` that go on, each with all of its tail or front; a tail may begin with one of `anchors`."""
        places = dict(anchors)
        named: dict[str, list[Entity]] = {label: [] for label in self._labels}
        for entity in names:
            if entity.label in named:
                named[entity.label].append(entity)
        for tail in self._tails:
            for entity in (entity for label in tail.labels for entity in named[label]):
                end = _end(text, entity.end, places, tail)
                if end > entity.end:
                    name = text[entity.start:end]
                    yield replace(entity, end=end, text=name, name=name, label=tail.label or entity.label,
                                  code=None, rule=tail.rule)
        for front in self._fronts:
            for entity in (entity for label in front.labels for entity in named[label]):
                if front.fits(text, entity):
                    m = front.pattern.search(text, max(0, entity.start - _REACH), entity.start)
                    if m is not None and (front.names is not None or m.start("name") not in places):
                        start = m.start("name")
                        name = text[start:entity.end]
                        yield replace(entity, start=start, text=name, name=name, rule=front.rule)


def _of_kind(book: Rulebook, kind: str) -> list[tuple[Rule, dict[str, Any]]]:
    return [(rule, rule.match) for rule in book.layer("entities").rules
            if isinstance(rule.match, dict) and rule.match.get("kind") == kind]


def _end(text: str, end: int, places: dict[int, int], tail: _Tail) -> int:
    """Where the tails after `end` end."""
    while True:
        m = tail.at(text, end)
        if m is None and tail.placed is not None and end in places:
            m = tail.placed.match(text, places[end])
        if m is None or m.end() == end:
            return end
        end = m.end()
