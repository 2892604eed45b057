"""One construction of a name by its head, compiled: what may stand before the head, and what must."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractor.mentions.entity_edges import lead_pattern
from extractor.rulebook.model import Rule, Rulebook


@dataclass(frozen=True, slots=True)
class HeadRule:
    """One construction, as its rule's `match` words it."""

    id: str
    label: str
    generic: frozenset[str]
    most: int
    """How many characters may stand before the head."""
    anchored: bool
    """Whether the run must hold an anchor, begin with a level word, or be allowed by one of the next three."""
    alone: frozenset[str]
    """Heads that do without an anchor."""
    after: tuple[str, ...]
    """Verbs right before the name that do instead of an anchor …"""
    after_least: int
    """… from this length on."""
    needs: re.Pattern[str] | None
    """One of these must stand in the run."""
    instead: re.Pattern[str] | None
    """One of these in the run does instead of an anchor."""
    unless: re.Pattern[str] | None
    least: int
    enough: int
    """Length from which a run of generic words is a name all the same."""
    governed: re.Pattern[str] | None
    """Verbs (and what leads in a name) before a name; after them a run of generic words is one too …"""
    kinds: frozenset[str]
    """… unless these words make up all of it, …"""
    governed_least: int
    """… from this length on."""
    whole: frozenset[str]
    """Heads before which a run that begins with a level word or an anchor is taken whole."""
    verbs: tuple[str, ...]
    """Verbs that belong to the name where they stand right before its head."""
    first: re.Pattern[str] | None
    """Governing verbs, after which all is the name (开展|扩大有效投资专项行动) …"""
    inside: frozenset[str]
    """… unless an opener stands there that is none of these."""
    edition: re.Pattern[str] | None
    """What a name begins with wherever it stands in the run (第三届)."""
    levels: bool
    """Whether a level word at the start makes a name."""
    said: re.Pattern[str] | None
    """What right after the head shows that all of the run is the name."""
    counted: re.Pattern[str] | None
    """A count right after the head, which shows that it is no name."""
    but: frozenset[str]
    """Words that hold one of `needs` or `unless` and are none (湖 in 湖南)."""
    parts: tuple[str, ...]
    """What things of the same kind end in: after one of these and 和 a name begins."""
    also: tuple[str, ...]
    """What joins two heads to one name."""
    across: re.Pattern[str] | None
    """What says where a thing is done and begins no name (全市)."""

    def holds(self, words: re.Pattern[str], text: str, start: int, end: int) -> bool:
        """Whether one of `words`, those of `needs` or `unless`, stands there."""
        if text.startswith("“", start):  # “江城英才”集聚工程: what is quoted says nothing of building
            start = max(start, text.find("”", start, end))
        return any(m[0] not in self.but for m in words.finditer(text, start, end))

    def __hash__(self) -> int:
        return hash(self.id)


def head_rule(rule: Rule, book: Rulebook, generic: frozenset[str]) -> HeadRule:
    """`rule` compiled; `generic` are the words that say nothing particular in any name."""
    match = rule.match

    def words(key: str) -> tuple[str, ...]:
        names = match.get(key) or ()
        return tuple(word for name in ((names,) if isinstance(names, str) else names) for word in book.words(name))

    def one_of(key: str) -> re.Pattern[str] | None:
        return re.compile(book.alternation(match[key])) if words(key) else None

    def built(key: str) -> re.Pattern[str] | None:
        among = sorted({*words(key), *words("but")}, key=lambda word: (-len(word), word))
        return re.compile("|".join(map(re.escape, among))) if words(key) else None

    governed = first = None
    if "inside" in match:
        first = book.compile(f"{{{match['governed']}}}")
    if "governed" in match:
        governed = re.compile(f"{book.alternation(match['governed'])}{lead_pattern(book)}*$")
    return HeadRule(rule.id, rule.yields["label"], generic | frozenset(words("generic")), int(match.get("most", 20)),
                    match.get("anchor") == "yes", frozenset(words("alone")), words("after"),
                    int(match.get("after_least", 4)), built("needs"), one_of("needs_any"), built("unless"),
                    int(match.get("least", 1)), int(match.get("enough", 99)), governed, frozenset(words("kinds")),
                    int(match.get("governed_least", 99)), frozenset(words("whole")), words("verbs"), first,
                    frozenset(words("inside") + book.words("opener_guard")),
                    book.compile(match["edition"]) if "edition" in match else None, match.get("levels") != "no",
                    one_of("said"), re.compile(rf"\d[\d.]*{book.alternation(match['uncounted'])}")
                    if "uncounted" in match else None, frozenset(words("but")), words("parts"), words("also"),
                    book.compile(match["across"]) if "across" in match else None)
