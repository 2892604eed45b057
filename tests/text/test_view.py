"""The clean text of a page: lines that go on are joined, widths are folded, and every place leads back."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.text.view import View, make_view


def blocks(text: str, furniture: tuple[tuple[int, int], ...] = ()) -> list[str]:
    view = make_view(text, furniture)
    return [view.clean[b.start:b.end] for b in view.blocks]


# --- lines that go on -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("broken", "whole"), [
    ("经济稳中向好。到2026年，海洋生产总值占GDP比\n\n重达到33%左右。", "海洋生产总值占GDP比重达到33%左右。"),
    ("空气质量改善，PM\n2.5浓度下降。", "PM2.5浓度下降。"),
    ("PM\n\n2.5浓度下降。", "PM2.5浓度下降。"),
    ("机制更加健全。市委、市政府\n\n每半年组织一次观摩。", "市委、市政府每半年组织一次观摩。"),
    ("实施“工赋\n青岛”行动。", "实施“工赋青岛”行动。"),
    ("印发《营商环境优化\n提升行动规划》。", "印发《营商环境优化提升行动规划》。"),
    ("新增企业（含个体\n工商户）两千家。", "新增企业（含个体工商户）两千家。"),
    ("全市进出口\n，同比增长5%。", "全市进出口，同比增长5%。"),
    ("完善准入、\n退出制度", "完善准入、退出制度"),
    ("增长5%，\r\n\r\n居全省第二", "增长5%，居全省第二"),
    ("推动高质量发展的\u2028实践", "推动高质量发展的实践"),
])
def test_a_sentence_that_goes_on_is_joined(broken: str, whole: str) -> None:
    assert blocks(broken)[-1].endswith(whole) and len(blocks(broken)) == 1


@pytest.mark.parametrize("lines", [
    ["加快建设现代化产业体系", "今年，全市实施项目100个。"],
    ["一、2023年工作回顾", "一年来，成效明显。"],
    ["（一）扩大投资", "（二）促进消费"],
    ["主要目标是：", "生产总值增长5%。"],
    ["一是推进改革，", "二是扩大开放。"],
    ["成效明显", "■加快建设"],
    ["增长5%。", "居全省第二。"],
    ["6407", "8.2", "3876.76"],
    ["完成投资100", "50个项目"],
    ["市委、市政府", "每半年观摩一次。"],
], ids=lambda lines: lines[0])
def test_headings_items_and_cells_stay_apart(lines: list[str]) -> None:
    assert blocks("\n".join(lines)) == lines


def test_a_page_that_breaks_all_lines_at_one_width() -> None:
    sentence = "全市上下坚持稳中求进工作总基调扎实推动高质量发展经济运行总体平稳结构持续优化" * 4 + "圆满收官。"
    page = "\n".join(sentence[i:i + 20] for i in range(0, len(sentence), 20))
    assert blocks(page) == [sentence]
    after = blocks(page + "\n二、下一步工作\n继续努力。")
    assert after == [sentence, "二、下一步工作", "继续努力。"]


def test_headings_and_paragraphs_are_told_apart() -> None:
    view = make_view("工作回顾\n一年来，成效明显。\n" + "长" * 130)
    assert [b.kind for b in view.blocks] == ["heading", "body", "body"]


def test_furniture_is_kept_apart() -> None:
    text = "进出口增长5%，\n【字号：大 中 小】\n居全省第二。"
    start = text.index("【")
    view = make_view(text, [(start, start + 2)])
    assert blocks(text, ((start, start + 2),)) == ["进出口增长5%，", "【字号：大 中 小】", "居全省第二。"]
    assert [b.kind for b in view.blocks] == ["heading", "furniture", "body"]


# --- folding ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("given_text", "clean"), [
    ("ＧＤＰ增长５．２％", "GDP增长5.2%"),
    ("进出口1,234.5万元,增长5%", "进出口1,234.5万元，增长5%"),
    ("12:30开会:通过决议", "12:30开会：通过决议"),
    ("增长(含新增)5%;下降", "增长（含新增）5%；下降"),
    ('实施"工赋青岛"行动', "实施“工赋青岛”行动"),
    ("「数字」『经济』", "“数字”‘经济’"),
    ("全市 进出口 6407 亿元", "全市进出口6407亿元"),
    ("全市\u3000进出口", "全市进出口"),
    ("全\u200b市\ufeff进\u00ad出口", "全市进出口"),
    ("5 G 网络 hello world", "5 G 网络 hello world"),
    ("赋·能•・‧", "赋·能···"),
    ("—5％∼8％", "—5%~8%"),
])
def test_folding(given_text: str, clean: str) -> None:
    assert make_view(given_text).clean == clean


# --- laws -------------------------------------------------------------------------------------------------------

PIECES = st.sampled_from([
    "全市", "GDP", "PM", "2.5", "1,234", "５％", "、", "，", "。", "；", "：", ",", ":", "(", ")", "“", "”", "《", "》",
    "（", "）", '"', " ", "\u3000", "\xa0", "\u200b", "\ufeff", "\u202e", "\n", "\n\n", "\r\n", "\u2028", "一、",
    "（二）", "一是", "的", "与", "增长", "😀", "𠮷", "e\u0301", "「", "』", "■", "1.", "——", "…", "\t", "A",
])
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=40).map("".join))


def folds(original: str, clean: str) -> bool:
    """Whether a character may have become another by folding."""
    wide = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？", "(": "（", ")": "）"}
    same = {"\u3000": " ", "\xa0": " ", "\t": " ", "∼": "~", "〜": "~", "「": "“", "」": "”", "『": "‘", "』": "’",
            "•": "·", "・": "·", "‧": "·", "−": "-"}
    return (original == clean or wide.get(original) == clean or same.get(original) == clean
            or (original in '"＂' and clean in "“”") or unicodedata.normalize("NFKC", original) == clean
            or wide.get(unicodedata.normalize("NFKC", original)) == clean)


@given(TEXTS)
@settings(max_examples=400)
def test_every_character_leads_back(text: str) -> None:
    view = make_view(text)
    assert view.original == text and len(view.positions) == len(view.clean)
    assert all(a < b for a, b in pairwise(view.positions))
    breaks = {b.end for b in view.blocks[:-1]}
    for at, char in enumerate(view.clean):
        assert at in breaks or folds(text[view.positions[at]], char), (at, char)
        assert view.clean_offset(view.positions[at]) == at


@given(TEXTS, st.data())
@settings(max_examples=200)
def test_spans_lie_in_the_original_and_grow_with_their_ends(text: str, data: st.DataObject) -> None:
    view = make_view(text)
    if not view.clean:
        return
    start = data.draw(st.integers(0, len(view.clean) - 1))
    end = data.draw(st.integers(start + 1, len(view.clean)))
    left, right = view.span(start, end)
    assert 0 <= left < right <= len(text)
    assert left <= view.span(start, start + 1)[0] and view.span(end - 1, end)[1] == right


@given(TEXTS)
@settings(max_examples=300)
def test_blocks_cover_the_clean_text(text: str) -> None:
    view = make_view(text)
    assert "\n".join(view.clean[b.start:b.end] for b in view.blocks) == view.clean
    assert all(b.start < b.end and b.kind in ("body", "heading") for b in view.blocks)


@given(st.lists(st.sampled_from([
    "全市", "GDP", "2.5", "1,234", "５％", "、", "，", "。", ",", ":", ";", "(", ")", "“", "”", "《", "》", '"', "增长",
    "进出口6407亿元", "「", "』", "——", "A", "😀"]), max_size=30).map("".join))
@settings(max_examples=300)
def test_folding_twice_is_folding_once(line: str) -> None:
    once = make_view(line).clean
    assert make_view(once).clean == once


@given(TEXTS)
@settings(max_examples=200)
def test_nothing_but_spaces_and_marks_without_width_is_lost(text: str) -> None:
    view = make_view(text)
    kept = set(view.positions)
    lost = [char for at, char in enumerate(text) if at not in kept]
    assert all(char.isspace() or unicodedata.category(char) == "Cf" for char in lost), lost


@pytest.mark.parametrize(("start", "end"), [(-1, 1), (0, 0), (2, 1), (0, 99)])
def test_a_span_that_is_none(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="no such span in the clean text"):
        make_view("全市进出口").span(start, end)


def test_an_empty_page() -> None:
    for text in ("", "\n\n", " \u3000\n", "\u200b"):
        view: View = make_view(text)
        assert (view.clean, view.blocks) == ("", ())
