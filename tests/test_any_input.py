"""Laws that hold for any text: spans, no crash, linear time; sentences that a page breaks are read whole."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.engine import analyse, extract, mentions_of
from extractor.reading.errors import ReadError
from extractor.reading.furniture import make_page_view
from extractor.reading.mojibake import mend
from extractor.rulebook import Rulebook, load_rulebook
from extractor.schema import Article
from extractor.text.segment import sentences
from extractor.text.traditional import simplified
from extractor.text.view import make_view

ROOT = Path(__file__).resolve().parent.parent
BOOK = load_rulebook()
WORDS = [word for name in ("page_label", "journalist", "button") for word in BOOK.words(name)]
PIECES = [
          "全市", "進出口", "增长", "增長", "8.2%", "6407亿元", "到2026年", "同比", "分别", "其中",
          "推进", "建设", "第七", "市长", "记者",
          "“", "”", "《", "》", "（", ")", ",", "，", "、", "。", "；", ";", ":", "\n",
          "\r\n", "\n\n", "\u3000", " ", "\u200b", "１０", "PM",
          "2.5",
          "■", "一、", "（一）", "—", "1—10月", "\u2028", "\U0001f600", "\u0301", "\ufeff", "\x00", *WORDS[:60]]
texts = st.one_of(st.text(max_size=120), st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
whole = texts.filter(lambda t: not any("\ud800" <= c <= "\udfff" for c in t))


@settings(max_examples=300)
@given(whole)
def test_a_view_leads_back_to_the_original(text: str) -> None:
    for view in (make_view(text), make_page_view(text, BOOK)):
        assert len(view.clean) == len(view.positions) and view.original == text
        assert all(a < b for a, b in zip(view.positions, view.positions[1:], strict=False)) or "\n" in view.clean
        end = 0
        for block in view.blocks:
            assert end <= block.start < block.end <= len(view.clean)
            start, stop = view.span(block.start, block.end)
            assert 0 <= start < stop <= len(text)
            end = block.end
        for sentence in sentences(view):
            assert sentence.start < sentence.end
            assert all(sentence.start <= c.start < c.end <= sentence.end for c in sentence.clauses)


@settings(max_examples=200)
@given(whole)
def test_any_text_gives_records_whose_spans_hold(text: str) -> None:
    for record in extract(Article(doc_id="d", text=text, published=date(2022, 12, 20)), BOOK):
        for span in (record.evidence, record.value):
            assert span is None or (span.text and text[span.start:span.end] == span.text)
    found = mentions_of(analyse(text, None, None, BOOK))
    for mention in (*found.quantities, *found.periods, *found.entities):
        assert mention.text and text[mention.start:mention.end] == mention.text


@given(whole)
def test_scripts_are_mapped_one_to_one(text: str) -> None:
    once = simplified(text, BOOK)
    assert len(once) == len(text)


@given(whole)
def test_mending_twice_is_mending_once(text: str) -> None:
    try:
        once = mend(text, "a")
    except ReadError:
        return
    assert mend(once, "a") == once


@pytest.mark.parametrize("piece", [
    "全市进出口6407亿元，增长8.2%。", "“", "《", "（", "，", "1", "一", "一是", "分别", "占",
    "\n", "全市", "推进建设", "2022年", "第一", "\n一、", "其中，", "1—10月", "、甲", "亿", "6.5%、", "同比增长",
    " ", "增长\n", "記者", "责任编辑：\n", "1911-1-1 ", "以上"])
def test_time_is_linear(book: Rulebook, piece: str) -> None:
    """Four times the text takes no more than some four times the time, and no text takes long."""
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        began = time.process_time()
        extract(Article(doc_id="d", text=text, published=date(2022, 12, 20)), book)
        return time.process_time() - began

    seconds(500)
    short, long = min(seconds(3_000), seconds(3_000)), min(seconds(12_000), seconds(12_000))
    assert long < 9 * short + 0.25, f"{piece!r}: {short:.3f} s, then {long:.3f} s"


@pytest.mark.parametrize("broken", [
    "经济稳中向好。海洋生产总值占GDP比\n\n重达到33%。", "空气更好。全市PM\n2.5\n年平均浓度下降8%。",
    "投资加力。到2026年，年度投资超过\n\n3000亿元。", "外贸稳定。全市进出口\r\n6407亿元。",
    "外贸稳定。全市进出口640\n7亿元，增长8.2%。",
    "外贸稳定。全市进出口6407亿元，同\n\u3000\u3000\n比增长8.2%。"])
def test_a_broken_sentence_is_read_whole(book: Rulebook, broken: str) -> None:
    def said(text: str) -> list[object]:
        records = extract(Article(doc_id="d", text=text, published=date(2022, 12, 20)), book)
        assert all(text[r.evidence.start:r.evidence.end] == r.evidence.text for r in records)
        return [(r.type, r.indicator, r.value.base if r.value else None) for r in records]

    assert said(broken) and said(broken) == said("".join(broken.split()))
