"""Worker processes that outlive the death of any of them.

Each worker has one item in hand, sent and answered over a pipe of its own, so it is always known which item a dead
process was working on: that one is lost, a new process takes the place, and the others never notice.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from pathlib import Path
from time import monotonic
from typing import Any, Generic, TypeVar

from extractor.rulebook import Rulebook, load_rulebook

K = TypeVar("K")
T = TypeVar("T")
U = TypeVar("U")

_MOST_FALSE_STARTS = 5
_forked_book: Rulebook | None = None


class WorkersFailed(RuntimeError):
    """No worker process can be started."""


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_any_order(items: Iterable[tuple[K, T]], call: Callable[[T, Rulebook], U], book: Rulebook,
                 rules: str | Path | None, jobs: int, lost: Callable[[T], U],
                 allowed: Callable[[], bool] = lambda: True, seconds: float = 0.0) -> Iterator[tuple[K, U]]:
    """`(key, call(item, book))` for each `(key, item)` as it gets done; never more than `jobs` items are in hand.

    Args:
        items: may be endless. One is taken as soon as a process is free, which is before that process's last result is
            handed on, so a result can wait for the next item to come. What `items` raises is raised once all results
            of what was taken are out.
        call: a function of a module. What it raises is raised here.
        book: the rules, for processes that are forked.
        rules: the folder laid over the built-in rules, for processes that load them.
        jobs: the number of processes.
        lost: makes the result for an item whose process died.
        allowed: asked before an item is taken.
        seconds: a process that works on an item for longer is killed, and the item lost; 0 for as long as it takes.

    Raises:
        WorkersFailed: processes die as soon as they start.
    """
    global _forked_book
    _forked_book = book  # a forked worker has it at once
    crew: _Crew[K, T] = _Crew(call, rules, seconds)
    remaining = iter(items)
    more = True
    broken: Exception | None = None

    def hand_out() -> None:
        nonlocal more, broken
        while more and len(crew.busy) < jobs and allowed():
            try:
                key, item = next(remaining)
            except StopIteration:
                more = False
            except Exception as error:
                more, broken = False, error
            else:
                crew.give(key, item)
        if not more:
            crew.send_home_idle()

    try:
        while True:
            hand_out()
            if not crew.busy:
                break
            for worker in crew.finished():
                key, item = worker.task
                try:
                    fine, result = worker.here.recv()
                except (EOFError, OSError):
                    if not crew.bury(worker):
                        crew.give(key, item)  # it died before it began
                        continue
                    fine, result = True, lost(item)
                else:
                    crew.free(worker)
                    hand_out()  # it works on while the result is used
                if not fine:
                    raise result
                yield key, result
        if broken:
            raise broken
    finally:
        crew.dismiss()


def in_order(items: Iterable[T], call: Callable[[T, Rulebook], U], book: Rulebook, rules: str | Path | None, jobs: int,
             lost: Callable[[T], U]) -> Iterator[U]:
    """`call(item, book)` for each item, in order, reading no further ahead than a few. Arguments as above."""
    if jobs <= 1:
        for item in items:
            yield call(item, book)
        return
    taken = given = 0

    def numbered() -> Iterator[tuple[int, T]]:
        nonlocal taken
        for taken, item in enumerate(items, 1):
            yield taken - 1, item

    def near() -> bool:
        return taken - given < 4 * jobs

    done: dict[int, U] = {}
    for number, result in in_any_order(numbered(), call, book, rules, jobs, lost, near):
        done[number] = result
        while given in done:
            given += 1
            yield done.pop(given - 1)


_pipes: set[Connection] = set()
"""This side of the pipes of all workers of this process, of whatever crew. A forked worker closes its copies of them,
else the worker at the other end would wait for ever when its own crew hangs up."""
_TIME_TO_LEAVE = 5.0
"""Seconds after which a worker that was sent home is killed."""


class _Worker(Generic[K, T]):
    """A process, this side of its pipe, and what it works on."""

    task: tuple[K, T]
    since: float
    """When it got the task, on the monotonic clock."""

    def __init__(self, context: BaseContext, call: Callable[..., Any], rules: str | Path | None) -> None:
        self.here, there = context.Pipe()
        _pipes.add(self.here)
        inherited = list(_pipes) if context.get_start_method() == "fork" else []
        self.began = False
        process = getattr(context, "Process")  # noqa: B009 - not in the stubs of BaseContext
        self.process: multiprocessing.Process = process(target=_work, args=(there, call, rules, inherited), daemon=True)
        with _interrupts_held():
            self.process.start()
        there.close()

    def hang_up(self) -> None:
        """Close the pipe: an idle worker leaves."""
        _pipes.discard(self.here)
        self.here.close()


class _Crew(Generic[K, T]):
    """The workers: busy, idle and newly started ones."""

    def __init__(self, call: Callable[..., Any], rules: str | Path | None, seconds: float = 0.0) -> None:
        self.busy: list[_Worker[K, T]] = []
        self._idle: list[_Worker[K, T]] = []
        self._leaving: list[_Worker[K, T]] = []
        self._call, self._rules, self._seconds = call, rules, seconds
        self._false_starts = 0

    def give(self, key: K, item: T) -> None:
        """Hand an item to an idle worker or a new one."""
        while True:
            worker = self._idle.pop() if self._idle else self._start()
            worker.task, worker.since = (key, item), monotonic()
            self.busy.append(worker)
            try:
                worker.here.send(item)
            except OSError:  # it died idle, so the item is not to blame
                self.bury(worker)
                continue
            return

    def finished(self) -> list[_Worker[K, T]]:
        """Busy workers that have answered or died; waits for one."""
        ready = set(wait([worker.here for worker in self.busy], self._patience()))
        answered = [worker for worker in self.busy if worker.here in ready]
        starting = [worker for worker in answered if not worker.began]
        for worker in starting:
            try:
                worker.here.recv()
            except (EOFError, OSError):
                continue
            worker.began = True
            self._false_starts = 0
            answered.remove(worker)
        return answered

    def _patience(self) -> float | None:
        """The seconds until the first busy worker is overdue; workers that are so already are killed."""
        if not self._seconds:
            return None
        left = [worker.since + self._seconds - monotonic() for worker in self.busy]
        for worker, seconds in zip(self.busy, left, strict=True):
            if seconds <= 0 and worker.began:
                worker.process.kill()  # its pipe closes, and it is buried like any other
        return max(0.1, min(left))

    def free(self, worker: _Worker[K, T]) -> None:
        """The worker has answered."""
        self.busy.remove(worker)
        self._idle.append(worker)

    def bury(self, worker: _Worker[K, T]) -> bool:
        """The worker is dead; whether it had begun to work. Raises WorkersFailed if that keeps happening."""
        self.busy.remove(worker)
        worker.hang_up()
        worker.process.join()
        if not worker.began:
            self._false_starts += 1
            if self._false_starts >= _MOST_FALSE_STARTS:
                raise WorkersFailed("worker processes die as soon as they start; work with --jobs 1")
        return worker.began

    def send_home_idle(self) -> None:
        """There is nothing more to do for them: they leave while the others work."""
        for worker in self._idle:
            worker.hang_up()
        self._leaving += self._idle
        self._idle = []

    def dismiss(self) -> None:
        """Send all home: idle ones leave when their pipe closes, what others have in hand is given up."""
        self.send_home_idle()
        for worker in self.busy:
            worker.hang_up()
            worker.process.terminate()
        for worker in (*self.busy, *self._leaving):
            worker.process.join(_TIME_TO_LEAVE)
            if worker.process.is_alive():  # somebody else's child has a copy of its pipe
                worker.process.kill()
                worker.process.join()

    def _start(self) -> _Worker[K, T]:
        return _Worker(_context(), self._call, self._rules)


def _work(there: Connection, call: Callable[[Any, Rulebook], Any], rules: str | Path | None,
          inherited: list[Connection]) -> None:
    """The life of a worker; it ends when the pipe closes, be it that its parent was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _hold_interrupts(False)
    for connection in inherited:  # else workers would keep their own pipes open for ever
        connection.close()
    gc.freeze()  # what came with the fork is the parent's: leave its pages shared and its files alone
    book = _forked_book if _forked_book is not None else load_rulebook(rules)
    try:
        there.send(None)
        while True:
            item = there.recv()
            try:
                answer = (True, call(item, book))
            except Exception as error:
                answer = (False, error)
            there.send(answer)
    except (EOFError, OSError):
        return


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """A new process must not be interrupted before it ignores interrupts."""
    _hold_interrupts(True)
    try:
        yield
    finally:
        _hold_interrupts(False)


def _hold_interrupts(held: bool) -> None:
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK if held else signal.SIG_UNBLOCK, {signal.SIGINT})


def _context() -> BaseContext:
    """Forked processes start at once; where other threads run, a fork could copy a lock that is held."""
    if sys.platform == "linux":
        return multiprocessing.get_context("fork" if threading.active_count() == 1 else "forkserver")
    return multiprocessing.get_context("spawn")
