"""Quantities that are more than a number with a unit: ranks, ranges, steps, lists that share a unit, proportions."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from extractor.mentions.model import Quantity
from extractor.mentions.numerals import exact
from extractor.mentions.quantity_judging import Judge
from extractor.mentions.quantity_numbers import Reading

Found = tuple[list[Quantity], int]
"""Quantities, and the offset from which to go on."""


def rank(judge: Judge, text: str, reading: Reading) -> Found:
    """第N: a rank, or else (第三届, 第一梯队) nothing."""
    rule = judge.rules.rule("rank")
    start, end, ordinal = reading.start - 1, reading.end, rule.match["ordinal"]
    before = text[:start] if start < 4 else text[start - 4:start]
    ok = reading.number is not None and not reading.scale_text and not reading.decimal and reading.form == "number"
    if ok and reading.unit is not None:
        ok = reading.unit.text in rule.match["units"]
    elif ok and not before:
        ok = end == len(text)
    elif ok:
        listed = ordinal in before[:-1] and before[-1] in judge.rules.rule("list").match["between"]
        ok = (end == len(text) or text[end] in rule.match["open"]) and (
            listed or before[-1] not in rule.match["not_after"])
    if not ok or before.endswith(tuple(rule.match["slogans"])):
        judge.note(judge.rules.rule("ordinal").id, text[start:end])
        return [], end
    unit = str(rule.yields["unit"])
    return [judge.build(text, start, end, "=", replace(reading, unit=None), unit, "rank", rule.id, unit)], end


def top(judge: Judge, text: str, reading: Reading) -> Found | None:
    """前N: a rank not worse than N."""
    rule = judge.rules.rule("top")
    start, end, match = reading.start - 1, reading.end, rule.match
    if (start and text[start - 1] in match["not_after"]) or reading.number is None or reading.decimal \
            or reading.form != "number":
        return None
    if reading.unit is None:
        unit = next((u for u in match["units"] if text.startswith(u, end)), None)
        if unit is None and not (end == len(text) or text.startswith(tuple(match["open"]), end)):
            return None
        end += len(unit or "")
    elif reading.unit.text not in match["units"]:
        return None
    name = str(rule.yields["unit"])
    op, bare = str(rule.yields["op"]), replace(reading, unit=None)
    return [judge.build(text, start, end, op, bare, name, "rank", rule.id, name)], end


def proportion(judge: Judge, text: str, at: int) -> Found | None:
    """2.35∶1, and 2：1 near a word that says it is a ratio."""
    rules = judge.rules
    match = rules.proportion.match(text, at)
    if match is None:
        return None
    rule = rules.rule("proportion")
    near = text[max(0, at - rule.match["within"]):at]
    if "." not in match.group(1) and rule.match["near"] not in near:
        return None
    reading = Reading(at, match.end(), match.end(1), judge.signs.parse(match.group(1)), decimal=True)
    start, end, op, _ = judge.bounds(text, at, match.end(), "=", "ratio")
    return [judge.build(text, start, end, op, reading, str(rule.yields["unit"]), "ratio", rule.id)], end


# --- ranges -------------------------------------------------------------------------------------------------------


def number_range(judge: Judge, text: str, low: Reading) -> Found | None:
    """The range that begins with `low`; an empty list where the two numbers only number something."""
    rules, reader = judge.rules, judge.reader
    if text[low.end:low.end + 1] not in rules.range_starts:
        return None
    sign = rules.range_sign.match(text, low.end)
    between = rules.between.match(text, low.end)
    if (sign is None and between is None) or low.number is None:
        return None
    place = sign.end() if sign is not None else (between.end() if between is not None else 0)
    ordinal = rules.rule("rank").match["ordinal"]
    if text[place:place + 1] in {*judge.signs.minus, ordinal}:
        place += 1
    if place >= len(text) or text[place] not in reader.starts:
        return None
    silent = rules.patterns.at(text, place)
    if silent is not None:
        return ([], silent[1]) if low.unit is None and sign is not None else None
    high = reader.read(text, place)
    if isinstance(high, int) or high.number is None:
        return None
    if judge.stop(text, high):
        return ([], high.end) if low.unit is None and not low.scale_text else None
    tail = _between_tail(judge, text, high) if between is not None else None
    if tail is not None:
        high, end = tail
    elif sign is None or text[low.start - 1:low.start] == ordinal \
            or _tells_of_change(judge, text, low, sign.group(1), high):
        return None
    else:
        end = high.end
    start, low = judge.signed(text, low)
    joined = _joined(low, high)
    if joined is None or joined.low is None or joined.high is None or joined.low >= joined.high:
        return None
    if tail is None and joined.words and joined.unit is None and not joined.scale_text:
        return None
    if tail is not None:
        start -= int(text[start - 1:start] == ordinal)
        start -= next((len(w) for w in rules.words("between", "lead") if text.endswith(w, 0, start)), 0)
    category = judge.category(joined)
    start, end, op, _ = judge.bounds(text, start, end, "range", category)
    unit = joined.unit_text or joined.scale_text
    rule = rules.rule("range" if tail is None else "between").id
    return [judge.build(text, start, end, op, joined, unit, category, rule)], end


def _between_tail(judge: Judge, text: str, high: Reading) -> tuple[Reading, int] | None:
    """X和Y之间: `high` (间 taken for a classifier given back) and where the whole ends."""
    tails = judge.rules.words("between", "after")
    if high.unit is not None and high.unit.text in tails:
        return replace(high, unit=None, unit_text=""), high.end
    tail = next((w for w in tails if text.startswith(w, high.end)), None)
    return (high, high.end + len(tail)) if tail is not None else None


def _tells_of_change(judge: Judge, text: str, low: Reading, sign: str, high: Reading) -> bool:
    """从5%到6% is a change, unless 之间 or 不等 follows."""
    if sign not in judge.rules.range_words or not low.start:
        return False
    return text[low.start - 1] in judge.rules.words("range", "not_after") \
        and not text.startswith(judge.rules.words("range", "unless"), high.end)


def _joined(low: Reading, high: Reading) -> Reading | None:
    """The two readings as one, `low` in the unit of `high`; None where they do not belong together."""
    if low.number is None or high.number is None:
        return None
    if low.unit is not None and (high.unit is None or low.unit.base != high.unit.base):
        return None
    if low.unit is None and high.unit is None and not low.scale_text and not high.scale_text and _looks_like_code(low):
        return None
    number, own = low.number, Fraction(1)
    if low.unit is None and not low.scale_text:
        if high.scale != 1 and number > high.number:  # 5000到1万元: 万 is not shared
            number = exact(Fraction(number) / Fraction(high.scale))
    else:
        own = high.unit.factor if high.unit is not None else own
        factor = low.unit.factor if low.unit is not None else own
        number = exact(Fraction(number) * Fraction(low.scale) * factor / (Fraction(high.scale) * own))
    return replace(high, start=low.start, number=None, low=number, high=high.number, words=low.words and high.words)


def _looks_like_code(low: Reading) -> bool:
    digits = low.number_end - low.start
    return not low.words and not low.decimal and (digits > 6 or (digits > 1 and low.number is not None
                                                                 and len(str(abs(int(low.number)))) < digits))


def two_bounds(judge: Judge, text: str, first: Quantity, second: Quantity) -> Quantity | None:
    """大于10且小于20: one range of two bounds in a row."""
    rule = judge.rules.rule("two-bounds")
    if text[first.end:second.start] not in rule.match["between"] or first.number is None or second.number is None:
        return None
    if first.op[:1] == ">" and second.op[:1] == "<":
        low, high = first, second
    elif first.op[:1] == "<" and second.op[:1] == ">":
        low, high = second, first
    else:
        return None
    other = first if second.unit else second
    unit = second if second.unit else first
    if (other.unit and other.unit != unit.unit) or low.number is None or high.number is None:
        return None
    if low.number >= high.number:
        return None
    lowest, highest = low.base.number, high.base.number
    if not other.unit and unit.number and unit.base.number is not None and other.number is not None:
        shared = exact(Fraction(other.number) * Fraction(unit.base.number) / Fraction(unit.number))
        lowest, highest = (shared, highest) if other is low else (lowest, shared)
    base = replace(unit.base, number=None, low=lowest, high=highest)
    return replace(unit, start=first.start, end=second.end, text=text[first.start:second.end], op="range", number=None,
                   low=low.number, high=high.number, base=base, rule=rule.id)


# --- several numbers in a row -------------------------------------------------------------------------------------


def steps(judge: Judge, text: str, first: Reading) -> Found | None:
    """3万亿、4万亿、5万亿三个大台阶 after a verb such as 跨越: each step by itself."""
    rules = judge.rules
    if not text.endswith(rules.step_verbs, 0, first.start):
        return None
    rule = rules.rule("steps")
    readings = [first, *_more(judge, text, first.end, (rule.match["comma"],), 12)]
    tail = rules.steps.match(text, readings[-1].end)
    if tail is None:
        return None
    bound = rules.before.ending_at(text, first.start)
    op = bound.op if bound is not None else str(rule.yields["op"])
    return [judge.build(text, r.start, r.end, op, r, r.unit_text or r.scale_text, judge.category(r), rule.id)
            for r in readings], tail.end()


def shared_list(judge: Judge, text: str, first: Reading) -> Found | None:
    """12、18个百分点: bare numbers that take the unit of the last; nothing where the last counts nothing (3、5号线).

    The unit may have begun already: 12.7个、12个百分点.
    """
    rule = judge.rules.rule("list")
    separators = tuple(rule.match["between"])
    if not text.startswith(separators, first.end):
        return None
    readings = [first, *_more(judge, text, first.end, separators, rule.match["longest"])]
    last = readings[-1]
    if len(readings) == 1 or last.number is None or any(_has_own_unit(r, last) for r in readings[:-1]):
        return None
    if judge.rules.patterns.at(text, last.start) or judge.stop(text, last):
        return [], last.end
    made = []
    if not _has_unit(last):  # no unit to share: each counts by itself, and is not read again
        for reading in readings[:-1]:
            alone = judge.quantity(text, reading)
            made += [alone] if alone is not None else []
        return made, last.start
    for reading in readings[:-1]:
        shared = replace(reading, unit=last.unit, unit_text=last.unit_text, scale=last.scale,
                         scale_text=last.scale_text)
        category = judge.category(shared)
        start, shared = judge.signed(text, shared)
        start, end, op, _ = judge.bounds(text, start, reading.end, "=", category)
        made.append(judge.build(text, start, end, op, shared, last.unit_text or last.scale_text, category, rule.id))
    return made, last.start


def _has_own_unit(reading: Reading, last: Reading) -> bool:
    """Whether a number of a list has a unit that does not just begin that of the last (12.7个、12个百分点)."""
    if reading.unit is not None and last.unit is not None and last.unit.category == "points":
        return not last.unit.text.startswith(reading.unit.text) or reading.unit.category == "points"
    return _has_unit(reading)


def _has_unit(reading: Reading) -> bool:
    return reading.unit is not None or bool(reading.scale_text) or reading.form in ("fraction", "percent")


def _more(judge: Judge, text: str, end: int, separators: tuple[str, ...], longest: int) -> list[Reading]:
    """The readings that follow in a list, at most `longest`."""
    found: list[Reading] = []
    while len(found) < longest:
        separator = next((s for s in separators if text.startswith(s, end)), None)
        place = end + len(separator or "")
        if separator is None or place >= len(text) or text[place] not in judge.reader.starts:
            break
        reading = judge.reader.read(text, place)
        if isinstance(reading, int):
            break
        found.append(reading)
        if reading.unit is not None and not reading.scale_text and separators[0] != separator:
            break
        end = reading.end
    return found
