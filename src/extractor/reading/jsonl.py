"""The lines of a file as bytes, one at a time, whatever the file is."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from pathlib import Path

from extractor.reading.limits import DEFAULT

LONGEST_LINE = 8 * DEFAULT.characters
"""In bytes; a character may be written as six in JSON."""
_WIDE_MARKS = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
               (codecs.BOM_UTF16_BE, "utf-16"))


def byte_lines(path: Path | str, opened: io.BufferedReader | None = None) -> Iterator[bytes]:
    """The lines of a file as bytes; what is marked as UTF-16 or UTF-32 becomes UTF-8.

    Of a line that is too long the first `LONGEST_LINE` bytes come out. Raises OSError, UnicodeDecodeError.
    """
    with opened or open(path, "rb") as file:
        start = file.peek(4)
        wide = next((encoding for mark, encoding in _WIDE_MARKS if start.startswith(mark)), None)
        if wide is not None:
            with io.TextIOWrapper(file, wide, newline="\n") as text:
                while line := text.readline(LONGEST_LINE):
                    yield line.encode("utf-8", "surrogatepass")
                    while len(line) == LONGEST_LINE and not line.endswith("\n"):
                        line = text.readline(LONGEST_LINE)
            return
        while raw := file.readline(LONGEST_LINE):
            yield raw
            while len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):  # the rest of a line that is too long
                raw = file.readline(LONGEST_LINE)
