"""PDF files: where each piece of text stands is asked of pypdf, the order of reading is found here (`pdf_layout`).

A PDF file is a program of sorts: it can name itself as its own part, or unpack to any size. It is therefore read by a
process of its own that may have only so much memory and time.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import Any

from extractor.reading.errors import ReadError
from extractor.reading.limits import Limits
from extractor.reading.page import Page, extra, no_text
from extractor.reading.pdf_layout import Piece, text_of

_CHILD = "import sys; sys.path[:] = {path!r}; from extractor.reading.pdf import child; child({limits!r})"
_LONGEST = 3600.0


def read_pdf(data: bytes, where: str, limits: Limits) -> Page:
    """The text of a PDF file, read by a process of its own. Raises ReadError."""
    with extra(where):
        import pypdf  # noqa: F401
    if b"%PDF-" not in data[:1024]:
        raise ReadError(f"{where}: is no PDF file, whatever its name says; correct the ending")
    asked = (limits.pages, limits.memory, limits.characters, limits.seconds)
    code = _CHILD.format(path=[p for p in sys.path if p], limits=asked)
    try:
        done = subprocess.run([sys.executable, "-I", "-c", code], input=data, capture_output=True, check=False,
                              timeout=limits.seconds or _LONGEST)
    except subprocess.TimeoutExpired:
        raise ReadError(f"{where}: took more than {limits.seconds:g} seconds to read; split it, or allow more time "
                        "with --time-limit") from None
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise ReadError(f"{where}: needs more than {limits.memory // 1_000_000:,} MB of memory or is broken; "
                        "print it to a new PDF file") from None
    if "problem" in answer:
        raise ReadError(f"{where}: {answer['problem']}")
    if not answer["text"].strip():
        raise no_text(where, "if its pages are pictures, have their text recognised first")
    title = answer["title"]
    lines = [line.strip() for line in answer["text"].split("\n")[:10]]
    return Page(answer["text"], title=title if title and title in lines else None)


def child(limits: tuple[int, int, int, float]) -> None:
    """The process of its own: a PDF file on standard input, its text as JSON on standard output."""
    pages, memory, characters, seconds = limits
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        if seconds:
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 2))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        pass  # no such limits on this system; the time limit of the parent holds
    import logging

    logging.disable(logging.CRITICAL)
    try:
        answer: dict[str, Any] = _read(sys.stdin.buffer.read(), pages, characters)
    except MemoryError:
        answer = {"problem": f"needs more than {memory // 1_000_000:,} MB of memory; print it to a new PDF file"}
    except Exception as error:
        said = " ".join(str(error).split())[:80]
        answer = {"problem": f"cannot be read as a PDF file ({said or type(error).__name__}); "
                             "print it to a new PDF file"}
    sys.stdout.buffer.write(json.dumps(answer).encode())


def _read(data: bytes, most_pages: int, characters: int) -> dict[str, Any]:
    import pypdf

    reader = pypdf.PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        return {"problem": "is encrypted; save it without a password"}
    count = len(reader.pages)
    if count > most_pages:
        return {"problem": f"has {count:,} pages, more than {most_pages:,}; split it into its articles"}
    pages: list[list[Piece]] = []
    total = 0
    for page in reader.pages:
        pieces = _pieces(page)
        total += sum(len(piece.text) for piece in pieces)
        if total > characters:
            return {"problem": f"is longer than {characters:,} characters; split it into its articles"}
        pages.append(pieces)
    title = reader.metadata.title if reader.metadata else None
    return {"text": text_of(pages), "title": str(title).strip() if title else None}


def _pieces(page: Any) -> list[Piece]:
    """The runs of text of a page with their places, in points from the lower left."""
    pieces: list[Piece] = []

    def visit(text: str, outer: list[float], inner: list[float], _font: Any, size: float) -> None:
        words = text.strip("\n")
        if not words.strip():
            return
        x = inner[4] * outer[0] + inner[5] * outer[2] + outer[4]
        y = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
        scale = abs(inner[3] * outer[3]) or abs(inner[1] * outer[1]) or 1.0
        for number, line in enumerate(words.split("\n")):
            if line.strip():
                pieces.append(Piece(x, y - number * size * scale * 1.2, max(1.0, size * scale), line))

    page.extract_text(visitor_text=visit)
    return pieces
