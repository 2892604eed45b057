"""Blocks into sentences and clauses."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.text.segment import Sentence, sentences
from extractor.text.view import make_view


def split(text: str) -> list[list[str]]:
    view = make_view(text)
    return [[view.clean[c.start:c.end] for c in s.clauses] for s in sentences(view)]


def listed(text: str) -> list[Sentence]:
    return sentences(make_view(text))


@pytest.mark.parametrize(("text", "expect"), [
    ("投资增长5%，消费增长6%。出口下降。", [["投资增长5%", "消费增长6%"], ["出口下降"]]),
    ("一是稳投资；二是促消费", [["一是稳投资"], ["二是促消费"]]),
    ("主要目标是：增长5%", [["主要目标是", "增长5%"]]),
    ("行动——三年攻坚", [["行动", "三年攻坚"]]),
    ("好！真的吗？是……然而", [["好"], ["真的吗"], ["是"], ["然而"]]),
    ("工业、农业、服务业", [["工业、农业、服务业"]]),
    # what marks enclose is one name
    ("印发《关于改革，开放；发展的意见》，推进", [["印发《关于改革，开放；发展的意见》", "推进"]]),
    ("实施“甲，乙”行动，推进", [["实施“甲，乙”行动", "推进"]]),
    ("地区（含市，县）增长", [["地区（含市，县）增长"]]),
    # speech is split like any other text
    ("他说：“我们将推进改革。力争增长5%。”会议结束。", [["他说", "我们将推进改革"], ["力争增长5%"], ["会议结束"]]),
    ("“改革，永无止境。”他说，“要干。”", [["改革", "永无止境"], ["他说", "要干"]]),
    ("李明说：“好，要干", [["李明说", "好", "要干"]]),
    # a mark that nothing opened or closed leaves the rest as it is
    ("增长5%”，消费增长。", [["增长5%”", "消费增长"]]),
    ("》增长5%，消费增长。", [["》增长5%", "消费增长"]]),
    ("，，。；", []),
])
def test_split(text: str, expect: list[list[str]]) -> None:
    assert split(text) == expect


def test_closers() -> None:
    assert [s.closer for s in listed("一；二。三！四？五……六")] == ["；", "。", "！", "？", "…", ""]


def test_speech_that_goes_on_is_told() -> None:
    found = listed("他说：“推进改革。力争增长。”会议结束。“还有。”")
    assert [s.quoted for s in found] == [False, True, False, False]


def test_a_sentence_ends_with_its_block() -> None:
    found = listed("工作回顾\n一年来，成效明显")
    assert [(s.block, s.closer) for s in found] == [(0, ""), (1, "")]


def test_furniture_has_no_sentences() -> None:
    view = make_view("字号：大 中 小\n增长5%。", [(0, 3)])
    assert [view.clean[s.start:s.end] for s in sentences(view)] == ["增长5%"]


PIECES = st.sampled_from([*"，。；：！？…“”‘’《》（）【】\n ", "——", "......", "增长5%", "全市", "一是", "、", "A,b"])


@given(st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=40).map("".join)))
@settings(max_examples=500)
def test_clauses_lie_in_order_in_their_sentences_and_blocks(text: str) -> None:
    view = make_view(text)
    found = sentences(view)
    for number, sentence in enumerate(found):
        block = view.blocks[sentence.block]
        assert block.start <= sentence.start < sentence.end <= block.end
        assert sentence.clauses[0].start == sentence.start and sentence.clauses[-1].end == sentence.end
        assert all(c.sentence == number and c.start < c.end for c in sentence.clauses)
        assert all(a.end <= b.start for a, b in pairwise(sentence.clauses))
    assert all(a.end <= b.start for a, b in pairwise(found))


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(max_examples=300)
def test_no_word_falls_between_clauses(text: str) -> None:
    view = make_view(text)
    inside = {i for s in sentences(view) for c in s.clauses for i in range(c.start, c.end)}
    left = {char for i, char in enumerate(view.clean) if i not in inside}
    assert not {c for c in left if c.isalnum()}
