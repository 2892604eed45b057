"""Changes to a text that must not change its records, or only so."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from extractor.engine import extract
from extractor.rulebook import Rulebook
from extractor.schema import Article, Record

ROOT = Path(__file__).resolve().parent.parent
ARTICLES = sorted((ROOT / "corpus" / "articles").glob("*.txt"))
DAY, REGION = date(2022, 12, 20), "青岛市"
SLOGAN = "让我们踔厉奋发、勇毅前行！"
WIDTHS = str.maketrans("，：；！？（）％", ",:;!?()%")


def claims(text: str, book: Rulebook, published: date = DAY) -> Counter[tuple[Any, ...]]:
    """What the records of a text say, but for place, context and repeats."""
    records = extract(Article(doc_id="d", text=text, published=published, region=REGION), book)
    for record in records:
        assert text[record.evidence.start:record.evidence.end] == record.evidence.text
    return Counter(map(brief, records))


def brief(record: Record) -> tuple[Any, ...]:
    def plain(text: str | None) -> str | None:
        return None if text is None else re.sub(r"\s", "", text).translate(WIDTHS)

    return (record.type, record.kind, plain(record.indicator.text) if record.indicator else None,
            (record.value.op, record.value.base.number, record.value.base.unit) if record.value else None,
            (record.action.verb, plain(record.action.object)) if record.action else None)


def paragraphs(path: Path) -> list[str]:
    return [line.strip() for line in path.read_text("utf-8-sig").splitlines() if line.strip()]


def changed(before: Counter[Any], after: Counter[Any]) -> float:
    """The share of records that are on one side alone."""
    return ((before - after).total() + (after - before).total()) / max(1, before.total() + after.total())


def wide(text: str) -> str:
    """Marks as Chinese text has them, except inside numbers."""
    return re.sub(r"(?<![0-9A-Za-z])[,:;!?](?!\d{3})|[()]", lambda m: m.group().translate(
        str.maketrans(",:;!?()", "，：；！？（）")), text)


def half(text: str) -> str:
    return text.translate(str.maketrans("，：；！？（）", ",:;!?()"))


def full_digits(text: str) -> str:
    return text.translate({ord(c): chr(ord(c) + 0xFEE0) for c in "0123456789%"})


def wrapped(text: str) -> str:
    """Every paragraph broken at 20 characters, as old pages and mails are."""
    return "\n".join(line[n:n + 20] for line in text.split("\n") for n in range(0, len(line), 20))


def blank_lines(text: str) -> str:
    return text.replace("\n", "\r\n\r\n\u3000\u3000")


CHANGES: list[tuple[str, Callable[[str], str], float]] = [
    ("wide marks", wide, 0.0), ("half-width marks", half, 0.01), ("full-width digits", full_digits, 0.0),
    ("lines of 20 characters", wrapped, 0.04), ("blank lines and indents", blank_lines, 0.0),
    ("slogans between paragraphs", lambda text: text.replace("\n", f"\n{SLOGAN}\n"), 0.01)]
"""A change, and the share of records that it may touch over all articles."""


@pytest.mark.parametrize(("name", "change", "allowed"), CHANGES, ids=[c[0].replace(" ", "-") for c in CHANGES])
def test_records_do_not_depend_on_the_form(name: str, change: Callable[[str], str], allowed: float,
                                           book: Rulebook) -> None:
    assert measured([p for p in ARTICLES], change, book) <= allowed


def measured(paths: list[Path], change: Callable[[str], str], book: Rulebook) -> float:
    """The share of records that a change touches."""
    lost = total = 0
    for path in paths:
        text = "\n".join(paragraphs(path))
        before, after = claims(text, book), claims(change(text), book)
        lost += (before - after).total() + (after - before).total()
        total += before.total() + after.total()
    return lost / total


def test_paragraphs_stand_on_their_own(book: Rulebook) -> None:
    """What a paragraph claims is claimed wherever it stands: order changes what is inherited, not what is found."""
    def order(text: str) -> str:
        head, *rest = text.split("\n")
        return "\n".join([head, *reversed(rest)])

    assert measured(ARTICLES, order, book) <= 0.06


def test_a_year_later_all_is_a_year_later(book: Rulebook) -> None:
    """Every year and the publication one later: the same claims, dates one year on."""
    def later(text: str) -> str:
        return re.sub(r"(?<!\d)(20[0-4]\d)(?=年|[-—]|\.\d{1,2}\.)", lambda m: str(int(m.group()) + 1), text)

    lost = total = 0
    for path in ARTICLES:
        text = "\n".join(paragraphs(path))
        before, after = claims(text, book), claims(later(text), book, date(2023, 12, 20))
        before, after = (Counter({(*k[:2], k[3]): n for k, n in c.items() if k[3]}) for c in (before, after))
        lost += (before - after).total() + (after - before).total()
        total += before.total() + after.total()
    assert lost / total <= 0.02


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize(("name", "change", "allowed"), CHANGES, ids=[c[0].replace(" ", "-") for c in CHANGES])
def test_records_of_real_articles_do_not_depend_on_the_form(
        name: str, change: Callable[[str], str], allowed: float, book: Rulebook, shared: Path) -> None:
    paths = sorted((shared / "corpus" / "press").glob("*.txt")) + sorted((shared / "corpus" / "excerpts").glob("*.txt"))
    assert measured(paths, change, book) <= allowed + 0.02
