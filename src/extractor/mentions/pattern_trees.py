"""What the matches of a pattern have in common, read from its parse tree: how they begin, what they must hold.

Both tell where in a text a pattern is worth trying.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from extractor.values import value

_FARTHEST = 30
"""A word that may stand farther from the beginning of a match than this is of no use."""
_CHOICE = 8
"""A class of more characters than this is in every text."""
_WIDE = 300
"""A class of more characters than this may as well be all of them."""
_SPACES = {char for char in map(chr, range(0x3001)) if char.isspace()}
_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
_NO_WIDTH = (codes.AT, codes.ASSERT, codes.ASSERT_NOT)

ANY = ""
"""Any character, or the end of the match."""
Beginning = tuple[str, ...]

Needs = dict[str, int]
"""Words of which every match holds one, with how far from its beginning each may stand."""


_parsed = lru_cache(1)(parser.parse)  # what is asked of a pattern is asked in a row


def needed(pattern: str) -> Needs | None:
    """The words that every match of `pattern` holds one of, the longest and nearest to its beginning; None for none.

    >>> needed(r"(?:青岛)?地铁[1-9]号线|[a-z]{2,3}路(?:口)?")
    {'地铁': 2, '路': 3}
    """
    tree = _parsed(pattern)
    return None if tree.state.flags & re.IGNORECASE else _of_sequence(tree)


@value(frozen=True, slots=True)
class Way:
    """One alternative of a pattern."""

    needs: Needs | None
    """As `needed` tells them."""
    firsts: frozenset[str]
    """The characters that it can begin with; `ANY` is among them where that may be any."""
    befores: frozenset[str]
    """The characters that it must stand behind one of; `ANY` where that may be any."""


def ways(pattern: str) -> list[Way]:
    """What is to be said of each of the alternatives of `pattern`, or of all of it if it has none.

    >>> [way.needs for way in ways("[一-龥]{2}大会|第三次[一-龥]{2}")]
    [{'大会': 2}, {'第三次': 0}]
    """
    tree = _parsed(pattern)
    if tree.state.flags & re.IGNORECASE:
        return [Way(None, frozenset((ANY,)), frozenset((ANY,)))]
    parts = tree[0][1][1] if len(tree) == 1 and tree[0][0] is codes.BRANCH else [tree]
    return [Way(_of_sequence(part), _firsts(part), _befores(part)) for part in parts]


def _befores(tree: Any) -> frozenset[str]:
    """What a pattern says at its very beginning of the character before it."""
    for op, what in tree[:1]:
        if op is codes.ASSERT and what[0] < 0 and [code for code, _ in what[1]] in ([codes.LITERAL], [codes.IN]):
            return _firsts(what[1])
    return frozenset((ANY,))


def _firsts(tree: Any) -> frozenset[str]:
    return frozenset(found[0] if found else ANY for found in _begin(tree, {}, 1))


def _of_sequence(tree: Any) -> Needs | None:
    best: Needs | None = None
    before, run = 0, ""  # the most characters that stand before, and the word that is being read
    items = [*tree, (codes.AT, None)]
    for n, (op, what) in enumerate(items):
        if op is codes.LITERAL:
            run += chr(what)
            continue
        if run:
            best = _better(best, {run: before} if run[1:] else _with_next({run: before}, op, what))
            before, run = before + len(run), ""
        inner = _of_item(op, what)
        if inner is not None and op is codes.IN:
            inner = _with_next(inner, *items[n + 1])
        if inner is not None:
            best = _better(best, {word: before + reach for word, reach in inner.items()})
        if what is not None:
            before += min(parser.SubPattern(tree.state, [(op, what)]).getwidth()[1], 2 * _FARTHEST)
    return best


def _of_item(op: Any, what: Any) -> Needs | None:
    if op is codes.BRANCH:
        parts = [_of_sequence(part) for part in what[1]]
        if any(part is None for part in parts):
            return None
        return _all_of(part for part in parts if part)
    if op is codes.SUBPATTERN:
        return None if what[1] or what[2] else _of_sequence(what[3])  # flags of its own
    if op in _REPEATS:
        return _of_sequence(what[2]) if what[0] > 0 else None
    if op is codes.IN and len(what) <= _CHOICE and all(kind is codes.LITERAL for kind, _ in what):
        return dict.fromkeys((chr(code) for _, code in what), 0)
    return None


def _all_of(parts: Iterable[Needs]) -> Needs:
    """The words of all, each as far from the beginning as in any."""
    found: Needs = {}
    for part in parts:
        for word, reach in part.items():
            found[word] = max(reach, found.get(word, 0))
    return found


def _with_next(chars: Needs, op: Any, what: Any) -> Needs:
    """The characters, each with those that it must stand before if what comes next in the pattern says so."""
    if op is not codes.ASSERT or what[0] < 0:
        return chars
    following = _firsts(what[1])
    return chars if ANY in following else {
        char + after: reach for char, reach in chars.items() for after in sorted(following)}


def _better(one: Needs | None, other: Needs) -> Needs | None:
    """Longer words before shorter ones, signs last, then few before many, then those nearer to the beginning."""
    if max(other.values()) > _FARTHEST:
        return one
    return max((one, other), key=_worth) if one else other


def _worth(needs: Needs) -> tuple[int, bool, int, int]:
    signs = any(len(word) == 1 and not word.isalnum() for word in needs)
    return min(map(len, needs)), not signs, -len(needs), -max(needs.values())


def beginnings(pattern: str, alike: Mapping[str, str]) -> set[Beginning]:
    """The first two characters of all matches, runs of characters that `alike` maps to the same one taken for one.

    >>> sorted(beginnings("[12]?[0-9]月|一带", dict.fromkeys("0123456789", "0")))
    [('0', '月'), ('一', '带')]
    """
    tree = _parsed(pattern)
    if tree.state.flags & re.IGNORECASE:
        return {(ANY, ANY)}
    return {(*found, ANY, ANY)[:2] for found in _begin(tree, alike, 2)}


def firsts(pattern: str) -> frozenset[str]:
    """The characters that a match of `pattern` can begin with; `ANY` is among them where that may be any."""
    return frozenset(first for way in ways(pattern) for first in way.firsts)


def _begin(tree: Any, alike: Mapping[str, str], length: int) -> set[Beginning]:
    """The first `length` characters of all matches."""
    found: set[Beginning] = {()}
    for op, what in tree:
        if op not in _NO_WIDTH:
            found = _joined(found, _begin_item(op, what, alike, length), alike, length)
        if all(len(one) == length or ANY in one for one in found):
            break
    return found


def _begin_item(op: Any, what: Any, alike: Mapping[str, str], length: int) -> set[Beginning]:
    if op is codes.LITERAL:
        return {(alike.get(chr(what), chr(what)),)}
    if op is codes.IN:
        return {(char,) for char in _members(what, alike)}
    if op is codes.BRANCH:
        return set().union(*(_begin(part, alike, length) for part in what[1]))
    if op is codes.SUBPATTERN:
        return {(ANY,)} if what[1] or what[2] else _begin(what[3], alike, length)
    if op in _REPEATS:
        least, most, inner = what
        once = _begin(inner, alike, length)
        found: set[Beginning] = set()
        now: set[Beginning] = {()}
        for count in range(min(most, length) + 1):
            if count >= min(least, length):
                found |= now
            now = _joined(now, once, alike, length)
        return found
    return {(ANY,)}


def _members(what: Any, alike: Mapping[str, str]) -> set[str]:
    members: set[str] = set()
    for kind, code in what:
        if kind is codes.LITERAL:
            members.add(chr(code))
        elif kind is codes.RANGE and code[1] - code[0] < _WIDE:
            members |= set(map(chr, range(code[0], code[1] + 1)))
        elif kind is codes.CATEGORY and code is codes.CATEGORY_DIGIT:
            members |= set("0123456789")
        elif kind is codes.CATEGORY and code is codes.CATEGORY_SPACE:
            members |= _SPACES
        else:
            return {ANY}
    return {alike.get(char, char) for char in members}


def _joined(left: set[Beginning], right: set[Beginning], alike: Mapping[str, str], length: int) -> set[Beginning]:
    """Each of `left` followed by each of `right`: a run of characters that are alike counts as one of them."""
    if left == {()}:
        return right
    runs = set(alike.values())
    found: set[Beginning] = set()
    for one in left:
        if len(one) == length or ANY in one:
            found.add(one)
            continue
        for other in right:
            same = one[-1:] == other[:1] and one[-1:] and one[-1] in runs
            found.add((*one, *other[1 if same else 0:])[:length])
    return found
