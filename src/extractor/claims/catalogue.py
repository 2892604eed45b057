"""The catalogue of official indicators: which canonical indicator a phrase names (`rules/indicators.csv`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from extractor.rulebook.model import Rulebook

_NOISE = re.compile(r"[\s“”\"'‘’《》()（）·]")


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """An official indicator."""

    name: str
    unit: str
    """Base unit of its level (CNY, %, 人 …)."""
    direction: str
    """`up` where more is better, `down` where less is, empty where neither."""


def catalogue(book: Rulebook) -> dict[str, CatalogueEntry]:
    """Every name and alias of the catalogue, without spaces and quotation marks, with its entry."""
    return book.made("indicators", _build)


def _build(book: Rulebook) -> dict[str, CatalogueEntry]:
    if "indicators" not in book.tables:
        return {}
    found: dict[str, CatalogueEntry] = {}
    for row in book.rows("indicators"):
        entry = CatalogueEntry(row["name"], row["unit"], row["direction"])
        for phrase in (row["name"], *filter(None, row["aliases"].split("|"))):
            found.setdefault(_key(phrase), entry)
    return found


def _key(phrase: str) -> str:
    return _NOISE.sub("", phrase).upper()


def canonical_indicator(book: Rulebook, phrase: str) -> str | None:
    """The canonical name of the indicator that `phrase` names, or None.

    The whole phrase must be a name or an alias: a part of it (增加值 in 高技术制造业增加值) measures something else.
    """
    entry = catalogue(book).get(_key(phrase))
    return entry.name if entry else None


def probe(book: Rulebook, text: str, reference: date | None, region: str | None) -> Iterator[tuple[str, str]]:
    """For `rules check`: the canonical name of the phrase `text`."""
    name = canonical_indicator(book, text)
    if name:
        yield "indicators", name
