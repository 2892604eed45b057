"""What a reader of HTML, DOCX or PDF makes of a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from extractor.reading.errors import ReadError


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a file, which offsets count in, and the metadata that the file carries outside it."""

    text: str
    title: str | None = None
    source: str | None = None
    published: date | None = None


@contextmanager
def extra(where: str) -> Iterator[None]:
    """Around the import of a library of the extra `documents`: a sentence if it is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ReadError(f"{where}: reading such files needs {error.name}, which is not installed; "
                        "install the extra: pip install \".[documents]\"") from None


def no_text(where: str, hint: str) -> ReadError:
    """The file is fine and holds no words."""
    return ReadError(f"{where}: holds no text; {hint}")
