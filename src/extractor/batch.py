"""The local run: many documents to records.jsonl and run.json, by one process or several.

What comes out does not depend on the number of processes: documents are sorted, and nothing that is written knows of
time or machine. A store of documents can take the place of `write_outputs` without changes above it.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, field
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any, TypeVar

from extractor import caching
from extractor.reading.errors import ReadError, fault
from extractor.reading.metadata import complete
from extractor.reading.sources import Failure, Source, read_article
from extractor.rulebook import Rulebook, load_rulebook
from extractor.schema import Record, records_jsonl

T = TypeVar("T")
U = TypeVar("U")
TYPES = ("target", "achievement", "initiative")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a document."""

    doc_id: str
    about: dict[str, Any]
    """What run.json says of it."""
    lines: str
    """Its records as JSON Lines, sorted by place."""


@dataclass
class Run:
    """The outcome of a run."""

    rules: str
    """Version of the rules."""
    outcomes: list[Outcome] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def finish(self) -> None:
        """Sort by document."""
        self.outcomes.sort(key=lambda o: o.doc_id)
        self.failures.sort(key=lambda f: (f.where, f.message))

    @property
    def counts(self) -> dict[str, int]:
        """The number of records of each type."""
        return {t: sum(o.about["records"][t] for o in self.outcomes) for t in TYPES}


def extract_source(source: Source, book: Rulebook) -> Outcome | Failure:
    """Read and extract one document. Whatever goes wrong comes back as a sentence: one document never stops a run."""
    from extractor.engine import analyse, records_of

    try:
        article = complete(read_article(source), book)
        analysis = analyse(article.text, article.published, article.region, book)
        records = records_of(article.doc_id, analysis)
    except ReadError as error:
        return Failure(source.where, str(error), source.doc_id)
    except Exception as error:
        return Failure(source.where, f"{source.where}: could not be extracted; {fault(error)}", source.doc_id)
    about = {"doc_id": article.doc_id, "file": source.where, "title": article.title, "source": article.source,
             "published": article.published.isoformat() if article.published else None, "region": analysis.region,
             "characters": len(article.text), "records": _counts(records)}
    return Outcome(article.doc_id, about, records_jsonl(records))


def _counts(records: Iterable[Record]) -> dict[str, int]:
    counts = dict.fromkeys(TYPES, 0)
    for record in records:
        counts[record.type] += 1
    return counts


def run(sources: Iterable[Source | Failure], book: Rulebook, rules: str | Path | None = None, jobs: int | None = 1,
        progress: Callable[[int, int], None] | None = None) -> Run:
    """Extract documents.

    Args:
        sources: what `find_sources` gives.
        book: the rules.
        rules: the folder laid over the built-in rules, for the worker processes.
        jobs: number of processes; None for as many as the work is worth.
        progress: called with the number of documents done and of all.
    """
    listed = list(sources)
    work = [s for s in listed if isinstance(s, Source)]
    result = Run(book.version, failures=[s for s in listed if isinstance(s, Failure)])
    for done, item in enumerate(each(work, extract_source, book, rules, _processes(jobs, work), _lost), 1):
        if isinstance(item, Failure):
            result.failures.append(item)
        else:
            result.outcomes.append(item)
        if progress:
            progress(done, len(work))
    result.finish()
    return result


def _lost(source: Source) -> Failure:
    return Failure(source.where, f"{source.where}: the process that worked on it died (out of memory?); "
                                 "try it alone with 'extractor extract'", source.doc_id)


def _processes(jobs: int | None, work: list[Source]) -> int:
    if jobs is not None:
        return max(1, min(jobs, len(work)))
    size = sum(os.path.getsize(s.path) if s.path and os.path.isfile(s.path) else 3 * len(s.text or "") for s in work)
    return max(1, min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
                      len(work), size // 200_000))


def write_outputs(result: Run, folder: Path) -> None:
    """Write `records.jsonl` (one record a line, sorted by document and place) and `run.json`, each atomically.

    Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    caching.write_atomically(folder / "records.jsonl", "".join(o.lines for o in result.outcomes).encode())
    summary = {"rules": result.rules, "records": result.counts, "documents": [o.about for o in result.outcomes],
               "failures": [asdict(f) for f in result.failures]}
    caching.write_atomically(folder / "run.json", (json.dumps(summary, ensure_ascii=False, indent=1) + "\n").encode())


# --- several processes ------------------------------------------------------------------------------------------

_worker_book: Rulebook | None = None


def _start_worker(rules: str | Path | None) -> None:
    global _worker_book
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _worker_book = _worker_book or load_rulebook(rules)


def _in_worker(call: Callable[[T, Rulebook], U], item: T) -> U:
    assert _worker_book is not None
    return call(item, _worker_book)


def each(items: Iterable[T], call: Callable[[T, Rulebook], U], book: Rulebook, rules: str | Path | None, jobs: int,
         lost: Callable[[T], U]) -> Iterator[U]:
    """`call(item, book)` for each item, in order, by `jobs` processes; no more than a few items are ever waiting.

    Args:
        items: may be endless.
        call: a function of a module.
        book: the rules for this process.
        rules: the folder from which worker processes load them.
        jobs: with 1 everything happens in this process.
        lost: makes the result for an item whose process died.
    """
    if jobs <= 1:
        for item in items:
            yield call(item, book)
        return
    global _worker_book
    _worker_book = book  # a forked worker has it at once
    waiting: deque[tuple[T, Future[U]]] = deque()
    remaining = iter(items)
    pool = _pool(jobs, rules)
    try:
        while True:
            while len(waiting) < 4 * jobs:
                try:
                    item = next(remaining)
                except StopIteration:
                    break
                waiting.append((item, _submit(pool, call, item)))
            if not waiting:
                return
            item, future = waiting.popleft()
            try:
                outcome = future.result()
            except BrokenProcessPool:
                again = [item, *(other for other, _ in waiting)]
                waiting.clear()
                for other in again:
                    yield _alone(other, call, rules, lost)
                pool.shutdown(wait=False)
                pool = _pool(jobs, rules)
                continue
            yield outcome
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _submit(pool: ProcessPoolExecutor, call: Callable[[T, Rulebook], U], item: T) -> Future[U]:
    try:
        return pool.submit(_in_worker, call, item)
    except BrokenProcessPool as error:
        broken: Future[U] = Future()
        broken.set_exception(error)
        return broken


def _alone(item: T, call: Callable[[T, Rulebook], U], rules: str | Path | None, lost: Callable[[T], U]) -> U:
    """The result by a process of its own, so that one item that kills its process takes no other with it."""
    with _pool(1, rules) as pool:
        try:
            return pool.submit(_in_worker, call, item).result()
        except BrokenProcessPool:
            return lost(item)


def _pool(jobs: int, rules: str | Path | None) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(jobs, mp_context=_context(), initializer=_start_worker, initargs=(rules,))


def _context() -> BaseContext:
    """Forked processes start at once; where other threads run, a fork could copy a lock that is held."""
    if sys.platform == "linux":
        return multiprocessing.get_context("fork" if threading.active_count() == 1 else "forkserver")
    return multiprocessing.get_context("spawn")
