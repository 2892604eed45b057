"""Which characters a pattern can begin with, so that it is tried nowhere else.

Works on the part of the syntax of `re` that rules use: literals, escapes, classes, groups, alternatives, quantifiers
and lookarounds (which are passed over: they can only make a pattern match less).
"""

from __future__ import annotations

import re

_DIGITS = frozenset("0123456789")
_ANY = frozenset({""})
_CODE_POINT = re.compile(r"\\u([0-9a-fA-F]{4})")
_OTHER_ESCAPE = re.compile(r"(?<!\\)\\([a-ce-zA-Z])")
_LOOKAROUND = ("(?=", "(?!", "(?<=", "(?<!")
_GROUP = re.compile(r"\(\?(?::|P<\w+>)")
_QUANTIFIER = re.compile(r"(?:[?*+]|\{(\d*)(?:,\d*)?\})[?+]?")


def first_characters(pattern: str) -> frozenset[str]:
    r"""The characters that a match of `pattern` can begin with; `\d` counts as the ASCII digits.

    Raises:
        ValueError: the pattern can begin with anything, or match nothing at all, or has a group without a name.

    >>> sorted(first_characters(r"(?<!提)前(?:\d|两)年|[今去]年"))
    ['今', '前', '去']
    """
    pattern = _CODE_POINT.sub(lambda m: chr(int(m.group(1), 16)), pattern)
    other = _OTHER_ESCAPE.search(pattern)
    if other is not None:
        raise ValueError(f"'{pattern}' holds {other.group()}; write out the characters that it stands for")
    first, empty, end = _alternatives(pattern, 0)
    if end != len(pattern):
        raise ValueError(f"the bracket at {end} of '{pattern}' closes nothing")
    if empty or not first or "" in first:
        raise ValueError(f"'{pattern}' can begin with anything; begin it with characters or a class of them")
    return first


def _alternatives(pattern: str, at: int) -> tuple[frozenset[str], bool, int]:
    first: frozenset[str] = frozenset()
    empty = False
    while True:
        more, nothing, at = _sequence(pattern, at)
        first, empty = first | more, empty or nothing
        if pattern[at:at + 1] != "|":
            return first, empty, at
        at += 1


def _sequence(pattern: str, at: int) -> tuple[frozenset[str], bool, int]:
    first: frozenset[str] = frozenset()
    empty = True
    while at < len(pattern) and pattern[at] not in "|)":
        more, nothing, at = _item(pattern, at)
        quantifier = _QUANTIFIER.match(pattern, at)
        if quantifier:
            at = quantifier.end()
            nothing = nothing or quantifier.group()[0] in "?*" or (quantifier.group(1) or "1").strip("0") == ""
        if empty:
            first, empty = first | more, nothing
    return first, empty, at


def _item(pattern: str, at: int) -> tuple[frozenset[str], bool, int]:
    char = pattern[at]
    if char == "(":
        lookaround = next((k for k in _LOOKAROUND if pattern.startswith(k, at)), None)
        group = _GROUP.match(pattern, at)
        if not lookaround and not group:
            raise ValueError(f"the group at {at} of '{pattern}' has no name; write (?:…) for one that only holds "
                             "together and (?P<name>…) for one that is read")
        inner = at + len(lookaround) if lookaround else group.end() if group else at
        first, empty, end = _alternatives(pattern, inner)
        return (frozenset(), True, end + 1) if lookaround else (first, empty, end + 1)
    if char == "[":
        return _class(pattern, at + 1)
    if char == "\\":
        return (_DIGITS if pattern[at + 1] == "d" else frozenset(pattern[at + 1])), False, at + 2
    if char in "^$":
        return frozenset(), True, at + 1
    return (_ANY if char == "." else frozenset(char)), False, at + 1


def _class(pattern: str, at: int) -> tuple[frozenset[str], bool, int]:
    negated = pattern[at] == "^"
    found: set[str] = set()
    at += negated
    while pattern[at] != "]":
        escaped = pattern[at] == "\\"
        at += escaped
        if escaped and pattern[at] == "d":
            found |= _DIGITS
        elif pattern[at + 1] == "-" and pattern[at + 2] != "]":
            found |= {chr(c) for c in range(ord(pattern[at]), ord(pattern[at + 2]) + 1)}
            at += 2
        else:
            found.add(pattern[at])
        at += 1
    return (_ANY if negated else frozenset(found)), False, at + 1
