"""Reads one number with its unit at a place of the text. What the number means there is decided elsewhere."""

from __future__ import annotations

import re
from decimal import Decimal, localcontext
from fractions import Fraction

from extractor.mentions.numerals import EXACT, Numerals, exact, plain
from extractor.mentions.quantity_numbers import NumberReader, Reading
from extractor.mentions.units import Unit, Units

_SPACED = ("measure", "percent", "money", "points")
"""Categories of units that may stand behind a space (6.5 %, 12 km)."""
_HALVED = ("time", "measure", "percent", "multiple")
"""Categories of units that 半 may stand before."""
_HALF = Decimal("0.5")


class Reader(NumberReader):
    """Reads numbers with their units; compiled once per rulebook."""

    def __init__(self, signs: Numerals, table: Units, pairs: frozenset[str]) -> None:
        super().__init__(signs, table, pairs)
        self._half_after = re.compile(f"[{signs.half}](?![{signs.half_not_before}])")

    def read(self, text: str, at: int) -> Reading | int:
        """The number at `at` with its unit, or the offset from which to go on where there is no number."""
        if text[at] in self.signs.half:
            return self._half_unit(text, at)
        found = self.number(text, at)
        if isinstance(found, Reading) and found.form not in ("percent", "fraction"):
            self._add_unit(text, found)
        return found

    def _add_unit(self, text: str, reading: Reading) -> None:
        place = reading.end
        char = text[place:place + 1]
        if char == " ":
            gap = 3 if text[place:place + 3] == "   " else 1
            spaced = self.units.at(text, place + gap)
            if spaced is not None and spaced[0].category in _SPACED:
                self._take_unit(reading, *spaced)
            return
        if char in self.signs.half_between and char and self._time_with_half(text, reading):
            return
        found = self.units.at(text, place)
        if found is None or (reading.words and not found[0].words):
            return
        self._take_unit(reading, *found)
        if reading.form == "digits" and found[0].category == "percent" and reading.number is not None:
            reading.number = plain(reading.number.scaleb(reading.start + 1 - reading.number_end))  # 九九折
        if found[0].parts and reading.number is not None:
            self._add_parts(text, reading, found[0])

    def _take_unit(self, reading: Reading, unit: Unit, end: int) -> None:
        reading.unit, reading.end, reading.unit_text = unit, end, reading.scale_text + unit.text

    def _time_with_half(self, text: str, reading: Reading) -> bool:
        """一个半小时, 4个多月: a word between 个 and the unit of time."""
        between, second = text[reading.end], text[reading.end + 1:reading.end + 2]
        if not second or (second not in self.signs.half and second not in self.signs.some):
            return False
        rest = reading.end + 2
        unit = self.units.simple(between + text[rest:rest + 8], 0)
        length = len(unit.text) - 1 if unit is not None else 0
        if unit is None or not length:
            unit = self.units.simple(text, rest)
            length = len(unit.text) if unit is not None else 0
        if unit is None or unit.category != "time" or reading.number is None:
            return False
        if second in self.signs.half:
            reading.number += _HALF
        else:
            reading.some = True
        self._take_unit(reading, unit, rest + length)
        return True

    def _add_parts(self, text: str, reading: Reading, unit: Unit) -> None:
        """五元三毛, 1小时30分钟, 两米半, 七成六: what follows the unit is part of the sum."""
        for _ in range(3):
            place = reading.end
            char = text[place:place + 1]
            if reading.number is None or not char or char not in self.starts:
                return
            if char in self.signs.half:
                if char in unit.parts and self._half_after.match(text, place):
                    reading.number, reading.end = reading.number + _HALF / reading.scale, place + 1
                return
            if self._tenths(text, reading, unit):
                return
            end = self.plain_end(text, place)
            part = self.units.simple(text, end) if end is not None else None
            if end is None or part is None or part.text not in unit.parts:
                return
            try:
                more = self.signs.parse(text[place:end])
            except ValueError:
                return
            with localcontext(EXACT):
                share = exact(unit.parts[part.text] * Fraction(more))
                reading.number = plain(reading.number + share / reading.scale)
            reading.end = end + len(part.text)

    def _tenths(self, text: str, reading: Reading, unit: Unit) -> bool:
        """七成六, 两块五: a last digit in words that stands alone."""
        place = reading.end
        digit, after = self.signs.digits.get(text[place]), text[place + 1:place + 2]
        if not digit or "." not in unit.parts or not reading.words or reading.number is None:
            return False
        if after and (after in self.starts or after in self.signs.points or self.units.simple(text, place + 1)):
            return False
        reading.number += Decimal(digit) / 10
        reading.end = place + 1
        return True

    def _half_unit(self, text: str, at: int) -> Reading | int:
        """半天, 半个多月: half of a unit."""
        found, some = self.units.at(text, at + 1), False
        after = text[at + 2:at + 3]
        if found is not None and found[0].category == "count" and after and after in self.signs.some:
            unit = self.units.simple(text[at + 1] + text[at + 3:at + 11], 0)
            found, some = (unit, at + 2 + len(unit.text)) if unit is not None else None, True
        if found is None or found[0].category not in _HALVED or not found[0].words:
            return at + 1
        unit, end = found
        return Reading(at, end, at + 1, _HALF, unit=unit, unit_text=unit.text, words=True, form="half", some=some)
