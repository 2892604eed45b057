"""Under which theme a record is shown. The words are in `rules/themes.csv`; a theme changes no record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from extractor.rulebook.model import Rulebook


def theme_names(book: Rulebook) -> dict[str, str]:
    """Every theme in the order of the table, with its English name."""
    return {row["theme"]: row["english"] for row in book.rows("themes")}


def theme_of(record: Mapping[str, Any], book: Rulebook) -> str:
    """The theme of a record, as plain data, by what it measures or does."""
    indicator, action = record.get("indicator"), record.get("action")
    if indicator:
        phrase = f"{indicator.get('name') or ''} {indicator.get('text') or ''}"
    elif action:
        phrase = f"{action.get('subject') or ''} {action.get('verb') or ''}{action.get('object') or ''}"
    else:
        phrase = ""
    return _longest(phrase, book) or _other(book)


def _other(book: Rulebook) -> str:
    """The theme of what holds the words of none."""
    return next((row["theme"] for row in book.rows("themes") if not row["words"]), "")


def _longest(phrase: str, book: Rulebook) -> str | None:
    found = [(-len(word), place, theme) for word, (place, theme) in _words(book).items() if word in phrase]
    return min(found)[2] if found else None


def _words(book: Rulebook) -> dict[str, tuple[int, str]]:
    return book.made("themes", _build)


def _build(book: Rulebook) -> dict[str, tuple[int, str]]:
    words: dict[str, tuple[int, str]] = {}
    for place, row in enumerate(book.rows("themes")):
        for word in filter(None, row["words"].split("|")):
            words.setdefault(word, (place, row["theme"]))
    return words


def probe(book: Rulebook, text: str, reference: date | None, region: str | None) -> Iterator[tuple[str, str]]:
    """For `rules check`: the theme of the phrase `text`."""
    theme = _longest(text, book)
    if theme:
        yield "themes", theme
