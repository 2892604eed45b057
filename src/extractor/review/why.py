"""Why a record is there, in sentences: what `extractor explain` says, for the report, the page and assistants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from extractor.explain import Explainer, NotThere
from extractor.reading.dates import parse_published
from extractor.rulebook.model import Rulebook
from extractor.schema import Article

Plain = Mapping[str, Any]


def why(record: Plain, document: Plain, book: Rulebook) -> list[str]:
    """The steps that led to a record.

    Args:
        record: as plain data.
        document: with `doc_id`, `text`, `published`, `region`.
        book: the rules.
    """
    return why_all([record], document, book)[0]


def why_all(records: Sequence[Plain], document: Plain, book: Rulebook) -> list[list[str]]:
    """The steps that led to each record of a document; the document is analysed once."""
    article = Article(doc_id=document["doc_id"], text=document["text"], region=document.get("region"),
                      published=parse_published(document.get("published")))
    explainer = Explainer(article, book)
    return [_steps(explainer, record) for record in records]


def _steps(explainer: Explainer, record: Plain) -> list[str]:
    try:
        return [step.said if step.about == "rule" else f"{step.about}: {step.said}"
                for step in explainer.record(record["id"]).steps]
    except NotThere:  # it was made by other rules than these
        return [f"made by {record['rule']}, by other rules than those of now; run 'extractor run' again"]
