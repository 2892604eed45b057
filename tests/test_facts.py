"""Known facts of the corpus and, where they are there, of the press articles.

Facts in a folder `known-failures` are what we would like to get right, each with a comment; they are expected to fail.
One that holds again (XPASS) belongs back into the file of its article.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from extractor import engine
from extractor.reading.metadata import complete
from extractor.reading.sources import Source, find_sources, read_article
from extractor.rulebook import load_rulebook
from extractor.verify import Fact, Verdict, load_facts, verify

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "corpus"
PRESS = ROOT / "tests" / "data" / "facts-press"
NOT_TUNED_ON = "qingdao-2021-03-opening-up"


@lru_cache
def records(articles: Path, doc_id: str) -> Sequence[dict[str, Any]] | None:
    book = load_rulebook()
    for source in find_sources([articles]):
        if isinstance(source, Source) and source.doc_id == doc_id:
            return [r.model_dump(mode="json") for r in engine.extract(complete(read_article(source), book), book)]
    return None


def held(facts: Sequence[Fact], articles: Path) -> list[Verdict]:
    return verify(facts, lambda doc_id: records(articles, doc_id), load_rulebook())


def broken(verdicts: Sequence[Verdict]) -> str:
    return "\n".join(f"{v.fact.where}: {v.fact}: {'; '.join(v.differences)}" for v in verdicts if not v.holds)


@pytest.mark.parametrize("file", sorted((CORPUS / "facts").glob("*.yaml")), ids=lambda p: p.stem)
def test_facts_of_the_corpus_hold(file: Path) -> None:
    failed = broken(held(load_facts(file), CORPUS / "articles"))
    assert not failed, "\n" + failed


@pytest.mark.parametrize("fact", load_facts(CORPUS / "facts" / "known-failures"), ids=str)
@pytest.mark.xfail(strict=False, reason="known failure")
def test_known_failures_of_the_corpus(fact: Fact) -> None:
    assert held([fact], CORPUS / "articles")[0].holds


def test_there_are_many_facts_of_the_press_and_no_sentences() -> None:
    facts = [f for file in PRESS.glob("*.yaml") for f in load_facts(file)]
    assert len(facts) >= 150
    assert all("words" not in f.fields and len(f.fields["indicator"]) <= 20 for f in facts)


@pytest.mark.shared
@pytest.mark.parametrize("file", sorted(p for p in PRESS.glob("*.yaml") if p.stem != NOT_TUNED_ON),
                         ids=lambda p: p.stem)
def test_facts_of_the_press_hold(shared: Path, file: Path) -> None:
    failed = broken(held(load_facts(file), shared / "corpus" / "press"))
    assert not failed, "\n" + failed


@pytest.mark.shared
@pytest.mark.parametrize("fact", load_facts(PRESS / "known-failures"), ids=str)
@pytest.mark.xfail(strict=False, reason="known failure")
def test_known_failures_of_the_press(shared: Path, fact: Fact) -> None:
    assert held([fact], shared / "corpus" / "press")[0].holds


@pytest.mark.shared
def test_facts_of_the_article_that_nothing_is_tuned_on(shared: Path) -> None:
    """How many hold is told, and not which: its errors are not looked at."""
    verdicts = held(load_facts(PRESS / f"{NOT_TUNED_ON}.yaml"), shared / "corpus" / "press")
    hold = sum(v.holds for v in verdicts)
    assert hold >= 0.7 * len(verdicts), f"{hold} of {len(verdicts)} hold"
