"""What a worker process does: read, extract, answer with plain data."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from extractor.reading.dates import parse_published
from extractor.reading.errors import ReadError, fault
from extractor.rulebook import Rulebook
from extractor.schema import Article


def work(task: dict[str, Any], book: Rulebook) -> dict[str, Any]:
    """The document of a task, or `{"problem", "code"}`.

    Args:
        task: `{"text"}` or `{"name", "data"}` (an uploaded file), with `doc_id`, `published`, `region`, `title`,
            `source`, `page`.
        book: the rules.
    """
    from extractor.engine import analyse, records_of
    from extractor.reading.metadata import complete

    try:
        article = complete(_article(task), book)
        if task.get("most") and len(article.text) > task["most"]:
            return {"problem": f"the file holds {len(article.text)} characters; at most {task['most']} are taken",
                    "code": 413}
        analysis = analyse(article.text, article.published, article.region, book)
        records = records_of(article.doc_id, analysis)
    except ReadError as error:
        return {"problem": str(error), "code": 422}
    except Exception as error:
        return {"problem": f"the text could not be extracted; {fault(error)}", "code": 500}
    return {"doc_id": article.doc_id, "title": article.title, "source": article.source, "page": article.page,
            "published": article.published.isoformat() if article.published else None, "region": analysis.region,
            "text": article.text, "records": [r.model_dump_json() for r in records]}


def _article(task: dict[str, Any]) -> Article:
    published = parse_published(task.get("published"))
    region = task.get("region") or None
    if "text" in task:
        return Article(doc_id=task["doc_id"], text=task["text"], published=published, region=region,
                       title=task.get("title"), source=task.get("source"), page=task.get("page"))
    return _uploaded(task, published, region)


def _uploaded(task: dict[str, Any], published: date | None, region: str | None) -> Article:
    """The article of an uploaded file, by the same readers as a file on disk."""
    from extractor.reading.sources import Failure, find_sources, read_article

    name = str(task["name"])
    ending = Path(name).suffix.lower()
    with tempfile.TemporaryDirectory(prefix="extractor-") as folder:
        path = os.path.join(folder, f"upload{ending}")
        Path(path).write_bytes(task["data"])
        for item in find_sources([path]):
            if isinstance(item, Failure):
                raise ReadError(item.message.replace(path, name))
            try:
                article = read_article(replace(item, doc_id=task["doc_id"], published=published, region=region))
            except ReadError as error:
                raise ReadError(str(error).replace(path, name)) from None
            return article.model_copy(update={"doc_id": task["doc_id"]})
    raise ReadError(f"{name}: holds no document; give a .txt, .html, .docx or .pdf file")
