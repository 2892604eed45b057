"""Extraction off the event loop: a few processes, each with one text in hand, that can be stopped at any time.

A text that takes longer than the limit has its process killed and replaced, so no text can hold the server; a process
that dies takes its own text with it and no other.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

_CONTEXT = multiprocessing.get_context("spawn")


class Busy(Exception):
    """Too many texts are waiting already."""


class TooSlow(Exception):
    """A text took longer than the limit."""


class Lost(Exception):
    """The process that worked on a text died."""


class Pool:
    """Processes that extract.

    Args:
        workers: their number.
        waiting: texts that may wait for one.
        limit: seconds for one text.
        rules: the folder laid over the built-in rules.
    """

    def __init__(self, workers: int, waiting: int, limit: float, rules: Path | None) -> None:
        self.workers = workers
        self.most = workers + waiting
        self.limit = limit
        self.in_hand = 0
        self._rules = rules
        self._idle: list[_Worker] = []
        self._turns: deque[asyncio.Future[_Worker]] = deque()
        self._all: set[_Worker] = set()
        self._threads = ThreadPoolExecutor(workers, "extract")

    async def start(self) -> None:
        """Start the processes and wait until they have loaded their rules."""
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(self._threads, self._new) for _ in range(self.workers)))
        for worker in self._all:
            self._give(worker)

    async def work(self, task: dict[str, Any], patient: bool = False) -> dict[str, Any]:
        """What `web.work.work` makes of a task.

        Args:
            task: plain data.
            patient: wait however many are waiting (the caller limits itself).

        Raises:
            Busy, TooSlow, Lost.
        """
        if self.in_hand >= self.most and not patient:
            raise Busy
        self.in_hand += 1
        try:
            worker = await self._take()
            try:
                answer = await asyncio.get_running_loop().run_in_executor(self._threads, worker.ask, task, self.limit)
            except (TooSlow, Lost):
                self._all.discard(worker)
                worker = await asyncio.get_running_loop().run_in_executor(self._threads, self._new)
                raise
            except asyncio.CancelledError:  # whoever asked is gone; the thread ends with the limit at the latest
                self._all.discard(worker)
                worker.kill()
                worker = await asyncio.shield(
                    asyncio.get_running_loop().run_in_executor(self._threads, self._new))
                raise
            finally:
                self._give(worker)
            return answer
        finally:
            self.in_hand -= 1

    async def _take(self) -> _Worker:
        """A worker, in the order of asking. (An asyncio.Queue lets a newcomer pass those who wait.)"""
        if self._idle:
            return self._idle.pop()
        turn: asyncio.Future[_Worker] = asyncio.get_running_loop().create_future()
        self._turns.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give(turn.result())
            raise

    def _give(self, worker: _Worker) -> None:
        while self._turns:
            turn = self._turns.popleft()
            if not turn.done():
                turn.set_result(worker)
                return
        self._idle.append(worker)

    def close(self) -> None:
        """Stop all processes."""
        for worker in self._all:
            worker.kill()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _new(self) -> _Worker:
        worker = _Worker(self._rules)
        self._all.add(worker)
        return worker


class _Worker:
    """A process and this side of its pipe."""

    def __init__(self, rules: Path | None) -> None:
        self._here, there = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_serve, args=(there, rules), daemon=True)
        self._process.start()
        there.close()
        try:
            self._here.recv()
        except (EOFError, OSError):
            raise Lost("a worker process died as it started") from None

    def ask(self, task: dict[str, Any], limit: float) -> dict[str, Any]:
        """The answer to a task. Raises TooSlow or Lost; the worker is of no further use then."""
        try:
            self._here.send(task)
            if not self._here.poll(limit):
                self.kill()
                raise TooSlow
            answer: dict[str, Any] = self._here.recv()
        except (EOFError, OSError):
            self.kill()
            raise Lost from None
        return answer

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()
        self._process.join()
        self._here.close()


def _serve(there: Connection, rules: Path | None) -> None:
    """The life of a worker; it ends when the pipe closes."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)
    from extractor.engine import warm
    from extractor.rulebook import load_rulebook
    from extractor.web.work import work

    book = load_rulebook(rules)
    warm(book)
    try:
        there.send(None)
        while True:
            there.send(work(there.recv(), book))
    except (EOFError, OSError):
        return
