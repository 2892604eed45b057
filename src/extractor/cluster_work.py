"""What the machines of a cluster do in a run: read pieces, extract batches, write parts (see `cluster`)."""

from __future__ import annotations

import pickle
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from socket import gethostname
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from extractor.arrow import extract_rows, records_of
from extractor.fingerprint import program_version
from extractor.parts import FAILURES, Target
from extractor.reading.remote import locate, read_piece, shown
from extractor.reading.sources import Failure, Source
from extractor.rulebook import Rulebook, RuleError, load_rulebook

TYPES = ("target", "achievement", "initiative")
ARTICLES = pa.schema([("where", pa.string()), ("doc_id", pa.string()), ("text", pa.string()),
                      ("published", pa.date32()), ("region", pa.string()), ("title", pa.string()),
                      ("source", pa.string()), ("failure", pa.string())])
"""What is read: articles, and what could not be read with the reason."""
TOLD = pa.schema([("part", pa.string()), *((name, pa.int64()) for name in TYPES), ("documents", pa.int64()),
                  ("characters", pa.int64()), ("failed", pa.int64()), ("messages", pa.list_(pa.string())),
                  ("ids", pa.binary()), ("wrong", pa.string())])
"""What an actor tells of a batch: the name of the part, numbers, some failures, hashes of the doc_ids; or what is wrong
with this machine."""
MOST_TOLD = 20  # failures that a batch tells of; all are written


class Unequal(RuntimeError):
    """A machine has another program or other rules than the one where the run began. The message is a sentence."""


def hash_of(doc_id: str) -> bytes:
    """Eight bytes that stand for a doc_id."""
    return blake2b(doc_id.encode(), digest_size=8).digest()


@dataclass(frozen=True)
class Setup:
    """What an actor needs to know."""

    program: str
    rules: str
    """The version of the rules."""
    overlay: tuple[tuple[str, bytes], ...] | None
    """The files that are laid over the built-in rules."""
    output: str
    min_confidence: float

    def book(self) -> Rulebook:
        """Load the rules. Raises Unequal if they or the program are not those that the run began with."""
        found = program_version()
        if found == self.program:
            if self.overlay is None:
                book = load_rulebook()
            else:
                with TemporaryDirectory(prefix="extractor-rules-") as folder:
                    for name, data in self.overlay:
                        path = Path(folder, name)
                        path.parent.mkdir(parents=True, exist_ok=True)
                        path.write_bytes(data)
                    book = load_rulebook(folder)
            if book.version == self.rules:
                return book
            found = f"with rules {book.version}"
        raise Unequal(f"extractor is {found} on {gethostname()}, but {self.program} with rules "
                           f"{self.rules} where the run began; install the same on every machine")


def setup_of(book: Rulebook, rules: str | Path | None, output: str, min_confidence: float) -> Setup:
    """The set-up of a run; the files of `rules`, the folder laid over the built-in rules, become part of it."""
    overlay = None
    if rules is not None:
        files = (path for path in sorted(Path(rules).rglob("*")) if path.suffix in (".yaml", ".csv") and path.is_file())
        overlay = tuple((path.relative_to(rules).as_posix(), path.read_bytes()) for path in files)
    return Setup(program_version(), book.version, overlay, output, min_confidence)


def read_lot(lot: pa.Table, each: int) -> Iterator[pa.Table]:
    """The articles of some pieces, about so many bytes at a time."""
    rows: list[dict[str, Any]] = []
    room = each
    for packed in lot.column("pieces").to_pylist():
        for piece in pickle.loads(packed):
            for item in read_piece(piece):
                rows.append(_article_row(item))
                room -= 3 * len(item.text or "") + 200 if isinstance(item, Source) else 200
                if room <= 0:
                    yield pa.Table.from_pylist(rows, ARTICLES)
                    rows, room = [], each
    yield pa.Table.from_pylist(rows, ARTICLES)


def _article_row(item: Source | Failure) -> dict[str, Any]:
    if isinstance(item, Failure):
        return {"where": item.where, "doc_id": item.doc_id, "failure": item.message}
    return {name: getattr(item, name) for name in ARTICLES.names if name != "failure"}


class Actor:
    """Extracts batches and writes what came out; tells the name that it wrote it under, and numbers."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._target = Target(*locate(setup.output))
        self._wrong: str | None = None
        try:
            self._book = setup.book()
        except (Unequal, RuleError) as error:  # told with the first batch: from here, Ray would only try again
            self._wrong = str(error)

    def __call__(self, articles: pa.Table) -> pa.Table:
        """Extract and write a batch of the schema ARTICLES; what there is to tell of it, as TOLD."""
        told = {"wrong": self._wrong} if self._wrong else self._done(articles)
        return pa.Table.from_pylist([told], TOLD)

    def _done(self, articles: pa.Table) -> dict[str, Any]:
        part = uuid.uuid4().hex
        extracted = pa.Table.from_batches([extract_rows(articles, self._book)])
        failed = extracted.column("failure").is_valid()
        records = records_of(extracted, self._setup.min_confidence)
        documents = extracted.filter(pc.invert(failed)).drop_columns(["records", "failure"])
        failures = pa.table([articles.column("where"), extracted.column("doc_id"), extracted.column("failure")],
                            schema=FAILURES).filter(failed)
        try:
            self._target.write(part, records=records, documents=documents, failures=failures)
        except OSError as error:
            return {"wrong": f"{shown(self._setup.output)}: cannot be written on {gethostname()} "
                             f"({' '.join(str(error).split())[:200]})"}
        counts = {row["values"]: row["counts"] for row in pc.value_counts(records.column("type")).to_pylist()}
        return {"part": part, **{name: counts.get(name, 0) for name in TYPES}, "documents": documents.num_rows,
                "characters": pc.sum(documents.column("characters")).as_py() or 0, "failed": failures.num_rows,
                "messages": failures.column("message")[:MOST_TOLD].to_pylist(),
                "ids": b"".join(map(hash_of, documents.column("doc_id").to_pylist()))}
