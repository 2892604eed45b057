"""Quantities: numbers with their units and the bound words that touch them.

`find_quantities` walks the text once, from one numeral or digit to the next; a regular expression that is anchored
there reads the number, a table the unit, word lists the bounds. Nothing looks at a character twice for long, so the
cost grows with the length of the text. Knowledge of the language is in `rules/numerals.yaml`, `rules/units.csv` and
`rules/quantities.yaml`.

Offsets count code points of the text that was searched, half-open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from extractor.mentions.model import Base, Quantity
from extractor.mentions.numerals import exact, numerals, plain
from extractor.mentions.quantity_reading import Reader, Reading
from extractor.mentions.quantity_rules import QuantityRules, quantity_rules
from extractor.mentions.units import units
from extractor.rulebook import Rulebook

_IS_CHINESE = re.compile("[\u3400-\u9fff]").match


def find_quantities(text: str, book: Rulebook, taken: Sequence[tuple[int, int]] = ()) -> list[Quantity]:
    """The quantities of `text`, in order, none overlapping another.

    Args:
        text: clean text (`View.clean`); offsets of the result count its code points.
        book: the rules.
        taken: spans (half-open) in which no quantity may lie: what the period layer has read.
    """
    return list(_scanner(book).find(text, sorted(taken)))


def probe(book: Rulebook, text: str, reference: date | None = None, region: str | None = None) -> list[tuple[str, str]]:
    """What the rules make of `text`, for `rulebook.check`: pairs of a rule's id and a brief.

    A brief reads `超过2800万标箱 > 2800 万标箱 = 28000000 TEU`: text, op, number, unit, base; for a number that a rule
    keeps silent it reads `silent`.
    """
    return _scanner(book).probe(text)


def brief(quantity: Quantity) -> str:
    """A quantity in one line: text, op, number and unit, and the same in the base unit."""
    def shown(number: Decimal | None, low: Decimal | None, high: Decimal | None) -> str:
        return f"{number:f}" if number is not None else f"{low:f} to {high:f}"
    base = quantity.base
    return (f"{quantity.text} {quantity.op} {shown(quantity.number, quantity.low, quantity.high)} {quantity.unit} = "
            f"{shown(base.number, base.low, base.high)} {base.unit}")


def _scanner(book: Rulebook) -> Scanner:
    return book.made("quantities", Scanner)


class Scanner:
    """The compiled rules and the walk over a text."""

    def __init__(self, book: Rulebook) -> None:
        self.rules: QuantityRules = quantity_rules(book)
        self.signs = numerals(book)
        self.units = units(book)
        self.reader = Reader(self.signs, self.units, self.rules.pairs)
        self.trigger = re.compile(f"[0-9{re.escape(self.rules.starts)}]")
        self.silenced: list[tuple[str, str]] | None = None

    # --- the walk ---------------------------------------------------------------------------------------------

    def find(self, text: str, taken: Sequence[tuple[int, int]]) -> Iterator[Quantity]:
        """Walk over the text; see `find_quantities`."""
        place, spans, size = 0, iter(taken), len(text)
        span = next(spans, None)
        before: Quantity | None = None
        search = self.trigger.search
        while place < size:
            match = search(text, place)
            if match is None:
                break
            at = match.start()
            while span is not None and span[1] <= at:
                span = next(spans, None)
            if span is not None and span[0] <= at:
                place = span[1]
                continue
            limit = span[0] if span is not None else size
            found = self._at(text, at, before)
            if isinstance(found, int):
                place = max(found, at + 1)
                continue
            quantities, place = found
            for quantity in quantities:
                if quantity.end > limit or (before is not None and quantity.start < before.end):
                    continue
                before = quantity
                yield quantity

    def _at(self, text: str, at: int, before: Quantity | None) -> tuple[list[Quantity], int] | int:
        """The quantities that begin with the trigger at `at`, or the offset from which to go on."""
        char = text[at]
        rules = self.rules
        enclosure = rules.enclosures.get(char)
        if enclosure is not None:
            name = enclosure.pattern.match(text, at)
            if name is None:
                return at + 1
            if enclosure.unless and self._is_amount(text, at + 1, name.end() - 1, enclosure.unless):
                return at + 1
            self._note(enclosure.rule)
            return name.end()
        if char in rules.fixed and (fixed := self._fixed(text, at)) is not None:
            return fixed
        phrases = rules.phrases.get(char)
        if phrases is not None and (phrase := phrases.match(text, at)) is not None:
            self._note(rules.phrase_rules.get(phrase.group(), "quantities.idioms"))
            return phrase.end()
        pattern = rules.patterns.match(text, at)
        if pattern is not None:
            self._note(rules.pattern_rules[(pattern.lastindex or 1) - 1])
            return pattern.end()
        reading = self.reader.read(text, at)
        if isinstance(reading, int):
            return reading
        return self._judge(text, reading)

    def _is_amount(self, text: str, start: int, end: int, categories: frozenset[str]) -> bool:
        """Whether the whole of `text[start:end]` is an amount of one of the categories."""
        found = self.trigger.search(text, start, end)
        if found is None or text[found.start()] in self.rules.enclosures:
            return False
        outcome = self._at(text, found.start(), None)
        if isinstance(outcome, int) or not outcome[0]:
            return False
        return outcome[0][0].start == start and outcome[0][-1].end == end and outcome[0][-1].category in categories

    def _note(self, rule: str, what: str = "") -> None:
        if self.silenced is not None:
            self.silenced.append((rule, f"silent {what}".strip()))

    # --- words that are quantities ------------------------------------------------------------------------------

    def _fixed(self, text: str, at: int) -> tuple[list[Quantity], int] | None:
        for word, entry in self.rules.fixed[text[at]]:
            if not text.startswith(word, at):
                continue
            end = at + len(word)
            if text.startswith(entry.not_before, end) and entry.not_before or \
                    entry.not_after and text.endswith(entry.not_after, 0, at):
                return None
            start, end, op, _ = self._bounds(text, at, end, "=", entry.category, scale_only=False)
            unit = self.units.by_text.get(entry.unit)
            base = Base(plain(unit.to_base(entry.number)) if unit else entry.number, None, None,
                        unit.base if unit else entry.unit)
            return [Quantity(start, end, text[start:end], op, entry.number, None, None, entry.unit, base,
                             entry.category, at, at + len(word), entry.rule)], end
        return None

    # --- judging a number ---------------------------------------------------------------------------------------

    def _judge(self, text: str, reading: Reading) -> tuple[list[Quantity], int] | int:
        start = reading.start
        previous = text[start - 1:start] if start else ""
        if previous == self.rules.rank.match["ordinal"]:
            return self._rank(text, reading)
        if previous == self.rules.top.match["before"] and (top := self._top(text, reading)) is not None:
            return top
        following = self.rules.following_words if reading.words else self.rules.following
        after_number = reading.end - (len(reading.unit_text) - len(reading.scale_text) if reading.unit else 0)
        stop = following.starting_at(text, after_number)
        if stop is not None and len(stop.text) >= reading.end - after_number:
            self._note(stop.rule, text[start:after_number])
            return max(reading.end, after_number + len(stop.text))
        if previous and previous.isascii() and (previous.isalpha() or previous in "+_") and not self._plain_amount(reading):
            return reading.end
        if text[reading.end:reading.end + 1] == self.rules.list_comma and (steps := self._steps(text, reading)) is not None:
            return steps
        ranged = self._range(text, reading)
        if isinstance(ranged, int):
            return ranged
        if ranged is not None:
            return [ranged], ranged.end
        quantity = self._quantity(text, reading)
        if quantity is None:
            return reading.end
        return [quantity], quantity.end

    def _plain_amount(self, reading: Reading) -> bool:
        return reading.unit is not None and reading.unit.category in ("percent", "money", "points") or bool(reading.scale_text)

    def _quantity(self, text: str, reading: Reading) -> Quantity | None:
        """The quantity that the reading is, or None where it counts nothing."""
        start = self._signed(text, reading)
        unit = reading.unit
        category = self._category(reading)
        op = ">" if reading.some else ("range" if reading.number is None else "=")
        start, end, op, bounded = self._bounds(text, start, reading.end, op, category,
                                               scale_only=reading.form == "scale")
        if not self._counts(text, reading, category, bounded, end):
            return None
        unit_text = reading.unit_text or reading.scale_text or ("1" if category == "ratio" else "")
        rule = "quantities.unit" if unit is not None else ("quantities.ratio" if category == "ratio" else "quantities.bare")
        if reading.number is None:
            rule = "quantities.pair"
        start, unit_text, base_unit, category = self._prefix(text, start, unit_text, reading, category)
        return Quantity(start, end, text[start:end], op, reading.number, reading.low, reading.high, unit_text,
                        self._base(reading, base_unit), category, reading.start, reading.number_end, rule)

    def _signed(self, text: str, reading: Reading) -> int:
        """Where the number starts with its sign; the number is made negative if there is one."""
        start = reading.start
        if not start:
            return start
        char, before = text[start - 1], text[start - 2:start - 1] if start > 1 else ""
        minus = False
        if char == "-":
            minus = not before or not (before.isalnum() and before.isascii() or before in "%-—)）")
        elif char in self.signs.minus:
            minus = before not in self.signs.minus_not_after or not before
        elif char == "." and reading.number is not None and not reading.decimal and (not before or before == "-"):
            digits = reading.number_end - reading.start
            reading.number = plain(reading.number.scaleb(-digits))
            reading.start -= 1
            return self._signed(text, reading)
        if minus and reading.number is not None:
            reading.number = -reading.number
            return start - 1
        return start

    def _prefix(self, text: str, start: int, unit_text: str, reading: Reading,
                category: str) -> tuple[int, str, str | None, str]:
        """A currency sign or name before the number."""
        if reading.unit is not None and reading.unit.category != "money":
            return start, unit_text, None, category
        for sign, code in self.rules.prefixes.items():
            gap = 1 if text[start - 1:start] == " " else 0
            if start >= len(sign) + gap and text.startswith(sign, start - gap - len(sign)):
                start -= len(sign) + gap
                return start, unit_text if reading.unit is not None else reading.scale_text + sign, code, "money"
        return start, unit_text, None, category

    def _category(self, reading: Reading) -> str:
        if reading.unit is not None:
            return reading.unit.category
        if reading.form == "fraction" or (reading.decimal and not reading.scale_text and not reading.words):
            return "ratio"
        return "bare"

    def _base(self, reading: Reading, base_unit: str | None = None) -> Base:
        unit, scale = reading.unit, Fraction(reading.scale)

        def converted(value: Decimal | None) -> Decimal | None:
            if value is None:
                return None
            amount = Fraction(value) * scale
            return exact(amount * unit.factor if unit is not None else amount)

        name = base_unit or (unit.base if unit is not None else "1")
        return Base(converted(reading.number), converted(reading.low), converted(reading.high), name)

    def _bounds(self, text: str, start: int, end: int, op: str, category: str, *,
                scale_only: bool) -> tuple[int, int, str, bool]:
        """The span with the bound words that touch, the op they give, and whether there are any."""
        rules = self.rules
        bound = rules.before.ending_at(text, start - 1 if text[start - 1:start] == " " else start) if start else None
        gap = 1 if bound is not None and text[start - 1:start] == " " else 0
        linked = start
        if bound is None and start:
            for link in rules.links:
                if start > len(link) and text.startswith(link, start - len(link)):
                    linked = start - len(link)
                    bound = rules.before.ending_at(text, linked)
                    if bound is not None:
                        break
        if bound is not None and bound.scale_only and not scale_only:
            bound = None
        after = self._after(text, end, category)
        bounded = bound is not None or after is not None
        if after is not None:
            end, word = after
            op = word
        if bound is not None:
            start = (linked if linked != start else start - gap) - len(bound.text)
            if op != "range":
                op = bound.op
        return start, end, op, bounded

    def _after(self, text: str, end: int, category: str) -> tuple[int, str] | None:
        place = end
        for joiner in self.rules.joiners:
            if text.startswith(joiner, end):
                place = end + len(joiner)
                break
        found = self.rules.after.starting_at(text, place) or (self.rules.after.starting_at(text, end) if place != end else None)
        if found is None:
            return None
        if found.categories and category not in found.categories:
            return None
        if not text.startswith(found.text, place):
            place = end
        return place + len(found.text), found.op

    def _counts(self, text: str, reading: Reading, category: str, bounded: bool, end: int) -> bool:
        """Whether the number counts something here, and is no part of a word or name."""
        start, unit, previous = reading.start, reading.unit, text[reading.start - 1:reading.start]
        if not reading.words:
            return bounded or unit is not None or self._bare_digits(text, reading, end)
        if reading.form == "scale":
            if bounded or reading.some:
                return unit is not None or bool(reading.scale_text) or bounded
            return unit is not None and (unit.category == "money" or (unit.category == "measure" and bool(reading.scale_text)))
        if unit is not None:
            if reading.form == "digits":
                return any(self.signs.digits.get(c) == 0 for c in text[start:reading.number_end]) or unit.category == "percent"
            if reading.number == 1 and unit.category == "count" and reading.number_end == start + 1 and not reading.scale_text:
                return bounded or unit.text in ("位",) and False
            return True
        if reading.form == "fraction":
            return True
        following = text[end:end + 1]
        open_end = not following or not _IS_CHINESE(following)
        long = reading.number_end - start + len(reading.scale_text) > 1
        if bounded:
            return open_end or long
        if reading.form == "digits" or (reading.number is None and not reading.scale_text):
            return False
        if reading.scale_text and reading.form != "scale":
            return True
        if open_end and long and (reading.decimal or abs(reading.number or 0) >= 20):
            return True
        if open_end and start == 0:
            return end == len(text)
        return text.endswith(self.rules.copula, 0, start) and (
            open_end and previous != "" or text.startswith(self.rules.contrast, end))

    def _bare_digits(self, text: str, reading: Reading, end: int) -> bool:
        """Whether Arabic digits without unit and bound count something."""
        if reading.scale_text or reading.some or reading.form == "fraction":
            return True
        digits = text[reading.start:reading.number_end]
        following, previous = text[end:end + 1], text[reading.start - 1:reading.start]
        if following and following.isascii() and (following.isalpha() or following in "+_"):
            return False
        if len(digits) > 11 and not reading.decimal:
            return False
        if len(digits) > 1 and digits[0] == "0" and not reading.decimal:
            return False
        if len(digits) == 4 and digits[:2] in ("19", "20"):
            return False
        return not (previous in ("-", "/", ".") and text[reading.start - 2:reading.start - 1].isalnum())

    # --- ranks --------------------------------------------------------------------------------------------------

    def _rank(self, text: str, reading: Reading) -> tuple[list[Quantity], int] | int:
        rule = self.rules.rank
        start, end = reading.start - 1, reading.end
        units, open_ = rule.match["units"], rule.match["open"]
        ok = False
        if reading.number is not None and not reading.scale_text and not reading.decimal:
            if reading.unit is not None:
                ok = reading.unit.text in units
            else:
                before = text[start - 1:start]
                ok = (end == len(text) or text[end] in open_) and (bool(before) and before not in rule.match["not_after"])
        if not ok:
            self._note(rule.id, text[start:end])
            return end
        return [self._ranked(text, start, end, "=", reading, rule.id, rule.yields["unit"])], end

    def _top(self, text: str, reading: Reading) -> tuple[list[Quantity], int] | None:
        rule = self.rules.top
        start, end = reading.start - 1, reading.end
        if start and text[start - 1] in rule.match["not_after"] or reading.number is None or reading.decimal:
            return None
        units, open_ = rule.match["units"], rule.match["open"]
        if reading.unit is None or reading.unit.text not in units:
            unit = next((u for u in units if text.startswith(u, end)), None)
            if unit is not None and reading.unit is None:
                end += len(unit)
            elif reading.unit is not None or not (end == len(text) or text.startswith(tuple(open_), end)):
                return None
        return [self._ranked(text, start, end, str(rule.yields["op"]), reading, rule.id, rule.yields["unit"])], end

    def _ranked(self, text: str, start: int, end: int, op: str, reading: Reading, rule: str, unit: str) -> Quantity:
        number = reading.number
        assert number is not None
        return Quantity(start, end, text[start:end], op, number, None, None, unit,
                        Base(plain(number * reading.scale), None, None, unit), "rank", reading.start, reading.number_end, rule)

    # --- ranges -------------------------------------------------------------------------------------------------

    def _range(self, text: str, low: Reading) -> Quantity | int | None:
        """The range that begins with `low`, the offset to go on from where it numbers, or None."""
        rules = self.rules
        sign = rules.range_sign.match(text, low.end)
        between = None if sign is not None else rules.between.match(text, low.end)
        follow = sign or between
        if follow is None or low.number is None:
            return None
        place = follow.end()
        ordinal = rules.rank.match["ordinal"]
        if place >= len(text):
            return None
        if text[place] not in self.reader.starts:
            if text[place] in self.signs.minus or text[place] == ordinal:
                place += 1
            if place >= len(text) or text[place] not in self.reader.starts:
                return None
        pattern = rules.patterns.match(text, place)
        if pattern is not None:
            return pattern.end() if low.unit is None and sign is not None else None
        high = self.reader.read(text, place)
        if isinstance(high, int) or high.number is None:
            return None
        following = rules.following_words if high.words else rules.following
        stop = following.starting_at(text, high.end) if high.unit is None else None
        if stop is not None and low.unit is None and not low.scale_text:
            self._note(stop.rule, text[low.start:high.end])
            return high.end
        end = high.end
        if between is not None:
            tail = next((w for w in rules.between_after if text.startswith(w, end)), None)
            if tail is None:
                return None
            end += len(tail)
        elif sign is not None and sign.group(1) in rules.range_words and \
                text[self._bound_start(text, low) - 1:self._bound_start(text, low)] in rules.range_words_not_after \
                and self._bound_start(text, low):
            return None
        joined = self._joined(text, low, high)
        if joined is None:
            return None
        start = self._signed(text, low)
        if between is not None:
            start -= next((len(w) for w in rules.between_lead if text.endswith(w, 0, start)), 0)
        if low.number >= high.number:
            return None
        category = self._category(joined)
        start, end, op, _ = self._bounds(text, start, end, "range", category, scale_only=False)
        if joined.words and joined.unit is None and not joined.scale_text and between is None:
            return None
        return Quantity(start, end, text[start:end], "range", None, low.number, high.number,
                        joined.unit_text or joined.scale_text, self._base(joined), category, low.start, high.number_end,
                        "quantities.between" if between is not None else "quantities.range")

    def _bound_start(self, text: str, low: Reading) -> int:
        return low.start

    def _joined(self, text: str, low: Reading, high: Reading) -> Reading | None:
        """The two readings as one, `low` in the unit of `high`; None where they do not belong together."""
        if high.number is None or low.number is None:
            return None
        if low.unit is not None and (high.unit is None or low.unit.base != high.unit.base):
            return None
        if low.unit is None and high.unit is None and not low.scale_text and not high.scale_text and \
                (low.form, high.form) == ("number", "number") and not low.words and \
                (len(str(low.number)) > 6 or text[low.start] == "0" and not low.decimal and low.number_end - low.start > 1):
            return None
        if low.unit is None and not low.scale_text:
            shares = high.scale == 1 or low.number <= high.number
            if not shares:
                low.number = exact(Fraction(low.number) / Fraction(high.scale))
        elif low.scale != high.scale or (low.unit is not None and high.unit is not None and low.unit.factor != high.unit.factor):
            factor = low.unit.factor if low.unit is not None else (high.unit.factor if high.unit is not None else Fraction(1))
            own = high.unit.factor if high.unit is not None else Fraction(1)
            low.number = exact(Fraction(low.number) * Fraction(low.scale) * factor / (Fraction(high.scale) * own))
        return replace(high, start=low.start, number=None, low=low.number, high=high.number)

    def _steps(self, text: str, first: Reading) -> tuple[list[Quantity], int] | None:
        """7万亿、8万亿、9万亿三个大台阶 after a verb such as 跨越: each step by itself."""
        verb = next((v for v in self.rules.step_verbs if text.endswith(v, 0, first.start)), None)
        if verb is None:
            return None
        readings, comma = [first], self.rules.list_comma
        while text[readings[-1].end:readings[-1].end + 1] == comma and len(readings) < 12:
            place = readings[-1].end + 1
            reading = self.reader.read(text, place) if text[place:place + 1] in self.reader.starts and place < len(text) else 0
            if isinstance(reading, int):
                break
            readings.append(reading)
        tail = self.rules.steps.match(text, readings[-1].end)
        if tail is None:
            return None
        bound = self.rules.before.entries.get(verb)
        rule = self.rules.rule("steps")
        op = bound.op if bound is not None else str(rule.yields["op"])
        return [Quantity(r.start, r.end, text[r.start:r.end], op, r.number, r.low, r.high, r.unit_text or r.scale_text,
                         self._base(r), self._category(r), r.start, r.number_end, rule.id) for r in readings], tail.end()

    # --- the rules' own examples --------------------------------------------------------------------------------

    def probe(self, text: str) -> list[tuple[str, str]]:
        """See `probe`."""
        self.silenced = []
        try:
            found = list(self.find(text, ()))
            silenced = self.silenced
        finally:
            self.silenced = None
        outcome: list[tuple[str, str]] = []
        for quantity in found:
            line = brief(quantity)
            ids = dict.fromkeys([quantity.rule, *self._involved(quantity)])
            outcome += [(rule, line) for rule in ids]
        return outcome + silenced

    def _involved(self, quantity: Quantity) -> Iterator[str]:
        numeral = quantity.text[max(0, quantity.number_start - quantity.start - 1):]
        for char in numeral:
            if (rule := self.signs.rule_of.get(char)) is not None:
                yield rule
