"""Patterns that are tried only where they can match, against trying them everywhere."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from extractor.mentions.pattern_set import PatternSet
from extractor.text.words import Automaton

PATTERNS = [
    "[市省]委(?:[甲乙]{1,3})?会|第[一二]次[甲乙]{2,4}大会|(?<=在)全会",
    "(?<![一二])[甲乙]{1,2}(?:工程|行动)",
    "(?:在|的)(?P<name>(?!市)[甲乙市]{0,3}[工会])",
    "[甲乙]*",
    "一(?=次)|二次|[省市甲乙]{3}",
    "(?i:a)会|会",
    "，?[甲乙]{1,3}[市省](?=会|，)",
    "[甲乙]{0,2}大(?=会|[，的])(?:会)?",
    "(?<=[市省])[甲乙]{1,2}会|(?<=，)在[甲乙]{0,2}工",
]


def test_a_character_is_looked_for_with_what_must_follow_it() -> None:
    assert PatternSet(["[甲乙]{1,3}[市省](?=会|，)"]).words == sorted(["市会", "市，", "省会", "省，"])


@given(st.text("市省委甲乙第一二次大会在全的工程行动aA，", max_size=40))
def test_what_is_found_is_what_finditer_finds(text: str) -> None:
    patterns = PatternSet(PATTERNS)
    hits = Automaton(patterns.words, overlapping=True).find(text)
    found = [(number, m.span()) for number, m in patterns.find(text, hits)]
    assert found == [(number, m.span()) for number, pattern in enumerate(PATTERNS)
                     for m in re.finditer(pattern, text)]
