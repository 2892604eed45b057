"""Numbers to claims, case by case."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from extractor.engine import extract
from extractor.rulebook import Rulebook
from extractor.schema import Article, Record

DATA = Path(__file__).parent / "data"
DAY = date(2024, 1, 18)


def cases(kind: str) -> list[Any]:
    loaded: list[Any] = yaml.safe_load((DATA / f"numbers-{kind}.yaml").read_text("utf-8"))
    return loaded


def brief(record: Record) -> str:
    """`type kind | indicator | value | last day | region`: a minus sign for a fall, `-` for what is not there."""
    value = record.value
    assert value is not None and record.indicator is not None
    number = value.high if value.number is None else value.number
    fall = "-" if number is not None and number < 0 else ""
    last = (record.period and record.period.end_date) or "-"
    place = record.region.name if record.region else "-"
    return f"{record.type} {record.kind} | {record.indicator.text} | {fall}{value.text} | {last} | {place}"


def numbers(book: Rulebook, text: str, published: date | None, region: str | None) -> list[str]:
    records = extract(Article(doc_id="case", text=text, published=published, region=region), book)
    return [brief(r) for r in records if r.kind is not None]


@pytest.mark.parametrize("case", cases("in-the-wild") + cases("synthetic"), ids=lambda c: c["text"][:24])
def test_reads(book: Rulebook, case: dict[str, Any]) -> None:
    assert numbers(book, case["text"], case["published"], case["region"]) == case["expect"]


@pytest.mark.parametrize("text", cases("negative"))
def test_leaves_alone(book: Rulebook, text: str) -> None:
    assert numbers(book, text, DAY, "徐州市") == []


@pytest.mark.parametrize("case", cases("known-failures"), ids=lambda c: c["text"][:24])
@pytest.mark.xfail(strict=True, reason="see the comment in the data file")
def test_known_failures(book: Rulebook, case: dict[str, Any]) -> None:
    assert numbers(book, case["text"], case["published"], case["region"]) == case["expect"]


@pytest.mark.parametrize("case", cases("in-the-wild")[::6], ids=lambda c: c["text"][:24])
def test_figures_do_not_depend_on_what_stands_in_other_paragraphs(book: Rulebook, case: dict[str, Any]) -> None:
    """A paragraph of scene-setting before and after leaves the claims of a text as they are."""
    around = f"天朗气清，惠风和畅。\n{case['text']}\n改革永无止境。"
    assert numbers(book, around, case["published"], case["region"]) == case["expect"]
