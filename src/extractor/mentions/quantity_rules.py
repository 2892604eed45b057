"""The rules of the layer `quantities`, compiled for lookups at one place of the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from extractor.mentions.numerals import Numerals, numerals
from extractor.rulebook import Rule, Rulebook


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound word before or after a number."""

    text: str
    op: str
    rule: str
    beside: frozenset[str]
    """Characters that must not stand on its far side."""
    scale_only: bool
    categories: frozenset[str]


class Words:
    """Words found by their first or last character, the longest first."""

    def __init__(self, entries: Mapping[str, Bound], *, backwards: bool) -> None:
        self.entries, self.backwards = entries, backwards
        lengths: dict[str, set[int]] = {}
        for word in entries:
            lengths.setdefault(word[-1] if backwards else word[0], set()).add(len(word))
        self.lengths = {c: tuple(sorted(n, reverse=True)) for c, n in lengths.items()}

    def ending_at(self, text: str, at: int) -> Bound | None:
        """The longest word that ends at `at` and whose neighbour allows it."""
        if at <= 0:
            return None
        for length in self.lengths.get(text[at - 1], ()):
            if length <= at and (found := self.entries.get(text[at - length:at])) is not None:
                return found if text[at - length - 1:at - length] not in found.beside or at == length else None
        return None

    def starting_at(self, text: str, at: int) -> Bound | None:
        """The longest word that starts at `at` and whose neighbour allows it."""
        for length in self.lengths.get(text[at:at + 1], ()):
            if (found := self.entries.get(text[at:at + length])) is not None:
                beside = text[at + length:at + length + 1]
                return None if beside and beside in found.beside else found
        return None


@dataclass(frozen=True, slots=True)
class Fixed:
    """A word that is a quantity by itself: 榜首, 翻番."""

    number: Decimal
    unit: str
    category: str
    rule: str
    not_after: tuple[str, ...]
    not_before: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Enclosure:
    """Marks whose short content is a name: “1153”, 《三年行动规划》."""

    pattern: re.Pattern[str]
    unless: frozenset[str]
    rule: str


@dataclass
class QuantityRules:
    """All rules of the layer, by the way they are read."""

    before: Words
    after: Words
    links: tuple[str, ...]
    joiners: tuple[str, ...]
    range_sign: re.Pattern[str]
    range_words_not_after: frozenset[str]
    range_words: frozenset[str]
    between: re.Pattern[str]
    between_after: tuple[str, ...]
    between_lead: tuple[str, ...]
    two_bounds: frozenset[str]
    rank: Rule
    top: Rule
    fixed: Mapping[str, tuple[tuple[str, Fixed], ...]]
    enclosures: Mapping[str, Enclosure]
    phrases: Mapping[str, re.Pattern[str]]
    """For each numeral character the names and idioms that hold it, as they continue from there."""
    phrase_rules: Mapping[str, str]
    patterns: re.Pattern[str]
    pattern_rules: tuple[str, ...]
    following: Words
    following_words: Words
    prefixes: Mapping[str, str]
    copula: tuple[str, ...]
    contrast: tuple[str, ...]
    steps: re.Pattern[str]
    step_verbs: tuple[str, ...]
    list_comma: str
    pairs: frozenset[str]
    starts: str
    _by_id: Mapping[str, Rule] = field(default_factory=dict)

    def rule(self, name: str) -> Rule:
        """The rule `quantities.NAME`."""
        return self._by_id[f"quantities.{name}"]


def _characters(values: Iterable[str] | None) -> frozenset[str]:
    return frozenset(values or ())


def _alternation(words: Iterable[str]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=lambda w: (-len(w), w)))


def _bounds(rules: Iterable[Rule], side: str) -> dict[str, Bound]:
    found: dict[str, Bound] = {}
    for rule in rules:
        if rule.yields.get("kind") != "bound" or side not in rule.match:
            continue
        beside = rule.match.get("not_after" if side == "before" else "not_before")
        for word in rule.match[side]:
            found.setdefault(word, Bound(word, str(rule.yields["op"]), rule.id, _characters(beside),
                                         rule.match.get("only") == "scale", _characters(rule.match.get("categories"))))
    return found


def build_rules(book: Rulebook) -> QuantityRules:
    """Compile the layer `quantities` of a rulebook."""
    rules = book.layer("quantities").rules
    by_id = {rule.id: rule for rule in rules}
    signs = numerals(book)
    kinds: dict[str, list[Rule]] = {}
    for rule in rules:
        kinds.setdefault(str(rule.yields.get("kind")), []).append(rule)
    silent = kinds.get("silent", [])
    ranges, between = by_id["quantities.range"], by_id["quantities.between"]
    signs_before = sorted(ranges.match["between"], key=lambda s: (-len(s), s))
    joiner = _alternation(ranges.match["joiners"])
    steps = by_id["quantities.steps"]
    phrases, phrase_rules = _phrases(silent, signs)
    patterns = [rule for rule in silent if isinstance(rule.match, str)]
    fixed: dict[str, list[tuple[str, Fixed]]] = {}
    for rule in kinds.get("fixed", []):
        for word, number in rule.match["words"].items():
            entry = Fixed(Decimal(str(number)), rule.yields["unit"], rule.yields["category"], rule.id,
                          tuple(rule.match.get("not_after") or ()), tuple(rule.match.get("not_before") or ()))
            fixed.setdefault(word[0], []).append((word, entry))
    enclosures = {}
    for rule in silent:
        if isinstance(rule.match, dict) and "open" in rule.match:
            m = rule.match
            marks = re.escape(m["open"] + m["close"] + m["forbid"])
            enclosures[m["open"]] = Enclosure(
                re.compile(f"{re.escape(m['open'])}[^{marks}]{{1,{m['longest']}}}{re.escape(m['close'])}"),
                _characters(m["unless"]), rule.id)
    starts = set(signs.digits) | set(signs.tens) | set(signs.scales) | set(signs.myriads) | set(signs.half)
    starts |= set(signs.leading) | set(enclosures) | set(fixed)
    words_sign = frozenset(s for s in signs_before if s[0] > "\u4e00")
    return QuantityRules(
        before=Words(_bounds(rules, "before"), backwards=True),
        after=Words(_bounds(rules, "after"), backwards=False),
        links=tuple(sorted((w for r in kinds.get("link", []) for w in r.match["words"]), key=len, reverse=True)),
        joiners=tuple(sorted((w for r in kinds.get("joiner", []) for w in r.match["words"]), key=len, reverse=True)),
        range_sign=re.compile(f"(?:{joiner})?\\s?({_alternation(signs_before)})\\s?"),
        range_words_not_after=_characters(ranges.match["not_after"]),
        range_words=words_sign,
        between=re.compile(f"(?:{_alternation(between.match['between'])})"),
        between_after=tuple(between.match["after"]),
        between_lead=tuple(between.match["lead"]),
        two_bounds=frozenset(by_id["quantities.two-bounds"].match["between"]),
        rank=by_id["quantities.rank"], top=by_id["quantities.top"],
        fixed={c: tuple(sorted(e, key=lambda x: -len(x[0]))) for c, e in fixed.items()},
        enclosures=enclosures, phrases=phrases, phrase_rules=phrase_rules,
        patterns=re.compile("|".join(f"({book.expand(r.match)})" for r in patterns) or r"(?!)"),
        pattern_rules=tuple(r.id for r in patterns),
        following=Words(_following(silent, "any"), backwards=False),
        following_words=Words(_following(silent, "any") | _following(silent, "chinese"), backwards=False),
        prefixes=dict(by_id["quantities.currency-sign"].match["signs"]),
        copula=tuple(by_id["quantities.bare"].match["copula"]),
        contrast=tuple(by_id["quantities.bare"].match["contrast"]),
        steps=re.compile(f"[{''.join(signs.digits)}0-9]{{1,2}}[{''.join(signs.half_between)}]?(?:{_alternation(steps.match['then'])})"),
        step_verbs=tuple(sorted(steps.match["verbs"], key=len, reverse=True)),
        list_comma=steps.match["comma"],
        pairs=frozenset(by_id["quantities.pair"].match["pairs"]),
        starts="".join(sorted(starts)), _by_id=by_id)


def _following(silent: Iterable[Rule], numeral: str) -> dict[str, Bound]:
    return {word: Bound(word, "", rule.id, frozenset(), False, frozenset())
            for rule in silent if isinstance(rule.match, dict) and rule.match.get("numeral") == numeral
            for word in rule.match["following"]}


def _phrases(silent: Iterable[Rule], signs: Numerals) -> tuple[dict[str, re.Pattern[str]], dict[str, str]]:
    starts = {*signs.digits, *signs.tens, *signs.scales, *signs.myriads, *signs.half, *"0123456789"}
    by_char: dict[str, list[str]] = {}
    rule_of: dict[str, str] = {}
    for rule in silent:
        if not isinstance(rule.match, dict) or "phrases" not in rule.match:
            continue
        for phrase in rule.match["phrases"]:
            at = next((i for i, c in enumerate(phrase) if c in starts), None)
            if at is None:
                raise ValueError(f"{rule.where}: '{phrase}' holds no numeral; the list is for names with numerals in them")
            by_char.setdefault(phrase[at], []).append(
                (f"(?<={re.escape(phrase[:at])})" if at else "") + re.escape(phrase[at:]))
            rule_of[phrase[at:]] = rule.id
    return {c: re.compile("|".join(sorted(set(p), key=len, reverse=True))) for c, p in by_char.items()}, rule_of


def quantity_rules(book: Rulebook) -> QuantityRules:
    """The compiled rules of a rulebook."""
    return book.made("quantities.rules", build_rules)
