"""The words of a clause as an indicator may use them: without times, without what the clause opens with."""

from __future__ import annotations

from collections.abc import Iterable

from extractor.claims.lexicon import Lexicon
from extractor.claims.model import ScopedClause


class ClauseText:
    """The text of a document with what is hidden in the clause that is read. Offsets count code points, half-open."""

    def __init__(self, text: str, lex: Lexicon) -> None:
        self.text, self.lex = text, lex
        self.hidden: tuple[tuple[int, int], ...] = ()

    def hide(self, spans: Iterable[tuple[int, int]]) -> None:
        """Hides the spans of a clause that are no part of its words: its periods and passing durations."""
        self.hidden = tuple(sorted(spans))

    def words(self, start: int, end: int) -> str:
        """The text of a span without the periods and passing durations that lie in it."""
        out, at = [], start
        for first, last in self.hidden:
            if at <= first and last <= end:
                out.append(self.text[at:first])
                at = last
        out.append(self.text[at:end])
        return "".join(out)

    def after_opening(self, scoped: ScopedClause, start: int) -> int:
        """Where a clause begins once its opening time and place are left out."""
        moved = True
        while moved:
            moved = False
            while start < scoped.clause.end and self.text[start] in "，、 ：":
                start += 1
            for p in scoped.periods:
                if p.start == start and p.end < scoped.clause.end:
                    start, moved = p.end, True
            rest = self.text[start:scoped.clause.end]
            m = self.lex.lead.match(rest)
            if m and any(p.start == start + m.end() for p in scoped.periods):
                start, moved = start + m.end(), True
        return start
