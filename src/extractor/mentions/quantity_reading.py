"""Reads one number with its unit at a place of the text. What the number means there is decided elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from extractor.mentions.numerals import EXACT, MAX_DIGITS, Numerals, exact, plain
from extractor.mentions.units import Unit, Units

_SPACED_CATEGORIES = ("measure", "percent", "money", "points")


@dataclass(slots=True)
class Reading:
    """A number at a place, with the unit that follows it if one does. Offsets are code points, half-open."""

    start: int
    end: int
    """Behind the unit (and the sum that may follow it)."""
    number_end: int
    """Behind the digits: 万 and 亿 at the end belong to the unit."""
    number: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None
    """Set, and `number` unset, for 两三个."""
    scale: Decimal = Decimal(1)
    scale_text: str = ""
    unit: Unit | None = None
    unit_text: str = ""
    some: bool = False
    """Whether it says a little more than the number: 5100多."""
    words: bool = False
    """Whether it is in Chinese words."""
    form: str = "number"
    """`number`, `scale` (百亿: a scale alone), `digits` (一二三: read by position), `fraction`, `percent` or `half`."""
    decimal: bool = False


class Reader:
    """Reads numbers; compiled once per rulebook from its numerals and units."""

    def __init__(self, signs: Numerals, table: Units, pairs: frozenset[str]) -> None:
        self.signs, self.units, self.pairs = signs, table, pairs
        every = {**signs.scales, **signs.myriads}
        atoms = []
        for char in every:
            rests = {re.escape(text[1:]) for text in table.by_text if len(text) > 1 and text[0] == char}
            atoms.append(f"{char}(?!{'|'.join(sorted(rests))})" if rests else char)
        self._scale = f"(?:{'|'.join(atoms)})"
        letters = "".join(signs.letters)
        digits, some = "".join((*signs.digits, *signs.tens)), signs.some
        latin = "A-Za-z"
        self._arabic = re.compile(r"([0-9]{1,3}(?:[,，][0-9]{3})+(?![0-9])|[0-9]+)(\.[0-9]+)?")
        zero = "".join(c for c, v in signs.digits.items() if v == 0)
        self._mixed = re.compile(f"(?:{self._scale}+[{zero}]?[0-9]{{1,4}}(?:\\.[0-9]+)?(?={self._scale}))+")
        myriad = "".join(c for c, v in signs.myriads.items() if v == 10 ** 4)
        self._tail = re.compile(f"[{myriad}][0-9]{{4}}(?![0-9.,{signs.not_after_tail}-])")
        self._scaled = re.compile(f"([{some}](?={self._scale}))?((?:{self._scale})*)([{some}])?|\\s?([{letters}])(?![{latin}])")
        self._letter = re.compile(f"\\s?([{letters}])(?![{latin}])")
        self._exponent = re.compile(r"[eE]([+-]?[0-9]{1,3})(?![0-9A-Za-z])|\^([+-]?[0-9]{1,3})(?![0-9])")
        self._slash = re.compile(f"/([0-9]+)(?![0-9/.{signs.not_after_tail}])")
        self._mixed_fraction = re.compile(r"([0-9]{1,4}) ([0-9]{1,4})/([0-9]{1,4})(?![0-9/.])")
        run = f"(?:[{digits}]|{self._scale})+(?:[{some}](?:{self._scale})+)*"
        counted = "".join(c for c in digits if c not in table.by_text)
        point = f"[{signs.points}][{counted}]+(?:[{''.join(signs.myriads)}]+|(?![{''.join(signs.scales)}]))"
        self._run = re.compile(f"(?:[{signs.leading}](?=[{''.join(every)}]))?{run}({point})?")
        gap = r"\s{0,3}"
        self._over = re.compile(f"{gap}{gap.join(signs.over)}{gap}([{''.join(signs.minus)}]?)")
        self._trailing = re.compile(f"[{''.join(signs.myriads)}]+$")
        self._half_after = re.compile(f"[{signs.half}](?![{signs.half_not_before}])")
        self.starts = frozenset("0123456789") | frozenset(digits) | frozenset(every) | frozenset(signs.half)

    # --- numbers ----------------------------------------------------------------------------------------------

    def read(self, text: str, at: int) -> Reading | int:
        """The number at `at` with its unit, or the offset from which to go on where there is no number."""
        char = text[at]
        if char in self.signs.half:
            return self._read_half(text, at)
        found = self._read_arabic(text, at) if char.isascii() else self._read_words(text, at)
        if isinstance(found, int):
            return found
        if found.form not in ("percent",):
            self._add_unit(text, found)
        return found

    def _read_arabic(self, text: str, at: int) -> Reading | int:
        match = self._arabic.match(text, at)
        if match is None:
            return at + 1
        end = match.end()
        digits = match.group()
        if len(digits) > MAX_DIGITS or (text[end:end + 1] == "." and text[end + 1:end + 2].isdigit()):
            while end < len(text) and (text[end].isdigit() or text[end] == "."):
                end += 1
            return end
        number = Decimal(re.sub("[,，]", "", digits))
        following = text[end:end + 1]
        reading = Reading(at, end, end, number, decimal=match.group(2) is not None)
        if following == "/" and (slash := self._slash.match(text, end)) and int(slash.group(1)[:9]):
            return self._ratio(at, slash.end(), number, Decimal(slash.group(1)))
        if following == " " and (mixed := self._mixed_fraction.match(text, at)) and int(mixed.group(3)):
            whole, above, below = map(int, mixed.groups())
            return self._ratio(at, mixed.end(), Decimal(whole * below + above), Decimal(below))
        if following in self.signs.over[0] or following == self.signs.and_ or following == " ":
            fraction = self._fraction(text, at, end)
            if fraction is not None:
                return fraction
        if following in "eE^" and following and (power := self._exponent.match(text, end)):
            with localcontext(EXACT):
                if power.group(1):
                    number = number.scaleb(int(power.group(1)))
                elif number or int(power.group(2)) > 0:
                    number = number ** int(power.group(2))
                reading.number = plain(+number.normalize()) if abs(int(power.group(1) or power.group(2))) < 60 else None
            reading.end = reading.number_end = power.end()
            return reading if reading.number is not None else power.end()
        if mixed := self._mixed.match(text, end):
            return self._read_mixed(text, at, mixed.end())
        if tail := self._tail.match(text, end):
            end = tail.end()
            reading.number, reading.end, reading.number_end = self.signs.evaluate(text[at:end]), end, end
            return reading
        scaled = self._scaled.match(text, end)
        if scaled is not None and scaled.end() > end:
            self._take_scale(text, reading, scaled)
        elif letter := self._letter.match(text, end):
            reading.scale, reading.scale_text = Decimal(self.signs.letters[letter.group(1)]), letter.group(1)
            reading.end = letter.end()
        if self.signs.over[0] == text[reading.end:reading.end + 1]:
            fraction = self._fraction(text, at, reading.end)
            if fraction is not None:
                return fraction
        return reading

    def _read_mixed(self, text: str, at: int, end: int) -> Reading:
        scaled = self._scaled.match(text, end)
        assert scaled is not None
        last = scaled.end(2) if scaled.group(2) is not None else end
        value = self.signs.evaluate(text[at:last])
        reading = Reading(at, last, last, value)
        self._split_scale(reading, text[at:last])
        reading.some = bool(scaled.group(3))
        reading.end = scaled.end() if reading.some else last
        return reading

    def _take_scale(self, text: str, reading: Reading, scaled: re.Match[str]) -> None:
        inside, scale, after, letter = scaled.groups()
        if letter:
            reading.scale, reading.scale_text, reading.end = Decimal(self.signs.letters[letter]), letter, scaled.end()
            return
        end = scaled.end(2)
        if after and self._says_more(text, scaled.end() - 1):
            reading.some, end = True, scaled.end()
        reading.some = reading.some or bool(inside)
        if scale:
            reading.scale = _product(scale, self.signs)
            reading.scale_text = scale
        reading.end = end

    def _read_words(self, text: str, at: int) -> Reading | int:
        match = self._run.match(text, at)
        if match is None:
            return at + 1
        end, run = match.end(), match.group()
        two = self.signs.digits.get(run[-1]) == 2 and len(run) > 1 and match.group(1) is None
        if two and self.units.by_text.get(run[-1]) is not None:
            end, run = end - 1, run[:-1]
        if self.signs.over[0] == text[end:end + 1] or text[end:end + 1] in (" ", self.signs.and_):
            fraction = self._fraction(text, at, end)
            if fraction is not None:
                return fraction
        if len(run) == 1 and run in self.signs.lonely:
            return end
        reading = Reading(at, end, end, None, words=True, decimal=match.group(1) is not None)
        if run[0] in self.signs.leading:
            reading.some, run = True, run[1:]
        for some in self.signs.some:
            if some in run:
                reading.some, run = True, run.replace(some, "")
        if text[end:end + 1] in self.signs.some and text[end:end + 1] and not match.group(1) \
                and self._says_more(text, end):
            reading.some, reading.end = True, end + 1
        if not self._value_of(reading, run):
            return end
        return reading

    def _says_more(self, text: str, at: int) -> bool:
        """Whether the 多 or 来 at `at` belongs to the number before it, and does not begin a word of its own."""
        return text[at] in self.signs.some_alone or self.units.simple(text, at + 1) is not None

    def _value_of(self, reading: Reading, run: str) -> bool:
        """Set the number of `run`, or low and high for 两三; False where it is no number (十四五)."""
        signs = self.signs
        if all(c in signs.digits for c in run) and len(run) > 1:
            if run in self.pairs:
                reading.low, reading.high = Decimal(signs.digits[run[0]]), Decimal(signs.digits[run[1]])
            else:
                reading.number, reading.form = signs.evaluate(run), "digits"
            return True
        trailing = self._trailing.search(run)
        scale_only = not any(c in signs.digits or c in signs.tens or signs.scales.get(c) == 10 for c in run)
        try:
            reading.number = signs.parse(run)
        except ValueError:
            return self._pair_of(reading, run)
        if scale_only:
            reading.form = "scale"
        self._split_scale(reading, run) if trailing else None
        return True

    def _split_scale(self, reading: Reading, run: str) -> None:
        """Leave 万 and 亿 at the end to the unit: 一万五千亿 is 15000 and 亿."""
        trailing = self._trailing.search(run)
        if trailing is None or reading.number is None:
            return
        reading.scale_text = trailing.group()
        reading.scale = _product(trailing.group(), self.signs)
        with localcontext(EXACT):
            reading.number = plain(reading.number / reading.scale)
        if len(trailing.group()) < len(run):
            reading.number_end = reading.start + (reading.number_end - reading.start) - len(trailing.group())

    def _pair_of(self, reading: Reading, run: str) -> bool:
        for k in range(len(run) - 1):
            if run[k:k + 2] in self.pairs:
                try:
                    reading.low = self.signs.parse(run[:k + 1] + run[k + 2:])
                    reading.high = self.signs.parse(run[:k] + run[k + 1:])
                except ValueError:
                    return False
                trailing = self._trailing.search(run)
                if trailing is not None:
                    reading.scale_text, reading.scale = trailing.group(), _product(trailing.group(), self.signs)
                    with localcontext(EXACT):
                        reading.low, reading.high = plain(reading.low / reading.scale), plain(reading.high / reading.scale)
                return True
        return False

    # --- fractions --------------------------------------------------------------------------------------------

    def _fraction(self, text: str, at: int, end: int) -> Reading | None:
        """百分之五, 三分之一, 三又二分之一, with `text[at:end]` the first number."""
        whole: Decimal | None = None
        below_start = at
        if text[end:end + 1] == self.signs.and_:
            start = end + 1
            second = self._plain_number(text, start)
            if second is None or not self._over.match(text, second):
                return None
            try:
                whole = self.signs.parse(text[at:end])
            except ValueError:
                return None
            below_start, end = start, second
        over = self._over.match(text, end)
        if over is None:
            return None
        above_start = over.end()
        above_end = self._plain_number(text, above_start)
        if above_end is None:
            return None
        try:
            below, above = self.signs.parse(text[below_start:end]), self.signs.parse(text[above_start:above_end])
        except ValueError:
            return None
        if over.group(1):
            above = -above
        if not below:
            return None
        percent = whole is None and text[below_start:end] in self.signs.scales and below == 100
        if percent and (unit := self.units.by_text.get("%")) is not None:
            return Reading(at, above_end, above_end, above, unit=unit, unit_text="%", words=True, form="percent")
        with localcontext(EXACT):
            above += (whole or 0) * below
        return self._ratio(at, above_end, above, below)

    def _plain_number(self, text: str, at: int) -> int | None:
        """Where the number at `at` ends, its scales included; None where there is none."""
        char = text[at:at + 1]
        if not char or char not in self.starts or char in self.signs.half:
            return None
        if char.isascii():
            match = self._arabic.match(text, at)
            if match is None or len(match.group()) > MAX_DIGITS:
                return None
            scaled = self._scaled.match(text, match.end())
            return scaled.end(2) if scaled is not None and scaled.group(2) else match.end()
        match = self._run.match(text, at)
        return match.end() if match is not None else None

    def _ratio(self, at: int, end: int, above: Decimal, below: Decimal) -> Reading:
        return Reading(at, end, end, plain(exact(Fraction(above) / Fraction(below))), form="fraction", words=False)

    # --- units ------------------------------------------------------------------------------------------------

    def _add_unit(self, text: str, reading: Reading) -> None:
        if reading.form == "fraction":
            return
        place = reading.end
        char = text[place:place + 1]
        if char == " ":
            spaced = self.units.at(text, place + 1) or (self.units.at(text, place + 3) if text[place:place + 3] == "   " else None)
            if spaced is not None and spaced[0].category in _SPACED_CATEGORIES:
                reading.unit, reading.end = spaced
                reading.unit_text = reading.scale_text + spaced[0].text
                return
        between = self.signs.half_between
        if char in between and char:
            second = text[place + 1:place + 2]
            if second in self.signs.half or second in self.signs.some:
                joined = self.units.simple(char + text[place + 2:place + 8], 0) if second else None
                if joined is None or len(joined.text) == 1:
                    joined = self.units.simple(text, place + 2)
                if joined is not None and joined.category == "time":
                    end = place + 2 + len(joined.text) - (joined.text[0] == char)
                    if second in self.signs.half and reading.number is not None:
                        reading.number += Decimal("0.5")
                    elif second in self.signs.some:
                        reading.some = True
                    reading.unit, reading.end, reading.unit_text = joined, end, reading.scale_text + joined.text
                    return
        found = self.units.at(text, place)
        if found is None:
            return
        unit, end = found
        if reading.words and not unit.words:
            return
        reading.unit, reading.end, reading.unit_text = unit, end, reading.scale_text + unit.text
        if unit.parts and reading.number is not None:
            self._add_parts(text, reading, unit)

    def _add_parts(self, text: str, reading: Reading, unit: Unit) -> None:
        """五元三毛, 1小时30分钟, 两米半, 七成六: what follows the unit is part of the sum."""
        assert reading.number is not None
        place = reading.end
        char = text[place:place + 1]
        if not char or char not in self.starts:
            return
        if char in self.signs.half and char in unit.parts:
            if self._half_after.match(text, place):
                reading.number, reading.end = reading.number + Decimal("0.5") / reading.scale, place + 1
            return
        digit = self.signs.digits.get(char)
        after = text[place + 1:place + 2]
        if digit and "." in unit.parts and reading.words and after not in self.starts and after not in self.signs.points \
                and self.units.simple(text, place + 1) is None:
            reading.number += Decimal(digit) / 10
            reading.end = place + 1
            return
        end = self._plain_number(text, place)
        part = self._part(text, end, unit) if end is not None else None
        if end is None or part is None:
            return
        try:
            more = self.signs.parse(text[place:end])
        except ValueError:
            return
        name, share = part
        with localcontext(EXACT):
            reading.number = plain(reading.number + exact(share * Fraction(more)) / reading.scale)
        reading.end = end + len(name)
        self._add_parts(text, reading, unit)

    def _part(self, text: str, at: int, unit: Unit) -> tuple[str, Fraction] | None:
        """The part of `unit` that stands at `at`, and which share of the unit it is."""
        found = self.units.simple(text, at)
        if found is None or found.text not in unit.parts:
            return None
        return found.text, unit.parts[found.text]

    def _read_half(self, text: str, at: int) -> Reading | int:
        found = self.units.at(text, at + 1)
        some = False
        if found is None and text[at + 1:at + 2] in self.signs.half_between and text[at + 2:at + 3] in self.signs.some:
            found, some = self.units.at(text, at + 3), True
        if found is None or found[0].category not in ("time", "measure", "percent", "multiple") or not found[0].words:
            return at + 1
        unit, end = found
        return Reading(at, end, at + 1, Decimal("0.5"), unit=unit, unit_text=unit.text, words=True, form="half", some=some)


def _product(scale: str, signs: Numerals) -> Decimal:
    value = 1
    for char in scale:
        value *= signs.myriads.get(char) or signs.scales[char]
    return Decimal(value)
