"""Many documents, several processes."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from extractor.batch import each, extract_source
from extractor.reading.sources import Failure, Source
from extractor.rulebook import Rulebook


def doubled(item: int, book: Rulebook) -> int:
    time.sleep(0.02 * (item % 3))
    return 2 * item


def deadly(item: int, book: Rulebook) -> int:
    if item == 3:
        os._exit(9)
    return 2 * item


def lost(item: int) -> int:
    return -item


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_answers_come_in_order(book: Rulebook, jobs: int) -> None:
    assert list(each(range(20), doubled, book, None, jobs, lost)) == [2 * n for n in range(20)]


def test_what_kills_its_process_takes_nothing_with_it(book: Rulebook) -> None:
    assert list(each(range(8), deadly, book, None, 2, lost)) == [0, 2, 4, -3, 8, 10, 12, 14]


def test_an_endless_stream_can_be_left(book: Rulebook) -> None:
    def endless() -> Iterator[int]:
        number = 0
        while True:
            yield number
            number += 1

    answers = each(endless(), doubled, book, None, 2, lost)
    assert [next(answers) for _ in range(3)] == [0, 2, 4]
    answers.close()  # type: ignore[attr-defined]


def test_a_fault_is_a_sentence(book: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("no\nsuch")

    monkeypatch.setattr("extractor.engine.analyse", broken)
    outcome = extract_source(Source("d", "dir/d.txt", text="出口20亿元。"), book)
    assert isinstance(outcome, Failure) and outcome.doc_id == "d"
    assert outcome.message.startswith("dir/d.txt: ") and "KeyError" in outcome.message and "\n" not in outcome.message
