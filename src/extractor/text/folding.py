"""Makes the clean text of a document from its lines, and keeps the way back to the original."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import overload

_CJK = "\u3400-\u4dbf\u4e00-\u9fff\u3007"
_is_cjk = re.compile(f"[{_CJK}]").match
_ASCII_TO_WIDE = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？", "(": "（", ")": "）"}
_FOLD = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
for _wide in "，；：！？（）":
    del _FOLD[ord(_wide)]
_FOLD |= {ord(k): v for k, v in {"\u3000": " ", "\xa0": " ", "\t": " ", "∼": "~", "〜": "~", "「": "“", "」": "”",
                                 "『": "‘", "』": "’", "•": "·", "・": "·", "‧": "·", "−": "-"}.items()}
_DROPPED = frozenset("\u200b\u200c\u200d\ufeff\u00ad\u2060\u200e\u200f"
                     "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_WITH_CARE = " ,;:!?()\"" + "".join(sorted(_DROPPED))
_CARE = re.compile(f"[{_WITH_CARE}]")
_FOLDED = re.compile(f"[{re.escape(''.join(map(chr, _FOLD)))}]")
_OTHER = re.compile(f"[{re.escape(''.join(map(chr, _FOLD)))}{_WITH_CARE}]")
"""What does not simply stay as it is."""


class Positions(Sequence[int]):
    """For each character of a clean text its offset in the original, kept as runs in which both go on together."""

    __slots__ = ("_runs", "_shifts", "_size")

    def __init__(self, size: int, runs: list[int], shifts: list[int]) -> None:
        """`size` characters; from `runs[n]` on each comes from `shifts[n]` further on in the original."""
        self._size, self._runs, self._shifts = size, runs, shifts

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, at: int) -> int: ...

    @overload
    def __getitem__(self, at: slice) -> list[int]: ...

    def __getitem__(self, at: int | slice) -> int | list[int]:
        if isinstance(at, slice):
            return [self[n] for n in range(*at.indices(self._size))]
        if not -self._size <= at < self._size:
            raise IndexError(f"there is no character {at} in a text of {self._size}")
        at %= self._size
        return at + self._shifts[bisect_right(self._runs, at) - 1]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters from `start` to `end` come from (half-open; `start < end`, both in the text)."""
        runs, shifts = self._runs, self._shifts
        if len(runs) == 1:
            return start + shifts[0], end + shifts[0]
        run = bisect_right(runs, start)
        last = run if run == len(runs) or end <= runs[run] else bisect_right(runs, end - 1)
        return start + shifts[run - 1], end + shifts[last - 1]


class Folding:
    """A clean text in the making."""

    def __init__(self, original: str) -> None:
        self._original = original
        self._parts: list[str] = []
        self._runs: list[int] = []
        self._shifts: list[int] = []
        self.size = 0

    @property
    def text(self) -> str:
        """The clean text so far."""
        return "".join(self._parts)

    @property
    def positions(self) -> Positions:
        """Where its characters come from."""
        return Positions(self.size, self._runs, self._shifts)

    def add(self, lines: Iterable[tuple[int, int]], *, keep_spaces: bool) -> str:
        """Add a block of lines, with a newline before it unless it is the first; gives its clean text.

        A block of which nothing is left adds nothing. The newline comes from what follows the block before.
        """
        before, quote_open = ("\n", False) if self.size else ("", False)
        parts: list[str] = []
        begin = size = self.size + len(before)
        for start, end in lines:
            piece = self._original[start:end]
            if _OTHER.search(piece) is None:  # most lines: looking is cheaper than translating
                self._run(size, start)
                size += end - start
                before = piece[-1]
                parts.append(piece)
                continue
            if _FOLDED.search(piece):
                piece = piece.translate(_FOLD)
            done = 0
            for m in _CARE.finditer(piece):
                i, char = m.start(), m.group()
                if i > done:
                    before = piece[i - 1]
                if char == '"':
                    kept, quote_open = ("”", False) if quote_open else ("“", True)
                else:
                    kept = _kept(piece, i, char, before, keep_spaces=keep_spaces)
                if kept == char:
                    continue
                if kept or i > done:
                    self._run(size, start + done)
                    parts += (piece[done:i], kept)
                    size += i - done + len(kept)
                done, before = i + 1, kept or before
            if done < len(piece):
                self._run(size, start + done)
                parts.append(piece[done:])
                size += len(piece) - done
                before = piece[-1]
        if size == begin:
            return ""
        block = "".join(parts)
        self._parts += ("\n", block) if self.size else (block,)
        self.size = size
        return block

    def _run(self, at: int, origin: int) -> None:
        if not self._shifts or self._shifts[-1] != origin - at:
            self._runs.append(at)
            self._shifts.append(origin - at)


def _kept(piece: str, i: int, char: str, before: str, *, keep_spaces: bool) -> str:
    """What becomes of a character that is no quotation mark; `before` is the last one that was kept."""
    if char in _DROPPED:
        return ""
    if char == " ":
        return "" if not keep_spaces and _between_chinese(piece, i) else " "
    return char if _inside_ascii(before, char, piece[i + 1:i + 2], piece[i + 1:i + 5]) else _ASCII_TO_WIDE[char]


def _between_chinese(piece: str, i: int) -> bool:
    before, after = piece[i - 1:i], piece[i + 1:i + 2]
    if not before or not after or before == " " or after == " ":
        return False
    return bool((_is_cjk(before) and (_is_cjk(after) or after.isdigit() or after in "“《（")) or
                (_is_cjk(after) and (before.isdigit() or before in "”》）%.")))


def _inside_ascii(before: str, char: str, after: str, following: str) -> bool:
    """Whether punctuation belongs to a number, a clock time or a Latin phrase and stays as it is."""
    if char in "()":
        return False
    if char == ",":
        return before.isdigit() and following[:3].isdigit() and len(following[:3]) == 3 and not following[3:4].isdigit()
    if char == ":":
        return (before.isdigit() and after.isdigit()) or after == "/"
    return before.isascii() and before.isalpha() and after in ("", " ")
