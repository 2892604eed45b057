"""Known facts: which hold, which broke and how."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extractor import Extractor
from extractor.rulebook import Rulebook
from extractor.verify import FactsError, Verdict, load_facts, verify

TEXT = """2020年,全市进出口6407亿元、增长8.2%,其中出口3876.76亿元、增长13.7%。
到2026年,集装箱吞吐量超过2800万标箱。
到2026年,营商环境综合评比力争全国前5位。
实施“蓝色药库”开发计划。
"""
HOLD = """article: a
facts:
  - {type: target, indicator: 集装箱吞吐量, value: 超过2800万标箱, by: 2026}
  - {type: target, indicator: 港口集装箱吞吐量, number: 2800, unit: 万标箱, op: ">", by: 2026-12-31}
  - {indicator: 集装箱吞吐量, number: 28000000}
  - {indicator: 集装箱吞吐量, number: 0.28, unit: 亿标箱}
  - {type: achievement, indicator: 出口, number: 3876.76, unit: 亿元, period: 2020}
  - {indicator: 出口, value: 13.7％, kind: change, period: 2020-01-01/2020-12-31}
  - {words: 营商环境综合评比, value: 前5位, region: 青岛}
  - {type: initiative, words: “蓝色药库”开发计划}
"""


@pytest.fixture(scope="module")
def records() -> list[dict[str, Any]]:
    return [r.model_dump(mode="json") for r in Extractor()(TEXT, "2022-12-20", "青岛市", doc_id="a").records]


@pytest.fixture
def held(records: list[dict[str, Any]], book: Rulebook, tmp_path: Path) -> Callable[[str], list[Verdict]]:
    def call(text: str) -> list[Verdict]:
        path = tmp_path / "facts.yaml"
        path.write_text(text if "facts:" in text else f"article: a\nfacts:\n  - {text}\n", "utf-8")
        return verify(load_facts(path), {"a": records}.get, book)

    return call


def test_facts_hold(held: Callable[[str], list[Verdict]]) -> None:
    assert [v.fact.fields for v in held(HOLD) if not v.holds] == []


@pytest.mark.parametrize(("fact", "how"), [
    ("{indicator: 出口, number: 3876.77, unit: 亿元}", "number is “3876.76亿元”"),
    ("{indicator: 出口, number: 3876.7600001, unit: 亿元}", "number is “3876.76亿元”"),
    ("{indicator: 出口, number: 3876.76, unit: 亿美元}", "unit is “亿元”"),
    ("{indicator: 出口, number: 3876.76, period: 2021}", "period is 2020-01-01..2020-12-31"),
    ("{indicator: 出口, number: 3876.76, region: 济南市}", "region is “青岛市”"),
    ("{indicator: 集装箱吞吐量, value: 2800万标箱}", "value is “超过2800万标箱”"),
    ("{indicator: 集装箱吞吐量, type: achievement}", "type is “target”"),
    ("{indicator: 集装箱吞吐量, by: 2025}", "by is ..2026-12-31"),
    ("{indicator: 进口, number: 3876.76}", "indicator is “出口”"),
    ("{words: 红色药库, type: initiative}", "words is “"),
    ("{article: b, number: 1}", "there is no article 'b'")])
def test_a_broken_fact_tells_the_nearest_record(held: Callable[[str], list[Verdict]], fact: str, how: str) -> None:
    (verdict,) = held(fact)
    assert not verdict.holds and how in "; ".join(verdict.differences)


@pytest.mark.parametrize(("text", "said"), [
    ("facts: [", "is not valid YAML"), ("article: a\n", "has no list of facts"), ("- a\n", "has no list of facts"),
    ("article: a\nfacts:\n  - {number: viel}\n", ":3: 'number' is 'viel'; write a plain number"),
    ("article: a\nfacts:\n  - {by: bald}\n", ":3: 'by' is 'bald'"),
    ("article: a\nfacts:\n  - {mood: good}\n", ":3: 'mood' is no field of a fact; give some of type"),
    ("article: a\nfacts:\n  - {}\n", ":3: says nothing"), ("facts:\n  - {number: 1}\n", ":2: names no article"),
    ("article: a\nfacts:\n  - [1]\n", ":3: is no fact"), ("article: a\nfacts: []\nmore: 1\n", "'more' is no part")])
def test_a_wrong_facts_file_gets_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(FactsError) as caught:
        load_facts(path)
    assert said in str(caught.value) and str(path) in str(caught.value) and "\n" not in str(caught.value)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "articles").mkdir()
    (tmp_path / "facts").mkdir()
    (tmp_path / "articles" / "a.txt").write_text(TEXT, "utf-8")
    (tmp_path / "articles" / "index.jsonl").write_text(
        json.dumps({"file": "a.txt", "published": "2022-12-20", "region": "青岛市"}), "utf-8")
    (tmp_path / "facts" / "a.yaml").write_text(HOLD, "utf-8")
    return tmp_path


def test_verify_finds_the_articles_beside_the_facts(command: Callable[..., Any], corpus: Path) -> None:
    done = command("verify", corpus / "facts")
    assert (done.code, done.err) == (0, "") and done.out.endswith("8 of 8 facts hold\n")


def test_verify_ends_with_1_where_a_fact_broke(command: Callable[..., Any], corpus: Path) -> None:
    path = corpus / "facts" / "a.yaml"
    path.write_text(HOLD.replace("3876.76", "3876.7"), "utf-8")
    done = command("verify", path)
    assert done.code == 1 and "7 of 8 facts hold" in done.out
    assert f"{path}:7: number is “3876.76亿元”" in done.out


def test_verify_reads_what_a_run_wrote(command: Callable[..., Any], corpus: Path, monkeypatch: Any) -> None:
    command("run", corpus / "articles", "-o", corpus / "work" / "outputs")
    (corpus / "articles" / "a.txt").unlink()
    (corpus / "articles" / "index.jsonl").unlink()
    assert command("verify", corpus / "facts", "--records", corpus / "work" / "outputs").code == 0
    monkeypatch.chdir(corpus / "work")
    assert command("verify", corpus / "facts").code == 0, "outputs/ of the working folder is the last place to look"
    monkeypatch.chdir(corpus)
    done = command("verify", corpus / "facts")
    assert done.code == 1 and "there is no article 'a'" in done.out
