"""Actions, milestones and states: sentences of the genre, things that look alike, and laws that always hold."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.claims.actions import find_actions
from extractor.claims.context import scoped_clauses
from extractor.claims.model import Claim
from extractor.engine import analyse
from extractor.rulebook import Rulebook

DATA = Path(__file__).parent / "data"


def cases(name: str) -> list[Any]:
    return list(yaml.safe_load((DATA / f"actions-{name}.yaml").read_text("utf-8")))


def actions(book: Rulebook, text: str, published: date | None = None, region: str | None = "浙江省",
            taken: tuple[tuple[int, int], ...] = ()) -> list[Claim]:
    analysis = analyse(text, published, region, book)
    return find_actions(analysis, list(scoped_clauses(analysis)), taken)


def brief(claim: Claim) -> str:
    assert claim.action is not None
    return f"{claim.type} | {claim.action.verb} | {claim.action.object} | {claim.action.status}"


@pytest.mark.parametrize("case", cases("in-the-wild"), ids=lambda c: c["text"][:16])
def test_in_the_wild(book: Rulebook, case: dict[str, Any]) -> None:
    assert [brief(c) for c in actions(book, case["text"], case.get("published"))] == case["expect"]


@pytest.mark.parametrize("text", cases("negative"))
def test_negative(book: Rulebook, text: str) -> None:
    assert [brief(c) for c in actions(book, text)] == []


@pytest.mark.parametrize("case", cases("known-failures"), ids=lambda c: c["text"][:16])
def test_known_failures(book: Rulebook, case: dict[str, Any]) -> None:
    if [brief(c) for c in actions(book, case["text"])] == case["expect"]:
        pytest.fail("this is right now: move it to actions-in-the-wild.yaml")
    pytest.xfail(case["why"])


def test_evidence_is_whole_clauses(book: Rulebook) -> None:
    text = "下一步，通过政策引导，完善技术交易服务平台，出台《港口管理办法》。"
    found = actions(book, text)
    assert [text[c.start:c.end] for c in found] == ["通过政策引导，完善技术交易服务平台", "出台《港口管理办法》"]


def test_a_comma_inside_a_list_does_not_end_the_object(book: Rulebook) -> None:
    text = "下一步，培育海洋生物、海工装备，智慧航运等产业集群，出台《港口管理办法》。"
    assert actions(book, text)[0].action.object == "海洋生物、海工装备，智慧航运等产业集群"  # type: ignore[union-attr]


def test_a_clause_whose_number_is_told_makes_no_action(book: Rulebook) -> None:
    text = "推出63条创新举措，出台《港口管理办法》。"
    assert [brief(c) for c in actions(book, text, taken=((0, 9),))] == ["initiative | 出台 | 《港口管理办法》 | done"]


def test_a_number_that_only_describes_a_thing_leaves_its_milestone(book: Rulebook) -> None:
    text = "首期规模300亿元的科创基金签约落地。"
    assert [brief(c) for c in actions(book, text, taken=((0, len(text) - 1),))] == [
        "achievement | 签约落地 | 首期规模300亿元的科创基金 | done"]


def test_what_is_named_beside_a_counted_list_has_its_outcome(book: Rulebook) -> None:
    text = "滨海高铁和城北、城南等4条快速路建成通车。"
    assert [brief(c) for c in actions(book, text, taken=((0, len(text) - 1),))] == [
        "achievement | 建成通车 | 滨海高铁 | done"]


@pytest.mark.parametrize(("text", "place"), [
    ("宁波地铁9号线开通运营。", "宁波市"),
    ("新一轮义乌市场采购贸易改革获批实施。", "义乌市"),
    ("杭州湾科创馆、宁波规划展览馆等场馆建成。", "浙江省"),
    ("舟山至上海的跨海高铁开工建设。", "舟山市"),
    ("杭州至宁波的城际高铁开工建设。", "浙江省"),
    ("宁波和舟山的跨海大桥开工建设。", "浙江省"),
    ("省级算力调度平台上线运行。", "浙江省"),
])
def test_a_thing_named_after_a_place_is_about_it(book: Rulebook, text: str, place: str) -> None:
    found = actions(book, text)
    assert [c.region.name if c.region else None for c in found] == [place]


def test_subject_of_the_clause_is_the_actor(book: Rulebook) -> None:
    found = actions(book, "省科技厅、省财政厅联合印发《科技成果转化管理办法》。")
    assert [c.actor.text if c.actor else None for c in found] == ["省科技厅、省财政厅"]


def test_a_sentence_without_subject_goes_on_with_what_a_body_does(book: Rulebook) -> None:
    found = actions(book, "下一步，市商务局将加强冷链项目储备。开展海产品推介活动。")
    assert [c.actor.text if c.actor else None for c in found] == ["市商务局", "市商务局"]


@given(st.lists(st.sampled_from(
    ["加快", "推进", "“", "”", "《", "》", "、", "，", "。", "的", "项目", "建成", "投产", "对", "进行", "将", "力争",
     "高于", "入选", "居", "获", "一是", "（一）", "了", "是", "在", "方面", "等", "化", "并", "和", "好",
     "第六届"]), max_size=30))
@settings(max_examples=150)
def test_any_text_gives_claims_inside_it(parts: list[str]) -> None:
    from extractor.rulebook import load_rulebook

    text = "".join(parts)
    for claim in actions(load_rulebook_once(load_rulebook), text):
        assert claim.action is not None
        assert 0 <= claim.start < claim.end <= len(text)
        assert claim.action.verb and claim.action.object
        assert claim.action.status in ("planned", "ongoing", "done")


_BOOKS: list[Rulebook] = []


def load_rulebook_once(load: Any) -> Rulebook:
    if not _BOOKS:
        _BOOKS.append(load())
    return _BOOKS[0]


@pytest.mark.parametrize(("text", "actors"), [
    ("市科创办计划争创国家技术创新中心，培养青年人才队伍。", ["市科创办", "市科创办"]),
    ("全省将推广“云口岸”平台。", ["浙江省"]),
    ("按照国务院部署，推广“云口岸”平台。", [None]),
])
def test_who_acts(book: Rulebook, text: str, actors: list[str | None]) -> None:
    """A subject acts in the rest of its sentence; the text's own place has its name; a preposition makes no actor."""
    found = [c.actor.text if c.actor else None for c in actions(book, text)]
    assert found == actors
