"""What the server knows: the store of a run, read page by page, and the corrections that are saved beside it."""

from __future__ import annotations

import base64
import binascii
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extractor.export import Chosen
from extractor.review.overview import overview
from extractor.rulebook.model import Rulebook
from extractor.store import Store

_ABOUT = ("title", "source", "page", "published", "region", "text")
CORRECTIONS = "corrections.jsonl"
MOST_FOR_OVERVIEW = 200_000
"""Records that the charts are drawn from."""


class BadCursor(ValueError):
    """A cursor that this server did not give."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records are wanted: the filters of `extractor export`, kinds, and words."""

    chosen: Chosen
    kind: Sequence[str] = ()
    q: str | None = None
    """Words that stand anywhere in the record."""

    def where(self) -> tuple[str, list[Any]]:
        """The condition in SQL and its values."""
        condition, values = self.chosen.where()
        if self.kind:
            condition += f" AND kind IN ({', '.join('?' * len(self.kind))})"
            values += self.kind
        if self.q:
            condition += " AND instr(lower(json), lower(?))"
            values.append(_in_json(self.q))
        return condition, values


class Library:
    """The documents, records and corrections of a folder; every call opens the store anew and may run in any thread."""

    def __init__(self, folder: Path | None, book: Rulebook) -> None:
        self._folder = folder
        self._book = book
        self._lock = threading.Lock()
        self._figures: tuple[str, dict[str, Any]] | None = None

    def _store(self) -> Store:
        assert self._folder is not None
        return Store.read(self._folder)

    def count(self) -> int:
        """The number of documents."""
        if self._folder is None:
            return 0
        with self._store() as store:
            return int(next(store.query("SELECT count(*) FROM documents WHERE status = 'done'"))[0])

    def documents(self, q: str | None, limit: int, cursor: str | None) -> dict[str, Any]:
        """A page of the list of documents, in order of doc_id. Raises BadCursor."""
        (after,) = _read_cursor(cursor, [""])
        if self._folder is None:
            return {"documents": [], "next": None}
        with self._store() as store:
            rows = list(store.query(
                "SELECT d.doc_id, d.title, d.source, d.page, d.published, d.region, "
                "(SELECT count(*) FROM records r WHERE r.doc_id = d.doc_id) FROM documents d WHERE d.status = 'done' "
                "AND d.doc_id > ? AND (? = '' OR instr(d.doc_id || char(10) || coalesce(d.title, ''), ?)) "
                "ORDER BY d.doc_id LIMIT ?", after, q or "", q or "", limit + 1))
        keys = ("doc_id", "title", "source", "page", "published", "region", "records")
        return {"documents": [dict(zip(keys, row, strict=True)) for row in rows[:limit]],
                "next": _cursor(rows[limit - 1][0]) if len(rows) > limit else None}

    def document(self, doc_id: str) -> dict[str, Any] | None:
        """A document with text and `records` as lines of JSON, or None."""
        if self._folder is None:
            return None
        with self._store() as store:
            row = next(store.query(f"SELECT {', '.join(_ABOUT)} FROM documents WHERE doc_id = ? "
                                   "AND status = 'done'", doc_id), None)
            if row is None:
                return None
            found = store.query("SELECT json FROM records WHERE doc_id = ? ORDER BY place", doc_id)
            lines = [line for (line,) in found]
        return {"doc_id": doc_id, **dict(zip(_ABOUT, row, strict=True)),
                "records": lines}

    def records(self, wanted: Wanted, limit: int, cursor: str | None) -> tuple[list[str], str | None]:
        """A page of records as lines of JSON in order of document and place, and the next cursor. Raises BadCursor."""
        after, place = _read_cursor(cursor, ["", -1])
        if self._folder is None:
            return [], None
        where, values = wanted.where()
        first = "row_number() OVER (PARTITION BY doc_id, coalesce(repeats, id) ORDER BY place)"
        with self._store() as store:
            rows = list(store.query(
                f"SELECT doc_id, place, json FROM (SELECT *, {first if wanted.chosen.distinct else 1} AS nth "
                f"FROM records r WHERE {where}) WHERE nth = 1 AND (doc_id, place) > (?, ?) "
                "ORDER BY doc_id, place LIMIT ?", *values, after, place, limit + 1))
        following = _cursor(*rows[limit - 1][:2]) if len(rows) > limit else None
        return [row[2] for row in rows[:limit]], following

    def record(self, doc_id: str, record: str) -> dict[str, Any] | None:
        """One record as plain data, or None."""
        if self._folder is None:
            return None
        with self._store() as store:
            row = next(store.query("SELECT json FROM records WHERE doc_id = ? AND id = ?", doc_id, record), None)
        return json.loads(row[0]) if row else None

    def overview(self) -> dict[str, Any]:
        """The figures of the charts; made again when the store has changed."""
        if self._folder is None:
            return overview([], {}, self._book)
        with self._store() as store:
            changes = store.state("changes") or ""
            if self._figures is None or self._figures[0] != changes:
                rows = store.query("SELECT json FROM records ORDER BY doc_id, place LIMIT ?", MOST_FOR_OVERVIEW)
                published = dict(store.query("SELECT doc_id, published FROM documents WHERE status = 'done'"))
                self._figures = changes, overview((json.loads(row[0]) for row in rows), published, self._book)
        return self._figures[1]

    # --- corrections ------------------------------------------------------------------------------------------------

    @property
    def corrections_file(self) -> Path | None:
        """Where corrections are kept: gold that `extractor evaluate` reads."""
        return self._folder / CORRECTIONS if self._folder else None

    def corrections(self) -> list[dict[str, Any]]:
        """All that are saved, in order of document and place."""
        path = self.corrections_file
        if path is None or not path.is_file():
            return []
        return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]

    def correct(self, changed: Sequence[dict[str, Any]], removed: Sequence[tuple[str, str]]) -> str | None:
        """Save decisions; a later one on the same record takes the place of an earlier one.

        Returns:
            None, or why they cannot be saved: then none is.
        """
        from extractor import caching

        path = self.corrections_file
        if path is None:
            return "this server has no store to save corrections in; start it with 'extractor serve OUTPUTS'"
        problem = self._misplaced(changed)
        if problem:
            return problem
        with self._lock:
            lines = {(c["doc_id"], c["review"]["id"]): c for c in self.corrections()}
            for key in removed:
                lines.pop(key, None)
            lines |= {(c["doc_id"], c["review"]["id"]): c for c in changed}
            ordered = sorted(lines.values(), key=lambda c: (c["doc_id"], c["evidence"]["start"], c["review"]["id"]))
            text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in ordered)
            caching.write_atomically(path, text.encode())
        return None

    def _misplaced(self, changed: Sequence[dict[str, Any]]) -> str | None:
        """What is wrong with the spans of the first correction that does not stand in its document."""
        texts: dict[str, str | None] = {}
        for line in changed:
            doc_id = line["doc_id"]
            if doc_id not in texts:
                found = self.document(doc_id)
                texts[doc_id] = found["text"] if found else None
            text = texts[doc_id]
            if text is None:
                return f"there is no document '{doc_id}' in the store"
            for span in (line["evidence"], line.get("value")):
                if span and (span["end"] <= span["start"] or text[span["start"]:span["end"]] != span["text"]):
                    return f"'{span['text']}' does not stand at {span['start']}–{span['end']} of '{doc_id}'"
        return None


def _in_json(words: str) -> str:
    """Words as they stand inside a line of JSON."""
    return json.dumps(words, ensure_ascii=False)[1:-1]


def _cursor(*key: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(key, ensure_ascii=False).encode()).decode().rstrip("=")


def _read_cursor(cursor: str | None, first: list[Any]) -> list[Any]:
    if not cursor:
        return first
    try:
        key = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        key = None
    if (not isinstance(key, list) or [type(part) for part in key] != [type(part) for part in first]
            or any(isinstance(part, int) and not -1 <= part < 2**62 for part in key)
            or any(isinstance(part, str) and any("\ud800" <= c <= "\udfff" for c in part) for part in key)):
        raise BadCursor("the cursor is none that this server gave; take it from 'next' of the page before")
    return key
