from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.mentions.numerals import parse_number, to_chinese

READINGS = {
    "零": "0", "〇": "0", "十": "10", "廿四": "24", "一百零五": "105", "四百五": "450", "九万四": "94000",
    "两千四百五": "2450", "一百零一万一千": "1011000", "一万五千亿": "1500000000000", "10万万": "1000000000",
    "五兆六十二亿四万五千二": "5006200045200", "壹拾": "10", "拾億零六萬零五百零六": "1000060506", "百三": "130",
    "3千万亿": "3000000000000000", "1.2万": "12000", "1,100万": "11000000", "1亿2000万": "120000000",
    "7万5千4百": "75400", "2千零30万": "20300000", "六点五": "6.5", "三点五万": "35000", "负六点六": "-6.6",
    "-0.25": "-0.25", "１,１００": "1100", "四分之一": "0.25", "三又二分之一": "3.5", "1/4": "0.25", "二〇二五": "2025",
    "1 000": "1000", "一 百": "100",
}


@pytest.mark.parametrize(("text", "number"), READINGS.items())
def test_reads(text: str, number: str) -> None:
    assert parse_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "十四五", "一千百", "百姓", "三点", "1/0", "零分之一", "²", "一" * 500])
def test_refuses(text: str) -> None:
    with pytest.raises(ValueError):
        parse_number(text)


@pytest.mark.parametrize(("number", "text"), [
    (0, "零"), (10, "十"), (110, "一百一十"), (100_000, "十万"), (1_500_005, "一百五十万零五"),
    (1_500_000_000_000, "一万五千亿"), (-3, "负三"), (Decimal("6.05"), "六点零五"), (100_000_500, "一亿零五百")])
def test_writes(number: int | Decimal, text: str) -> None:
    assert to_chinese(number) == text


@pytest.mark.parametrize("number", [10 ** 16, Decimal("NaN"), Decimal("Infinity")])
def test_cannot_write(number: int | Decimal) -> None:
    with pytest.raises(ValueError, match="cannot be written out"):
        to_chinese(number)


@given(st.integers(-10 ** 16 + 1, 10 ** 16 - 1))
def test_there_and_back(number: int) -> None:
    assert parse_number(to_chinese(number)) == number


@given(st.decimals(min_value=-10 ** 12, max_value=10 ** 12, places=6))
def test_there_and_back_with_decimals(number: Decimal) -> None:
    assert parse_number(to_chinese(number)) == number


@given(st.text(alphabet="零〇一二两三九十百千万亿兆点分之又负0123456789.,/壹拾廿 ", max_size=30))
def test_never_fails_but_with_a_reason(text: str) -> None:
    try:
        assert parse_number(text).is_finite()
    except ValueError as error:
        assert str(error)
