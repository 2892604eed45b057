"""Entities: language cases as data, laws as properties, linear time."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.mentions.entities import find_entities, probe
from extractor.mentions.places import region_of, resolve_place
from extractor.rulebook import load_rulebook
from extractor.rulebook.check import check

DATA = Path(__file__).parent / "data"
BOOK = load_rulebook()
LABELS = {"GPE", "LOC", "ZONE", "ORG", "PERSON", "FAC", "EVENT", "DOCUMENT", "PROGRAMME", "PROJECT"}


def cases(*names: str) -> list[Any]:
    return [case for name in names for case in yaml.safe_load((DATA / f"entities-{name}.yaml").read_text("utf-8"))]


def briefs(case: dict[str, Any]) -> list[str]:
    return [brief for _, brief in probe(BOOK, case["text"], None, case.get("region"))]


@pytest.mark.parametrize("case", cases("places", "people", "names"), ids=lambda c: c["text"])
def test_finds(case: dict[str, Any]) -> None:
    found = briefs(case)
    for expected in case["expect"]:
        assert expected in found


@pytest.mark.parametrize("case", cases("places", "people", "names"), ids=lambda c: c["text"])
def test_spans_are_the_words(case: dict[str, Any]) -> None:
    for entity in find_entities(case["text"], BOOK, case.get("region")):
        assert case["text"][entity.start:entity.end] == entity.text


@pytest.mark.parametrize("text", cases("silent"))
def test_stays_silent(text: str) -> None:
    assert find_entities(text, BOOK, "青岛市") == []


@pytest.mark.parametrize("case", cases("known-failures"), ids=lambda c: c["text"])
def test_known_failures(case: dict[str, Any]) -> None:
    found = briefs(case)
    right = not found if case.get("none") else all(e in found for e in case["expect"])
    if right:
        pytest.fail("passes now: move it to another file")
    pytest.xfail(case["why"])


def test_examples_of_the_rules() -> None:
    report = check(BOOK, {layer: probe for layer in ("entities", "places", "people")})
    own = ("entities.yaml", "places.yaml", "people.yaml")
    assert [p for p in report.problems if any(name in p for name in own)] == []


@pytest.mark.parametrize("case", cases("regions"), ids=lambda c: f"{c['words']} {c['region']}")
def test_resolves_places(case: dict[str, Any]) -> None:
    place = resolve_place(case["words"], BOOK, case["region"])
    assert (place.name if place else None) == case["name"]


def test_a_zone_knows_where_it_lies() -> None:
    zone = resolve_place("西海岸新区", BOOK, None)
    assert zone is not None
    assert (zone.level, zone.parent, zone.official) == ("zone", "青岛市", "青岛西海岸新区")


@pytest.mark.parametrize(("text", "region"), [
    ("宁波召开大会。宁波港吞吐量居前，全市企业受益。浙江支持宁波。", "宁波市"),
    ("浙江省召开会议。全省生产总值增长，杭州、宁波、温州领跑。我省要再接再厉，浙江大有可为。", "浙江省"),
    ("增长百分之五。", None),
    ("改革永无止境。" * 400 + "宁波召开大会。宁波港吞吐量居前，全市企业受益。", "宁波市"),
])
def test_tells_what_region_a_text_is_about(text: str, region: str | None) -> None:
    assert region_of(text, BOOK) == region


PIECES = ["青岛", "市发展改革委", "党组书记、主任", "卞成", "表示", "，", "。", "“", "”", "《", "》", "（", "）",
          "实施", "行动", "工程", "大会", "和", "、", "等项目", "投产", "记者", " ", "\n", "一", "1", "高铁", "示范区",
          "的", "x"]


@settings(max_examples=200)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.sampled_from([None, "青岛市", "浙江省"]))
def test_offsets_hold_and_nothing_overlaps(text: str, region: str | None) -> None:
    last = 0
    for entity in find_entities(text, BOOK, region):
        assert entity.start >= last
        assert text[entity.start:entity.end] == entity.text != ""
        assert entity.label in LABELS
        last = entity.end


@settings(max_examples=50)
@given(st.sampled_from([c for c in cases("places", "names") if len(c["expect"]) == 1]))
def test_other_sentences_change_nothing(case: dict[str, Any]) -> None:
    alone = briefs(case)
    among = briefs({**case, "text": f"天气晴朗。{case['text']}。大家都很高兴。"})
    assert [b for b in alone if b in among] == alone


HOSTILE = ["1" * 20_000, "一" * 20_000, "“" * 20_000, "“”" * 10_000, "青岛" * 10_000, "市委" * 10_000,
           "、" * 20_000, "（" * 20_000, "工程" * 10_000, "局长" * 10_000, "王" * 20_000, "和" * 20_000, "《" * 20_000,
           "甲、" * 10_000 + "等项目", "副主任、" * 7_000, "等高铁" * 7_000, "记者王明" * 5_000, "）" * 20_000,
           "表示" * 10_000]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda t: t[:6])
def test_hostile_input_is_linear(text: str) -> None:
    def seconds(piece: str) -> float:
        best = 9e9
        for _ in range(2):
            began = time.process_time()
            find_entities(piece, BOOK, "青岛市")
            best = min(best, time.process_time() - began)
        return best

    small, large = seconds(text[:len(text) // 4]), seconds(text)
    assert large < 12 * small + 0.05
    assert large < 2.0
