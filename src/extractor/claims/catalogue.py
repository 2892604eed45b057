"""The catalogue of official indicators: which canonical indicator a phrase names (`rules/indicators.csv`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from extractor.rulebook.model import Rulebook

_NOISE = dict.fromkeys(map(ord, " \t\r\n\u3000“”\"'‘’《》()（）·"))
_KEPT = 8192  # phrases whose answer is remembered; a report has some hundred different ones


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """An official indicator."""

    name: str
    unit: str
    """Base unit of its level (CNY, %, 人 …)."""
    direction: str
    """`up` where more is better, `down` where less is, empty where neither."""
    flow: bool = False
    """Whether it adds up over a time (a trade volume) and is no state at a time (a population)."""
    source: str = ""
    """Whose statistics or reports give it this name."""


@dataclass(frozen=True)
class Catalogue:
    """The indicators by everything that they are called; `find` answers for a phrase as it stands in a text."""

    entries: dict[str, CatalogueEntry]
    find: Callable[[str], CatalogueEntry | None]


def catalogue(book: Rulebook) -> Catalogue:
    """The catalogue of a rulebook, made once."""
    return book.made("indicators", _build)


def _build(book: Rulebook) -> Catalogue:
    if "indicators" not in book.tables:
        return Catalogue({}, lambda phrase: None)
    variants = {row["written"].upper(): row["meant"].upper() for row in book.rows("indicator_variants")}
    written = re.compile("|".join(map(re.escape, sorted(variants, key=lambda w: (-len(w), w))))) if variants else None
    ending = re.compile(f"(?:{book.alternation('indicator_ending')})$")

    def plain(phrase: str) -> str:
        bare = phrase.translate(_NOISE).upper()
        return written.sub(lambda m: variants[m.group()], bare) if written else bare

    found: dict[str, CatalogueEntry] = {}
    for row in book.rows("indicators"):
        entry = CatalogueEntry(row["name"], row["unit"], row["direction"], bool(row.get("flow")), row.get("source", ""))
        for name in (row["name"], *filter(None, row["aliases"].split("|"))):
            found.setdefault(plain(name), entry)

    @lru_cache(_KEPT)
    def find(phrase: str) -> CatalogueEntry | None:
        bare = plain(phrase)
        entry = found.get(bare)
        if entry is None:
            shorter = ending.sub("", bare, count=1)
            entry = found.get(shorter) if shorter != bare else None
        return entry

    return Catalogue(found, find)


def canonical_indicator(book: Rulebook, phrase: str) -> str | None:
    """The canonical name of the indicator that `phrase` names, or None.

    The whole phrase must be a name or an alias, but for the ways of writing one and the same (规上 for 规模以上) and
    endings that only say that it is counted (数量): a part of it measures something else.
    """
    entry = catalogue(book).find(phrase)
    return entry.name if entry else None


def entry_of(book: Rulebook, phrase: str) -> CatalogueEntry | None:
    """The catalogue's entry for a phrase, or None."""
    return catalogue(book).find(phrase)


def probe(book: Rulebook, text: str, reference: date | None, region: str | None) -> Iterator[tuple[str, str]]:
    """For `rules check`: the canonical name of the phrase `text`."""
    name = canonical_indicator(book, text)
    if name:
        yield "indicators", name
