"""The catalogue of official indicators."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractor.claims.catalogue import canonical_indicator, entry_of
from extractor.rulebook import Rulebook, load_rulebook


def test_the_catalogue_is_large_and_names_its_sources(book: Rulebook) -> None:
    rows = book.rows("indicators")
    assert len(rows) >= 200
    assert all(row["source"] for row in rows)
    assert {row["flow"] for row in rows} <= {"yes", ""}


@pytest.mark.parametrize(("phrase", "name"), [
    ("生产总值", "地区生产总值"), ("GDP", "地区生产总值"), ("地区生产总值", "地区生产总值"),
    ("“高新技术企业”数量", "高新技术企业"), ("规上工业增加值增速", "规模以上工业增加值"),
    ("制造业增加值占GDP的比重", "制造业增加值占地区生产总值比重"), ("新增高新技术企业", "新增高新技术企业"),
    ("空气质量优良天数比率", "空气质量优良天数比例"), ("使用外资", "实际使用外资")])
def test_names_and_aliases(book: Rulebook, phrase: str, name: str) -> None:
    assert canonical_indicator(book, phrase) == name


@pytest.mark.parametrize("phrase", ["", "增加值", "数量", "蓝莓酒产值", "海洋药物产业增加值"])
def test_other_phrases_have_no_name(book: Rulebook, phrase: str) -> None:
    assert canonical_indicator(book, phrase) is None


def test_an_alias_takes_one_line(tmp_path: Path) -> None:
    (tmp_path / "indicators.csv").write_text("name,aliases\n地区生产总值,经济盘子|GDP\n", "utf-8")
    laid = load_rulebook(tmp_path)
    entry = entry_of(laid, "经济盘子")
    assert entry is not None and (entry.name, entry.unit, entry.direction) == ("地区生产总值", "CNY", "up")
    assert canonical_indicator(laid, "国内生产总值") == "地区生产总值", "built-in aliases stay"
