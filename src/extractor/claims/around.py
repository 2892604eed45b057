"""Mentions by place: what begins or lies in a span, without a walk through all that a document mentions."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from sys import maxsize
from typing import Generic, Protocol, TypeVar

from extractor.mentions.model import Entity


class _Placed(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


M = TypeVar("M", bound=_Placed)


class Around(Generic[M]):
    """Mentions in order of place. Spans are half-open and count code points of the clean text."""

    def __init__(self, mentions: Iterable[M]) -> None:
        self._mentions = tuple(mentions)
        self._starts = [*(m.start for m in self._mentions), maxsize]
        self._near = 0

    def _first(self, start: int) -> int:
        """The number of the first mention that begins at `start` or later: most often the last one asked for, or the
        one after it."""
        starts, near = self._starts, self._near
        if starts[near] < start:
            near += 1
        if (near and starts[near - 1] >= start) or starts[near] < start:
            near = bisect_left(starts, start)
        self._near = near
        return near

    def beginning(self, start: int, end: int) -> tuple[M, ...]:
        """The mentions that begin in the span."""
        starts = self._starts
        first = last = self._first(start)
        while starts[last] < end:
            last += 1
        return self._mentions[first:last]

    def within(self, start: int, end: int) -> tuple[M, ...]:
        """The mentions that lie in the span."""
        starts = self._starts
        first = last = self._first(start)
        if starts[first] >= end:
            return ()
        while starts[last] < end:
            last += 1
        found = self._mentions[first:last]
        return found if all(m.end <= end for m in found) else tuple(m for m in found if m.end <= end)


def zones(entities: Iterable[Entity], home: str | None) -> dict[str, tuple[int, Entity]]:
    """Places and zones other than `home` by their names and their words: the first that bears one, with its rank."""
    found: dict[str, tuple[int, Entity]] = {}
    for rank, entity in enumerate(entities):
        if entity.label in ("ZONE", "GPE") and entity.name != home:
            found.setdefault(entity.name, (rank, entity))
            found.setdefault(entity.text, (rank, entity))
    return found
