"""The Python API."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import extractor
from extractor import Article, Extractor, Record, RuleError

TEXT = "到2026年,集装箱吞吐量超过2800万标箱。今年1—10月,新签约50亿元以上大项目68个。"


@pytest.fixture(scope="module")
def x() -> Extractor:
    return Extractor()


def test_a_text_becomes_a_document(x: Extractor) -> None:
    doc = x(TEXT, published="2022-12-20", region="青岛市")
    assert doc.text == TEXT and doc.published == date(2022, 12, 20) and doc.region == "青岛市"
    assert all(isinstance(r, Record) for r in doc.records)
    assert [r.value.text for r in doc.records if r.value] == ["超过2800万标箱", "68个"]
    for span in (*doc.quantities, *doc.periods, *doc.entities, *(r.evidence for r in doc.records)):
        assert TEXT[span.start:span.end] == span.text


def test_the_day_of_publication_resolves_relative_times(x: Extractor) -> None:
    def period(published: object) -> object:
        record = x(TEXT, published=published).records[1]  # type: ignore[arg-type]
        assert record.period
        return record.period.start_date, record.period.end_date

    resolved = (date(2022, 1, 1), date(2022, 10, 31))
    assert [period(p) for p in ("2022-12-20", date(2022, 12, 20), "2022-12", "2022", 2022)] == [resolved] * 5
    assert period(None) == (None, None)


def test_without_arguments_the_text_is_asked(x: Extractor) -> None:
    doc = x("青岛市外贸发展情况\n时间：2022-12-20\n今年1—10月,青岛市出口20亿元。")
    assert (doc.published, doc.region) == (date(2022, 12, 20), "青岛市")


@pytest.mark.parametrize("jobs", [1, 2])
def test_pipe_streams_in_order(x: Extractor, jobs: int) -> None:
    taken: list[int] = []

    def articles() -> object:
        for number in range(100):
            taken.append(number)
            yield {"doc_id": f"d{number}", "text": TEXT, "published": "2022-12-20"}

    pipe = x.pipe(articles(), jobs=jobs)  # type: ignore[arg-type]
    first = next(pipe)
    assert first.doc_id == "d0" and len(taken) < 20, "it reads no further ahead than a few"
    assert [d.doc_id for d in pipe] == [f"d{n}" for n in range(1, 100)]
    assert first.records[0].id != x(TEXT, published="2022-12-20").records[0].id, "the id knows its document"
    again = x(TEXT, published="2022-12-20", doc_id="d0")
    assert first.records == again.records and first.quantities == again.quantities


def test_pipe_takes_texts_mappings_and_articles(x: Extractor) -> None:
    docs = list(x.pipe([TEXT, {"text": TEXT, "region": "青岛市"}, Article(doc_id="a", text=TEXT)]))
    assert [d.doc_id for d in docs] == ["text-1", "text-2", "a"] and docs[1].region == "青岛市"


def test_nothing_comes_of_nothing(x: Extractor) -> None:
    for text in ("", "\n", "。，；", "\ufeff", "🙂" * 10):
        doc = x(text)
        assert doc.records == [] and doc.quantities == []


@pytest.mark.parametrize("wrong", [None, 7, b"abc"])
def test_a_text_is_a_string(x: Extractor, wrong: object) -> None:
    with pytest.raises(TypeError, match="give a string"):
        x(wrong)  # type: ignore[arg-type]


def test_errors_are_sentences(x: Extractor, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="half a character"):
        x("出口\ud83d20亿元")
    with pytest.raises(ValueError, match="write it as 2022-12-20"):
        x(TEXT, published="soon")
    with pytest.raises(RuleError, match="there is no such folder"):
        Extractor(rules=tmp_path / "none")
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = extractor.Nothing


def test_all_public_names_are_there() -> None:
    assert all(getattr(extractor, name) for name in extractor.__all__)


def test_import_is_light() -> None:
    code = "import extractor, sys; sys.exit(bool({'pydantic', 'spacy', 'jieba', 'yaml'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
