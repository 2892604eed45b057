"""Pieces of text with places to a text in reading order.

Pieces make rows, rows make regions: a region with a gutter between columns is read column by column, any other from
top to bottom. Lines that fill their column go on in the next line, over the end of a column or a page too. What stands
at the head or the foot of most pages, and page numbers, are left out, but for what holds a date on the first page: it
comes first, since a newspaper prints its name, its day and its page there. A row of short cells is a line with tabs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from extractor.text.view import CLOSERS

_PAGE_NUMBER = re.compile(r"[-—–·•.\s/|]*\d{1,4}(?:\s*/\s*\d{1,4})?[-—–·•.\s/|]*")
_WIDE = re.compile("[\u2010-\u2027\u2030-\u203b\u2460-\u25ff\u2e80-\uffdf]")
_DIGITS = re.compile(r"\d+")
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d\D{1,3}\d{1,2}\D{1,3}\d{1,2}(?!\d)")
_MOST_PIECES = 20_000
_DEEPEST = 40
_COLUMN_LEAST = 6
"""A column is at least so many characters wide in half of its rows; the cells of a table are narrower."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text on one line; x and y of its left end in points, y grows upwards."""

    x: float
    y: float
    size: float
    text: str

    @property
    def right(self) -> float:
        """Where it ends, told from the number of characters: a Chinese one is as wide as high."""
        return self.x + self.size * sum(1.0 if _WIDE.match(char) else 0.5 for char in self.text)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a column."""

    left: float
    right: float
    size: float
    text: str
    full: bool
    """Whether it reaches the right edge of its column."""
    indented: bool
    region: tuple[int, int]


def text_of(pages: Sequence[Sequence[Piece]]) -> str:
    """The text of pages, paragraphs as lines."""
    rows = [_rows(pieces) for pieces in pages]
    dropped = _running_titles(rows)
    lines: list[_Line] = []
    dated = [words for row in (rows[0] if rows else ()) if _is_edge(row, rows[0]) and _key(row) in dropped
             and _DATE.search(words := " ".join(piece.text.strip() for piece in row))]
    for number, page in enumerate(rows):
        kept = [row for row in page if not (_is_edge(row, page) and _key(row) in dropped)]
        for order, region in enumerate(_regions(kept)):
            lines += _lines(region, (number, order))
    return "".join([*(f"{words}\n" for words in dated), *_joined(lines)])


# --- rows and columns -------------------------------------------------------------------------------------------

_Row = list[Piece]


def _rows(pieces: Sequence[Piece]) -> list[_Row]:
    """Pieces on one height, joined where they touch; from top to bottom, from left to right."""
    rows: list[_Row] = []
    for piece in sorted(pieces[:_MOST_PIECES], key=lambda p: (-p.y, p.x)):
        if rows and abs(rows[-1][0].y - piece.y) <= 0.4 * min(rows[-1][0].size, piece.size):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [_touching(sorted(row, key=lambda p: p.x)) for row in rows]


def _touching(row: _Row) -> _Row:
    joined: _Row = []
    for piece in row:
        before = joined[-1] if joined else None
        if before is not None and piece.x - before.right < 0.9 * piece.size:
            gap = " " if piece.x - before.right > 0.2 * piece.size else ""
            joined[-1] = Piece(before.x, before.y, before.size, before.text + gap + piece.text)
        else:
            joined.append(piece)
    return joined


def _key(row: _Row) -> str:
    return _DIGITS.sub("#", "".join(piece.text for piece in row).strip())


def _is_edge(row: _Row, page: Sequence[_Row]) -> bool:
    return row is page[0] or row is page[-1] or (len(page) > 3 and (row is page[1] or row is page[-2]))


def _running_titles(pages: Sequence[Sequence[_Row]]) -> set[str]:
    """What stands at the head or foot of most pages; page numbers, also of one page."""
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_key(row) for row in page if _is_edge(row, page)})
        for row in (*page[:1], *page[-1:]):
            words = "".join(piece.text for piece in row)
            if len(page) > 2 and _PAGE_NUMBER.fullmatch(words):
                seen[_key(row)] += len(pages) + 3
    return {key for key, times in seen.items() if times >= max(2, 0.5 * len(pages))}


def _regions(rows: Sequence[_Row], depth: int = 0) -> Iterator[list[_Row]]:
    """The regions of a page in reading order."""
    if not rows:
        return
    if depth < _DEEPEST and any(len(row) > 1 for row in rows):
        cut = _gutter(rows)
        if cut is not None:
            yield from _regions([kept for row in rows if (kept := [p for p in row if p.x < cut])], depth + 1)
            yield from _regions([kept for row in rows if (kept := [p for p in row if p.x >= cut])], depth + 1)
            return
        at = _break(rows)
        if at is not None:
            yield from _regions(rows[:at], depth + 1)
            yield from _regions(rows[at:], depth + 1)
            return
    yield list(rows)


def _gutter(rows: Sequence[_Row]) -> float | None:
    """The x of the first gap that no piece crosses and that parts two columns of running text."""
    pieces = sorted((piece for row in rows for piece in row), key=lambda p: p.x)
    reach = pieces[0].right
    for number, piece in enumerate(pieces[1:], 1):
        if piece.x > reach + 0.5 * piece.size:
            sides = (pieces[:number], pieces[number:])
            if all(len(side) > 1 and median((p.right - p.x) / p.size for p in side) >= _COLUMN_LEAST
                   for side in sides):
                return piece.x
        reach = max(reach, piece.right)
    return None


def _break(rows: Sequence[_Row]) -> int | None:
    """The number of the row before which a part of the page begins that has columns, or ends: where a row that spans
    the page stands beside rows of several pieces."""
    for number in range(1, len(rows)):
        if (len(rows[number - 1]) > 1) != (len(rows[number]) > 1) and (
                _gutter(rows[:number]) is not None or _gutter(rows[number:]) is not None):
            return number
    return None


# --- lines to paragraphs ----------------------------------------------------------------------------------------


def _lines(region: Sequence[_Row], place: tuple[int, int]) -> list[_Line]:
    left = min(row[0].x for row in region)
    right = max(row[-1].right for row in region)
    found = []
    for row in region:
        size = row[0].size
        text = "\t".join(piece.text.strip() for piece in row)
        full = len(region) > 1 and len(row) == 1 and row[-1].right >= right - 1.6 * size
        found.append(_Line(row[0].x, row[-1].right, size, text, full, row[0].x > left + 1.2 * size, place))
    return found


def _joined(lines: Sequence[_Line]) -> Iterator[str]:
    for before, line in zip((None, *lines), lines, strict=False):
        if before is not None:
            yield "" if _goes_on(before, line) else "\n"
            if _goes_on(before, line) and before.text[-1:].isascii() and line.text[:1].isascii() \
                    and before.text[-1:].isalpha() and line.text[:1].isalpha():
                yield " "
        yield line.text
    yield "\n" if lines else ""


def _goes_on(before: _Line, line: _Line) -> bool:
    """Whether a line goes on in the next one: it fills its column, and the next has its size and no indent."""
    if not before.full or line.indented or "\t" in line.text or not 0.85 < line.size / before.size < 1.18:
        return False
    return before.region == line.region or before.text.rstrip()[-1:] not in CLOSERS
