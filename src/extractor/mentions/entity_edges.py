"""Where a name that ends in a known head begins.

Chinese marks no edge of a name. What helps is grammar: a name stands behind a mark or behind the verb or particle that
governs it (实施|融资畅通工程), and quotation marks and brackets inside a name come in pairs.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from extractor.rulebook.model import Rulebook
from extractor.text.words import Automaton

_HARD = re.compile(r"[，。；：！？、\n“‘（《》【】［］…□■◆●|/\u3000 %+”’）]")
_PAIRS = {"”": "“", "’": "‘", "）": "（"}
_INSIDE = 40
"""The longest quotation that may stand inside a name."""
_STRADDLE = 6
"""How far before the longest name openers are still looked for."""


def lead_pattern(book: Rulebook) -> str:
    """What no name begins with (首个, 重大, 12个), as a regular expression."""
    numeral, measure, grade = (book.alternation(name) for name in ("lead_numeral", "lead_measure", "lead_grade"))
    leads = "|".join(map(re.escape, book.words("lead")))
    return f"(?!{book.alternation('lead_not')})(?:(?:\\d|{numeral})+{measure}|[\\dA-Z]+{grade}|{leads})"


def opener_pattern(book: Rulebook, *more: str) -> re.Pattern[str]:
    """Words at which names begin and words that hold one inside a name, of each place the longest.

    `more` are the names of further lists.
    """
    words = {word for name in ("opener", "opener_single", "opener_guard", *more) for word in book.words(name)}
    return re.compile("|".join(sorted(words, key=lambda word: (-len(word), word))))


class Edges:
    """The words at which names begin, compiled once."""

    def __init__(self, book: Rulebook) -> None:
        guards, openers, singles = (book.words(name) for name in ("opener_guard", "opener", "opener_single"))
        opens = {**dict.fromkeys(guards, False), **dict.fromkeys(singles, True), **dict.fromkeys(openers, True)}
        self._opens = tuple(opens.values())
        self._words = Automaton(opens, overlapping=False)
        self._lead = re.compile(lead_pattern(book))

    def of(self, text: str, more: Sequence[int]) -> TextEdges:
        """The edges of one text: linear in its length, and looked for when they are asked for.

        `more` are ends of what is no part of a longer name (persons), by rising offset.
        """
        opens = self._opens

        def find() -> list[int]:
            ends = [end for word, _, end in self._words.find(text) if opens[word]]
            return sorted([*ends, *more]) if more else ends

        return TextEdges(text, find, self._lead)


class TextEdges:
    """Left edges in one text."""

    def __init__(self, text: str, openers: Callable[[], list[int]], lead: re.Pattern[str]) -> None:
        self._text, self._find_openers, self._lead = text, openers, lead
        self._found_openers: list[int] | None = None
        self._found_marks: list[int] | None = None

    @property
    def _openers(self) -> list[int]:
        if self._found_openers is None:
            self._found_openers = self._find_openers()
        return self._found_openers

    @property
    def _marks(self) -> list[int]:
        if self._found_marks is None:
            self._found_marks = [m.start() for m in _HARD.finditer(self._text)]
        return self._found_marks

    def run(self, head: int, most: int) -> int:
        """Where the unbroken run before `head` begins; quotations and brackets inside it count as one character.

        At most `most` characters back; offsets in code points.
        """
        i, left = head, most
        while True:
            k = bisect_left(self._marks, i) - 1
            mark = self._marks[k] if k >= 0 else -1
            if i - mark - 1 >= left or mark < 0:
                return max(mark + 1, i - left)
            char = self._text[mark]
            if char not in _PAIRS:
                return mark + 1
            opening = self._text.rfind(_PAIRS[char], max(0, mark - _INSIDE), mark)
            if opening < 0:
                return mark + 1
            left -= i - mark
            i = opening
            if left <= 0 or self._text[i - 1:i] == char == "”":  # “甲”|“乙”行动: two names
                return i

    def start(self, head: int, most: int, *, verbs: tuple[str, ...] = ()) -> int | None:
        """Where the name whose head starts at `head` begins; None where more than `most` characters come before it.

        One of `verbs` right before the head belongs to the name (技能强化|行动).
        """
        left = self.run(head, most + _STRADDLE)
        edge = self._last_opener(left, head)
        if verbs and edge == head and self._text.endswith(verbs, left, head):
            edge = self._last_opener(left, head - 1)
        if edge is None:
            edge = left
            if head - left >= most + _STRADDLE and left > 0:
                return None
        edge = self.after_leads(edge, head)
        return edge if head - edge <= most + _INSIDE else None

    def _last_opener(self, left: int, head: int) -> int | None:
        """The end of the last opener in the run that does not stand inside a quotation."""
        k = bisect_right(self._openers, head) - 1
        while k >= 0 and self._openers[k] > left:
            end = self._openers[k]
            closing = self._closing(end, head)
            if closing is None:
                return end
            k -= 1
        return None

    def _closing(self, offset: int, head: int) -> int | None:
        """The mark that closes the quotation or bracket that `offset` stands in, before `head`."""
        k = bisect_left(self._marks, offset)
        if k < len(self._marks) and self._marks[k] < head and self._text[self._marks[k]] in _PAIRS:
            return self._marks[k]
        if k < len(self._marks) and self._marks[k] < head and self._text[self._marks[k]] not in "“‘（":
            for mark in self._marks[k:k + 6]:
                if mark >= head:
                    break
                if self._text[mark] in _PAIRS:
                    return mark
        return None

    def after_leads(self, edge: int, head: int) -> int:
        """`edge`, moved over the words that no name begins with (首个, 重大, 12个)."""
        while edge < head:
            m = self._lead.match(self._text, edge, head)
            if m is None:
                return edge
            edge = m.end()
        return edge
