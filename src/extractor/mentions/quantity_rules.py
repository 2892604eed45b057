"""The rules of the layer `quantities`, compiled for lookups at one place of the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from extractor.mentions.numerals import Numerals, numerals
from extractor.mentions.pattern_trees import ANY, beginnings, firsts
from extractor.rulebook import Rule, Rulebook, RuleError

_NEEDED = ("article", "bare", "between", "currency-sign", "list", "ordinal", "pair", "proportion", "range", "rank",
           "scale", "steps", "top", "two-bounds", "version")
"""Rules that the program reads by their names."""
_ALIKE = dict.fromkeys("0123456789", "0")
_LONGEST_RUN = 32
"""How far a run of digits is followed."""


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


class Silent:
    """Patterns of numbers that are none, by what they begin with: a character, or a run of digits, and the next."""

    def __init__(self, patterns: Iterable[tuple[str, str]]) -> None:
        """`patterns` are pairs of a rule's id and its pattern."""
        self._patterns = [(rule, pattern, beginnings(pattern, _ALIKE)) for rule, pattern in patterns]
        self._followers = {"0", *(second for _, _, begins in self._patterns for _, second in begins)}
        self._at: dict[str, tuple[re.Pattern[str], list[str]]] = {}
        self._compiled: dict[tuple[str, ...], re.Pattern[str]] = {}

    def at(self, text: str, at: int) -> tuple[str, int] | None:
        """The rule whose pattern matches at `at`, the first of several, and where the match ends."""
        char, end = text[at], at + 1
        if char in _ALIKE:
            char, most = "0", at + _LONGEST_RUN
            while end < most and text[end:end + 1] in _ALIKE:
                end += 1
        second = text[end:end + 1]
        second = _ALIKE.get(second, second)
        if second not in self._followers:
            second = ANY
        pattern, rules = self._at.get(char + second) or self._for(char, second)
        found = pattern.match(text, at)
        return (rules[(found.lastindex or 1) - 1], found.end()) if found is not None else None

    def may_begin_with(self, char: str) -> bool:
        """Whether a pattern may begin with a character."""
        return any(first in (ANY, _ALIKE.get(char, char)) for _, _, begins in self._patterns for first, _ in begins)

    def _for(self, char: str, second: str) -> tuple[re.Pattern[str], list[str]]:
        long = char == "0" == second  # what follows the run was not looked for
        fitting = [(rule, pattern) for rule, pattern, begins in self._patterns
                   if any(first in (ANY, char) and (long or after in (ANY, second)) for first, after in begins)]
        key = tuple(pattern for _, pattern in fitting)
        if key not in self._compiled:
            self._compiled[key] = re.compile("|".join(f"({pattern})" for pattern in key) or r"(?!)")
        made = self._at[char + second] = self._compiled[key], [rule for rule, _ in fitting]
        return made


@dataclass(frozen=True)
class QuantityRules:
    """All rules of the layer, by the way they are read."""

    before: Words
    after: Words
    links: tuple[str, ...]
    link_ends: frozenset[str]
    joiners: tuple[str, ...]
    joiner_starts: frozenset[str]
    range_sign: re.Pattern[str]
    range_words: frozenset[str]
    """至 and 到, which tell of a change after 从."""
    between: re.Pattern[str]
    fixed: Mapping[str, tuple[tuple[str, Fixed], ...]]
    enclosures: Mapping[str, Enclosure]
    phrases: Mapping[str, re.Pattern[str]]
    """For each numeral character the names and idioms that hold it, as they continue from there."""
    phrase_rule: str
    patterns: Silent
    following: Words
    following_words: Words
    no_unit: Words
    prefixes: Mapping[str, str]
    prefix_ends: frozenset[str]
    proportion: re.Pattern[str]
    steps: re.Pattern[str]
    step_verbs: tuple[str, ...]
    pairs: frozenset[str]
    starts: str
    """All characters at which something may be found."""
    opening: re.Pattern[str]
    """The same, those left out behind which the rest is missing."""
    range_starts: frozenset[str]
    """What the sign or word between the two numbers of a range may begin with."""
    by_id: Mapping[str, Rule]

    def rule(self, name: str) -> Rule:
        """The rule `quantities.NAME`."""
        return self.by_id[f"quantities.{name}"]

    def words(self, name: str, key: str) -> tuple[str, ...]:
        """A list of words of a rule's match, as a tuple for `startswith` and `endswith`."""
        return tuple(self.by_id[f"quantities.{name}"].match[key])


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
    for name in _NEEDED:
        if f"quantities.{name}" not in by_id:
            raise RuleError(f"the rule 'quantities.{name}' is missing; the program reads it by its name, so replace it "
                            "by one with the same id instead of disabling it")
    signs = numerals(book)
    kinds: dict[str, list[Rule]] = {}
    for rule in rules:
        kinds.setdefault(str(rule.yields.get("kind")), []).append(rule)
    silent = kinds.get("silent", [])
    ranges, steps, near = by_id["quantities.range"], by_id["quantities.steps"], by_id["quantities.proportion"]
    fixed, enclosures = _fixed(kinds.get("fixed", [])), _enclosures(silent)
    starts = {*signs.digits, *signs.tens, *signs.scales, *signs.myriads, *signs.half, *signs.leading}
    colon = _alternation(near.match["signs"])
    links = _list(kinds.get("link", []))
    joiners = _list(kinds.get("joiner", []))
    prefixes = by_id["quantities.currency-sign"].match["signs"]
    patterns = [rule for rule in silent if isinstance(rule.match, str)]
    silent_patterns = Silent((r.id, book.expand(r.match)) for r in patterns)
    sign = (f"(?:{_alternation(ranges.match['joiners'])})?\\s?({_alternation(ranges.match['between'])})\\s?")
    between = f"(?:{_alternation(by_id['quantities.between'].match['between'])})"
    return QuantityRules(
        before=Words(_bounds(rules, "before"), backwards=True), after=Words(_bounds(rules, "after"), backwards=False),
        links=links, link_ends=frozenset(w[-1] for w in links),
        joiners=joiners, joiner_starts=frozenset(w[0] for w in joiners),
        range_sign=re.compile(sign),
        range_words=frozenset(s for s in ranges.match["between"] if s[0] > "\u4e00"),
        between=re.compile(between),
        fixed=fixed, enclosures=enclosures, phrases=_phrases(silent, signs), phrase_rule="quantities.idioms",
        patterns=silent_patterns,
        following=Words(_following(silent, "any"), backwards=False),
        following_words=Words(_following(silent, "any") | _following(silent, "chinese"), backwards=False),
        no_unit=Words(_following(kinds.get("no-unit", []), None), backwards=False),
        prefixes={sign: prefixes[sign] for sign in sorted(prefixes, key=lambda s: (-len(s), s))},
        prefix_ends=frozenset(sign[-1] for sign in prefixes),
        proportion=re.compile(f"([0-9]{{1,9}}(?:\\.[0-9]{{1,9}})?)\\s?(?:{colon})1(?![0-9.]|{colon})"),
        steps=re.compile(f"[{''.join(signs.digits)}0-9]{{1,2}}[{''.join(signs.half_between)}]?"
                         f"(?:{_alternation(steps.match['then'])})"),
        step_verbs=tuple(steps.match["verbs"]), pairs=frozenset(by_id["quantities.pair"].match["pairs"]),
        starts="".join(sorted(starts | set(enclosures) | set(fixed))),
        opening=_opening(starts, signs, fixed, enclosures, silent_patterns),
        range_starts=firsts(sign) | firsts(between), by_id=by_id)


def _opening(starts: set[str], signs: Numerals, fixed: Mapping[str, tuple[tuple[str, Fixed], ...]],
             enclosures: Mapping[str, Enclosure], silent: Silent) -> re.Pattern[str]:
    """Where a walk over the text stops: at numerals, at 数 before a scale, at whole fixed words and closed marks."""
    leading = {char for char in signs.leading if not silent.may_begin_with(char)}
    words = {char for char in fixed if char not in starts and not silent.may_begin_with(char)}
    plain = sorted({*"0123456789", *starts, *fixed} - leading - words - set(enclosures))
    scales = re.escape("".join((*signs.scales, *signs.myriads)))
    return re.compile("|".join([*map(re.escape, plain), *(f"{re.escape(c)}(?=[{scales}])" for c in sorted(leading)),
                                *(re.escape(word) for char in sorted(words) for word, _ in fixed[char]),
                                *(f"{re.escape(left)}(?<=(?={e.pattern.pattern}){re.escape(left)})"
                                  for left, e in sorted(enclosures.items()))]))


def _list(rules: Iterable[Rule]) -> tuple[str, ...]:
    return tuple(sorted((word for rule in rules for word in rule.match["words"]), key=lambda w: (-len(w), w)))


def _fixed(rules: Iterable[Rule]) -> dict[str, tuple[tuple[str, Fixed], ...]]:
    found: dict[str, list[tuple[str, Fixed]]] = {}
    for rule in rules:
        for word, number in rule.match["words"].items():
            entry = Fixed(Decimal(str(number)), rule.yields["unit"], rule.yields["category"], rule.id,
                          tuple(rule.match.get("not_after") or ()), tuple(rule.match.get("not_before") or ()))
            found.setdefault(word[0], []).append((word, entry))
    return {char: tuple(sorted(entries, key=lambda e: -len(e[0]))) for char, entries in found.items()}


def _enclosures(silent: Iterable[Rule]) -> dict[str, Enclosure]:
    found = {}
    for rule in silent:
        if isinstance(rule.match, dict) and "open" in rule.match:
            left, right, forbidden = rule.match["open"], rule.match["close"], rule.match["forbid"]
            inside = f"[^{re.escape(left + right + forbidden)}]{{1,{rule.match['longest']}}}"
            found[left] = Enclosure(re.compile(re.escape(left) + inside + re.escape(right)),
                                    _characters(rule.match["unless"]), rule.id)
    return found


def _following(rules: Iterable[Rule], numeral: str | None) -> dict[str, Bound]:
    return {word: Bound(word, "", rule.id, frozenset(), False, frozenset())
            for rule in rules if isinstance(rule.match, dict) and "following" in rule.match
            and rule.match.get("numeral") == numeral for word in rule.match["following"]}


def _phrases(silent: Iterable[Rule], signs: Numerals) -> dict[str, re.Pattern[str]]:
    starts = {*signs.digits, *signs.tens, *signs.scales, *signs.myriads, *signs.half, *"0123456789"}
    by_char: dict[str, set[str]] = {}
    for rule in silent:
        if not isinstance(rule.match, dict) or "phrases" not in rule.match:
            continue
        for phrase in rule.match["phrases"]:
            at = next((i for i, c in enumerate(phrase) if c in starts), None)
            if at is None:
                raise RuleError(f"{rule.where}: '{phrase}' holds no numeral; the list of '{rule.id}' is for names "
                                "with numerals in them")
            look_back = f"(?<={re.escape(phrase[:at])})" if at else ""
            by_char.setdefault(phrase[at], set()).add(look_back + re.escape(phrase[at:]))
    return {c: re.compile("|".join(sorted(p, key=lambda x: (-len(x), x)))) for c, p in by_char.items()}


def quantity_rules(book: Rulebook) -> QuantityRules:
    """The compiled rules of a rulebook."""
    return book.made("quantities.rules", build_rules)
