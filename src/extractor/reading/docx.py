"""DOCX files: paragraphs and tables in their order, a table's row as a line with tabs between its cells.

Headers, footers, comments and deleted text are left out. A DOCX file is a zip of XML parts; its directory is looked at
before anything is unpacked.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from extractor.reading.errors import ReadError
from extractor.reading.limits import Limits
from extractor.reading.page import Page, extra, no_text

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = {f"{_WORD}del", f"{_WORD}moveFrom", f"{_WORD}instrText", f"{_WORD}delText", f"{_WORD}pPr", f"{_WORD}rPr",
            f"{_WORD}tblPr", f"{_WORD}sectPr"}
_MARKUP = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
_DEEPEST = 20
_MEGABYTE = 1_000_000


def read_docx(data: bytes, where: str, limits: Limits) -> Page:
    """The text of a DOCX file. Raises ReadError."""
    _check(data, where, limits)
    with extra(where):
        import docx
    try:
        document = docx.Document(io.BytesIO(data))
    except Exception as error:
        raise _damaged(where, error) from None
    lines = [line for line in _lines(document.element.body) if line.strip()]
    if not lines:
        raise no_text(where, "if it holds pictures of pages, have their text recognised first")
    title = (document.core_properties.title or "").strip()
    text = "\n".join(lines) + "\n"
    return Page(text, title=title if title and any(title == line.strip() for line in lines[:10]) else None)


def _check(data: bytes, where: str, limits: Limits) -> None:
    """Refuse what is no DOCX file and what would unpack to too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            if "[Content_Types].xml" not in packed.namelist():
                raise ReadError(f"{where}: is a zip file but no DOCX file; unpack it, or save the document as .docx")
            total = sum(part.file_size for part in parts)
            xml = [part for part in parts if part.filename.lower().endswith((".xml", ".rels"))]
            if total > limits.unpacked_bytes or any(part.file_size > limits.part_bytes for part in xml) or any(
                    part.file_size > _MEGABYTE and part.file_size > limits.ratio * max(1, part.compress_size)
                    for part in parts):
                raise ReadError(f"{where}: would unpack to {total // _MEGABYTE:,} MB, more than a document needs; "
                                "save it again with Word, without pictures")
            if any(part.flag_bits & 1 for part in parts):
                raise ReadError(f"{where}: is encrypted; save it without a password")
            for part in xml:
                with packed.open(part) as file:
                    if _DOCTYPE.search(file.read(4096)):
                        raise ReadError(f"{where}: declares XML entities in {part.filename!r}, as no word processor "
                                        "does; save it again with Word")
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError) as error:
        if isinstance(error, ReadError):
            raise
        raise _damaged(where, error) from None


def _lines(element: Any, depth: int = 0) -> Iterator[str]:
    """The lines of a body or a cell."""
    for child in element:
        if child.tag == f"{_WORD}p":
            yield from _text(child).split("\n")
        elif child.tag == f"{_WORD}tbl":
            yield from _rows(child, depth)
        elif child.tag in (f"{_WORD}sdt", f"{_WORD}sdtContent", f"{_WORD}ins", f"{_WORD}customXml", f"{_WORD}moveTo") \
                and depth < _DEEPEST:
            yield from _lines(child, depth + 1)


def _rows(table: Any, depth: int) -> Iterator[str]:
    """A line for each row; lines of a cell are joined, since they are one thing."""
    if depth >= _DEEPEST:
        return
    for row in table.iter(f"{_WORD}tr"):
        if next(row.iterancestors(f"{_WORD}tbl")) is table:
            cells = [cell for cell in row.iter(f"{_WORD}tc") if next(cell.iterancestors(f"{_WORD}tr")) is row]
            texts = ["".join(line.strip() for line in _lines(cell, depth + 1)) for cell in cells]
            yield "\t".join(text for text in texts if text)


def _text(paragraph: Any) -> str:
    """The words of a paragraph with its line breaks; text boxes and their fallback are read once."""
    pieces: list[str] = []
    waiting = [iter(paragraph)]
    while waiting:
        node = next(waiting[-1], None)
        if node is None:
            waiting.pop()
        elif node.tag == f"{_WORD}t":
            pieces.append((node.text or "").replace("\r", "").replace("\n", ""))
        elif node.tag == f"{_WORD}tab":
            pieces.append("\t")
        elif node.tag in (f"{_WORD}br", f"{_WORD}cr"):
            pieces.append("\n")
        elif node.tag == f"{_WORD}noBreakHyphen":
            pieces.append("-")
        elif node.tag not in _SKIPPED and node.tag != f"{_MARKUP}Fallback":
            if node.tag == f"{_WORD}p":
                pieces.append("\n")
            waiting.append(iter(node))
    return "".join(pieces)


def _damaged(where: str, error: Exception) -> ReadError:
    said = " ".join(str(error).split())[:80]
    return ReadError(f"{where}: cannot be read as a DOCX file ({said or type(error).__name__}); "
                     "open it with Word and save it again")
