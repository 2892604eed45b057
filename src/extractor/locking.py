"""One run at a time on a store, by a lock of the operating system's: it ends with the process, however that ends."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO

_held: set[str] = set()  # a POSIX lock does not keep a process from locking the file once more
_guard = threading.Lock()
_PAUSE = 0.2


class Held(RuntimeError):
    """Another run has the lock; the message says which: process, host, since when."""


class Lock:
    """An exclusive lock on a file. The file itself stays and means nothing; it only tells others who holds the lock."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._key = str(path.absolute())
        self._file: IO[str] | None = None

    def acquire(self, wait: bool = False, say: Callable[[str], None] = lambda holder: None) -> None:
        """Take the lock.

        Args:
            wait: wait for whoever holds it.
            say: told once who that is, if there is waiting to do.

        Raises:
            Held: another run has it.
            OSError: the file cannot be opened.
        """
        told = False
        while not self._try():
            holder = self._holder()
            if not wait:
                raise Held(holder)
            if not told:
                say(holder)
                told = True
            time.sleep(_PAUSE)

    def release(self) -> None:
        """Give the lock back."""
        if self._file is not None:
            with suppress(OSError):
                self._file.truncate(0)
            with suppress(OSError):  # on a full disk it closes, but complains of what it could not write
                self._file.close()
            self._file = None
            with _guard:
                _held.discard(self._key)

    def _try(self) -> bool:
        with _guard:
            if self._key in _held:
                return False
            file = open(self._path, "a+", encoding="utf-8")  # noqa: SIM115 - it is the lock
            if not _lock(file):
                file.close()
                return False
            _held.add(self._key)
        self._file = file
        since = datetime.now().astimezone().isoformat(" ", "seconds")
        with suppress(OSError):  # on a full disk nobody learns who has the lock
            file.truncate(0)
            file.write(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since}))
            file.flush()
        return True

    def _holder(self) -> str:
        try:
            about = json.loads(self._path.read_text("utf-8"))
            return f"process {about['pid']} on {about['host']} since {about['since']}"
        except (OSError, ValueError, KeyError, TypeError):
            return "another process"


try:
    import fcntl
except ImportError:  # Windows
    import msvcrt

    def _lock(file: IO[str]) -> bool:
        try:
            file.seek(1 << 30)  # what others may read lies before
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        finally:
            file.seek(0)
        return True
else:

    def _lock(file: IO[str]) -> bool:
        """A POSIX lock: worker processes do not inherit it, so it is free as soon as the run itself is dead."""
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            return False
        return True
