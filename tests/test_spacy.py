"""The spaCy components."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import spacy
from spacy.tokens import DocBin

from extractor.schema import Record

TEXT = "到2026年,青岛市集装箱吞吐量超过2800万标箱。\n实施“工赋青岛”行动。"
STEPS = ["quantities", "periods", "entities", "records"]


@pytest.fixture(scope="module")
def nlp() -> spacy.language.Language:
    made = spacy.blank("zh")
    made.add_pipe("extractor", config={"published": "2022-12-20", "region": "青岛市"})
    return made


def spans(doc: spacy.tokens.Doc) -> dict[str, list[tuple[str, str, str]]]:
    return {key: [(s.text, s.label_, s.id_) for s in group] for key, group in doc.spans.items()}


def test_spans_lie_in_the_doc(nlp: spacy.language.Language) -> None:
    doc = nlp(TEXT)
    assert doc.text == TEXT and set(doc.spans) == set(STEPS)
    assert [s.text for s in doc.spans["quantities"]] == ["超过2800万标箱"]
    assert ("青岛市", "GPE") in [(s.text, s.label_) for s in doc.spans["entities"]]
    records = [Record.model_validate(r) for r in doc.user_data["extractor"]["records"]]
    assert [(s.label_, s.id_) for s in doc.spans["records"]] == [(r.type, r.id) for r in records]
    assert records[0].period and str(records[0].period.end_date) == "2026-12-31"


def test_each_step_works_alone() -> None:
    for step in STEPS:
        made = spacy.blank("zh")
        made.add_pipe(f"extractor_{step}")
        doc = made(TEXT)
        assert list(doc.spans) == [step] and len(doc.spans[step]) > 0


def test_a_docbin_brings_everything_back(nlp: spacy.language.Language) -> None:
    doc = nlp(TEXT)
    data = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    (back,) = DocBin().from_bytes(data).get_docs(spacy.blank("zh").vocab)
    assert spans(back) == spans(doc)
    assert json.dumps(back.user_data["extractor"]) == json.dumps(doc.user_data["extractor"])


def test_a_pipeline_can_be_saved(nlp: spacy.language.Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path)
    assert spans(spacy.load(tmp_path)(TEXT)) == spans(nlp(TEXT))


def test_a_document_has_its_own_date() -> None:
    made = spacy.blank("zh")
    made.add_pipe("extractor_periods")
    ends = []
    for published in ("2022-12-20", "2023-12-20", None):
        doc = made.make_doc("今年1—10月")
        doc._.published = published
        doc = made(doc)
        ends.append(doc.user_data["extractor"]["periods"][-1]["end_date"])
    assert ends == ["2022-10-31", "2023-10-31", None]


def test_words_that_cut_elsewhere_are_widened() -> None:
    made = spacy.blank("en")
    made.add_pipe("extractor_quantities")
    doc = made("全市进出口6407亿元、增长8.2%")
    assert all(q["text"] in s.text for q, s in zip(doc.user_data["extractor"]["quantities"], doc.spans["quantities"],
                                                   strict=True))
