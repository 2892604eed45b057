"""A private place for things that are costly to make and cheap to make again."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def cache_folder() -> Path | None:
    """The user's own cache folder (`$XDG_CACHE_HOME/extractor`, mode 700), or None where there cannot be one.

    Never the shared temporary folder: whoever can write there could put a forged cache in our way.
    """
    try:
        root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        folder = root / "extractor"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        state = folder.stat()
        if hasattr(os, "getuid") and (state.st_uid != os.getuid() or state.st_mode & 0o022):
            return None
    except (OSError, RuntimeError):
        return None
    return folder if os.access(folder, os.W_OK) else None


def is_special(path: Path) -> bool:
    """Whether a name must never be replaced but only written to: a pipe, a device, a link such as /dev/stdout."""
    try:
        return path.is_symlink() or not stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        return False


@contextmanager
def atomic_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to write whose content is at `path` when all is written, in the place of what was there.

    A reader sees the old file or the new one, never a part; after an error the old one stays. What is special
    is written to as it is. Raises OSError.
    """
    if is_special(path):
        with open(path, "wb") as file:
            yield file
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(name, 0o666 & ~umask)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to `path` in one piece. Raises OSError."""
    with atomic_file(path) as file:
        file.write(data)
