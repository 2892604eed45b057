"""Blocks into sentences, sentences into clauses.

A sentence ends at 。！？； or at the end of its block; a clause ends at a comma, a colon or a dash outside quotation
marks, book marks and brackets. Offsets count code points of `View.clean`, half-open, closing punctuation left out.
"""

from __future__ import annotations

import re

from extractor.text.marks import CLOSE, OPEN
from extractor.text.view import View
from extractor.values import value

_MARK = re.compile(r"[。！？；，：…“”‘’《》（）【】—.](?:(?<![—.])|(?<=—)—|(?<=\.)\.{2,})")
"""A dash counts if doubled, a dot in threes. The one class comes first: so `re` passes quickly over other signs."""
_SENTENCE_END = "。！？；…"


@value(frozen=True, slots=True)
class Clause:
    """A run of text between commas: the smallest unit of evidence."""

    start: int
    end: int
    sentence: int
    """Index of its sentence in the document."""


@value(frozen=True, slots=True)
class Sentence:
    """A sentence or an item of a list closed by a semicolon."""

    start: int
    end: int
    block: int
    """Index of its block in `View.blocks`."""
    clauses: tuple[Clause, ...]
    closer: str
    """The mark that ends it (`。`, `；` …), empty at the end of a block."""
    quoted: bool
    """Whether it begins inside quotation marks that an earlier sentence opened: speech that goes on."""


def sentences(view: View) -> list[Sentence]:
    """The sentences of all blocks but page furniture, in order."""
    out: list[Sentence] = []
    for index, block in enumerate(view.blocks):
        if block.kind != "furniture":
            _split_block(view.clean, index, block.start, block.end, out)
    return out


def _split_block(text: str, block: int, start: int, end: int, out: list[Sentence]) -> None:
    """Split one block. Quoted speech of several sentences is split like any other text; a quoted name is not."""
    depth: list[str] = []
    first = clause_start = start
    spans: list[tuple[int, int]] = []
    quoted = False
    for m in _MARK.finditer(text, start, end):
        mark = m.group()
        if mark in OPEN:
            if mark == "“" and _opens_speech(text, m.end(), end):
                _add(text, clause_start, m.start(), spans)
                clause_start = m.end()
                depth.append("speech")
            else:
                depth.append(mark)
            continue
        if mark in CLOSE:
            opened = OPEN[CLOSE.index(mark)]
            if depth and depth[-1] == opened:
                depth.pop()
            elif mark == "”" and depth and depth[-1] == "speech":
                depth.pop()
                _add(text, clause_start, m.start(), spans)
                clause_start = m.end()
                quoted = quoted and bool(spans)  # the speech ended before anything of this sentence was said
            elif opened in depth:
                del depth[depth.index(opened):]
            continue
        if depth and any(d != "speech" for d in depth):
            continue
        _add(text, clause_start, m.start(), spans)
        clause_start = m.end()
        if mark[0] in _SENTENCE_END:
            _flush(block, first, spans, mark, quoted, out)
            spans, first, quoted = [], m.end(), "speech" in depth
    _add(text, clause_start, end, spans)
    _flush(block, first, spans, "", quoted, out)


def _opens_speech(text: str, start: int, end: int) -> bool:
    """Whether a “ opens quoted speech: a clause end comes before its ”."""
    close = text.find("”", start, end)
    stop = close if close >= 0 else end
    return any(mark in text[start:stop] for mark in "。！？；") or (close < 0)


def _add(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    while start < end and text[start] in " \n”’）":
        start += 1
    while end > start and text[end - 1] in " \n":
        end -= 1
    if start < end:
        spans.append((start, end))


def _flush(block: int, first: int, spans: list[tuple[int, int]], closer: str, quoted: bool,
           out: list[Sentence]) -> None:
    if not spans:
        return
    number = len(out)
    clauses = tuple(Clause(s, e, number) for s, e in spans)
    out.append(Sentence(spans[0][0], spans[-1][1], block, clauses, closer, quoted))
