"""A time limit for one document."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class TooSlowError(BaseException):
    """The time is up. No `Exception`, so that nothing on the way takes it for an error of its own."""


def too_slow(where: str, seconds: float) -> str:
    """What is said of a document that exceeds its time."""
    return (f"{where}: took more than {seconds:g} seconds; split it, or allow more time with --time-limit "
            "(if it is short, please report it with the text)")


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TooSlowError` in the block once it has run for so many seconds; 0 is no limit.

    It works in the main thread of a process on systems with timers, and interrupts Python code and the matching of
    `re` patterns. What hangs in a library's own code is ended by `workers`, which kills the process.
    """
    if not seconds or not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    running = True

    def over(*_: object) -> None:
        if running:
            raise TooSlowError

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)  # again each second, should the first be lost in a destructor
    try:
        yield
    finally:
        try:
            running = False
        finally:  # an alarm that comes at the very end must not leave the timer behind
            running = False
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
