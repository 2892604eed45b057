"""What the machines of a cluster do in a run: read pieces, extract batches, write parts (see `cluster`)."""

from __future__ import annotations

import pickle
import shutil
import uuid
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path
from socket import gethostname
from tempfile import mkdtemp
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from extractor.arrow import extract_row, extracted_batch, given_rows, records_of
from extractor.fingerprint import program_version
from extractor.parts import FAILURES, Target
from extractor.reading.limits import Limits
from extractor.reading.remote import locate, read_piece, shown
from extractor.reading.sources import Failure, Source
from extractor.rulebook import Rulebook, RuleError, load_rulebook
from extractor.workers import WorkersFailed, in_any_order

TYPES = ("target", "achievement", "initiative")
ARTICLES = pa.schema([("where", pa.string()), ("doc_id", pa.string()), ("text", pa.string()),
                      ("published", pa.date32()), ("region", pa.string()), ("title", pa.string()),
                      ("source", pa.string()), ("page", pa.string()), ("failure", pa.string())])
"""What is read: articles, and what could not be read with the reason."""
TOLD = pa.schema([("part", pa.string()), *((name, pa.int64()) for name in TYPES), ("documents", pa.int64()),
                  ("characters", pa.int64()), ("failed", pa.int64()), ("messages", pa.list_(pa.string())),
                  ("ids", pa.binary()), ("wrong", pa.string())])
"""What an actor tells of a batch: the name of the part, numbers, some failures, hashes of the doc_ids; or what is wrong
with this machine."""
_KILLED_AFTER, _AND = 2, 10  # times its time limit, and seconds more: what a time limit cannot interrupt
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
    limits: Limits

    def rules_folder(self) -> str | None:
        """The folder laid over the built-in rules, made anew on this machine.

        Raises:
            Unequal: the program or the rules here are not those that the run began with.
        """
        folder = None
        if self.overlay is not None:
            folder = mkdtemp(prefix="extractor-rules-")
            for name, data in self.overlay:
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        found = (program_version(), load_rulebook(folder).version)
        if found != (self.program, self.rules):
            raise Unequal(f"extractor is {found[0]} with rules {found[1]} on {gethostname()}, but {self.program} with "
                          f"rules {self.rules} where the run began; install the same on every machine")
        return folder


def setup_of(book: Rulebook, rules: str | Path | None, output: str, min_confidence: float,
             limits: Limits) -> Setup:
    """The set-up of a run; the files of `rules`, the folder laid over the built-in rules, become part of it."""
    overlay = None
    if rules is not None:
        files = (path for path in sorted(Path(rules).rglob("*")) if path.suffix in (".yaml", ".csv") and path.is_file())
        overlay = tuple((path.relative_to(rules).as_posix(), path.read_bytes()) for path in files)
    return Setup(program_version(), book.version, overlay, output, min_confidence, limits)


def read_lot(lot: pa.Table, each: int, limits: Limits) -> Iterator[pa.Table]:
    """The articles of some pieces, about so many bytes at a time."""
    rows: list[dict[str, Any]] = []
    room = each
    for packed in lot.column("pieces").to_pylist():
        for piece in pickle.loads(packed):
            for item in read_piece(piece, limits):
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


def _lost(given: dict[str, Any]) -> dict[str, Any]:
    """The row of a document whose process died, or was ended for taking long beyond its time."""
    return {"doc_id": given["doc_id"], "failure": f"{given['where']}: the process that worked on it died (out of "
                                                  "memory?) or hung and was ended; try it alone with 'extractor "
                                                  "extract'"}


class Actor:
    """Extracts batches and writes what came out; tells the name that it wrote it under, and numbers.

    The documents go through a process of the actor's own, as in a local run: one that kills its process or takes for
    ever costs that document alone.
    """

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._target = Target(*locate(setup.output))
        self._waiting: deque[dict[str, Any]] = deque()
        self._folder: str | None = None
        self._wrong: str | None = None
        try:
            self._folder = setup.rules_folder()
        except (Unequal, RuleError, OSError) as error:  # told with the first batch: from here, Ray would only try again
            self._wrong = str(error)
        else:
            self._answers = self._work()

    def __del__(self) -> None:
        if getattr(self, "_folder", None):
            shutil.rmtree(str(self._folder), ignore_errors=True)

    def __call__(self, articles: pa.Table) -> pa.Table:
        """Extract and write a batch of the schema ARTICLES; what there is to tell of it, as TOLD."""
        told = {"wrong": self._wrong} if self._wrong else self._done(articles)
        return pa.Table.from_pylist([told], TOLD)

    def _work(self) -> Iterator[tuple[None, dict[str, Any]]]:
        """The answers for what is waiting, one by one. It must be asked for no more than is waiting."""
        def waiting() -> Iterator[tuple[None, dict[str, Any]]]:
            while True:
                yield None, self._waiting.popleft()

        limits = self._setup.limits
        return in_any_order(waiting(), partial(extract_row, limits=limits), load_rulebook(self._folder), self._folder,
                            1, _lost, lambda: bool(self._waiting),
                            limits.seconds and _KILLED_AFTER * limits.seconds + _AND)

    def _done(self, articles: pa.Table) -> dict[str, Any]:
        part = uuid.uuid4().hex
        self._waiting.clear()
        self._waiting.extend(given_rows(articles))
        try:
            answers = [next(self._answers)[1] for _ in range(articles.num_rows)]
        except WorkersFailed as error:
            return {"wrong": f"{error} (on {gethostname()})"}
        extracted = pa.Table.from_batches([extracted_batch(answers)])
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
