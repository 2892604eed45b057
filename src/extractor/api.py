"""The Python API: `Extractor` turns texts into `Document`s."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from extractor import engine
from extractor.claims.model import Analysis
from extractor.reading.dates import parse_published
from extractor.reading.decoding import has_half_character
from extractor.reading.metadata import complete
from extractor.rulebook import Rulebook, load_rulebook
from extractor.schema import (
    Article,
    EntityMention,
    Mentions,
    PeriodMention,
    Quantity,
    Record,
    jsonl_lines,
    records_jsonl,
)

_RECORDS: TypeAdapter[list[Record]] = TypeAdapter(list[Record])
_ARTICLE_KEYS = tuple(Article.model_fields)


class Document:
    """A text with what it claims and mentions. Made by `Extractor`; everything is worked out when it is asked for.

    All `start` and `end` count Unicode code points of `text`, half-open: `doc.text[r.evidence.start:r.evidence.end]`.
    """

    def __init__(self, article: Article, book: Rulebook, records: list[Record] | None = None) -> None:
        self.article = article
        """The text with its metadata, given or read from the text."""
        self._book = book
        if records is not None:
            self.records = records

    @property
    def text(self) -> str:
        """The text exactly as given."""
        return self.article.text

    @property
    def doc_id(self) -> str:
        """The document's id, which stands in every record."""
        return self.article.doc_id

    @property
    def published(self) -> date | None:
        """The day against which relative periods are resolved."""
        return self.article.published

    @property
    def region(self) -> str | None:
        """The place that the text is about, given or read from the text."""
        return self.analysis.region

    @cached_property
    def analysis(self) -> Analysis:
        """The clean view, sentences and mentions: what the steps hand on. Offsets in it count `analysis.text`."""
        return engine.analyse(self.text, self.published, self.article.region, self._book)

    @cached_property
    def records(self) -> list[Record]:
        """Targets, achievements and initiatives, sorted by place."""
        return engine.records_of(self.doc_id, self.analysis)

    @cached_property
    def mentions(self) -> Mentions:
        """Quantities, periods and entities."""
        return engine.mentions_of(self.analysis)

    @property
    def quantities(self) -> list[Quantity]:
        """Numbers with their units; none overlaps another."""
        return list(self.mentions.quantities)

    @property
    def periods(self) -> list[PeriodMention]:
        """Times, resolved where the text or the day of publication allows."""
        return list(self.mentions.periods)

    @property
    def entities(self) -> list[EntityMention]:
        """Named things."""
        return list(self.mentions.entities)

    def __repr__(self) -> str:
        return f"<Document {self.doc_id!r}: {len(self.text)} characters>"


class Extractor:
    """Loads the rules once and extracts as many texts as it is given.

    Args:
        rules: a folder of rules laid over the built-in ones.

    Raises:
        RuleError: a rule file is wrong; the message says where and what would be right.
    """

    def __init__(self, rules: str | Path | None = None) -> None:
        self.rules = rules
        self.book = load_rulebook(rules)
        if rules is not None:
            engine.warm(self.book)

    def __call__(self, text: str, published: date | str | int | None = None, region: str | None = None,
                 doc_id: str = "text") -> Document:
        """Extract one text.

        Args:
            text: as it is; nothing need be cleaned away.
            published: a date, `"2022-12-20"`, `"2022-12"` or `"2022"`; a month or a year stands for its last day.
                Without it the text's own date line is taken; without that relative periods keep their text and have
                null dates.
            region: the place that the text is about (青岛市); without it the text is asked.
            doc_id: goes into the records and their ids.

        Raises:
            TypeError: `text` is no string.
            ValueError: `published` is no date, or `text` holds half a character.
        """
        return self._document({"doc_id": doc_id, "text": text, "published": published, "region": region})

    def pipe(self, articles: Iterable[str | Mapping[str, Any] | Article], jobs: int = 1) -> Iterator[Document]:
        """Extract many texts, in order, reading no further ahead than a few.

        Args:
            articles: texts, `Article`s or mappings with `text` and any of `doc_id`, `published`, `region`, `title`,
                `source`, `page`. What has no doc_id is named by its number: `text-1`, `text-2` …
            jobs: number of processes; with 1 everything happens in this one.

        Raises:
            RuntimeError: a worker process died.
        """
        given = (self._article(article, f"text-{number}") for number, article in enumerate(articles, 1))
        if jobs <= 1:
            yield from map(self._worked, given)
            return
        from extractor.workers import in_order

        for answer in in_order(given, _extracted, self.book, self.rules, jobs, _lost):
            article, records = answer
            if records is None:
                raise RuntimeError(f"the process that worked on '{article.doc_id}' died; out of memory?")
            yield Document(article, self.book, _RECORDS.validate_json(records))

    def _worked(self, article: Article) -> Document:
        document = Document(complete(article, self.book), self.book)
        _ = document.records
        return document

    def _document(self, given: Mapping[str, Any]) -> Document:
        return Document(complete(self._article(given, "text"), self.book), self.book)

    def _article(self, given: str | Mapping[str, Any] | Article, name: str) -> Article:
        if isinstance(given, Article):
            return given
        known: dict[str, Any] = {"text": given} if isinstance(given, str) else dict(given)
        if not isinstance(known.get("text"), str):
            raise TypeError(f"the text is {type(known.get('text')).__name__}; give a string, or a mapping with 'text'")
        if has_half_character(known["text"]):
            raise ValueError("the text holds half a character (a lone surrogate); give whole characters")
        known["published"] = parse_published(known.get("published"))
        known["doc_id"] = known.get("doc_id") or name
        return Article.model_validate({key: known.get(key) for key in _ARTICLE_KEYS})


def _extracted(article: Article, book: Rulebook) -> tuple[Article, str | None]:
    """In a worker: the article with its metadata, and its records as a JSON array."""
    article = complete(article, book)
    lines = jsonl_lines(records_jsonl(engine.extract(article, book)))
    return article, f"[{','.join(lines)}]"


def _lost(article: Article) -> tuple[Article, str | None]:
    return article, None
