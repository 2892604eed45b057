"""Where a name that ends in a known head begins.

Chinese marks no edge of a name. What helps is grammar: a name stands behind a mark or behind the verb or particle that
governs it (实施|融资畅通工程), and quotation marks and brackets inside a name come in pairs.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from extractor.rulebook.model import Rulebook
from extractor.text.words import Automaton

_HARD = frozenset("，。；：！？、\n“‘（《》【】［］…□■◆●|/\u3000 %+”’）")
_OPENING = frozenset("“‘（")
_PAIRS = {"”": "“", "’": "‘", "）": "（"}
_INSIDE = 40
"""The longest quotation that may stand inside a name."""
_STRADDLE = 6
"""How far before the longest name openers are still looked for."""
_LEAD_IN = 24
"""How far before a run that no mark begins its words are read: where one ends shows only from a place well before."""
_MARKS_LOOKED_AT = 6
"""So many marks behind a word tell whether it stands in a quotation."""


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
        self._longest = max(map(len, opens), default=0)
        self.lead = re.compile(lead_pattern(book))

    def of(self, text: str, more: Sequence[int]) -> TextEdges:
        """The edges of one text.

        `more` are ends of what is no part of a longer name (persons), by rising offset.
        """
        return TextEdges(text, self, more)

    def openers(self, text: str, start: int, head: int) -> list[int]:
        """The ends up to `head` of the words in `text` at which names begin, by rising offset, read from `start` on."""
        found = self._words.find(text[start:head + self._longest])
        return [start + end for word, _, end in found if self._opens[word] and start + end <= head]


class TextEdges:
    """Left edges in one text, looked for near the heads that are asked about: the cost of a head is bounded."""

    def __init__(self, text: str, edges: Edges, more: Sequence[int]) -> None:
        self._text, self._edges, self._more = text, edges, more
        self._read: tuple[int, int] = (-1, -1)
        self._openers: list[int] = []

    def _mark_before(self, end: int, floor: int) -> int:
        """Where the last mark of `text[floor:end]` stands, or -1."""
        text = self._text
        for at in range(end - 1, floor - 1, -1):
            if text[at] in _HARD:
                return at
        return -1

    def run(self, head: int, most: int) -> int:
        """Where the unbroken run before `head` begins; quotations and brackets inside it count as one character.

        At most `most` characters back; offsets in code points.
        """
        i, left = head, most
        while True:
            mark = self._mark_before(i, max(0, i - left))
            if mark < 0:
                return max(0, i - left)
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
        for end in reversed(self._openers_before(left, head)):
            if end <= left:
                return None
            if not self._in_quotation(end, head):
                return end
        return None

    def _openers_before(self, left: int, head: int) -> list[int]:
        """The ends of openers between `left` and `head`, and perhaps of some before."""
        start = self._mark_before(left, max(0, left - _LEAD_IN)) + 1 or max(0, left - _LEAD_IN)
        if (start, head) != self._read:
            self._read = start, head
            self._openers = self._edges.openers(self._text, start, head)
            if self._more:
                k = bisect_right(self._more, head)
                self._openers = sorted([*self._openers, *self._more[bisect_right(self._more, left):k]])
        return self._openers

    def _in_quotation(self, offset: int, head: int) -> bool:
        """Whether a mark before `head` closes a quotation or bracket that `offset` stands in."""
        seen = 0
        for at in range(offset, head):
            char = self._text[at]
            if char in _PAIRS:
                return True
            if char in _HARD:
                seen += 1
                if seen == _MARKS_LOOKED_AT or (seen == 1 and char in _OPENING):
                    return False
        return False

    def after_leads(self, edge: int, head: int) -> int:
        """`edge`, moved over the words that no name begins with (首个, 重大, 12个)."""
        while edge < head:
            m = self._edges.lead.match(self._text, edge, head)
            if m is None:
                return edge
            edge = m.end()
        return edge
