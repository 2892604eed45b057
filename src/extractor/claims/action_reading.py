"""One reading of a piece of a clause, and what lies outside its quotation marks."""

from __future__ import annotations

from extractor.text.marks import CLOSE, OPEN
from extractor.values import value


@value(frozen=True, slots=True)
class Reading:
    """One reading of a piece of a clause."""

    form: str
    """`verb`, `about`, `outcome`, `brought`, `fulfil`, `attain`, `ongoing` or `state`: the rule that it belongs to."""
    verb: str
    """As written, without adverbs; several where they are joined (争取和用足用好)."""
    head: str
    """The verb of the lexicon that decides (the first of several)."""
    object: tuple[int, int]
    subject: tuple[int, int] | None = None
    """Where the words of its own subject stand."""
    thing: bool = False
    """Whether the object is the thing that the clause is about (地铁4号线开通运营)."""
    expected: bool = False
    """Whether 力争, 确保 or their like stand before it."""
    adverbs: tuple[str, ...] = ()
    modals: tuple[str, ...] = ()
    opens: bool = False
    """Whether the verb opens the piece, so that somebody does it."""
    purpose: bool = False
    """Whether it is done for somebody's or something's sake (为X提供Y)."""
    ended: bool = False
    """Whether a particle after the verb says that it is over (打造了)."""
    caused: bool = False
    """Whether a verb before it makes it come about (推动X进入Y)."""


def outside(text: str, start: int, i: int) -> bool:
    """Whether `i` lies outside quotation marks, book marks and brackets that open after `start`."""
    depth = 0
    for char in text[start:i]:
        if char in OPEN:
            depth += 1
        elif char in CLOSE:
            depth -= 1
    return depth <= 0
