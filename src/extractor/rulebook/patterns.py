"""Tells patterns that would hang: those for which a short text costs a matcher exponential time.

A pattern is tried, not judged by its looks: for each of its repetitions a text is made that repeats what the repetition
takes and then goes wrong, longer and longer, until the time tells. `(?:a+)+b` is caught at some twenty letters;
`(?:\\d+,)+` looks alike and is harmless.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from time import process_time
from typing import Any

from extractor.timing import TooSlowError, time_limit

_TIMES = (*range(4, 31, 2), 60, 120)
_ENDINGS = ("\x00", "", "。", "a", "1")
_SLOW = 0.05
"""Seconds for a text of a few hundred characters; a good pattern takes some ten microseconds."""
_HOPELESS = 1.0
_MANY = 4
"""A repetition of up to so many times is harmless."""
_MOST_TEXT = 600
_MOST_TRIALS = 2_000
_DEEPEST = 60
_REPEATS = (c.MAX_REPEAT, c.MIN_REPEAT)
_SAMPLES = {c.CATEGORY_DIGIT: "1", c.CATEGORY_SPACE: " ", c.CATEGORY_WORD: "a", c.CATEGORY_NOT_DIGIT: "a",
            c.CATEGORY_NOT_SPACE: "a", c.CATEGORY_NOT_WORD: "，"}
_OTHERS = "a1，国 \n-\x01"


def hanging_text(pattern: str) -> str | None:
    """A short text on which the pattern takes far too long, or None if none is found.

    Args:
        pattern: in the syntax of `re`, word lists written out.

    >>> hanging_text(r"(?:\\d+)+年") is not None, hanging_text(r"(?:\\d+,)+年")
    (True, None)
    """
    compiled = re.compile(pattern)
    trials = 0
    for before, word in dict.fromkeys(_pumps(parser.parse(pattern), "", 0)):
        for ending in _ENDINGS:
            for times in _TIMES:
                text: str = before + word * times + ending
                if len(text) > _MOST_TEXT or trials > _MOST_TRIALS:
                    break
                trials += 1
                if _took_long(compiled, text):
                    return text
    return None


def _took_long(compiled: re.Pattern[str], text: str) -> bool:
    """Whether a match takes long; in time of the processor, and asked twice."""
    for _ in range(2):
        began = process_time()
        try:
            with time_limit(_HOPELESS):
                compiled.fullmatch(text)
                compiled.match(text)
        except TooSlowError:
            return True
        if process_time() - began < _SLOW:
            return False
    return True


def _pumps(tree: Any, before: str, depth: int) -> Iterator[tuple[str, str]]:
    """What each repetition takes once, with a text that leads to it."""
    if depth > _DEEPEST:
        return
    for op, value in tree:
        if op in _REPEATS:
            low, high, body = value
            if high > _MANY:
                for choice in (0, -1):
                    word = _sample(body, choice, depth)
                    if word:
                        yield before[-_MOST_TEXT // 4:], word[:40]
            yield from _pumps(body, before, depth + 1)
            before += _sample(body, 0, depth) * min(low, 20)
            continue
        for part in _parts(op, value):
            yield from _pumps(part, before, depth + 1)
        before += _sample([(op, value)], 0, depth)


def _parts(op: Any, value: Any) -> list[Any]:
    if op is c.SUBPATTERN:
        return [value[-1]]
    if op is c.BRANCH:
        return list(value[1])[:50]
    if op in (c.ASSERT, c.ASSERT_NOT):
        return [value[1]]
    if op is c.ATOMIC_GROUP:
        return [value]
    if op is c.POSSESSIVE_REPEAT:
        return [value[2]]
    return []


def _sample(tree: Any, choice: int, depth: int) -> str:
    """A text that a part of a pattern takes, as a rule."""
    if depth > _DEEPEST:
        return ""
    made = ""
    for op, value in tree:
        if op is c.LITERAL:
            made += chr(value)
        elif op is c.NOT_LITERAL:
            made += next(char for char in _OTHERS if ord(char) != value)
        elif op is c.ANY:
            made += "a"
        elif op is c.IN:
            made += _one_of(value)
        elif op in _REPEATS or op is c.POSSESSIVE_REPEAT:
            made += _sample(value[2], choice, depth + 1) * max(value[0], 1)
        elif op is c.BRANCH:
            made += _sample(value[1][choice], choice, depth + 1)
        elif op in (c.SUBPATTERN, c.ATOMIC_GROUP):
            made += _sample(_parts(op, value)[0], choice, depth + 1)
        if len(made) > _MOST_TEXT:
            break
    return made[:_MOST_TEXT]


def _one_of(members: Any) -> str:
    """A character of a class."""
    op, value = members[0]
    if op is c.NEGATE:
        return next((char for char in _OTHERS if not any(_holds(member, char) for member in members[1:])), "")
    if op is c.LITERAL:
        return chr(value)
    if op is c.RANGE:
        return chr(value[0])
    return _SAMPLES.get(value, "a")


def _holds(member: Any, char: str) -> bool:
    op, value = member
    if op is c.LITERAL:
        return bool(value == ord(char))
    if op is c.RANGE:
        return bool(value[0] <= ord(char) <= value[1])
    return bool(_SAMPLES.get(value) == char)
