from __future__ import annotations

import time
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.collecting import without_collector
from extractor.mentions.calendar import ChineseCalendar, Numerals, five_year_plan
from extractor.mentions.pattern_starts import first_characters
from extractor.mentions.periods import calendar_spans, find_periods, probe
from extractor.mentions.periods_wrap import title_spans
from extractor.rulebook.load import load_rulebook

BOOK = load_rulebook()
DATA = Path(__file__).parent / "data"
DAY = date(2022, 12, 20)


def cases(kind: str) -> list[Any]:
    loaded: list[Any] = yaml.safe_load((DATA / f"periods-{kind}.yaml").read_text("utf-8"))
    return loaded


def briefs(text: str, reference: date | None) -> list[str]:
    return [f"{p.text} {p.shape} {p.start_date or ''}..{p.end_date or ''}" for p in find_periods(text, BOOK, reference)]


@pytest.mark.parametrize("case", cases("in-the-wild") + cases("synthetic"), ids=lambda c: c["text"][:24])
def test_reads(case: dict[str, Any]) -> None:
    assert briefs(case["text"], case.get("reference")) == case["expect"]


@pytest.mark.parametrize("text", cases("negative"))
def test_leaves_alone(text: str) -> None:
    assert briefs(text, DAY) == []


@pytest.mark.parametrize("case", cases("known-failures"), ids=lambda c: c["text"][:24])
@pytest.mark.xfail(strict=True, reason="see the comment in the data file")
def test_known_failures(case: dict[str, Any]) -> None:
    assert briefs(case["text"], case.get("reference")) == case["expect"]


@pytest.mark.parametrize("rule", [r for r in BOOK.rules if r.layer == "periods"], ids=lambda r: r.id)
def test_rules_keep_their_own_examples(rule: Any) -> None:
    assert rule.examples and rule.counter_examples
    for example in rule.examples:
        day = date.fromisoformat(example.reference) if example.reference else None
        own = [brief for rule_id, brief in probe(BOOK, example.text, day, None) if rule_id == rule.id]
        assert set(example.expect) <= set(own), (example.text, own)
    for text in rule.counter_examples:
        assert rule.id not in [rule_id for rule_id, _ in probe(BOOK, text, None, None)], text


def test_no_quantity_lies_in_a_period_but_in_a_bare_count() -> None:
    text = "今年前三季度增长5%，三年内完成"
    periods = find_periods(text, BOOK, DAY)
    assert [p.text for p in periods] == ["今年前三季度", "三年内"]
    assert calendar_spans(periods) == [(0, 6)]


PIECES = st.sampled_from([
    "今年", "2022年", "1—10月", "“十四五”", "截至", "到", "至", "以来", "底",
    "前", "后", "五年来", "《", "》", "“", "”", "，", "。", "9月21日",
    "23日", "同期", "较", "全年", "亿元", "的", "二〇二五年", "31日", "2月",
    "农历", "初五", "十", "1", "三季度", "每年", "上半年", "第", "周", "末",
    "去年", "春节", "世纪", "90年代", "内", "9999年", "0000年", "项目", "\n"])
TEXTS = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=12).map("".join))
DAYS = st.one_of(st.none(), st.dates(), st.just(DAY))


@given(TEXTS, DAYS)
@settings(max_examples=600)
def test_periods_lie_in_the_text_in_order_and_end_after_they_begin(text: str, day: date | None) -> None:
    periods = find_periods(text, BOOK, day)
    for p in periods:
        assert p.text == text[p.start:p.end] and p.start < p.end
        assert p.start_date is None or p.end_date is None or p.start_date <= p.end_date
        assert p.shape in {"span", "deadline", "asof", "recurring", "duration", "base", "vague"}
        if p.relative and day is None:
            assert p.start_date is None and p.end_date is None
    assert all(a.end <= b.start for a, b in pairwise(periods))


@given(st.sampled_from(cases("in-the-wild") + cases("synthetic")),
       st.sampled_from(["", "据悉，", "会议指出：", "项目建成。"]),
       st.sampled_from(["", "。", "，进展顺利", "\n另据报道"]))
def test_the_text_around_changes_nothing(case: dict[str, Any], before: str, after: str) -> None:
    alone = find_periods(case["text"], BOOK, case.get("reference"))
    if not after and case["text"][-1].isdigit():
        return
    within = find_periods(before + case["text"] + after, BOOK, case.get("reference"))
    assert [(p.text, p.start_date, p.end_date, p.start) for p in within] == [
        (p.text, p.start_date, p.end_date, p.start + len(before)) for p in alone]


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["1", "一", "“", "《", "今年", "1月", "十", "截至到", "2022年", "1—",
                                   "一年来到2022年前三"])
def test_hostile_text_costs_linear_time(piece: str) -> None:
    def cost(length: int) -> float:
        text = (piece * length)[:length]
        begun = time.process_time()
        without_collector(find_periods)(text, BOOK, DAY)  # as the engine calls it
        return time.process_time() - begun

    cost(1000)
    small, large = min(cost(10_000) for _ in range(3)), cost(100_000)
    assert large < 30 * small + 0.05


def test_the_chinese_calendar() -> None:
    made = ChineseCalendar(BOOK.rows("period_chinese_years"))
    assert made.day(2024, 1, 1) == date(2024, 2, 10)
    assert made.day(2023, 12, 0) == date(2024, 2, 9)
    assert made.month(2023, 2, leap=True) is not None and made.month(2024, 2, leap=True) is None
    assert made.term(2025, 7) == date(2025, 4, 4)
    assert made.day(1800, 1, 1) is None


@given(st.integers(1901, 2098), st.integers(1, 12))
def test_lunar_months_follow_one_another(year: int, month: int) -> None:
    made = ChineseCalendar(BOOK.rows("period_chinese_years"))
    span, following = made.month(year, month), made.month(year + month // 12, month % 12 + 1)
    leap = made.month(year, month, leap=True)
    assert span is not None and following is not None
    assert ((leap or span).end - following.start).days == -1


@pytest.mark.parametrize(("text", "spans"), [
    ("《甲》和《乙》", [(0, 3), (4, 7)]),
    ("《甲《乙》丙》丁《戊", [(0, 7)]),
    ("《甲\n乙》", []),
    ("》甲《乙》", [(2, 5)]),
    ("《" + "甲" * 119 + "》", [(0, 121)]),
    ("《" + "甲" * 120 + "》", []),
])
def test_titles_inside_titles(text: str, spans: list[tuple[int, int]]) -> None:
    assert title_spans(text) == spans


def test_five_year_plans() -> None:
    first, fourteenth = five_year_plan(1), five_year_plan(14)
    assert first and fourteenth and (first.start.year, fourteenth.end.year) == (1953, 2025)


@pytest.mark.parametrize(("text", "number"), [
    ("二〇二五", 2025), ("廿二", 22), ("二十一", 21), ("十", 10), ("一百二十", 120), ("07", 7), ("两", 2), ("腊", 12),
    ("几", None), ("", None), ("甲", None)])
def test_numerals_of_dates(text: str, number: int | None) -> None:
    assert Numerals(BOOK.rows("period_numerals")).integer(text) == number


def test_first_characters_of_a_pattern() -> None:
    assert first_characters(r"(?<!提)前(?:\d|两)年|[今去]年") == set("前今去")
    assert first_characters("(?P<a>[1-3])?年|“?月") == set("123年“月")
    for wrong in ("(?=年)", ".年", "[^年]月", "年?", "(年)"):
        with pytest.raises(ValueError, match=r"begin with anything|no name"):
            first_characters(wrong)
