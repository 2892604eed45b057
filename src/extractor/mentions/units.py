"""Units: what may stand after a number, and what it counts in.

The units are the lines of `rules/units.csv` (column by column described in `rules/units.yaml`); this file finds the
longest one at a place, and puts compound units together: 万吨/年, 元/平方米, 辆（艘、架、列）次.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from extractor.mentions.numerals import Numerals, exact, numerals
from extractor.rulebook import Rulebook

_GROUP = re.compile(r"（([^（）\s]{1,16})）")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as written, without 万/亿."""

    text: str
    base: str
    """ISO 4217, UCUM, `TEU`, `%`, `pp`, `1`, or the classifier itself."""
    factor: Fraction
    """How many of the base one is: 亩 is 2000/3 m2."""
    category: str
    """As in `Quantity.category`."""
    words: bool
    """Whether a number in Chinese words may stand before it (三家), or only Arabic digits (31省)."""
    parts: Mapping[str, Fraction]
    """What may follow to make a sum (五元三毛, 两米半), and which share of this unit it is; `.` is a digit of tenths
    (七成六)."""

    def to_base(self, number: Decimal) -> Decimal:
        """`number` of this unit, in its base."""
        return exact(Fraction(number) * self.factor)


@dataclass(frozen=True)
class Units:
    """All units, found by the character they begin with."""

    by_text: Mapping[str, Unit]
    lengths: Mapping[str, tuple[int, ...]]
    """For a first character the lengths of the units that begin with it, longest first."""
    myriads: Mapping[str, int]

    def simple(self, text: str, at: int, *, below: bool = False) -> Unit | None:
        """The longest unit of the table at `at`. A unit in Latin letters ends where the letters end.

        Units of the category `per` (月) count only `below` a stroke (元/月).
        """
        for length in self.lengths.get(text[at:at + 1], ()):
            unit = self.by_text.get(text[at:at + length])
            if unit is None or (unit.category == "per" and not below):
                continue
            if not (_latin(unit.text[-1]) and _latin(text[at + length:at + length + 1])):
                return unit
        return None

    def at(self, text: str, at: int) -> tuple[Unit, int] | None:
        """The unit at `at`, compound units included, and where it ends (code points of `text`)."""
        unit = self.simple(text, at)
        if unit is None:
            return None
        end = at + len(unit.text)
        following = text[end:end + 1]
        if following == "/":
            return self._per(text, at, end, unit)
        if following == "（" and unit.category == "count":
            return self._grouped(text, at, end, unit)
        return unit, end

    def _per(self, text: str, at: int, end: int, unit: Unit) -> tuple[Unit, int]:
        """元/平方米, 万吨/年, 元/人·月, 例/10万人: the unit divided by others."""
        base, factor, place, below = unit.base, unit.factor, end, ""
        while text[place:place + 1] in ("/", "·") and place < end + 24:
            size, start = self._size(text, place + 1)
            other = self.simple(text, start, below=True)
            if other is None:
                break
            below += ("." if below else "") + other.base
            factor /= other.factor * size
            place = start + len(other.text)
        if not below:
            return unit, end
        base += f"/({below})" if "." in below else f"/{below}"
        return Unit(text[at:place], base, factor, "measure" if unit.category != "money" else "money",
                    unit.words, {}), place

    def _size(self, text: str, at: int) -> tuple[int, int]:
        end = at
        while end < at + 4 and "0" <= text[end:end + 1] <= "9":
            end += 1
        size = int(text[at:end] or 1) or 1
        while text[end:end + 1] in self.myriads:
            size, end = size * self.myriads[text[end]], end + 1
        return size, end

    def _grouped(self, text: str, at: int, end: int, unit: Unit) -> tuple[Unit, int]:
        """台（套）, 辆（艘、架、列）次: several classifiers in one, which stays as written."""
        group = _GROUP.match(text, end)
        if group is None or any(part not in self.by_text for part in re.split("[、/，]", group.group(1))):
            return unit, end
        end = group.end()
        whole = unit.text + text[end:end + 1]
        if text[end:end + 1] and whole in self.by_text:
            end += 1
        written = text[at:end]
        return Unit(written, written, Fraction(1), unit.category, unit.words, {}), end


def _latin(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _parts(written: str) -> dict[str, Fraction]:
    """角:1/10 分:1/100 半:1/2 -> shares of the unit."""
    return {name: Fraction(share or "1") for name, _, share in (part.partition(":") for part in written.split())}


def build_units(book: Rulebook) -> Units:
    """Compile the table `units`. Raises ValueError with the line's unit where a factor is no number."""
    by_text: dict[str, Unit] = {}
    for row in book.rows("units"):
        try:
            factor, parts = Fraction(row["factor"] or "1"), _parts(row["parts"])
        except (ValueError, ZeroDivisionError):
            raise ValueError(f"units.csv: the factor of '{row['unit']}' is {row['factor']!r} and its parts "
                             f"{row['parts']!r}; write numbers such as 10000, 0.5 or 2000/3") from None
        by_text[row["unit"]] = Unit(row["unit"], row["base"] or row["unit"], factor, row["category"] or "count",
                                    row["words"] != "no", parts)
    lengths: dict[str, set[int]] = {}
    for text in by_text:
        lengths.setdefault(text[0], set()).add(len(text))
    signs: Numerals = numerals(book)
    return Units(by_text, {c: tuple(sorted(n, reverse=True)) for c, n in lengths.items()},
                 {c: v for c, v in {**signs.scales, **signs.myriads}.items()})


def units(book: Rulebook) -> Units:
    """The units of a rulebook, compiled once."""
    return book.made("units", build_units)
