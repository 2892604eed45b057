"""Clauses into pieces: each piece states one number, or one joint statement of several.

    新增高新技术企业超900家、中小企业3000家              two pieces
    新材料产业、新能源产业增加值分别增长8%、6%            one piece, its numbers a group of two
    8所院校12个专业入选名单                               one piece, two groups

Offsets count code points of the clean text, half-open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from extractor.claims.lexicon import Lexicon
from extractor.mentions.model import Quantity
from extractor.text.marks import CLOSE, OPEN
from extractor.values import value


@value(frozen=True, slots=True)
class Group:
    """Numbers that stand together (10%、7.9%), with the text before and after them."""

    quantities: tuple[Quantity, ...]
    before: tuple[int, int]
    after: tuple[int, int]


@value(frozen=True, slots=True)
class Piece:
    """A run of a clause with its groups of numbers."""

    start: int
    end: int
    groups: tuple[tuple[Quantity, ...], ...]


def pieces(text: str, start: int, end: int, quantities: Sequence[Quantity], lex: Lexicon) -> list[Piece]:
    """The pieces of `text[start:end]`, whose numbers are `quantities` in order."""
    if not quantities:
        return []
    cuts = [start]
    for before, after in pairwise(quantities):
        cut = _cut(text, before.end, after.start, lex)
        if cut is not None:
            cuts.append(cut)
    out = []
    for first, last in zip(cuts, [*cuts[1:], end], strict=True):
        inside = [q for q in quantities if first <= q.start < last]
        stop = last
        m = lex.joiner_end.search(text, first, stop)
        stop = m.start() if m else stop
        out.append(Piece(first, max(stop, inside[-1].end), tuple(_groups(text, inside, lex))))
    return out


def _cut(text: str, left: int, right: int, lex: Lexicon) -> int | None:
    """Where a new piece begins between two numbers, or None where they belong together."""
    depth = 0
    for m in lex.joiner.finditer(text, left, right):
        mark = m.group()
        if mark in OPEN:
            depth += 1
        elif mark in CLOSE:
            depth -= 1
        elif m.group("joiner") and depth == 0:
            between = text[m.end():right].strip("、， ")
            if len(between) >= 2 or (between and m.group() in "、，"):
                return m.end()
            return None
    return None


def _groups(text: str, quantities: Iterable[Quantity], lex: Lexicon) -> list[tuple[Quantity, ...]]:
    groups: list[list[Quantity]] = []
    for q in quantities:
        if groups:
            between = text[groups[-1][-1].end:q.start]
            m = lex.joiner.fullmatch(between)
            if not between and q.category == "count" and groups[-1][-1].category == "count":
                if lex.class_unit.match(groups[-1][-1].unit):
                    groups[-1][-1] = q  # 3类20件实事: the members are told; 2个1类创新药: the class is a name
                continue
            alike = (q.category == "rank") == (groups[-1][-1].category == "rank")
            if alike and (not between or (m is not None and m.group("joiner"))):
                groups[-1].append(q)
                continue
        groups.append([q])
    return [tuple(g) for g in groups]
