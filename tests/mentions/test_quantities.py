from __future__ import annotations

import csv
import time
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from extractor.mentions.numerals import to_chinese
from extractor.mentions.quantities import brief, find_quantities, probe
from extractor.rulebook import Rulebook, RuleError, load_rulebook
from extractor.text.view import make_view

BOOK = load_rulebook()
DATA = Path(__file__).parent / "data"


def cases(kind: str) -> list[Any]:
    loaded: list[Any] = yaml.safe_load((DATA / f"quantities-{kind}.yaml").read_text("utf-8"))
    return loaded


def briefs(text: str) -> list[str]:
    view = make_view(text)
    found = find_quantities(view.clean, BOOK)
    return [brief(q) for q in found]


def squeezed(lines: list[str]) -> list[str]:
    """Spaces within numbers are the view's affair."""
    return [line.replace(" ", "") for line in lines]


@pytest.mark.parametrize("case", cases("in-the-wild") + cases("synthetic"), ids=lambda c: c["text"][:24])
def test_reads(case: dict[str, Any]) -> None:
    assert squeezed(briefs(case["text"])) == squeezed(case["expect"])


@pytest.mark.parametrize("text", cases("negative"))
def test_leaves_alone(text: str) -> None:
    assert briefs(text) == []


@pytest.mark.parametrize("case", cases("known-failures"), ids=lambda c: c["text"][:24])
@pytest.mark.xfail(strict=True, reason="see the comment in the data file")
def test_known_failures(case: dict[str, Any]) -> None:
    assert squeezed(briefs(case["text"])) == squeezed(case["expect"])


@pytest.mark.parametrize("rule", [r for r in BOOK.rules if r.layer in ("numerals", "quantities")], ids=lambda r: r.id)
def test_rules_keep_their_own_examples(rule: Any) -> None:
    assert rule.examples and rule.counter_examples
    for example in rule.examples:
        own = [line for rule_id, line in probe(BOOK, example.text) if rule_id == rule.id]
        assert set(example.expect) <= set(own), (example.text, own)
    for text in rule.counter_examples:
        assert rule.id not in [rule_id for rule_id, _ in probe(BOOK, text)], text


def test_quantities_say_where_they_are() -> None:
    text = "到2026年,集装箱吞吐量超过2800万标箱"
    [quantity] = find_quantities(text, BOOK, taken=[(0, 6)])
    assert text[quantity.start:quantity.end] == quantity.text == "超过2800万标箱"
    assert text[quantity.number_start:quantity.number_end] == "2800"
    assert (quantity.op, quantity.number, quantity.unit, quantity.category) == (">", Decimal(2800), "万标箱", "measure")
    assert (quantity.base.number, quantity.base.unit, quantity.rule) == (Decimal(28000000), "TEU", "quantities.unit")


def test_nothing_lies_in_a_span_that_is_taken() -> None:
    text = "三年内建成5家，三年后建成8家"
    assert [q.text for q in find_quantities(text, BOOK)] == ["三年内", "5家", "三年", "8家"]
    assert [q.text for q in find_quantities(text, BOOK, taken=[(0, 3), (8, 11)])] == ["5家", "8家"]


def test_a_unit_takes_one_line(tmp_path: Path) -> None:
    columns = next(csv.reader((Path(__file__).parents[2] / "rules" / "units.csv").open(encoding="utf-8")))
    row = {"unit": "锭子", "factor": "1", "category": "count"}
    lines = [",".join(columns), ",".join(row.get(c, "") for c in columns)]
    (tmp_path / "units.csv").write_text("\n".join(lines) + "\n", "utf-8")
    assert [brief(q) for q in find_quantities("新增30万锭子", load_rulebook(tmp_path))] == \
        ["30万锭子 = 30 万锭子 = 300000 锭子"]


def test_a_factor_that_is_no_number_is_named(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("unit,base,factor,category,words,parts,note\n锭子,,ten,count,,,\n", "utf-8")
    with pytest.raises(ValueError, match="锭子"):
        find_quantities("30万锭子", load_rulebook(tmp_path))


def test_bases_are_exact() -> None:
    [quantity] = find_quantities("8203.2亿元", BOOK)
    assert quantity.base.number == 820320000000 and "E" not in str(quantity.base.number)
    [quantity] = find_quantities("0.1亩", BOOK)
    assert quantity.base.number == Decimal("66.6666666667")


def test_a_rule_that_the_program_needs_cannot_be_taken_away(tmp_path: Path) -> None:
    own = "layer: quantities\nrules:\n  - {id: quantities.rank, disabled: true}\n"
    (tmp_path / "own.yaml").write_text(own, "utf-8")
    with pytest.raises(RuleError, match=r"quantities\.rank"):
        find_quantities("第七", load_rulebook(tmp_path))


# --- laws ---------------------------------------------------------------------------------------------------------

PIECES = ["增长", "达到", "超过", "约", "近", "以上", "左右", "多", "余", "万", "亿", "元", "%", "个", "第", "前", "、",
          "—", "至", "和", "之间", "“", "”", "《", "》", "（", "）", "/", "分之", "半", "两", "三", "十", "百", "千",
          "5", "12", "3.5", "1,000", "年", "月", "日", "位", "吨", "公里", "台阶", "跨越", "。", "，", " ", "-", ":",
          "∶", "1", "k", "²", "从", "比"]
texts = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@given(texts)
def test_offsets_hold_and_nothing_overlaps(text: str) -> None:
    found = find_quantities(text, BOOK)
    for quantity in found:
        assert text[quantity.start:quantity.end] == quantity.text
        assert quantity.start <= quantity.number_start < quantity.number_end <= quantity.end
        assert (quantity.number is None) == (quantity.op == "range") == (quantity.low is not None)
        assert (quantity.base.number is None) == (quantity.number is None)
    assert all(a.end <= b.start for a, b in pairwise(found))


@given(texts, st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)), max_size=4))
def test_taken_spans_stay_free(text: str, spans: list[tuple[int, int]]) -> None:
    taken = [(start, start + length) for start, length in spans]
    for quantity in find_quantities(text, BOOK, taken):
        assert all(quantity.end <= start or quantity.start >= end for start, end in taken)


@given(st.text(max_size=60))
def test_any_text_will_do(text: str) -> None:
    for quantity in find_quantities(text, BOOK):
        assert text[quantity.start:quantity.end] == quantity.text


QUANTITIES = ["5.3万元", "三十几万元", "超过2800万标箱", "7.5%左右", "5%—6%", "三分之一", "240万余处",
              "两个百分点", "1.5倍"]
BEFORE, AFTER = ["", "全年完成，", "其中，", "（单位：亿元）", "今年以来。"], ["", "。", "，同比提高", "；其他", "）"]


@given(st.sampled_from(QUANTITIES), st.sampled_from(BEFORE), st.sampled_from(AFTER))
def test_stable_under_surrounding_text(quantity: str, before: str, after: str) -> None:
    [alone], [placed] = find_quantities(quantity, BOOK), find_quantities(before + quantity + after, BOOK)
    assert (placed.start - len(before), placed.end - len(before)) == (alone.start, alone.end)
    assert (placed.text, placed.op, placed.number, placed.low, placed.base) == \
        (alone.text, alone.op, alone.number, alone.low, alone.base)


@given(st.integers(2, 10 ** 12))
def test_words_and_digits_count_alike(number: int) -> None:
    [words], [digits] = find_quantities(f"{to_chinese(number)}元", BOOK), find_quantities(f"{number}元", BOOK)
    assert words.base == digits.base


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["9", "一", "“", "《“", "1、", "1-", "1,000", "一点", "十多", "二分之一", "1万",
                                   "超过1", "1 ", "第一"])
def test_cost_grows_with_length(piece: str) -> None:
    def cost(length: int) -> float:
        text, best = piece * (length // len(piece)), 1e9
        for _ in range(2):
            begin = time.process_time()
            find_quantities(text, BOOK)
            best = min(best, time.process_time() - begin)
        return best
    assert cost(100_000) < 16 * cost(25_000) + 0.1


def test_a_rulebook_is_compiled_once(book: Rulebook) -> None:
    find_quantities("5家", book)
    assert book.made("quantities", lambda _: pytest.fail("compiled again")) is not None
