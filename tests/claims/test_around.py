"""Mentions by place, against looking at all of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from extractor.claims.around import Around
from extractor.mentions.model import Entity

SPANS = st.tuples(st.integers(0, 40), st.integers(0, 6)).map(lambda s: (s[0], s[0] + s[1]))


@given(st.lists(SPANS, max_size=12).map(sorted), st.lists(SPANS, max_size=12))
def test_what_lies_in_a_span_is_found_in_whatever_order_it_is_asked_for(
        mentions: list[tuple[int, int]], asked: list[tuple[int, int]]) -> None:
    entities = [Entity(start, end, "", "ORG", "") for start, end in mentions]
    around = Around(entities)
    for start, end in asked:
        assert around.beginning(start, end) == tuple(e for e in entities if start <= e.start < end)
        assert around.within(start, end) == tuple(e for e in entities if start <= e.start < end and e.end <= end)
