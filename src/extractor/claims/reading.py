"""What the words right before a number say: level, change, gap, rank or share, and where the head ends."""

from __future__ import annotations

from extractor.claims import heads
from extractor.claims.lexicon import Lexicon
from extractor.claims.model import Basis
from extractor.mentions.model import Quantity
from extractor.values import value

_NEAR = 40
"""How far before a number 均 and its like may stand, in characters."""


@value(frozen=True, slots=True)
class Reading:
    """The head of a number and what is said of it."""

    head: str
    kind: str
    rule: str
    negative: bool = False
    basis: Basis | None = None
    verbal: bool = False
    """Whether a reporting or change verb stands between head and number."""
    share: str = ""
    """What is put behind an indicator of share (占GDP比重)."""
    pulls: str = ""
    """The verb of growth of what a contribution lifts (拉动X增长2.1个百分点)."""
    ranked: bool = True
    distributes: bool = False
    """Whether 均 or 都 gives every member of the head its own record."""

    def dress(self, name: str, lex: Lexicon) -> str:
        """The indicator as it is told: a share names its whole."""
        if not self.share or not name or self.share in name:
            return name
        return name + self.share


def read_before(before: str, q: Quantity, lex: Lexicon, *, has_object: bool = False) -> Reading:
    """Read the text before a number.

    Args:
        before: the text from the end of the previous number (or the clause's start) to the number.
        q: the number.
        has_object: whether what is counted follows the number; then a verb of growth before it is a verb of doing.
    """
    text = before.rstrip(lex.edge)
    distributes = any(m.group("each") for m in lex.distributes.finditer(text[-_NEAR:]))
    if q.category == "rank":
        return _read_rank(text, q, lex, distributes)
    gap = lex.gap.search(text) if q.category in ("points", "percent", "multiple") else None
    if gap is not None:
        peer = gap.group("peer") or gap.group("peer2")
        if not peer:  # what it is held against is a time: 低于去年同期
            return Reading(text[:gap.start()], "change", "claims.change", lex.low_gap.search(gap.group()) is not None,
                           None, True)
        return Reading(text[:gap.start()], "gap", "claims.gap", basis=Basis("peer", peer or None), verbal=True)
    shared = q.category in ("percent", "ratio", "points") and not has_object
    share = lex.share.search(text) if shared else None
    if share is not None and not (
            q.category == "points" and (lex.up_end.search(text) or lex.down_end.search(text))):
        return _read_share(text, share.start(), share.group("whole"), share.group("noun"), q, lex, distributes)
    field = lex.rank_field_end.search(text) if q.category == "ratio" and not has_object else None
    if field is not None:
        whole = field.group().strip(lex.edge)
        return Reading(text[:field.start()], "level", "claims.share", verbal=True, distributes=distributes,
                       share=lex.share_mark + whole + lex.share_noun)
    bare = heads.strip_trail_light(text, lex)
    if not has_object or q.category in ("percent", "points", "multiple"):
        for pattern, negative in ((lex.up_end, False), (lex.down_end, True)):
            m = pattern.search(bare)
            if m is not None and not lex.not_change_end.search(bare):
                head = bare[:m.start()]
                basis = _basis(bare, lex)
                counted = q.category == "count" and not negative and bool(heads.strip_lead(head, lex))
                if counted and basis is None and not lex.compared.search(bare):
                    return Reading(bare, "level", "claims.level", distributes=distributes)
                if lex.pull.match(heads.strip_lead(head, lex)) or lex.pull_inside.search(head):
                    return Reading(head, "change", "claims.change", negative, None, True, pulls=m.group())
                return Reading(head, "change", "claims.change", negative, _basis(bare, lex), True,
                               distributes=distributes)
    stripped = heads.strip_trail(text, lex)
    if lex.rate_noun_end.search(stripped) and q.category in ("percent", "multiple", "points"):
        falls = lex.falling_rate_end.search(stripped) is not None
        return Reading(stripped, "change", "claims.change", falls, _basis(text, lex), True, distributes=distributes)
    kind = "change" if q.category == "multiple" and lex.doubling.search(q.text) else "level"
    rule = "claims.counted-action" if has_object else "claims.level"
    return Reading(before, kind, rule, verbal=stripped != text, distributes=distributes)


def _read_rank(text: str, q: Quantity, lex: Lexicon, distributes: bool) -> Reading:
    rest = text
    while True:
        shorter = rest
        for pattern in (lex.rank_field_end, lex.rank_verb_end):
            shorter = heads.cut_end(shorter, pattern, lex)
        if shorter == rest:
            break
        rest = shorter
    ranked = lex.rank_context.search(text[-12:]) is not None or lex.rank_context.search(q.text) is not None
    if lex.no_rank_end.search(text):
        ranked = False
    return Reading(rest, "rank", "claims.rank", verbal=rest != text, ranked=ranked, distributes=distributes)


def _read_share(text: str, start: int, whole: str, noun: str | None, q: Quantity, lex: Lexicon,
                distributes: bool) -> Reading:
    change = q.category == "points"
    of = whole.strip(lex.edge)
    named = lex.share_mark + of + ((noun or "").removeprefix(lex.particle) or lex.share_noun)
    if not of:
        return Reading(text, "level", "claims.share", verbal=True, distributes=distributes)
    basis = Basis("plan", of) if lex.plan_whole.match(of) else None
    return Reading(text[:start], "change" if change else "level", "claims.share", basis=basis, verbal=True,
                   share=named, distributes=distributes)


def _basis(text: str, lex: Lexicon) -> Basis | None:
    for pattern, kind in ((lex.yoy, "yoy"), (lex.qoq, "qoq"), (lex.cagr, "cagr")):
        m = pattern.search(text)
        if m is not None:
            return Basis(kind, m.group())
    return None
