"""Joins two times to a range, and gives a time the shape that the words around it ask for.

The shapes, as `yields.wrap` of the rules names them; E is the end of the time, S its start, R the reference day:

    asof     截至…       ..E
    by       到…         ..E, a deadline (as of, where it has passed)
    before   …前         ..E where that lies ahead (6月底前完成), else to the day before S;
                         `strict`: times that are left out always, `whole`: the others never
    inside   …内         ..E, a deadline
    since    …以来       S..R
    from     …起         S..
    after    …后         after E; for days from that day on
    during   …期间       S..E
    base     较…         S..E, with which something is compared
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from extractor.mentions import calendar
from extractor.mentions.periods_frame import Frame
from extractor.mentions.periods_scan import Wrap

_BEFORE = 8
"""How many characters before a time are looked at."""


def join(left: Frame, right: Frame, *, exclusive: bool) -> Frame | None:
    """The frame of 左至右, None where the right side does not end after the left one begins.

    `exclusive`: the right side is the bound itself (X和Y之间), not part of the range.
    """
    if left.shape != "span" or right.shape not in ("span", "edge"):
        return None
    relative = left.relative or right.relative
    if not left.resolved or not right.resolved:
        return replace(right, start=None, end=None, resolved=False, relative=True, year=None, month=None, shape="span")
    end = right.end
    if exclusive and right.start is not None:
        end = calendar.add_days(right.start, -1)
    if left.start is None or end is None or end < left.start:
        return None
    same = left.year if left.year == right.year else None
    return replace(right, start=left.start, end=end, relative=relative, year=same, shape="span", month=None)


def surroundings(rule: Wrap, text: str, start: int, end: int, floor: int) -> tuple[int, int] | None:
    """The span of the text that the wrap `rule` makes of the time `text[start:end]`, None where it does not apply.

    Nothing before `floor`, the end of the time before, is taken in.
    """
    if rule.before is not None:
        found = rule.before.search(text, max(floor, start - _BEFORE), start)
        if found is None:
            return None
        if not rule.yields.get("outside"):
            start = found.start()
    if rule.after is not None:
        following = rule.after.match(text, end)
        if following is None:
            return None
        end = following.end()
    return start, end


def shaped(frame: Frame, rule: Wrap, reference: date | None) -> Frame | None:
    """`frame` as the wrap `rule` shapes it, None where it cannot."""
    grains = rule.yields.get("of")
    if (grains and frame.grain not in grains) or frame.grain in (rule.yields.get("not_of") or ()):
        return None
    if frame.shape not in ("span", "edge"):
        return None
    wrap, start, end = rule.yields["wrap"], frame.start, frame.end
    past = reference is not None and end is not None and end < reference
    if wrap in ("asof", "by", "inside"):
        shape = "asof" if wrap == "asof" or past else "deadline"
        return replace(frame, start=None, shape=shape, complete=True)
    if wrap == "before":
        out = frame.grain in (rule.yields.get("strict") or ()) or (past and not rule.yields.get("whole"))
        if start is not None and out and start > date.min:
            end = start - timedelta(1)
        return replace(frame, start=None, end=end, shape="asof" if past else "deadline", complete=True)
    if wrap in ("since", "from", "after"):
        if frame.shape == "edge":
            start = end
        if wrap == "after" and end is not None and frame.grain not in ("day", "edge"):
            start = calendar.add_days(end, 1)
        until = reference if wrap == "since" else None
        if until is not None and start is not None and until < start:
            until = None
        return replace(frame, start=start, end=until, shape="span", relative=frame.relative or until is not None,
                       year=frame.year if until else None, complete=True)
    if wrap == "base":
        return replace(frame, shape="base", complete=True)
    return replace(frame, complete=True)


_TITLE_MARKS = re.compile("[《》\n]")
_QUOTE_STOPS = re.compile("[”。，；！？：\n]")


def in_a_name(text: str, start: int, end: int) -> bool:
    """Whether a year opens a quoted name (“2022年…榜单”) and is more than the whole of what is quoted."""
    if text[start - 1:start] not in ("“", "‘") or end >= len(text):
        return False
    stop = _QUOTE_STOPS.search(text, end, end + 30)
    return stop is not None and stop.group() == "”" and stop.start() > end


def title_spans(text: str) -> list[tuple[int, int]]:
    """The spans of 《…》, titles inside titles included; one that is not closed within 120 characters is none."""
    found: list[tuple[int, int]] = []
    if "《" not in text:
        return found
    open_at, depth = -1, 0
    for match in _TITLE_MARKS.finditer(text, text.index("《")):
        mark, at = match.group(), match.start()
        if mark == "《":
            if depth == 0 or at - open_at > 120:
                open_at, depth = at, 0
            depth += 1
        elif mark == "》" and depth:
            depth -= 1
            if depth == 0 and at - open_at <= 120:
                found.append((open_at, at + 1))
        elif mark == "\n":
            depth = 0
    return found
