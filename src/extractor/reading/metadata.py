"""Metadata that a text carries itself: date of publication, source, page, title.

The rules are in `rules/metadata.yaml`. The region is told by the places of the whole text and so comes with the
mentions (`mentions.places.region_of`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from extractor.reading.furniture import furniture
from extractor.reading.lines import Line, fold, page_lines
from extractor.rulebook.model import Rulebook
from extractor.schema import Article

_HEAD, _TAIL = 1500, 200
_TITLE_LEAST, _TITLE_MOST = 5, 60
_SENTENCE_END = "。；！？…"


@dataclass(frozen=True, slots=True)
class Found:
    """Metadata found in a text, with the rule that found it."""

    field: str
    """`published`, `source` or `page`."""
    value: str
    """An ISO date for `published`; number and name of a newspaper's page for `page`."""
    rule: str


def complete(article: Article, book: Rulebook) -> Article:
    """The article with what it lacked read from its own text: date of publication, source, page, title."""
    missing = [f for f in ("published", "source", "page", "title") if getattr(article, f) is None]
    if not missing:
        return article
    update: dict[str, object] = {}
    if missing != ["title"]:
        for found in find_metadata(article.text, book):
            if found.field in missing and found.field not in update:
                update[found.field] = date.fromisoformat(found.value) if found.field == "published" else found.value
    if "title" in missing:
        update["title"] = find_title(article.text, book)
    return article.model_copy(update=update)


def find_metadata(text: str, book: Rulebook) -> list[Found]:
    """Dates of publication, sources and pages that a text states, the most trustworthy first."""
    rules = book.made("metadata", lambda b: [(rule, re.compile(b.expand(rule.match), re.MULTILINE))
                                             for rule in b.layer("metadata").rules])
    head = fold(text[:_HEAD]).replace("\r", "\n")
    tail = fold(text[max(_HEAD, len(text) - _TAIL):]).replace("\r", "\n")
    found = []
    for rule, pattern in rules:
        for part in (head, tail) if rule.yields.get("where") == "both" else (head,):
            for match in pattern.finditer(part):
                found += [Found(field, value, rule.id) for field, value in _outcomes(match.groupdict())]
    return found


def _outcomes(groups: dict[str, str | None]) -> Iterator[tuple[str, str]]:
    """What the groups of a match say; a date that is none says nothing."""
    with suppress(KeyError, ValueError):
        yield "published", date(*(int(groups[k] or "") for k in ("year", "month", "day"))).isoformat()
    if source := groups.get("source"):
        yield "source", source
    if page := groups.get("page"):
        yield "page", " ".join(filter(None, ("".join(page.split()), groups.get("page_name"))))


def find_title(text: str, book: Rulebook) -> str | None:
    """The first line that is neither furniture nor a sentence, if it stands before the first paragraph.

    A line of less than five characters is the name of a column of the site, unless no other line comes before the text.
    """
    taken = {piece.start for piece in furniture(text[:_HEAD], book)}
    column = None
    for line in page_lines(text[:_HEAD]):
        if line.start in taken:
            continue
        if not _is_title(line):
            break
        if len(line.text) >= _TITLE_LEAST:
            return text[line.start:line.end]
        column = column or text[line.start:line.end]
    return column


def _is_title(line: Line) -> bool:
    return len(line.text) <= _TITLE_MOST and line.text[-1] not in _SENTENCE_END


def probe(book: Rulebook, text: str, reference: date | None, region: str | None) -> Iterator[tuple[str, str]]:
    """For `rules check`: the rule and what it found, as `published 2026-02-01` `source 某某日报` or `page 03 要闻`."""
    for found in find_metadata(text, book):
        yield found.rule, f"{found.field} {found.value}"
