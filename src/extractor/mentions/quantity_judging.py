"""Judges a number that was read: whether it counts something here, and what its bound words make of it."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from extractor.mentions.model import Base, Quantity
from extractor.mentions.numerals import EXACT, exact, numerals, plain
from extractor.mentions.quantity_numbers import Reading
from extractor.mentions.quantity_reading import Reader
from extractor.mentions.quantity_rules import Bound, quantity_rules
from extractor.mentions.units import units
from extractor.rulebook import Rulebook

_LONGEST_BARE = 11
"""A string of more digits without unit is a code."""
_ONE, _UNSCALED = Fraction(1), Decimal(1)
_LARGE = 20
"""A number in words from which on it needs no unit to count (四百五。)."""
_is_chinese = re.compile("[\u3400-\u9fff]").match


class Judge:
    """Makes quantities of readings. With `tracing` it keeps which rules took part, for the rules' own examples."""

    def __init__(self, book: Rulebook, *, tracing: bool = False) -> None:
        self.rules, self.signs, self.units = quantity_rules(book), numerals(book), units(book)
        self.reader = Reader(self.signs, self.units, self.rules.pairs)
        self.tracing = tracing
        self.notes: list[tuple[str, str]] = []
        """Rule and text of every number that was kept silent, where tracing."""
        self.used: list[str] = []
        """Rules that took part in the last quantity, where tracing."""
        self._copula = self.rules.words("bare", "copula")
        self._contrast = self.rules.words("bare", "contrast")
        article = self.rules.rule("article").match
        self._article_categories, self._article_units = frozenset(article["categories"]), frozenset(article["units"])
        self._article_ops, self._article_never = frozenset(article["ops"]), frozenset(article["never"])
        scale = self.rules.rule("scale").match
        self._scale_alone, self._scale_great = frozenset(scale["categories"]), frozenset(scale["scaled"])
        self._scale_not_before = frozenset(scale["not_before"])
        self._version = str(self.rules.rule("version").match["ending"])

    def note(self, rule: str, text: str = "") -> None:
        """Remember that `rule` kept `text` silent."""
        if self.tracing:
            self.notes.append((rule, f"silent {text}".rstrip()))

    def stop(self, text: str, reading: Reading) -> bool:
        """Whether what follows makes the number part of a name (3号线, 三年行动), the longer of it and the unit."""
        if reading.form == "fraction":
            return False
        at = reading.end - len(reading.unit.text) if reading.unit is not None else reading.end
        if reading.unit is not None and reading.end - at > 0 and not text.startswith(reading.unit.text, at):
            return False  # a sum or a word inside the unit: 五元三毛, 4个多月
        words = self.rules.following_words if reading.words else self.rules.following
        found, other = words.starting_at(text, at), self.rules.no_unit.starting_at(text, at)
        length = len(other.text) if other is not None else 0
        if found is not None and len(found.text) >= max(reading.end - at, length):
            self.note(found.rule, text[reading.start:at])
            return True
        if other is not None and reading.unit is not None and length > reading.end - at:
            reading.unit, reading.unit_text, reading.end = None, "", at
            if self.tracing:
                self.used.append(other.rule)
        return False

    # --- the quantity -----------------------------------------------------------------------------------------

    def quantity(self, text: str, reading: Reading) -> Quantity | None:
        """The quantity that the reading is, or None where it counts nothing."""
        start, reading = self.signed(text, reading)
        category = self.category(reading)
        op = ">" if reading.some else ("range" if reading.number is None else "=")
        start, end, op, bounded = self.bounds(text, start, reading.end, op, category,
                                              scale_only=reading.form == "scale")
        if not self._counts(text, reading, category, op, bounded, end):
            return None
        if reading.number is None:
            rule = "quantities.pair"
        elif reading.form == "scale":
            rule = "quantities.scale"
        elif reading.unit is not None:
            rule = "quantities.unit"
        else:
            rule = "quantities.ratio" if category == "ratio" else "quantities.bare"
        unit_text = reading.unit_text or reading.scale_text or ("1" if category == "ratio" else "")
        code = None
        if start and (reading.unit is None or category == "money") and \
                (text[start - 1] in self.rules.prefix_ends or text[start - 1] == " "):
            start, unit_text, code, category = self._prefix(text, start, unit_text, reading, category)
        return self.build(text, start, end, op, reading, unit_text, category, rule, code)

    def build(self, text: str, start: int, end: int, op: str, reading: Reading, unit_text: str, category: str,
              rule: str, code: str | None = None) -> Quantity:
        """Put a quantity together; `code` replaces the base of the unit."""
        return Quantity(start, end, text[start:end], op, reading.number, reading.low, reading.high, unit_text,
                        self.base(reading, code), category, reading.start, reading.number_end, rule)

    def base(self, reading: Reading, code: str | None = None) -> Base:
        """The value of a reading in its base unit."""
        unit, scale = reading.unit, reading.scale
        share, name = (_ONE, "1") if unit is None else (unit.factor, unit.base)
        if reading.number is not None:
            return Base(_converted(reading.number, scale, share), None, None, code or name)
        assert reading.low is not None and reading.high is not None
        return Base(None, _converted(reading.low, scale, share), _converted(reading.high, scale, share), code or name)

    def category(self, reading: Reading) -> str:
        """The category of a quantity, as in `Quantity.category`."""
        if reading.unit is not None:
            return reading.unit.category
        if reading.form == "fraction" or (reading.decimal and not reading.scale_text and not reading.words):
            return "ratio"
        return "bare"

    def signed(self, text: str, reading: Reading) -> tuple[int, Reading]:
        """Where the number starts with its sign, and the reading with the sign taken in."""
        start = reading.start
        char = text[start - 1:start] if start else ""
        before = text[start - 2:start - 1] if start > 1 else ""
        if char == "." and reading.number is not None and not reading.decimal and before in ("", "-"):
            places = reading.number_end - start  # .5
            reading = replace(reading, number=plain(reading.number.scaleb(-places)), start=start - 1, decimal=True)
            return self.signed(text, reading)
        joined = before in ("%", "-", "—", ")", "）") or (before.isascii() and before.isalnum())
        minus = (char == "-" and not joined) or (char in self.signs.minus and before not in self.signs.minus_not_after)
        if not minus or not char or reading.number is None:
            return start, reading
        if self.tracing and char in self.signs.minus:
            self.used.append("numerals.minus")
        return start - 1, replace(reading, number=-reading.number)

    def _prefix(self, text: str, start: int, unit_text: str, reading: Reading,
                category: str) -> tuple[int, str, str | None, str]:
        """A currency sign or name before the number: ￥500, 人民币5000万元."""
        gap = 1 if text[start - 1] == " " else 0
        for sign, code in self.rules.prefixes.items():
            if text.endswith(sign, 0, start - gap):
                if self.tracing:
                    self.used.append("quantities.currency-sign")
                unit = unit_text if reading.unit is not None else reading.scale_text + sign
                return start - gap - len(sign), unit, code, "money"
        return start, unit_text, None, category

    # --- bounds -----------------------------------------------------------------------------------------------

    def bounds(self, text: str, start: int, end: int, op: str, category: str, *,
               scale_only: bool = False) -> tuple[int, int, str, bool]:
        """The span with the bound words that touch it, the op they give, and whether there are any."""
        bound, place = self._before(text, start) if start else (None, start)
        if bound is not None and bound.scale_only and not scale_only:
            bound = None
        after = self._after(text, end, category)
        if after is not None:
            end, found = after
            op = op if op == "range" else found.op
            if self.tracing:
                self.used.append(found.rule)
        if bound is not None:
            start = place - len(bound.text)
            op = op if op == "range" else bound.op
            if self.tracing:
                self.used.append(bound.rule)
        return start, end, op, bound is not None or after is not None

    def _before(self, text: str, start: int) -> tuple[Bound | None, int]:
        """The bound word that ends at `start`, a link or a space between, and where it ends."""
        words = self.rules.before
        previous = text[start - 1]
        if (bound := words.ending_at(text, start)) is not None:
            return bound, start
        if previous == " ":
            return words.ending_at(text, start - 1), start - 1
        if previous in self.rules.link_ends:
            for link in self.rules.links:
                if text.endswith(link, 0, start) and (bound := words.ending_at(text, start - len(link))) is not None:
                    if self.tracing:
                        self.used.append("quantities.link")
                    return bound, start - len(link)
        return None, start

    def _after(self, text: str, end: int, category: str) -> tuple[int, Bound] | None:
        """The bound word that starts at `end`, a joiner between, and where it ends."""
        words, char = self.rules.after, text[end:end + 1]
        found, place = words.starting_at(text, end), end
        if found is None and char in self.rules.joiner_starts:
            for joiner in self.rules.joiners:
                if text.startswith(joiner, end):
                    place = end + len(joiner)
                    found = words.starting_at(text, place)
                    if self.tracing and found is not None:
                        self.used.append("quantities.joiner")
                    break
        if found is None or (found.categories and category not in found.categories):
            return None
        return place + len(found.text), found

    # --- what counts --------------------------------------------------------------------------------------------

    def _counts(self, text: str, reading: Reading, category: str, op: str, bounded: bool, end: int) -> bool:
        """Whether the number counts something here, and is no part of a word or name."""
        if not reading.words:
            return bounded or reading.unit is not None or self._bare_digits(text, reading, end)
        unit = reading.unit
        if reading.form == "scale":
            if bounded or reading.some:
                return unit is not None or bool(reading.scale_text) or bounded
            alone = reading.number == 1  # 亿元 is a unit (单位：亿元), 百亿元 an amount
            if unit is None or alone or text[reading.end:reading.end + 1] in self._scale_not_before:
                return False
            return category in self._scale_alone or (category in self._scale_great and bool(reading.scale_text))
        if unit is None:
            return self._bare_words(text, reading, bounded, end)
        if reading.form == "digits":
            written = text[reading.start:reading.number_end]
            return category == "percent" or any(self.signs.digits.get(c) == 0 for c in written)
        article = reading.number == 1 and reading.number_end == reading.start + 1 and not reading.scale_text and \
            (category in self._article_categories or unit.text in self._article_units)
        asked = bounded and op in self._article_ops and unit.text not in self._article_never
        if article and unit.factor == 1 and not asked:
            self.note("quantities.article", text[reading.start:reading.number_end])
            return False
        return True

    def _bare_words(self, text: str, reading: Reading, bounded: bool, end: int) -> bool:
        """Whether a number in words without a unit counts something."""
        if reading.form == "fraction":
            return True
        following = text[end:end + 1]
        open_end = not following or not _is_chinese(following)
        long = reading.number_end - reading.start + len(reading.scale_text) > 1
        if bounded:
            return open_end or long
        if reading.form == "digits" or (reading.number is None and not reading.scale_text):
            return False
        large = long and (reading.decimal or abs(reading.number or Decimal(0)) >= _LARGE)
        if reading.scale_text or (open_end and large):
            return True
        if open_end and reading.start == 0:
            return end == len(text)
        return text.endswith(self._copula, 0, reading.start) and (open_end or text.startswith(self._contrast, end))

    def _bare_digits(self, text: str, reading: Reading, end: int) -> bool:
        """Whether Arabic digits without unit and bound count something."""
        if reading.scale_text or reading.some or reading.form == "fraction":
            return True
        digits, start = text[reading.start:reading.number_end], reading.start
        following, previous = text[end:end + 1], text[start - 1:start] if start else ""
        if following and following.isascii() and (following.isalpha() or following in "+_"):
            return False
        if reading.decimal and digits.endswith(self._version):
            self.note("quantities.version", digits)
            return False
        code = len(digits) > _LONGEST_BARE or (len(digits) > 1 and digits[0] == "0")
        year = len(digits) == 4 and digits[:2] in ("19", "20")
        if not reading.decimal and (code or year):
            return False
        return not (previous and previous in "-/." and text[start - 2:start - 1].isalnum())


def _converted(value: Decimal, scale: Decimal, share: Fraction) -> Decimal:
    """A number with its scale in the base unit, of which the unit is a `share`."""
    if scale != _UNSCALED:
        value = EXACT.multiply(value, scale)
    if share.denominator != 1:
        return exact(Fraction(value) * share)
    return plain(EXACT.multiply(value, Decimal(share.numerator)) if share.numerator != 1 else value)
