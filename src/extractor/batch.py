"""The local run: many documents, by one process or several.

`run_into` is what `extractor run` does: it brings the store of a folder up to date and does nothing twice. `run` keeps
everything in memory, for measures on a few documents. What comes out does not depend on the number of processes.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import chain, count
from pathlib import Path
from time import monotonic
from typing import Any

from extractor.collecting import without_collector
from extractor.fingerprint import Fingerprint, fingerprint
from extractor.reading.errors import ReadError, fault
from extractor.reading.limits import DEFAULT, Limits
from extractor.reading.metadata import complete
from extractor.reading.sources import Failure, Source, find_sources, read_article
from extractor.rulebook import Rulebook
from extractor.schema import Record
from extractor.store import Row, Store, row_of
from extractor.timing import TooSlowError, time_limit, too_slow
from extractor.workers import cores, in_any_order

TYPES = ("target", "achievement", "initiative")
_WORTH_A_PROCESS = 200_000  # bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a document."""

    doc_id: str
    about: dict[str, Any]
    """What run.json says of it."""
    text: str
    """The text as it was read; spans count in it."""
    rows: tuple[Row, ...]
    """Its records, sorted by place."""

    @property
    def lines(self) -> str:
        """Its records as JSON Lines."""
        return b"".join(row.json + b"\n" for row in self.rows).decode()


@dataclass
class Run:
    """The outcome of a run in memory."""

    rules: str
    """Version of the rules."""
    outcomes: list[Outcome] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """The number of records of each type."""
        return {t: sum(o.about["records"][t] for o in self.outcomes) for t in TYPES}


@dataclass
class Report:
    """What a run into a store did."""

    run: int
    """Its number in the store."""
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    failed: int = 0
    """Failures of this run, of documents and of inputs that are none."""
    pruned: int = 0
    interrupted: bool = False
    not_pruned: bool = False
    """Removing leftovers was asked for, but some inputs could not be read."""

    @property
    def work(self) -> dict[str, int]:
        """The numbers, for run.json."""
        return {key: getattr(self, key) for key in ("new", "changed", "unchanged", "failed", "pruned")}


def extract_source(source: Source, book: Rulebook, limits: Limits = DEFAULT) -> Outcome | Failure:
    """Read and extract one document. Whatever goes wrong comes back as a sentence: one document never stops a run."""
    try:
        with time_limit(limits.seconds):
            return _extract(source, book, limits)
    except TooSlowError:
        return Failure(source.where, too_slow(source.where, limits.seconds), source.doc_id)


@without_collector
def _extract(source: Source, book: Rulebook, limits: Limits) -> Outcome | Failure:
    from extractor.engine import analyse, records_of

    try:
        article = complete(read_article(source, limits), book)
        analysis = analyse(article.text, article.published, article.region, book)
        records = records_of(article.doc_id, analysis)
        rows = tuple(map(row_of, count(), records))
    except ReadError as error:
        return Failure(source.where, str(error), source.doc_id)
    except MemoryError:
        return Failure(source.where, f"{source.where}: needs more memory than there is; split it", source.doc_id)
    except Exception as error:
        return Failure(source.where, f"{source.where}: could not be extracted; {fault(error)}", source.doc_id)
    about = {"doc_id": article.doc_id, "file": source.where, "title": article.title, "source": article.source,
             "page": article.page, "published": article.published.isoformat() if article.published else None,
             "region": analysis.region, "characters": len(article.text), "records": _counts(records)}
    return Outcome(article.doc_id, about, article.text, rows)


def _counts(records: Iterable[Record]) -> dict[str, int]:
    counts = dict.fromkeys(TYPES, 0)
    for record in records:
        counts[record.type] += 1
    return counts


def run(sources: Iterable[Source | Failure], book: Rulebook, rules: str | Path | None = None,
        jobs: int | None = 1, limits: Limits = DEFAULT) -> Run:
    """Extract documents into memory.

    Args:
        sources: what `find_sources` gives.
        book: the rules.
        rules: the folder laid over the built-in rules, for the worker processes.
        jobs: number of processes; None for as many as the work is worth.
        limits: how large and how slow a document may be.
    """
    result = Run(book.version)

    def tasks() -> Iterator[_Task]:
        for item in sources:
            if isinstance(item, Failure):
                result.failures.append(item)
            else:
                yield item, fingerprint(item)

    for _, item in _extracted(tasks(), book, rules, jobs, limits):
        if isinstance(item, Failure):
            result.failures.append(item)
        else:
            result.outcomes.append(item)
    result.outcomes.sort(key=lambda o: o.doc_id)
    result.failures.sort(key=lambda f: (f.where, f.message))
    return result


def run_into(store: Store, inputs: Sequence[str | Path], book: Rulebook, rules: str | Path | None = None,
             jobs: int | None = None, published: date | None = None, region: str | None = None, prune: bool = False,
             progress: Callable[[int], None] | None = None, limits: Limits = DEFAULT) -> Report:
    """Bring a store up to date with the inputs: extract what is new or changed, by file, metadata, rules or program.

    An interrupt (Ctrl-C) finishes the documents in hand; a second one stops at once. Either way what is done is kept.

    Args:
        store: open for writing.
        inputs: files and folders.
        book: the rules.
        rules: the folder laid over the built-in rules, for the worker processes.
        jobs: number of processes; None for as many as the work is worth, up to all cores.
        published: for documents that give no date of publication.
        region: likewise.
        prune: remove documents that the inputs no longer hold.
        progress: called with the number of documents that are done or need nothing.
        limits: how large and how slow a document may be.

    Raises:
        StoreError: the store can no longer be written; what was done before is kept.
        WorkersFailed: no process can be started.
        KeyboardInterrupt: at the second interrupt.
    """
    places = [str(given) for given in inputs]
    began = monotonic()
    report = Report(store.begin(places, book.version))
    over = 0

    def step() -> None:
        nonlocal over
        over += 1
        if progress:
            progress(over)

    def tasks() -> Iterator[_Task]:
        for item in find_sources(places, published, region, store.names()):
            if isinstance(item, Failure):
                report.failed += 1
                store.fail_input(item, report.run)
            else:
                found = fingerprint(item)
                if not store.is_current(item, found, book.version):
                    yield item, found
                    if asked.stop:
                        return
                    continue
                report.unchanged += 1
            step()
            if asked.stop:
                return

    with _interrupts() as asked:
        for (source, found), outcome in _extracted(tasks(), book, rules, jobs, limits):
            if isinstance(outcome, Failure):
                report.failed += 1
                store.fail(source, found, book.version, report.run, outcome)
            elif store.save(source, found, book.version, report.run, outcome.about, outcome.text, outcome.rows):
                report.changed += 1
            else:
                report.new += 1
            step()
        report.interrupted = asked.stop
        if prune and not asked.stop:
            report.not_pruned = any(failure.doc_id is None for failure in store.failures(report.run))
            report.pruned = 0 if report.not_pruned else store.prune(places)
    store.finish(report.run, "interrupted" if report.interrupted else "done", monotonic() - began, report.work)
    return report


# --- the work itself --------------------------------------------------------------------------------------------

_Task = tuple[Source, Fingerprint]


_KILLED_AFTER, _AND = 2.0, 10.0
"""A process is killed after so many times the time limit and so many seconds more: it did not heed its own clock."""


def _extracted(tasks: Iterator[_Task], book: Rulebook, rules: str | Path | None, jobs: int | None,
               limits: Limits) -> Iterator[tuple[_Task, Outcome | Failure]]:
    if jobs is None:
        tasks, jobs = _staffed(tasks)
    if jobs == 1:
        for task in tasks:
            yield task, extract_source(task[0], book, limits)
    else:
        yield from in_any_order(((task, task[0]) for task in tasks), partial(extract_source, limits=limits), book,
                                rules, jobs, _lost, seconds=limits.seconds and _KILLED_AFTER * limits.seconds + _AND)


def _staffed(tasks: Iterator[_Task]) -> tuple[Iterator[_Task], int]:
    """The tasks again, and how many processes they are worth; looks only as far ahead as it takes to know."""
    most = cores()
    seen: list[_Task] = []
    size = 0
    for task in tasks:
        seen.append(task)
        size += task[1].size
        if size >= most * _WORTH_A_PROCESS and len(seen) >= most:
            break
    return chain(seen, tasks), max(1, min(most, len(seen), size // _WORTH_A_PROCESS))


def _lost(source: Source) -> Failure:
    return Failure(source.where, f"{source.where}: the process that worked on it died (out of memory?) or hung and was "
                                 "ended; try it alone with 'extractor extract'", source.doc_id)


@dataclass
class _Asked:
    stop: bool = False


@contextmanager
def _interrupts() -> Iterator[_Asked]:
    """The first interrupt asks to stop, the second stops. Outside the main thread interrupts are not ours to take."""
    asked = _Asked()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return

    def interrupt(*_: object) -> None:
        if asked.stop:
            raise KeyboardInterrupt
        asked.stop = True
        os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2,
                 b"\nfinishing the documents in hand; interrupt again to stop at once\n")

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)
