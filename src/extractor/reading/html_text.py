"""The lines that a reader of an HTML page sees: a line for each block, cells of a table parted by tabs."""

from __future__ import annotations

import re
from typing import Any

_BLOCKS_LISTED = """
    address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody tfoot thead
    title tr ul"""
_BLOCKS = frozenset(_BLOCKS_LISTED.split())
_SKIPPED_LISTED = """
    script style noscript template head iframe object svg math select button textarea input audio video canvas map
    datalist"""
_SKIPPED = frozenset(_SKIPPED_LISTED.split())
_LONGEST_CELL = 80
_CELLS = frozenset(("td", "th"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_SPACES = re.compile(r"[ \t\r\n\f\v]+")
_CHINESE_BREAK = re.compile("(?<=[\u3000-\u9fff\uff00-\uffef])[\r\n][ \t\r\n]*(?=[\u3000-\u9fff\uff00-\uffef])")


def visible_lines(root: Any, hidden_too: bool = False) -> list[str]:
    """The lines below an element, in the order of the page, empty ones left out.

    Args:
        root: an lxml element.
        hidden_too: whether the element itself is taken though its style hides it: WeChat shows the body by a script.
    """
    pieces: list[str] = []
    waiting: list[tuple[Any, bool]] = [(root, False)]
    inside = 0  # of how many short cells
    while waiting:
        node, done = waiting.pop()
        if isinstance(node, str):
            pieces.append(_flowed(node))
            continue
        tag = node.tag if isinstance(node.tag, str) else None
        if done:
            inside -= tag in _CELLS and _is_short(node)
            pieces.append("\t" if tag in _CELLS else "" if inside else "\n" if tag in _BLOCKS else "")
            continue
        if tag is None or tag in _SKIPPED or (_is_hidden(node) and not (hidden_too and node is root)):
            continue
        inside += tag in _CELLS and _is_short(node)
        if not inside and (tag == "br" or tag in _BLOCKS):
            pieces.append("\n")
        waiting.append((node, True))
        for child in reversed(node):
            if child.tail:
                waiting.append((child.tail, False))
            waiting.append((child, False))
        if node.text:
            waiting.append((node.text, False))
    return _lines("".join(pieces))


def _is_short(cell: Any) -> bool:
    """Whether a cell holds a figure or a name, whose lines are one thing, and not half a page."""
    length = 0
    for text in cell.itertext():
        length += len(text)
        if length > _LONGEST_CELL:
            return False
    return True


def _is_hidden(node: Any) -> bool:
    return "hidden" in node.attrib or bool(_HIDDEN.search(node.get("style") or ""))


def _flowed(text: str) -> str:
    """Text as a browser flows it, line breaks of the source being spaces, and nothing between Chinese characters."""
    return _SPACES.sub(" ", _CHINESE_BREAK.sub("", text))


def _lines(text: str) -> list[str]:
    """Lines without the spaces around them; lines that a table's cell breaks stay lines of their own."""
    lines = (re.sub(r" ?\t[\t ]*", "\t", line).strip() for line in text.split("\n"))
    return [line for line in lines if line.strip("\u3000\xa0 \t")]
