"""Pages, documents and encodings that look like the real thing give the records of the article they were made from.

The files are made by scripts/make_fixtures.py.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from extractor.engine import extract
from extractor.reading.decoding import decode
from extractor.reading.errors import ReadError
from extractor.reading.metadata import complete
from extractor.reading.sources import Source, find_sources, read_article
from extractor.rulebook import Rulebook
from extractor.schema import Article, Record
from extractor.text.traditional import simplified

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests" / "fixtures"
INDEX = {entry["doc_id"]: entry for entry in
         map(json.loads, (ROOT / "corpus" / "articles" / "index.jsonl").read_text("utf-8").splitlines())}
LIBRARIES = {".html": "trafilatura", ".htm": "trafilatura", ".docx": "docx", ".pdf": "pypdf"}


def document(path: Path) -> Article:
    pytest.importorskip(LIBRARIES[path.suffix])
    (source,) = find_sources([path])
    assert isinstance(source, Source)
    return read_article(source)


def brief(record: Record, book: Rulebook) -> tuple[Any, ...]:
    """What a record says, without where it stands."""
    def plain(text: str | None) -> str | None:
        return None if text is None else simplified("".join(text.split()), book)

    value, action, period = record.value, record.action, record.period
    return (record.type, record.kind, plain(record.indicator.text) if record.indicator else None,
            (plain(value.text), value.op, value.base.number, value.base.unit) if value else None,
            (action.verb, plain(action.object), action.status) if action else None,
            (period.start_date, period.end_date) if period else None, record.region.name if record.region else None)


def known(doc_id: str, book: Rulebook) -> list[tuple[Any, ...]]:
    text = (ROOT / "corpus" / "articles" / f"{doc_id}.txt").read_text("utf-8")
    return briefs(text, doc_id, book)


def briefs(text: str, doc_id: str, book: Rulebook) -> list[tuple[Any, ...]]:
    about = INDEX[doc_id]
    day = date.fromisoformat(about["published"]) if "published" in about else None
    records = extract(Article(doc_id=doc_id, text=text, published=day, region=about.get("region")), book)
    for record in records:
        assert text[record.evidence.start:record.evidence.end] == record.evidence.text
    return [brief(record, book) for record in records]


@pytest.mark.parametrize("path", sorted(p for kind in ("html", "docx", "pdf") for p in (FIXTURES / kind).iterdir()
                                        if p.stem in INDEX), ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_a_page_gives_the_records_of_its_article(path: Path, book: Rulebook) -> None:
    found, wanted = briefs(document(path).text, path.stem, book), known(path.stem, book)
    assert found == wanted


@pytest.mark.parametrize(("name", "title", "published", "source"), [
    ("plan-targets-qingdao-2022.html", "六座“城”，一本账", date(2022, 12, 28), "某某日报"),
    ("district-roundup-qingdao.htm", "区市巡礼丨开年第一程，看看各区市怎么拼招商", date(2024, 2, 27), "某某日报"),
    ("livelihood-list-chongqing-2026.html", "一张清单里的山城温度", date(2026, 1, 15), "某某发布"),
    ("press-conference-zhejiang-innovation.html", "让好技术走出实验室", date(2026, 1, 29), None),
])
def test_a_page_tells_its_title_its_date_and_its_source(name: str, title: str, published: date, source: str | None,
                                                        book: Rulebook) -> None:
    article = complete(document(FIXTURES / "html" / name), book)
    assert (article.title, article.published, article.source) == (title, published, source)


def test_a_page_of_a_newspaper_tells_its_number(book: Rulebook) -> None:
    assert complete(document(FIXTURES / "html" / "district-roundup-qingdao.htm"), book).page == "03 要闻"
    article = complete(document(FIXTURES / "pdf" / "qingdao-feature-2022.pdf"), book)
    assert (article.page, article.source, article.published, article.title) == (
        "03 要闻", "某某日报", date(2022, 12, 20), "实体为基,向海图强")


def test_a_table_of_a_word_file_is_lines(book: Rulebook) -> None:
    text = document(FIXTURES / "docx" / "table.docx").text
    assert "地区生产总值\t增长6%左右\n" in text and text.count("经济发展") == 1
    records = extract(Article(doc_id="t", text=text, published=date(2026, 1, 20)), book)
    assert [r.value.text for r in records if r.value] == ["6%左右", "7%以上", "12万人"]


# --- encodings --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted((FIXTURES / "encodings").iterdir()), ids=lambda p: p.stem)
def test_every_encoding_gives_the_same_text(path: Path) -> None:
    assert decode(path.read_bytes(), path.name) == decode((FIXTURES / "encodings" / "utf-8.txt").read_bytes(), "a")


@pytest.mark.parametrize("path", sorted((FIXTURES / "mojibake").iterdir()), ids=lambda p: p.stem)
def test_what_lost_characters_is_refused(path: Path) -> None:
    with pytest.raises(ReadError, match="has lost characters; fetch the page again"):
        decode(path.read_bytes(), path.name)
