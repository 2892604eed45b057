"""Claims to records: places, ids, groups, repeats."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from extractor.claims.assemble import assemble
from extractor.claims.model import Action, Analysis, Claim, ClaimPeriod
from extractor.mentions.model import Base, Quantity
from extractor.rulebook import Rulebook
from extractor.schema import Record
from extractor.text.view import make_view


def analysis(text: str, book: Rulebook) -> Analysis:
    return Analysis(make_view(text), (), (), (), (), None, None, book)


def quantity(text: str, said: str, number: str | None = "2", unit: str = "亿元", scale: int = 10**8, code: str = "CNY",
             low: str | None = None, high: str | None = None, after: int = 0) -> Quantity:
    start = text.index(said, after)
    numbers = [Decimal(x) if x is not None else None for x in (number, low, high)]
    base = Base(*(x * scale if x is not None else None for x in numbers), unit=code)  # type: ignore[misc]
    return Quantity(start, start + len(said), said, "range" if low else "=", *numbers, unit, base, "money", start,
                    start + 1, "q")


def level(text: str, said: str = "2亿元", indicator: str = "出口", **more: object) -> Claim:
    after = int(str(more.pop("after", 0)))
    found = quantity(text, said, after=after)
    start = max(0, found.start - len(indicator))
    return Claim("achievement", start, found.end, ("a", "b"), kind="level", indicator=indicator, quantity=found,
                 **more)  # type: ignore[arg-type]


def action(text: str, verb: str, thing: str, **more: object) -> Claim:
    start = text.index(verb)
    return Claim("initiative", start, text.index(thing) + len(thing), ("act",),
                 action=Action(verb, thing, "planned"), **more)  # type: ignore[arg-type]


def spans_hold(text: str, records: list[Record]) -> bool:
    return all(text[s.start:s.end] == s.text for r in records for s in (r.evidence, r.value) if s)


def test_spans_are_those_of_the_original(book: Rulebook) -> None:
    original = "\ufeff\r\n  全市 出口２\n\n亿元，进口３亿元。"
    made = analysis(original, book)
    text = made.text
    found = quantity(text, text[text.index("2"):text.index("亿元") + 2])
    records = assemble("d", made, [Claim("achievement", text.index("出口"), found.end, ("a",), kind="level",
                                         indicator="出口", quantity=found)])
    assert spans_hold(original, records)
    assert records[0].evidence.text.startswith("出口２") and records[0].value and "２" in records[0].value.text


def test_an_id_does_not_move_with_other_claims(book: Rulebook) -> None:
    text = "出口2亿元，进口3亿元，实施港口行动。"
    made = analysis(text, book)
    one, other = level(text), level(text, "3亿元", "进口")
    alone = assemble("d", made, [one])[0]
    assert alone.id in {r.id for r in assemble("d", made, [other, one, action(text, "实施", "港口行动")])}
    changed = replace(one, rules=("z",), confidence=0.1, period=ClaimPeriod("今年", None, date(2022, 1, 1), "context"))
    assert assemble("d", made, [changed])[0].id == alone.id
    assert assemble("other", made, [one])[0].id != alone.id


def test_records_stand_in_order_of_place(book: Rulebook) -> None:
    text = "出口2亿元，进口3亿元，实施港口行动。"
    claims = [action(text, "实施", "港口行动"), level(text, "3亿元", "进口"), level(text)]
    records = assemble("d", analysis(text, book), claims)
    assert [r.evidence.start for r in records] == sorted(r.evidence.start for r in records)
    assert records == assemble("d", analysis(text, book), claims[::-1])


def test_the_more_confident_of_two_equal_claims_stays(book: Rulebook) -> None:
    text = "出口2亿元。"
    records = assemble("d", analysis(text, book), [level(text, confidence=0.3), level(text, confidence=0.8)])
    assert [r.confidence for r in records] == [0.8]


def test_two_actions_of_one_verb_get_ids_of_their_own(book: Rulebook) -> None:
    text = "推进甲路、乙桥建设。"
    claims = [Claim("initiative", 0, 9, ("act",), action=Action("推进", thing, "planned"))
              for thing in ("甲路", "乙桥")]
    first, second = assemble("d", analysis(text, book), claims)
    assert first.id != second.id
    assert [first, second] == assemble("d", analysis(text, book), claims[::-1])


def test_a_repeated_claim_points_to_the_first(book: Rulebook) -> None:
    text = "出口2亿元。实施港口行动。各地出口 2亿元。将“实施港口行动”。出口2亿元。"
    made = analysis(text, book)
    text = made.text
    last = text.rindex("2亿元")
    claims = [level(text), level(text, after=text.index("各地")), action(text, "实施", "港口行动"),
              level(text, after=last, period=ClaimPeriod("今年", date(2022, 1, 1), date(2022, 12, 31), "context"))]
    repeated = text.index("将")
    start = text.index("实施", repeated)
    claims.append(Claim("initiative", start, start + 6, ("act",), action=Action("实施", "“港口行动”", "planned")))
    records = assemble("d", made, claims)
    numbers = [r for r in records if r.value]
    acts = [r for r in records if r.action]
    assert [r.repeats for r in numbers] == [None, numbers[0].id, None], "another time is another claim"
    assert [r.repeats for r in acts] == [None, acts[0].id]


def test_an_alias_repeats_the_official_name(book: Rulebook) -> None:
    text = "GDP2亿元。生产总值2亿元。"
    records = assemble("d", analysis(text, book), [level(text, indicator="GDP"),
                                                   level(text, indicator="生产总值", after=text.index("生产"))])
    assert [r.indicator.name for r in records if r.indicator] == ["地区生产总值"] * 2
    assert records[1].repeats == records[0].id


def test_claims_of_one_statement_share_their_group(book: Rulebook) -> None:
    text = "出口2亿元，进口3亿元。出口2亿元。"
    claims = [level(text, group=0), level(text, "3亿元", "进口", group=0), level(text, after=14, group=14)]
    groups = [r.group for r in assemble("d", analysis(text, book), claims)]
    assert groups[0] == groups[1] != groups[2]


def test_a_fall_is_negative_in_number_and_base(book: Rulebook) -> None:
    text = "费用下降2亿元。"
    (record,) = assemble("d", analysis(text, book), [replace(level(text, indicator="费用"), kind="change",
                                                             negative=True)])
    assert record.value and (record.value.number, record.value.base.number) == (-2, -200000000)


def test_a_falling_range_keeps_its_ends_in_order(book: Rulebook) -> None:
    text = "能耗下降3%—5%。"
    found = quantity(text, "3%—5%", None, "%", 1, "%", "3", "5")
    (record,) = assemble("d", analysis(text, book), [Claim("target", 0, found.end, ("a",), kind="change",
                                                           indicator="能耗", quantity=found, negative=True)])
    assert record.value and (record.value.low, record.value.high, record.value.number) == (-5, -3, None)


def test_a_construction_may_set_the_number(book: Rulebook) -> None:
    text = "产值2亿元。"
    (record,) = assemble("d", analysis(text, book), [replace(level(text, indicator="产值"), number=Decimal("3.5"))])
    assert record.value and (record.value.number, record.value.base.number) == (3.5, 350000000)


def test_a_claim_of_nothing_is_a_fault(book: Rulebook) -> None:
    with pytest.raises(ValueError, match="a quantity or an action"):
        assemble("d", analysis("出口。", book), [Claim("target", 0, 2, ("a",))])
