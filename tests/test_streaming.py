"""The body of `extractor mentions`: the characters of the models, each line for itself, and without waiting."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from extractor.commands.documents import Mentioned
from extractor.engine import KINDS, mentions
from extractor.rulebook import load_rulebook
from extractor.streaming import mention_lines

BOOK = load_rulebook()
TEXTS = [path.read_text(encoding="utf-8")
         for path in sorted((Path(__file__).parents[1] / "corpus" / "articles").glob("*.txt"))]
LINES = [line for text in TEXTS for line in text.split("\n")][:300]


def answers(*requests: object) -> list[str]:
    stream = BytesIO("\n".join(json.dumps(request, ensure_ascii=False) for request in requests).encode())
    return [answer or str(problem) for answer, problem in mention_lines(stream, "lines", BOOK)]


@pytest.mark.parametrize("text", [*TEXTS, "增长\u20285％，\"三分之一\"的１，２００万元。", "-0.5℃至1e5，0.000001%", ""],
                         ids=lambda text: text[:8])
def test_an_answer_has_the_characters_of_the_models(text: str) -> None:
    plain = mentions(text, BOOK, date(2023, 9, 5), "青岛市").model_dump(mode="json")
    for entity in plain["entities"]:
        for key in ("code", "title", "org"):
            if entity[key] is None:
                del entity[key]
    told = {"id": ["甲", 1], **plain}
    request = {"id": told["id"], "text": text, "reference": "2023-09-05", "region": "青岛市"}
    assert answers(request) == [json.dumps(told, ensure_ascii=False)]


def test_lines_that_come_together_are_read_each_for_itself() -> None:
    requests = [{"text": line, "reference": "2023-09-05"} for line in LINES]
    assert answers(*requests) == [answer for request in requests for answer in answers(request)]


@pytest.mark.parametrize("kinds", [["periods"], ["quantities"], ["entities"], ["entities", "quantities"]], ids="-".join)
def test_what_is_not_asked_for_is_left_out_and_the_rest_is_the_same(kinds: list[str]) -> None:
    given = b"\n".join(json.dumps({"id": n, "text": line}).encode() for n, line in enumerate(LINES[:60]))
    whole = [json.loads(answer) for answer, _ in mention_lines(BytesIO(given), "lines", BOOK)]
    part = [json.loads(answer) for answer, _ in mention_lines(BytesIO(given), "lines", BOOK, kinds=kinds)]
    assert part == [{key: found for key, found in one.items() if key == "id" or key in kinds} for one in whole]


def test_the_command_offers_what_there_is_to_find() -> None:
    assert list(Mentioned) == list(KINDS)


@pytest.mark.usefixtures("forked")
def test_several_processes_give_the_same_answers_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractor.streaming._AT_ONCE", 4096)
    lines = [json.dumps({"id": n, "text": line}).encode() for n, line in enumerate(LINES[:120])]
    lines[60] = b"{}"
    given = b"\n".join([b"", *lines])
    one, two = (list(mention_lines(BytesIO(given), "lines", BOOK, jobs=jobs)) for jobs in (1, 2))
    assert len(given) > 5 * 4096 and one == two and len(one) == 120 and (one[60][1] or "").startswith("lines:62: ")


@pytest.mark.usefixtures("forked")
def test_a_process_that_dies_costs_the_lines_it_had(monkeypatch: pytest.MonkeyPatch) -> None:
    from extractor import streaming

    real = streaming.find_all

    def deadly(asked: Sequence[tuple[str, object, object]], book: object, kinds: object) -> object:
        if any("坏" in text for text, _, _ in asked):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(asked, book, kinds)  # type: ignore[arg-type]

    monkeypatch.setattr(streaming, "find_all", deadly)
    monkeypatch.setattr(streaming, "_AT_ONCE", 1000)
    texts = ["20亿元。" * 20] * 30
    texts[15] = "坏" * 100
    given = "\n".join(json.dumps({"text": text}, ensure_ascii=False) for text in texts).encode()
    told = list(mention_lines(BytesIO(given), "lines", BOOK, jobs=2))
    lost = [problem for _, problem in told if problem]
    assert len(told) == 30 and 1 <= len(lost) <= 8 and all("died" in problem for problem in lost)


def test_a_line_that_cannot_be_read_leaves_the_others_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from extractor.mentions import periods

    real = periods.find_periods

    def broken(text: str, *others: object) -> object:
        if "坏" in text:
            raise RuntimeError("broken")
        return real(text, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(periods, "find_periods", broken)
    good, bad, other = answers({"id": 1, "text": "20亿元"}, {"id": 2, "text": "坏"}, {"id": 3, "text": "5%"})
    assert json.loads(good)["id"] == 1 and bad.startswith("lines:2: ") and json.loads(other)["id"] == 3
