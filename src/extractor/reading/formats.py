"""Which reader reads which file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import cast

from extractor.reading.decoding import decode
from extractor.reading.errors import ReadError
from extractor.reading.limits import Limits
from extractor.reading.mojibake import mend
from extractor.reading.page import Page

TEXT_ENDINGS = (".txt", ".md")
PAGE_ENDINGS: Mapping[str, tuple[str, str]] = {
    ".html": ("html", "read_html"), ".htm": ("html", "read_html"), ".docx": ("docx", "read_docx"),
    ".pdf": ("pdf", "read_pdf")}
"""Endings of files that are read by libraries, with the module and the function that does it."""
ENDINGS = (*TEXT_ENDINGS, *PAGE_ENDINGS)


def read_page(path: str, where: str, limits: Limits) -> Page:
    """The text of a file, by its ending; a file without a known one is text.

    Raises:
        ReadError: it cannot be read, is too large or is not what its ending says.
    """
    ending = Path(path).suffix.lower()
    data = _bytes(path, where, limits.file_bytes if ending in PAGE_ENDINGS else 4 * limits.characters + 4, limits)
    if ending not in PAGE_ENDINGS:
        return Page(_short(decode(data, where), where, limits))
    if not data:
        raise ReadError(f"{where}: is empty; give a file that holds text")
    module, function = PAGE_ENDINGS[ending]
    read = cast("Callable[[bytes, str, Limits], Page]",
                getattr(import_module(f"extractor.reading.{module}"), function))
    page = read(data, where, limits)
    if ending not in (".html", ".htm"):  # whose bytes were decoded and mended already
        page = Page(mend(page.text, where), page.title, page.source, page.published)
    _short(page.text, where, limits)
    return page


def too_long(where: str, limits: Limits) -> ReadError:
    """The text has too many characters."""
    return ReadError(f"{where}: is longer than {limits.characters:,} characters; split it into its articles, or allow "
                     "more with --max-characters")


def _short(text: str, where: str, limits: Limits) -> str:
    if len(text) > limits.characters:
        raise too_long(where, limits)
    return text


def _bytes(path: str, where: str, most: int, limits: Limits) -> bytes:
    """The file's bytes; no more than `most` are ever held, be it a pipe or a file that grows."""
    try:
        with open(path, "rb") as file:
            data = file.read(most + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ReadError(f"{where}: cannot be read ({reason}); check the file and its rights") from None
    if len(data) > most:
        if most == limits.file_bytes:
            raise ReadError(f"{where}: is larger than {most // 1_000_000:,} MB; save its text as .txt")
        raise too_long(where, limits)
    return data
