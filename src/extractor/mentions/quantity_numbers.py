"""Reads the number at a place of the text: Arabic, in words, or mixed, with the scale (万, 亿) that follows it."""

from __future__ import annotations

import re
from decimal import Decimal, localcontext
from fractions import Fraction

from extractor.mentions.numerals import EXACT, MAX_DIGITS, Numerals, exact, plain
from extractor.mentions.units import Unit, Units
from extractor.values import value

_MAX_POWER = 60


@value(slots=True)
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


class NumberReader:
    """Reads numbers; compiled once per rulebook from its numerals and units."""

    def __init__(self, signs: Numerals, table: Units, pairs: frozenset[str]) -> None:
        self.signs, self.units, self.pairs = signs, table, pairs
        every = {**signs.scales, **signs.myriads}
        atoms = []
        for char in every:  # 千 before 瓦 belongs to the unit 千瓦
            rests = {re.escape(text[1:]) for text in table.by_text if len(text) > 1 and text[0] == char}
            atoms.append(f"{char}(?!{'|'.join(sorted(rests))})" if rests else char)
        scale = f"(?:{'|'.join(atoms)})"
        # 兆 after Arabic digits is a unit, in words a scale
        after_digits = f"(?:{'|'.join(a for a in atoms if a[0] not in table.by_text)})"
        letters, digits = "".join(signs.letters), "".join((*signs.digits, *signs.tens))
        zero = "".join(c for c, v in signs.digits.items() if v == 0)
        decimals = "".join(c for c in signs.digits if c not in table.by_text)
        myriads = "".join(signs.myriads)
        thousands = "".join(c for c, v in signs.myriads.items() if v == 10 ** 4)
        run = f"(?:[{digits}]|{scale})+(?:[{signs.some}](?:{scale})+)*"
        point = f"[{signs.points}][{decimals}]+(?:[{myriads}]+|(?![{''.join(signs.scales)}]))"
        gap = r"\s{0,3}"
        self._arabic = re.compile(r"([0-9]{1,3}(?:[,，][0-9]{3})+(?![0-9])|[0-9]+)(\.[0-9]+)?")
        self._spaced = re.compile(r"([0-9]{1,3}(?: [0-9]{3})+)(\.[0-9]+)?(?![0-9])")
        self._mixed = re.compile(f"(?:{scale}+[{zero}]?[0-9]{{1,4}}(?:\\.[0-9]+)?(?=[{signs.some}]?{scale}))+")
        self._tail = re.compile(f"[{thousands}][0-9]{{4}}(?![0-9.,{signs.no_tail_before}-])")
        self._scaled = re.compile(f"([{signs.some}](?={after_digits}))?((?:{after_digits})*)([{signs.some}])?")
        self._letter = re.compile(f"\\s?([{letters}])(?![A-Za-z])")
        self._exponent = re.compile(r"[eE]([+-]?[0-9]{1,3})(?![0-9A-Za-z])|\^([+-]?[0-9]{1,3})(?![0-9])")
        self._slash = re.compile(f"/([0-9]{{1,9}})(?![0-9/.{signs.no_tail_before}])")
        self._mixed_fraction = re.compile(r"([0-9]{1,4}) ([0-9]{1,4})/([0-9]{1,4})(?![0-9/.])")
        self._run = re.compile(f"(?:[{signs.leading}](?=[{''.join(every)}]))?{run}({point})?")
        self._over = re.compile(f"{gap}{gap.join(signs.over)}{gap}([{''.join(signs.minus)}]?)")
        self._trailing = re.compile(f"[{myriads}]+$")
        self._single = {c: Decimal(v) for c, v in {**signs.digits, **signs.tens}.items()}
        self._every = frozenset(every)
        self._scale_starts = self._every.union(signs.some, signs.letters)
        self._fraction_starts = frozenset((signs.over[0], signs.and_, " "))
        self.starts = frozenset("0123456789") | frozenset(digits) | frozenset(every) | frozenset(signs.half)

    def number(self, text: str, at: int) -> Reading | int:
        """The number at `at` without its unit, or the offset from which to go on where there is none."""
        return self._in_digits(text, at) if text[at].isascii() else self._in_words(text, at)

    # --- Arabic digits ----------------------------------------------------------------------------------------

    def _in_digits(self, text: str, at: int) -> Reading | int:
        match = self._arabic.match(text, at)
        if match is None:
            return at + 1
        if text[match.end():match.end() + 1] == " " and (spaced := self._spaced.match(text, at)) is not None \
                and self.units.simple(text, spaced.end() + int(text[spaced.end():spaced.end() + 1] == " ")):
            match = spaced
        end, digits = match.end(), match.group()
        if len(digits) > MAX_DIGITS or (text[end:end + 1] == "." and text[end + 1:end + 2].isdigit()):
            while end < len(text) and (text[end].isdigit() or text[end] == "."):  # a code, or a version 1.2.3
                end += 1
            return end
        number = Decimal(re.sub("[,， ]", "", digits) if len(digits) > 4 else digits)
        reading = Reading(at, end, end, number, decimal=match.group(2) is not None)
        following = text[end:end + 1]
        if following == "/" and (slash := self._slash.match(text, end)) and int(slash.group(1)):
            return _ratio(at, slash.end(), number, Decimal(slash.group(1)))
        if following == " " and (mixed := self._mixed_fraction.match(text, at)) and int(mixed.group(3)):
            whole, above, below = map(int, mixed.groups())
            return _ratio(at, mixed.end(), Decimal(whole * below + above), Decimal(below))
        if following in self._fraction_starts and (fraction := self._fraction(text, at, end)) is not None:
            return fraction
        if following in ("e", "E", "^") and (power := self._exponent.match(text, end)):
            return self._power(reading, power)
        if following in self._every:
            if mixed := self._mixed.match(text, end):
                return self._mixture(text, at, mixed.end())
            if tail := self._tail.match(text, end):
                reading.end = reading.number_end = tail.end()
                reading.number = self.signs.evaluate(text[at:tail.end()])
                return reading
        if following in self._scale_starts or following.isspace():
            self._scale(text, reading)
        if text[reading.end:reading.end + 1] == self.signs.over[0]:
            return self._fraction(text, at, reading.end) or reading
        return reading

    def _scale(self, text: str, reading: Reading) -> None:
        """Take the scale that follows, and 多 or 余 before or behind it."""
        scaled = self._scaled.match(text, reading.end)
        if scaled is None or scaled.end() == reading.end:
            if letter := self._letter.match(text, reading.end):
                reading.scale, reading.scale_text = Decimal(self.signs.letters[letter.group(1)]), letter.group(1)
                reading.end = letter.end()
            return
        inside, scale, after = scaled.groups()
        reading.end = scaled.end(2)
        reading.some = bool(inside)
        if after and self._says_more(text, scaled.end() - 1):
            reading.some, reading.end = True, scaled.end()
        if scale:
            reading.scale, reading.scale_text = self._product(scale), scale

    def _mixture(self, text: str, at: int, end: int) -> Reading | int:
        """7万5千, 1亿2000多万: Arabic digits in groups with their scales."""
        scaled = self._scaled.match(text, end)
        last = scaled.end(2) if scaled is not None else end
        inside, scale, after = scaled.groups() if scaled is not None else (None, "", None)
        try:
            value = self.signs.evaluate(text[at:end] + scale)
        except ValueError:
            return last
        reading = Reading(at, last, last, value)
        self._leave_scale_to_unit(reading, text[at:end] + scale)
        if inside:
            reading.some, reading.number_end = True, end
        if scaled is not None and after and self._says_more(text, scaled.end() - 1):
            reading.some, reading.end = True, scaled.end()
        return reading

    def _power(self, reading: Reading, power: re.Match[str]) -> Reading | int:
        exponent = int(power.group(1) or power.group(2))
        if abs(exponent) > _MAX_POWER or reading.number is None or (not reading.number and exponent <= 0):
            return power.end()
        with localcontext(EXACT):
            value = reading.number.scaleb(exponent) if power.group(1) else reading.number ** exponent
        reading.number, reading.end, reading.number_end = plain(value), power.end(), power.end()
        return reading

    # --- words ------------------------------------------------------------------------------------------------

    def _in_words(self, text: str, at: int) -> Reading | int:
        match = self._run.match(text, at)
        if match is None:
            return at + 1
        signs, pointed = self.signs, match.group(1) is not None
        end = self._run_end(text, match)
        run = text[at:end]
        if len(run) > MAX_DIGITS:
            return end
        if text[end:end + 1] in self._fraction_starts and (fraction := self._fraction(text, at, end)) is not None:
            return fraction
        if len(run) == 1 and (run in signs.lonely or signs.digits.get(run) == 0):
            return end
        reading = Reading(at, end, end, None, words=True, decimal=pointed)
        if run[0] in signs.leading:
            reading.some, run = True, run[1:]
        for some in signs.some:
            if some in run:
                reading.some, run = True, run.replace(some, "")
        following = text[end:end + 1]
        if following and following in signs.some and not pointed and self._says_more(text, end):
            reading.some, reading.end = True, end + 1
        return reading if self._value(reading, run) else end

    def _run_end(self, text: str, match: re.Match[str]) -> int:
        """Where a run of numerals ends: before a last 两 that is the unit (两万两, but not 一两家)."""
        run, end = match.group(), match.end()
        if len(run) < 2 or match.group(1) or self.signs.digits.get(run[-1]) != 2 or run[-1] not in self.units.by_text:
            return end
        return end if run in self.pairs and self.units.simple(text, end) is not None else end - 1

    def _value(self, reading: Reading, run: str) -> bool:
        """Set the number of `run`, or low and high for 两三; False where it is no number (十四五)."""
        signs = self.signs
        if len(run) == 1 and (single := self._single.get(run)) is not None:
            reading.number = single
            return True
        if len(run) > 1 and all(c in signs.digits for c in run):
            if run in self.pairs:
                reading.low, reading.high = Decimal(signs.digits[run[0]]), Decimal(signs.digits[run[1]])
            else:
                reading.number, reading.form = signs.evaluate(run), "digits"
            return True
        try:
            reading.number = signs.parse(run)
        except ValueError:
            return self._pair(reading, run)
        if not any(c in signs.digits or c in signs.tens or signs.scales.get(c) == 10 for c in run):
            reading.form = "scale"
        self._leave_scale_to_unit(reading, run)
        return True

    def _pair(self, reading: Reading, run: str) -> bool:
        """七八百, 十五六: two digits in a row within a number."""
        for k in range(len(run) - 1):
            if run[k:k + 2] in self.pairs:
                try:
                    reading.low = self.signs.parse(run[:k + 1] + run[k + 2:])
                    reading.high = self.signs.parse(run[:k] + run[k + 1:])
                except ValueError:
                    return False
                self._leave_scale_to_unit(reading, run)
                return True
        return False

    def _leave_scale_to_unit(self, reading: Reading, run: str) -> None:
        """Leave 万 and 亿 at the end to the unit: 一万五千亿 is 15000 and 亿."""
        trailing = self._trailing.search(run)
        if trailing is None:
            return
        reading.scale_text, reading.scale = trailing.group(), self._product(trailing.group())
        with localcontext(EXACT):
            if reading.number is not None:
                reading.number = plain(reading.number / reading.scale)
            if reading.low is not None and reading.high is not None:
                reading.low, reading.high = plain(reading.low / reading.scale), plain(reading.high / reading.scale)
        if len(trailing.group()) < len(run):
            reading.number_end -= len(trailing.group())

    def _says_more(self, text: str, at: int) -> bool:
        """Whether the 多 or 来 at `at` belongs to the number before it, and does not begin a word of its own."""
        return text[at] in self.signs.some_alone or self.units.simple(text, at + 1) is not None

    def _product(self, scale: str) -> Decimal:
        value = 1
        for char in scale:
            value *= self.signs.myriads.get(char) or self.signs.scales[char]
        return Decimal(value)

    # --- fractions --------------------------------------------------------------------------------------------

    def _fraction(self, text: str, at: int, end: int) -> Reading | None:
        """百分之五, 三分之一, 三又二分之一, with `text[at:end]` the first number."""
        below_start, whole_end = at, at
        if text[end:end + 1] == self.signs.and_:
            whole_end, below_start = end, end + 1
            second = self.plain_end(text, below_start)
            if second is None:
                return None
            end = second
        over = self._over.match(text, end)
        above_end = self.plain_end(text, over.end()) if over is not None else None
        if over is None or above_end is None:
            return None
        try:
            whole = self.signs.parse(text[at:whole_end]) if whole_end > at else Decimal(0)
            below, above = self.signs.parse(text[below_start:end]), self.signs.parse(text[over.end():above_end])
        except ValueError:
            return None
        if not below:
            return None
        above = -above if over.group(1) else above
        percent = self.units.by_text.get("%")
        if percent is not None and below == 100 and whole_end == at and text[at:end] in self.signs.scales:
            return Reading(at, above_end, above_end, above, unit=percent, unit_text="%", words=True, form="percent")
        with localcontext(EXACT):
            above += whole * below
        return _ratio(at, above_end, above, below)

    def plain_end(self, text: str, at: int) -> int | None:
        """Where the number at `at` ends, its scales included, fractions not; None where there is none."""
        char = text[at:at + 1]
        if not char or char not in self.starts or char in self.signs.half:
            return None
        if not char.isascii():
            run = self._run.match(text, at)
            return self._run_end(text, run) if run is not None else None
        match = self._arabic.match(text, at)
        if match is None or len(match.group()) > MAX_DIGITS:
            return None
        scaled = self._scaled.match(text, match.end())
        if scaled is not None and scaled.group(2):
            return scaled.end(2)
        letter = self._letter.match(text, match.end())
        return letter.end() if letter is not None else match.end()


def _ratio(at: int, end: int, above: Decimal, below: Decimal) -> Reading:
    return Reading(at, end, end, plain(exact(Fraction(above) / Fraction(below))), form="fraction")
