"""Quantities: numbers with their units and the bound words that touch them.

`find_quantities` walks the text once, from one numeral or digit to the next; a regular expression that is anchored
there reads the number (`quantity_reading`), a table the unit (`units`), word lists the bounds (`quantity_judging`).
Nothing looks at a character for long or twice, so the cost grows with the length of the text. What the language knows
is in `rules/numerals.yaml`, `rules/units.csv` and `rules/quantities.yaml`.

Offsets count code points of the text that was searched, half-open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from extractor.mentions import quantity_forms as forms
from extractor.mentions.model import Base, Quantity
from extractor.mentions.numerals import plain
from extractor.mentions.quantity_judging import Judge
from extractor.mentions.quantity_numbers import Reading
from extractor.rulebook import Rulebook


def find_quantities(text: str, book: Rulebook, taken: Sequence[tuple[int, int]] = ()) -> list[Quantity]:
    """The quantities of `text`, in order, none overlapping another.

    Args:
        text: clean text (`View.clean`); offsets of the result count its code points.
        book: the rules.
        taken: spans (half-open) in which no quantity may lie: what the period layer has read.
    """
    return book.made("quantities", Scanner).find(text, sorted(taken))


def probe(book: Rulebook, text: str, reference: date | None = None, region: str | None = None) -> list[tuple[str, str]]:
    """What the rules make of `text`, for `rulebook.check`: pairs of a rule's id and a brief.

    A brief reads `超过2800万标箱 > 2800 万标箱 = 28000000 TEU`: text, op, number, unit, base; for a number that a rule
    keeps silent it reads `silent` and the number. Every rule that took part in a quantity is named with it.
    """
    return book.made("quantities.probe", lambda b: Scanner(b, tracing=True)).probe(text)


def brief(quantity: Quantity) -> str:
    """A quantity in one line: text, op, number and unit, and the same in the base unit."""
    def shown(number: Decimal | None, low: Decimal | None, high: Decimal | None) -> str:
        return f"{number:f}" if number is not None else f"{low:f} to {high:f}"
    base = quantity.base
    return (f"{quantity.text} {quantity.op} {shown(quantity.number, quantity.low, quantity.high)} {quantity.unit} = "
            f"{shown(base.number, base.low, base.high)} {base.unit}")


class Scanner:
    """The compiled rules and the walk over a text."""

    def __init__(self, book: Rulebook, *, tracing: bool = False) -> None:
        self.judge = Judge(book, tracing=tracing)
        self.rules = self.judge.rules
        self.reader = self.judge.reader
        self._trigger = re.compile(f"[0-9{re.escape(self.rules.starts)}]")
        self._ordinal = self.rules.rule("rank").match["ordinal"]
        self._top = self.rules.rule("top").match["before"]
        self._list_starts = frozenset(s[0] for s in self.rules.rule("list").match["between"])
        self._involved: dict[int, list[str]] = {}

    def find(self, text: str, taken: Sequence[tuple[int, int]]) -> list[Quantity]:
        """Walk over the text; see `find_quantities`. `taken` is sorted."""
        found: list[Quantity] = []
        place, spans, size, search = 0, iter(taken), len(text), self.rules.opening.search
        floor = 0  # where the last span that is taken ends
        span = next(spans, None)
        while place < size and (match := search(text, place)) is not None:
            at = match.start()
            while span is not None and span[1] <= at:
                floor, span = max(floor, span[1]), next(spans, None)
            if span is not None and span[0] <= at:
                place = span[1]
                continue
            if self.judge.tracing:
                self.judge.used = []
            quantities, end = self._at(text, at)
            place = max(end, at + 1)
            for quantity in quantities:
                free = quantity.start >= floor and (span is None or quantity.end <= span[0])
                if free and not (found and quantity.start < found[-1].end):
                    self._add(text, found, quantity)
        return found

    def _add(self, text: str, found: list[Quantity], quantity: Quantity) -> None:
        """Add a quantity, joined with the one before it where the two bound one range."""
        if found and quantity.op[:1] in "<>" and found[-1].op[:1] in "<>" and quantity.start - found[-1].end < 6:
            both = forms.two_bounds(self.judge, text, found[-1], quantity)
            if both is not None:
                found[-1] = quantity = both
                if self.judge.tracing:
                    self._involved[quantity.start] = []
                return
        found.append(quantity)
        if self.judge.tracing:
            self._involved[quantity.start] = self.judge.used

    def _at(self, text: str, at: int) -> forms.Found:
        """The quantities that begin with the trigger at `at`, and the offset from which to go on."""
        char, rules, judge = text[at], self.rules, self.judge
        enclosure = rules.enclosures.get(char)
        if enclosure is not None:
            name = enclosure.pattern.match(text, at)
            if name is None or (enclosure.unless and self._is_amount(text, at + 1, name.end() - 1, enclosure.unless)):
                return [], at + 1
            if judge.tracing and self._trigger.search(text, at + 1, name.end() - 1):
                judge.note(enclosure.rule)
            return [], name.end()
        if char in rules.fixed and (fixed := self._fixed(text, at)) is not None:
            return fixed
        if (phrases := rules.phrases.get(char)) is not None and (phrase := phrases.match(text, at)) is not None:
            judge.note(rules.phrase_rule)
            return [], phrase.end()
        if char.isascii() and (ratio := forms.proportion(judge, text, at)) is not None:
            return ratio
        silent = rules.patterns.at(text, at)
        if silent is not None:
            judge.note(silent[0])
            return [], silent[1]
        reading = self.reader.read(text, at)
        if isinstance(reading, int):
            return [], reading
        return self._number(text, reading)

    def _number(self, text: str, reading: Reading) -> forms.Found:
        """The quantities that begin with a number that was read."""
        judge, start = self.judge, reading.start
        previous = text[start - 1] if start else ""
        if previous == self._ordinal:
            return forms.number_range(judge, text, reading) or forms.rank(judge, text, reading)
        if previous == self._top and (top := forms.top(judge, text, reading)) is not None:
            return top
        if judge.stop(text, reading):
            return [], reading.end
        letter = previous.isascii() and (previous.isalpha() or previous in ("+", "_"))
        if letter and not _is_plain_amount(reading):
            return [], reading.end
        following = text[reading.end:reading.end + 1]
        if following in self._list_starts and following:
            several = forms.steps(judge, text, reading)
            shares = not reading.words and not reading.scale_text and (
                reading.unit is None or reading.unit.category == "count")
            if several is None and shares and previous not in self.rules.prefix_ends:
                several = forms.shared_list(judge, text, reading)
            if several is not None:
                return several
        ranged = forms.number_range(judge, text, reading)
        if ranged is not None:
            return ranged
        quantity = judge.quantity(text, reading)
        return ([], reading.end) if quantity is None else ([quantity], quantity.end)

    def _fixed(self, text: str, at: int) -> forms.Found | None:
        """A word that is a quantity by itself: 榜首, 翻番."""
        judge = self.judge
        for word, entry in self.rules.fixed[text[at]]:
            if not text.startswith(word, at):
                continue
            end = at + len(word)
            if (entry.not_before and text.startswith(entry.not_before, end)) or \
                    (entry.not_after and text.endswith(entry.not_after, 0, at)):
                return None
            start, end, op, _ = judge.bounds(text, at, end, "=", entry.category)
            unit = judge.units.by_text.get(entry.unit)
            number = plain(entry.number)
            base = Base(unit.to_base(number) if unit is not None else number, None, None,
                        unit.base if unit is not None else entry.unit)
            return [Quantity(start, end, text[start:end], op, number, None, None, entry.unit, base, entry.category,
                             at, at + len(word), entry.rule)], end
        return None

    def _is_amount(self, text: str, start: int, end: int, categories: frozenset[str]) -> bool:
        """Whether the whole of `text[start:end]` is an amount of one of the categories."""
        found = self._trigger.search(text, start, end)
        if found is None or text[found.start()] in self.rules.enclosures:
            return False
        quantities, _ = self._at(text, found.start())
        return bool(quantities) and quantities[0].start == start and quantities[-1].end == end \
            and quantities[-1].category in categories

    # --- the rules' own examples --------------------------------------------------------------------------------

    def probe(self, text: str) -> list[tuple[str, str]]:
        """See `probe`."""
        judge = self.judge
        judge.notes, self._involved = [], {}
        outcome: list[tuple[str, str]] = []
        for quantity in self.find(text, ()):
            ids = [quantity.rule, *self._involved.get(quantity.start, ()), *self._numerals_in(quantity)]
            outcome += [(rule, brief(quantity)) for rule in dict.fromkeys(ids)]
        return outcome + judge.notes

    def _numerals_in(self, quantity: Quantity) -> list[str]:
        """The rules of numerals that a quantity was read with."""
        signs = self.judge.signs
        numeral = quantity.text[quantity.number_start - quantity.start:]
        found = [rule for char in numeral if (rule := signs.rule_of.get(char)) is not None]
        written = quantity.text[quantity.number_start - quantity.start:quantity.number_end - quantity.start]
        number = quantity.number
        if number is not None and abs(number) < 10 ** 16 and signs.write(abs(number)) == written:
            found.append("numerals.writing")
        return found


def _is_plain_amount(reading: Reading) -> bool:
    """Whether the unit makes it an amount even after a letter (GDP5%)."""
    unit = reading.unit
    return bool(reading.scale_text) or (unit is not None and unit.category in ("percent", "money", "points"))

