"""The shape of a Chinese name and where it ends.

A name is a surname and one or two characters, or a transcribed name with a middle dot. Nothing in the writing marks its
end, so a name counts only where a boundary follows: a mark, the end of the text, a verb of saying or one of the words
that may follow a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.rulebook.model import Rulebook

_MARKS = "，。、；：”’！？）》（“\n 　□■/|丨…—"
_DOTTED = re.compile(r"[\u4e00-\u9fff]{1,7}(?:·[\u4e00-\u9fff]{1,7})+")


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


class Names:
    """Looks for names at a given place."""

    def __init__(self, book: Rulebook) -> None:
        self._surnames = frozenset(book.words("surname"))
        self._rare = frozenset(book.words("surname_rare"))
        self._double = frozenset(book.words("surname_double"))
        self._not = frozenset(book.words("not_name")) | {row["word"] for row in book.rows("not_names")}
        say, before, after = (book.alternation(name) for name in ("say", "say_before", "after_name"))
        self._speaks = re.compile(f"(?:{before})?{say}")
        self._follows = re.compile(f"{after}|{before}")
        self._foreign = re.compile(f"[{''.join(book.words('transcription'))}]{{3,8}}")
        self._before = book.words("name_before")
        self._not_end = frozenset(book.words("name_not_end"))

    def boundary(self, text: str, end: int) -> bool:
        """Whether a name may end at `end` (code points)."""
        return self._strength(text, end) > 0

    def _strength(self, text: str, end: int) -> int:
        """3 before a mark or the end, 2 before a verb of saying, 1 before another word, 0 where no name ends."""
        if end >= len(text) or text[end] in _MARKS:
            return 3
        if self._speaks.match(text, end):
            return 2
        return 1 if self._follows.match(text, end) else 0

    def at(self, text: str, start: int) -> int | None:
        """The end of the name that starts at `start` after a title, or None.

        The longer of two readings is taken, unless the shorter one is followed by a verb of saying (李明说，).
        """
        dotted = _DOTTED.match(text, start) if text.find("·", start, start + 8) > 0 else None
        if dotted:
            return self._dotted_end(text, dotted)
        best, best_strength = None, 0
        for length in self._lengths(text, start):
            end = start + length
            if end > len(text):
                continue
            name = text[start:end]
            strength = self._strength(text, end)
            if not strength or not all(map(_is_han, name)) or not self._plausible(name, strength, text, end):
                continue
            if best is None or (best_strength != 2 and strength >= best_strength):
                best, best_strength = end, strength
        return best or self._foreign_end(text, start)

    def _foreign_end(self, text: str, start: int) -> int | None:
        """The end of a transcribed name without a dot, or None."""
        run = self._foreign.match(text, start)
        ends = range(run.end(), start + 2, -1) if run else ()
        return next((end for end in ends if self.boundary(text, end)), None)

    def ending(self, text: str, end: int) -> int | None:
        """The start of the name that ends at `end` before a title, or None: a mark or a listed word is before it."""
        for start in (end - 4, end - 3, end - 2):
            name = text[max(0, start):end]
            if start >= 0 and self.whole(name) and self.strong(name) and (
                    start == 0 or text[start - 1] in _MARKS or text.endswith(self._before, 0, start)):
                return start
        return None

    def opening(self, text: str, start: int) -> Iterator[int]:
        """The ends of what may be a name at `start` without a title."""
        for length in self._lengths(text, start):
            name = text[start:start + length]
            if self.whole(name) and self.strong(name):
                yield start + length
        foreign = self._foreign.match(text, start)
        if foreign:
            yield from range(foreign.end(), start + 3, -1)

    def _dotted_end(self, text: str, dotted: re.Match[str]) -> int | None:
        """The end of a transcribed name: the first place in its last part where a name may end."""
        last = text.rfind("·", dotted.start(), dotted.end())
        for end in range(last + 2, dotted.end() + 1):
            if self.boundary(text, end):
                return end
        return None

    def _lengths(self, text: str, start: int) -> Iterator[int]:
        if text[start:start + 2] in self._double:
            yield from (3, 4)
        if text[start:start + 1] in self._surnames:
            yield from (2, 3)

    def _plausible(self, name: str, strength: int, text: str, end: int) -> bool:
        """Whether the string is no common word; one that is may still be a name before a verb of saying."""
        if name[-1] in self._not_end or name in self._not:
            return False
        if len(name) == 3 and name[:2] in self._not and strength < 2:
            return False
        if name[0] in self._rare:
            return strength == 2
        return True

    def whole(self, name: str) -> bool:
        """Whether the string has the shape of a full name: 2 or 3 characters, 3 or 4 with a double surname."""
        if not all(map(_is_han, name)):
            return False
        return (2 <= len(name) <= 3 and name[0] in self._surnames) or (3 <= len(name) <= 4 and name[:2] in self._double)

    def strong(self, name: str) -> bool:
        """Whether a string of that shape is a name without a title beside it: no common word, no doubtful surname."""
        return name not in self._not and name[:2] not in self._not and name[0] not in self._rare

    def row(self, text: str, start: int, end: int) -> list[tuple[int, int]]:
        """The names of a byline, as spans of `text`; empty where the words after 记者 are not all names.

        Spaces and 、 part names; a name of two characters may have a space inside (孙 欣 杨 光 耿婷婷). Names that run
        together (孙欣杨光耿婷婷) are parted at surnames, so that as few names as possible have a doubtful surname,
        none of more than two.
        """
        line = text[start:end]
        chunks = [(m.start(), m.end()) for m in re.finditer(r"[\u4e00-\u9fff·]+", _until_other(line))]
        spans: list[tuple[int, int]] = []
        k = 0
        while k < len(chunks):
            s, e = chunks[k]
            if e - s == 1:
                if k + 1 < len(chunks) and line[s] in self._surnames and chunks[k + 1][1] - chunks[k + 1][0] == 1:
                    spans.append((s, chunks[k + 1][1]))
                    k += 2
                    continue
                break
            parted = self._part(line[s:e])
            if parted is None:
                if not spans and k == 0:
                    single = self.at(line, s)
                    return [(start + s, start + single)] if single and self.strong(line[s:single]) else []
                break
            spans += [(s + a, s + b) for a, b in parted]
            k += 1
        return [(start + s, start + e) for s, e in spans]

    def _part(self, run: str) -> list[tuple[int, int]] | None:
        """The cheapest way to part a run of characters into names, or None."""
        if _DOTTED.fullmatch(run):
            return [(0, len(run))]
        if len(run) > 60:
            return None
        best: list[tuple[float, list[tuple[int, int]]] | None] = [(0.0, [])] + [None] * len(run)
        for i in range(len(run)):
            here = best[i]
            if here is None:
                continue
            for length in (2, 3, 4):
                name = run[i:i + length]
                if len(name) != length or not self.whole(name) or name in self._not or (
                        name[0] in self._rare and len(run) > 4):  # 从南宁海关获悉
                    continue
                cost = here[0] + 1 + (0.6 if name[0] in self._rare else 0) + (0.4 if length == 2 else 0)
                old = best[i + length]
                if old is None or cost < old[0]:
                    best[i + length] = (cost, [*here[1], (i, i + length)])
        final = best[len(run)]
        if final is None and len(run) > 3 and self._foreign.fullmatch(run):
            return [(0, len(run))]
        return final[1] if final else None


def _until_other(line: str) -> str:
    """The part of a line that holds nothing but names, spaces and 、."""
    m = re.match(r"[\u4e00-\u9fff·、 \u3000/]*", line)
    return m.group() if m else ""
