"""One clean text, one map back to the original.

Real pages break sentences over lines, mix full and half width and carry page furniture. `make_view` undoes the
first two once; every rule of the program runs on `View.clean`, and spans go back to the original at the edge.

All offsets count Unicode code points and are half-open.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence

from extractor.text.folding import Folding, Positions
from extractor.text.lines import line_spans
from extractor.values import value

CLOSERS = "。！？!?；;…：:”’」』）)》】"
"""What a line may end with when its sentence is over (or a list follows)."""

_LINE_STARTS_AN_ITEM = re.compile(
    r"[（(]?[一二三四五六七八九十]{1,3}[）)、]|[一二三四五六七八九十]{1,2}是|第[一二三四五六七八九十]{1,3}[章节条]|"
    r"[（(]?\d{1,2}[）)、.．](?!\d)|[—－-]{2}|[■□◆●▲★※☆·]")
_STOP = re.compile("[。；！？]")
_TAIL = 400
"""So many characters of a block tell whether its end is open."""
_UNFINISHED_END = re.compile(r"(?:[、，,的和与及为将对在向于是至到]|[一二三四五六七八九十]是)$")


@value(frozen=True, slots=True)
class Block:
    """A run of the clean text that belongs together: a paragraph, a heading or a piece of page furniture."""

    start: int
    end: int
    kind: str
    """`body`, `heading` or `furniture`."""


@value(frozen=True, slots=True)
class View:
    """A document's text as the rules see it, with the way back.

    `positions[i]` is the offset in `original` of the character that became `clean[i]`; `clean` never grows a
    character out of nothing except the newline between two blocks, which maps to the end of the block before it.
    """

    original: str
    clean: str
    positions: Positions
    blocks: tuple[Block, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that `clean[start:end]` came from (code points, half-open; `start < end`)."""
        if not 0 <= start < end <= len(self.clean):
            raise ValueError(f"no such span in the clean text: {start}..{end} of {len(self.clean)}")
        return self.positions.span(start, end)

    def clean_offset(self, offset: int) -> int:
        """The first offset in `clean` whose character lies at or after `offset` of the original."""
        return bisect_left(self.positions, offset)


def make_view(original: str, furniture: Iterable[tuple[int, int]] = ()) -> View:
    """Make the view of a document.

    Args:
        original: the text exactly as given.
        furniture: spans of `original` (code points, half-open) that hold page furniture; a line that overlaps one
            becomes a block of kind `furniture`, which makes no records and is never joined to its neighbours.

    Joined are lines whose sentence plainly goes on (see `_goes_on`), folded are full-width letters and digits,
    half-width punctuation between Chinese characters, and single spaces inside Chinese text.
    """
    masked = sorted(furniture)
    lines = line_spans(original)
    marks = [_overlaps(s, e, masked) for s, e in lines] if masked else [False] * len(lines)
    wrap = _wrap_width(original, [x for x, m in zip(lines, marks, strict=True) if not m])
    groups: list[list[tuple[int, int]]] = []
    kinds: list[bool] = []
    stopped = False  # whether the last group holds the end of a sentence; told once per line, so that time is linear
    for line, is_furniture in zip(lines, marks, strict=True):
        if groups:
            stopped = stopped or _STOP.search(original, *groups[-1][-1]) is not None
            if not is_furniture and not kinds[-1] and _goes_on(original, groups[-1][0][0], groups[-1][-1], line,
                                                               stopped, wrap):
                groups[-1].append(line)
                continue
        groups.append([line])
        kinds.append(is_furniture)
        stopped = False
    clean = Folding(original)
    blocks: list[Block] = []
    for group, is_furniture in zip(groups, kinds, strict=True):
        if block := clean.add(group, keep_spaces=is_furniture):
            kind = "furniture" if is_furniture else _block_kind(block)
            blocks.append(Block(clean.size - len(block), clean.size, kind))
    return View(original, clean.text, clean.positions, tuple(blocks))


def _overlaps(start: int, end: int, masked: Sequence[tuple[int, int]]) -> bool:
    i = bisect_left(masked, (start + 1,))
    return (i < len(masked) and masked[i][0] < end) or (i > 0 and masked[i - 1][1] > start)


def _wrap_width(text: str, lines: Sequence[tuple[int, int]]) -> int | None:
    """The width at which all lines of a page are broken, or None for lines of natural length."""
    if len(lines) < 6:
        return None
    lengths = Counter(e - s for s, e in lines)
    width, _ = lengths.most_common(1)[0]
    near = sum(n for length, n in lengths.items() if width - 2 <= length <= width + 1)
    longer = sum(n for length, n in lengths.items() if length > width + 1)
    return width if near >= 0.5 * len(lines) and longer <= 0.05 * len(lines) and width >= 8 else None


def _goes_on(text: str, first: int, last: tuple[int, int], line: tuple[int, int], stopped: bool,
             wrap: int | None) -> bool:
    """Whether the sentence of the block `text[first:last[1]]` goes on in `line`; `stopped` if it holds a full stop.

    It does where the block is unfinished (an open quotation mark or bracket, a comma or particle at its end), where
    a paragraph of several sentences stops without a full stop, and where the page breaks all lines at one width.
    A heading is none of these. Wrong where a heading ends in a particle.
    """
    block = text[max(first, last[1] - _TAIL):last[1]]
    ended, starts_item = block[-1] in CLOSERS, bool(_LINE_STARTS_AN_ITEM.match(text, line[0], line[1]))
    if wrap is not None and not starts_item:
        full = last[1] - last[0] >= wrap - 2
        if full and block[-1] not in "。！？!?；;：:":
            return True
    if _is_open(block):
        return not starts_item or wrap is not None
    if ended or starts_item:
        return False
    if _UNFINISHED_END.search(block[-3:]):
        return True
    if block[-1].isascii() and block[-1].isalpha() and text[line[0]].isascii() and text[line[0]].isdigit():
        return True  # PM / 2.5; two numbers in cells of a table, one below the other, are two
    if stopped:
        return True
    following = text[line[0]:line[1]]
    return (len(block) > 20 and following[:1] in "，、；。）”》%％") or following[:1] in "，、；。）》"


def _is_open(block: str) -> bool:
    return (block.count("“") > block.count("”") and block.rfind("“") > len(block) - 60) or any(
        block.rfind(o) > block.rfind(c) and block.rfind(o) > len(block) - 40 for o, c in ("《》", "（）"))


def _block_kind(block: str) -> str:
    """A heading is a line that holds no full sentence and does not end like one."""
    return "body" if len(block) > 120 or block[-1] == "…" or _STOP.search(block) else "heading"
