"""What is measured: the noun phrase around a number, without region, time, degree and reporting verbs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.claims.edges import Pattern
from extractor.claims.lexicon import Lexicon
from extractor.text.marks import CLOSE, OPEN

_LIST = "claims.distribute"
_ENCLOSED = re.compile("(“[^”]*”|《[^》]*》|（[^）]*）)")


def strip_lead(text: str, lex: Lexicon) -> str:
    """`text` without the connectives, adverbs and region words that it opens with."""
    while text:
        rest = text.lstrip(lex.edge)
        m = lex.manner.match(rest) or lex.lead.match(rest) or lex.after_mark.match(rest)
        rest = rest[m.end():] if m and m.end() else rest
        if rest == text:
            break
        text = rest
    return text


def strip_trail(text: str, lex: Lexicon) -> str:
    """`text` without the reporting verbs and adverbs that it ends with."""
    while text:
        rest = cut_end(text.rstrip(lex.edge), lex.trail_end, lex)
        if rest == text:
            break
        text = rest
    return text


def cut_end(text: str, pattern: Pattern, lex: Lexicon) -> str:
    """`text` without what `pattern` matches at its end, but for words that only end alike (评比, 占比)."""
    if lex.kept_end.search(text):
        return text
    m = pattern.search(text)
    if m is None:
        return text
    kept = next((k for k in range(len(text), m.start(), -1) if lex.kept_end.search(text[:k])), m.start())
    return text[:kept]


def strip_verbs(text: str, lex: Lexicon) -> str:
    """`text` without the verbs of doing and working that it opens with."""
    while True:
        m = lex.any_verb.match(text)
        rest = strip_lead(text[m.end():] if m else text, lex)
        if rest == text or not rest:
            return text
        text = rest


def strip_trail_light(text: str, lex: Lexicon) -> str:
    """`text` without the adverbs that it ends with."""
    text = text.rstrip(lex.edge)
    m = lex.light_trail_end.search(text)
    return text[:m.start()] if m is not None else text


def strip_after(text: str, lex: Lexicon) -> str:
    """What follows a number, as part of an indicator: without 的, fillers and empty nouns at its end."""
    text = text.strip(lex.edge)
    if not text or lex.and_start.match(text):
        return ""
    text = outside_marks(text, lambda part: lex.filler.sub("", part))
    m = lex.second_predicate.search(text)
    text = text[:m.start()] if m is not None else text
    m = lex.tail_end.search(text)
    return (text[:m.start()] if m is not None else text).strip(lex.edge)


def strip_joiners(text: str, lex: Lexicon) -> str:
    """`text` without marks and joiners (、 和 与) at its edges."""
    while True:
        rest = text.strip(lex.edge)
        m = lex.joiner_end.search(rest)
        rest = rest[:m.start()] if m else rest
        m = lex.joiner.match(rest)
        rest = rest[m.end():] if m and m.group("joiner") else rest
        if rest == text:
            return text
        text = rest


def outside_marks(text: str, change) -> str:  # type: ignore[no-untyped-def]
    """`change` applied to the parts of `text` that no quotation or book marks enclose."""
    parts = _ENCLOSED.split(text)
    return change(text) if len(parts) == 1 else "".join(p if p[:1] in OPEN and p else change(p) for p in parts)


def split_list(text: str, lex: Lexicon) -> list[str]:
    """The members of a list joined by 、 和 及 and the like, none split inside quotation marks or brackets."""
    members, depth, start = [], 0, 0
    for m in lex.joiner.finditer(text):
        mark = m.group()
        if mark in OPEN:
            depth += 1
        elif mark in CLOSE:
            depth = max(0, depth - 1)
        elif m.group("joiner") and depth == 0 and m.end() < len(text):
            members.append(text[start:m.start()])
            start = m.end()
    members.append(text[start:])
    return [m for m in members if m]


def distribute(head: str, count: int, lex: Lexicon, splits: Sequence[tuple[str, tuple[str, ...], str]]
               ) -> tuple[list[str], str] | None:
    """The `count` indicators that a joint head names and the rule that tells, or None where it names not so many.

    A measure at the end of the last member belongs to all (工业、制造业投资), a scope before the first to all
    (限额以上通讯器材、家用电器零售额); a fused pair (城乡, 存贷款) is taken apart by `splits`.
    """
    members = split_list(head, lex)
    if len(members) != count:
        coarse = [m for m in re.split("[，、]", head) if m]
        members = coarse if len(coarse) == count else members
    for fused, parts, rule in splits:
        if len(parts) == count and fused in head and (len(members) != count or len(split_list(fused, lex)) == count):
            return [head.replace(fused, part, 1) for part in parts], rule
    if len(members) != count:
        if len(members) < count or count < 2:
            return None
        # the list may stand after an opening phrase of its own (…等): take the last members
        members = members[-count:]
    given, members = members, _with_tail(members, lex)
    verb = lex.count_verb.match(members[0])
    measured = any(lex.measure_end.search(x) or lex.relational.match(x) for x in members)
    if verb and given == members and not measured and not any(lex.verb_inside.match(x) for x in members[1:]):
        members = [members[0], *(verb.group("verb") + x for x in members[1:])]
    first_measure = lex.amount_end.search(members[0]) or lex.measure_last.search(members[0])
    bare = all(lex.relational.match(x) or lex.measure_end.fullmatch(x) for x in members[1:])
    if bare and given == members and first_measure and first_measure.start() > 1:
        owner = members[0][:first_measure.start()]
        return [members[0], *(joined(owner, x) for x in members[1:])], _LIST
    scope = lex.scope.match(members[0])
    if scope and scope.end() < len(given[0]) and not any(lex.scope.match(x) for x in members[1:]):
        members = [members[0], *(scope.group() + x for x in members[1:])]
    return members, _LIST


def joined(owner: str, name: str) -> str:
    """Owner and measure without saying twice what both hold: 低空经济 + 产业规模, 新能源产业 + 产业投资."""
    for size in range(min(len(owner), len(name) - 1), 0, -1):
        if owner.endswith(name[:size]):
            return owner + name[size:]
    return owner + name


def _with_tail(members: list[str], lex: Lexicon) -> list[str]:
    """The members with what stands once behind the last of them (城镇、农村居民收入).

    Where the last is built like the one before it (生活垃圾、建筑垃圾利用率), what follows that word belongs to all;
    else its measure with what goes with it (水质优良比例); else all beyond the length of short equal members.
    """
    last, others = members[-1], members[:-1]
    rates = [lex.rate_noun_end.search(x) for x in members]
    if all(rate or lex.measure_end.search(x) for rate, x in zip(rates, members, strict=True)):
        rate = rates[-1] if not any(rates[:-1]) else None
        return [*(x + rate.group() for x in others), last] if rate and rate.start() else members
    size = len(others[0])
    short = size <= 3 and all(len(x) == size for x in others) and len(last) > size + 1
    tail = _after_shared_end(others[-1], last)
    if not tail and short and (last[0] == others[0][0] or last[size - 1] == others[0][-1]):
        tail = last[size:]  # 炼油、炼焦先进产能占比
    m = lex.shared_tail.search(last)
    m = m if m is not None and m.start() > 0 else lex.measure_last.search(last)
    if not tail and m is not None and m.start() > 0:
        tail = m.group()
    if not tail and short:
        tail = last[size:]
    return [*(x if x.endswith(tail) or lex.measure_end.search(x) else x + tail for x in others), last]


def _after_shared_end(one: str, last: str) -> str:
    """What follows in `last` the word that `one` ends in."""
    for size in range(min(4, len(one)), 1, -1):
        at = last.find(one[-size:])
        if at >= 0 and at + size < len(last):
            return last[at + size:].lstrip(CLOSE)
    return ""
