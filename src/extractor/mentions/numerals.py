"""Numbers as Chinese writes them, read exactly: 1,100万, 一万五千亿, 壹拾, 3千万, 六点五, 三又二分之一.

The characters and their values are in `rules/numerals.yaml`; this file holds how they combine. Arithmetic is exact
decimal arithmetic; only a fraction without a finite decimal (三分之一) is rounded, to `PLACES` places.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from typing import Any

from extractor.rulebook import Rulebook, RuleError, load_rulebook

PLACES = 10
"""Places after the point to which a fraction without a finite decimal is rounded."""
MAX_DIGITS = 40
"""A string of more digits is a code, not a number."""
MAX_LENGTH = 120
"""The longest number in characters."""
EXACT = Context(prec=400, rounding=ROUND_HALF_EVEN)
_NEEDED = ("digits", "scales", "myriads", "some", "half", "fraction", "minus", "point", "writing")
_ONE = Decimal(1)
_ARABIC = frozenset("0123456789")
_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}


def exact(value: Fraction) -> Decimal:
    """`value` as a decimal: exactly where it has a finite one, else rounded to `PLACES` places."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    with localcontext(EXACT):
        quotient = Decimal(value.numerator) / Decimal(value.denominator)
        return plain(quotient if rest == 1 else quotient.quantize(Decimal(1).scaleb(-PLACES)))


def plain(value: Decimal) -> Decimal:
    """`value` without an exponent and without zeros after the point: 1E+2 -> 100, 25.0 -> 25."""
    if value == value.to_integral_value(None, EXACT):
        return value.quantize(_ONE, None, EXACT)
    return value.normalize(EXACT)


@dataclass(frozen=True)
class Numerals:
    """The characters of numbers, compiled from the rules of the layer `numerals`."""

    digits: Mapping[str, int]
    tens: Mapping[str, int]
    scales: Mapping[str, int]
    myriads: Mapping[str, int]
    letters: Mapping[str, int]
    points: str
    over: str
    and_: str
    minus: tuple[str, ...]
    minus_not_after: frozenset[str]
    some: str
    leading: str
    half: str
    half_between: str
    half_not_before: str
    some_alone: str
    no_tail_before: str
    """What makes the last digits of a number a date instead (1万2025年, 3/5日)."""
    lonely: frozenset[str]
    """Digits that are common characters too and mean a number only beside another (陆, 伍)."""
    writing: Mapping[str, Any]
    rule_of: Mapping[str, str]
    """The rule that a character of a number comes from."""

    # --- reading ----------------------------------------------------------------------------------------------

    def parse(self, text: str) -> Decimal:
        """The number that `text` is, as a whole. Raises ValueError if it is none.

        >>> parse_number("一万五千亿")
        Decimal('1500000000000')
        """
        text = re.sub(r"\s", "", text.translate(_FULL_WIDTH)).replace("\N{MINUS SIGN}", "-")
        sign = 1
        while text[:1] in ("-", "+") or text[:1] in self.minus:
            sign = sign if text[0] == "+" else -sign
            text = text[1:]
        if self.over in text:
            return plain(sign * exact(self._fraction(text)))
        if "/" in text:
            above, below = text.split("/", 1)
            return plain(sign * exact(_ratio(self._decimal(above), self._decimal(below))))
        return plain(sign * self._decimal(text))

    def _fraction(self, text: str) -> Fraction:
        below, above = text.split(self.over, 1)
        whole = Fraction(0)
        if self.and_ in below:
            first, below = below.split(self.and_, 1)
            whole = Fraction(self._decimal(first))
        sign = 1
        if above[:1] in self.minus:
            sign, above = -1, above[1:]
        return whole + sign * _ratio(self._decimal(above), self._decimal(below))

    def _decimal(self, text: str) -> Decimal:
        parts = re.split(f"[{self.points}]", text)
        if len(parts) == 1:
            return self.evaluate(text)
        if len(parts) > 2:
            raise ValueError(f"{text!r} has two points")
        whole, rest = parts
        after = rest.rstrip("".join((*self.myriads, *self.scales)))
        if not after or any(c not in self.digits and c not in _ARABIC for c in after):
            raise ValueError(f"{text!r} has no digits after the point")
        places = "".join(str(self.digits.get(c, c)) for c in after)
        value = self.evaluate(whole) + Decimal("0." + places)
        with localcontext(EXACT):
            for char in rest[len(after):]:
                value *= self.myriads.get(char) or self.scales[char]
        return value

    def evaluate(self, run: str) -> Decimal:
        """The value of a run of Chinese digits and scales, Arabic numbers among them (7万5千, 1亿2000万).

        A last digit straight after a scale counts tenths of that scale (四百五 = 450, 九万四 = 94000). A run of
        digits alone is read by position (二〇二五). Raises ValueError for what is no number (十四五, 一千百).
        """
        if not 0 < len(run) <= MAX_LENGTH:
            raise ValueError(f"a text of {len(run)} characters is no number; give 1 to {MAX_LENGTH}")
        if all(c in self.digits for c in run) and len(run) > 1:
            return Decimal("".join(str(self.digits[c]) for c in run))
        with localcontext(EXACT):
            return self._sum(run)

    def _sum(self, run: str) -> Decimal:
        stack: list[tuple[Decimal, int]] = []
        section, digit = Decimal(0), None  # the group of four in work, and the digit that waits for its scale
        last, zero = 0, False  # the last scale, and whether a zero followed it
        filled = False  # whether the group of four holds anything
        for token in _tokens(run):
            if (value := self.digits.get(token)) is not None or token[0] in _ARABIC:
                if digit is not None and digit != 0:
                    raise ValueError(f"{run!r} has two digits in a row")
                if value == 0:
                    zero = True
                    continue
                digit, filled = Decimal(token.replace(",", "") if value is None else value), True
            elif (ten := self.tens.get(token)) is not None:
                if digit is not None or 0 < last <= 10:
                    raise ValueError(f"{run!r}: {token!r} stands in the wrong place")
                section, last, zero, filled = section + ten, 10, False, True
            elif (scale := self.scales.get(token)) is not None:
                if 0 < last <= scale or (digit is None and section and not zero):
                    raise ValueError(f"{run!r}: {token!r} after a scale that is not greater, or without a digit")
                section += (_ONE if digit is None else digit) * scale
                digit, last, zero, filled = None, scale, False, True
            elif (myriad := self.myriads.get(token)) is not None:
                value_here = section + (digit or 0)
                low = [v for v, s in stack if s < myriad or (s == myriad and not filled)]
                stack = [(v, s) for v, s in stack if not (s < myriad or (s == myriad and not filled))]
                value_here += sum(low, Decimal(0))
                if not filled and not low:
                    value_here = _ONE
                if stack and stack[-1][1] <= myriad:
                    raise ValueError(f"{run!r}: {token!r} after a scale that is not greater")
                stack.append((value_here * myriad, myriad))
                section, digit, last, zero, filled = Decimal(0), None, myriad, False, False
            else:
                raise ValueError(f"{run!r} holds {token!r}, which is no part of a number")
        if digit is not None:
            informal = last > 10 and not zero and digit < 10 and run[-1] in self.digits
            section += digit * last / 10 if informal else digit
        return section + sum((v for v, _ in stack), Decimal(0))

    # --- writing ----------------------------------------------------------------------------------------------

    def write(self, number: int | Decimal) -> str:
        """`number` in words. Raises ValueError for 10^16 and more, and for what is not finite."""
        number = Decimal(number)
        if not number.is_finite() or abs(number) >= 10 ** 16:
            raise ValueError(f"{number} cannot be written out; give a finite number below 10^16")
        digits, point, minus = self.writing["digits"], self.writing["point"], self.writing["minus"]
        whole = int(abs(number))
        text = self._write_whole(whole) or digits[0]
        rest = plain(abs(number) - whole)
        if rest:
            text += point + "".join(digits[int(c)] for c in f"{rest:f}"[2:])
        ten = self.writing["scales"][0]
        if text.startswith(digits[1] + ten):
            text = text[1:]
        return (minus if number < 0 else "") + text

    def _write_whole(self, whole: int) -> str:
        digits = str(self.writing["digits"])
        myriad, yi = map(str, self.writing["myriads"])
        for size, name in ((10 ** 8, yi), (10 ** 4, myriad)):
            if whole >= size:
                above, rest = divmod(whole, size)
                zero = digits[0] if rest and rest < size // 10 else ""
                return self._write_whole(above) + name + zero + self._write_whole(rest)
        written, gap = "", False
        for power in (3, 2, 1, 0):
            digit = whole // 10 ** power % 10
            if digit:
                scale = self.writing["scales"][power - 1] if power else ""
                written += (digits[0] if gap and written else "") + digits[digit] + scale
            gap = not digit
        return written


def _ratio(above: Decimal, below: Decimal) -> Fraction:
    if not below:
        raise ValueError("a fraction of zero parts is no number")
    return Fraction(above) / Fraction(below)


def _tokens(run: str) -> list[str]:
    return re.findall(r"[0-9][0-9,]*(?:\.[0-9]+)?|.", run)


def build_numerals(book: Rulebook) -> Numerals:
    """Compile the rules of the layer `numerals`."""
    rules = {rule.id.partition(".")[2]: rule for rule in book.layer("numerals").rules}
    for name in _NEEDED:
        if name not in rules:
            raise RuleError(f"the rule 'numerals.{name}' is missing; the program reads it by its name, so replace it "
                            "by one with the same id instead of disabling it")

    def table(name: str) -> dict[str, int]:
        return {c: int(Decimal(str(v))) for c, v in rules[name].match.items()} if name in rules else {}

    financial = table("financial")
    digits = table("digits") | {c: v for c, v in financial.items() if v < 10}
    scales = table("scales") | {c: v for c, v in financial.items() if v >= 10}
    rule_of = {c: f"numerals.{name}" for name in ("digits", "financial", "tens", "scales", "myriads", "letters")
               if name in rules for c in rules[name].match}
    some, half, fraction, minus = (rules[n].match for n in ("some", "half", "fraction", "minus"))
    rule_of |= {c: "numerals.point" for c in rules["point"].match} | {c: "numerals.some" for c in some["inside"]}
    rule_of |= {c: "numerals.some" for c in some["leading"]} | {c: "numerals.minus" for c in minus["words"]}
    rule_of |= {fraction["over"][-1]: "numerals.fraction", fraction["and"]: "numerals.fraction"}
    rule_of |= {c: "numerals.half" for c in half["words"]}
    return Numerals(digits=digits, tens=table("tens"), scales=scales, myriads=table("myriads"),
                    letters=table("letters"), points="".join(rules["point"].match), over=fraction["over"],
                    and_=fraction["and"], minus=tuple(minus["words"]), minus_not_after=frozenset(minus["not_after"]),
                    some="".join(some["inside"]), leading="".join(some["leading"]), half="".join(half["words"]),
                    half_between="".join(half["between"]),
                    half_not_before="".join(half["not_before"]), some_alone="".join(some["alone"]),
                    no_tail_before="".join(fraction["not_before"]),
                    lonely=frozenset(c for c, v in financial.items() if v < 10),
                    writing=rules["writing"].match, rule_of=rule_of)


def numerals(book: Rulebook) -> Numerals:
    """The numerals of a rulebook, compiled once."""
    return book.made("numerals", build_numerals)


@lru_cache(maxsize=1)
def _built_in() -> Numerals:
    return numerals(load_rulebook())


def parse_number(text: str, book: Rulebook | None = None) -> Decimal:
    """The number that the whole of `text` is, exactly.

    Args:
        text: Arabic (1,100.5; full width too), Chinese (一万五千亿, 两千四百五), financial (壹拾), mixed (3千万, 1.2万)
            or a fraction (三分之一, 1/4, 三又二分之一), with an optional sign (负, -). No unit, no bound word.
        book: the rules; the built-in ones by default.

    Raises:
        ValueError: `text` is no number.

    >>> parse_number("3千万亿"), parse_number("负六点六"), parse_number("1/4")
    (Decimal('3000000000000000'), Decimal('-6.6'), Decimal('0.25'))
    """
    return (numerals(book) if book is not None else _built_in()).parse(text)


def to_chinese(number: int | Decimal, book: Rulebook | None = None) -> str:
    """`number` in Chinese words; `parse_number` leads back to it.

    Raises:
        ValueError: the number is not finite, or 10^16 or more.

    >>> to_chinese(150_000_5), to_chinese(Decimal("-0.5"))
    ('一百五十万零五', '负零点五')
    """
    return (numerals(book) if book is not None else _built_in()).write(number)
