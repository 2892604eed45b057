"""The lines of a page as the rules of furniture and metadata see them.

Widths are folded one to one, so that offsets hold: digits and letters become narrow, ( ) and : become wide.
"""

from __future__ import annotations

import re

from extractor.text.lines import line_spans
from extractor.values import value

_KEPT_WIDE = "，；：！？（）"
_FOLD = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in _KEPT_WIDE}
_FOLD |= {ord(k): v for k, v in {"(": "（", ")": "）", ":": "：", "[": "【", "]": "】", "［": "【", "］": "】",
                                 "\u3000": " ", "\xa0": " ", "\t": " "}.items()}
_FOLDED = re.compile("[" + re.escape("".join(map(chr, _FOLD))) + "]")


@value(frozen=True, slots=True)
class Line:
    """A line without the spaces around it; offsets count code points of the original, half-open."""

    start: int
    end: int
    text: str
    """Folded, as long as `original[start:end]`."""


def fold(text: str) -> str:
    """The text with widths folded one to one."""
    return text.translate(_FOLD) if _FOLDED.search(text) else text


def page_lines(original: str) -> list[Line]:
    """The lines of a page that hold anything."""
    return [Line(start, end, fold(original[start:end])) for start, end in line_spans(original)]
