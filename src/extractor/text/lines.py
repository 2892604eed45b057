"""The lines of a text, whatever ends them."""

from __future__ import annotations

import re

_LINE = re.compile(r"[^\r\n\u2028\u2029]+")
_ENDS = ("\r", "\u2028", "\u2029")
"""What else ends a line; seldom in a text."""
_BLANK = " \t\u3000\xa0\ufeff\u200b"


def line_spans(text: str) -> list[tuple[int, int]]:
    """The lines that hold anything, without the blanks around them: spans in `text` (code points, half-open)."""
    if any(end in text for end in _ENDS):
        found = [(m.start(), m.group()) for m in _LINE.finditer(text)]
    else:
        found, at = [], 0
        for line in text.split("\n"):
            found.append((at, line))
            at += len(line) + 1
    spans = []
    for at, line in found:
        kept = line.lstrip(_BLANK)
        if kept:
            start = at + len(line) - len(kept)
            spans.append((start, start + len(kept.rstrip(_BLANK))))
    return spans
