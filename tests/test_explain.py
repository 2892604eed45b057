"""Why there is a record, and why there is none."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extractor import engine
from extractor.explain import Explainer, NotThere
from extractor.reading.dates import parse_published
from extractor.rulebook import Rulebook
from extractor.schema import Article

TEXT = """今年前11个月，青岛市经济稳中向好。进出口6407亿元、增长8.2%。
市商务局局长张三表示，将实施“工赋青岛”行动，围绕24条产业链发力。
习近平总书记强调，要增长5%。
"""


@pytest.fixture(scope="module")
def explainer() -> Explainer:
    from extractor.rulebook import load_rulebook

    article = Article(doc_id="a", text=TEXT, published=parse_published("2022-12-20"), region="青岛市", title=None,
                      source=None)
    return Explainer(article, load_rulebook())


def told(explainer: Explainer, about: str, words: str) -> list[str]:
    return [s.said for e in explainer.words(words) for s in e.steps if s.about == about]


def test_every_record_can_be_explained(explainer: Explainer, book: Rulebook) -> None:
    records = engine.extract(explainer.article, book)
    assert [e.record for e in explainer.listed()] == [r.id for r in records]
    for record in records:
        steps = explainer.record(record.id).steps
        assert {s.about for s in steps} >= {"rule", "weight"}
        for step in steps:
            if step.place is not None:
                lines = TEXT.split("\n")
                at = lines[step.place.line - 1][step.place.column - 1]
                assert TEXT[step.place.start] == at, "line and column lead to the offset"


def test_inherited_context_has_its_places(explainer: Explainer) -> None:
    change = next(e for e in explainer.listed() if "8.2%" in e.title)
    steps = {s.about: s for s in explainer.record(change.record or "").steps}
    assert steps["period"].said == "今年前11个月 2022-01-01..2022-11-30, inherited"
    assert steps["period"].place and (steps["period"].place.line, steps["period"].place.column) == (1, 1)
    assert steps["indicator"].said.startswith("进出口")
    action = next(e for e in explainer.listed() if "工赋青岛" in e.title)
    steps = {s.about: s for s in explainer.record(action.record or "").steps}
    assert steps["speaker"].said.endswith("张三") and steps["speaker"].place and steps["speaker"].place.line == 2
    assert steps["tense"].said.startswith("future") and steps["tense"].place and steps["tense"].place.line == 2


def test_rules_come_with_their_notes(explainer: Explainer) -> None:
    one = explainer.listed()[0]
    rules = [s.said for s in explainer.record(one.record or "").steps if s.about == "rule"]
    assert rules and any(": " in said and ".yaml:" in said for said in rules)


def test_a_number_that_gave_nothing_says_why(explainer: Explainer) -> None:
    assert any("24条" in said and "known set" in said for said in told(explainer, "number", "围绕24条产业链发力"))


def test_quoted_thought_is_muted(explainer: Explainer) -> None:
    assert any(said.startswith("muted") for said in told(explainer, "text", "要增长5%"))


def test_words_that_made_a_record_name_it(explainer: Explainer) -> None:
    assert any("工赋青岛" in said for said in told(explainer, "record", "实施“工赋青岛”行动"))


def test_what_is_not_there_gets_a_sentence(explainer: Explainer) -> None:
    for call in (lambda: explainer.record("zzz"), lambda: explainer.words("不在这里"), lambda: explainer.words(" ")):
        with pytest.raises(NotThere):
            call()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_text(TEXT, "utf-8")
    (tmp_path / "index.jsonl").write_text(
        json.dumps({"file": "a.txt", "doc_id": "mine", "published": "2022-12-20", "region": "青岛市"}), "utf-8")
    return path


def test_ids_are_those_of_a_run(command: Callable[..., Any], file: Path) -> None:
    """The index of its folder counts, so that an id of records.jsonl is known to explain."""
    command("run", file.parent, "-o", file.parent / "out", "-q")
    ids = [json.loads(line)["id"] for line in (file.parent / "out" / "records.jsonl").read_text("utf-8").splitlines()]
    assert [e["record"] for e in json.loads(command("explain", file, "--json").out)] == ids
    done = command("explain", file, "--record", ids[0])
    assert (done.code, done.err) == (0, "") and "rule" in done.out
    (plain,) = json.loads(command("explain", file, "--record", ids[0], "--json").out)
    assert plain["record"] == ids[0] and plain["steps"][0]["about"] == "rule"


@pytest.mark.parametrize("options", [("--record", "zzz"), ("--text", "不在这里"), ("--record", "a", "--text", "b")])
def test_wrong_use_ends_with_2(command: Callable[..., Any], file: Path, options: tuple[str, ...]) -> None:
    done = command("explain", file, *options)
    assert done.code == 2 and done.err.count("\n") == 1
