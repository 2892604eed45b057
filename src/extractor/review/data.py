"""What a report shows: the documents of a run with their text, metadata and records."""

from __future__ import annotations

import base64
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class ReviewError(ValueError):
    """Outputs cannot be shown; the message is a sentence."""


@dataclass(frozen=True)
class Reviewed:
    """A document as the report shows it."""

    doc_id: str
    text: str
    title: str | None = None
    published: str | None = None
    region: str | None = None
    source: str | None = None
    page: str | None = None
    records: Sequence[Mapping[str, Any]] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        """The document for JSON."""
        return {"doc_id": self.doc_id, "title": self.title, "published": self.published, "region": self.region,
                "source": self.source, "page": self.page, "text": self.text, "records": list(self.records)}


def load_outputs(folder: Path) -> list[Reviewed]:
    """The documents of a folder that `extractor run` wrote, in order of doc_id. Raises StoreError."""
    from extractor.store import Store

    by_doc: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with Store.read(folder) as store:
        for doc_id, line in store.query("SELECT doc_id, json FROM records ORDER BY doc_id, place"):
            by_doc[doc_id].append(json.loads(line))
        rows = store.query("SELECT doc_id, text, title, published, region, source, page FROM documents "
                           "WHERE status = 'done' ORDER BY doc_id")
        return [Reviewed(doc_id, text, title, published, region, source, page, by_doc.get(doc_id, []))
                for doc_id, text, title, published, region, source, page in rows]


def packed(data: Any) -> str:
    """JSON, compressed, in base64: small, and no character of a text can become markup."""
    raw = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b64encode(gzip.compress(raw, 9, mtime=0)).decode()


def pages(documents: Sequence[Reviewed], most: int) -> Iterator[Sequence[Reviewed]]:
    """The documents in files of at most `most`; one empty file if there are none."""
    for start in range(0, max(1, len(documents)), most):
        yield documents[start:start + most]
