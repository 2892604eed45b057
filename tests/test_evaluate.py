"""Records against gold."""

from __future__ import annotations

import copy
import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extractor.evaluate import causes, evaluate, load_gold, load_records

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
Plain = dict[str, Any]


def number(start: int, said: str = "20亿元", value: float = 20, unit: str = "亿元", **more: Any) -> Plain:
    return {"doc_id": "d", "type": "achievement", "kind": "level", "indicator": {"text": "出口"},
            "evidence": {"text": "…", "start": max(0, start - 5), "end": start + len(said)},
            "value": {"text": said, "start": start, "end": start + len(said), "op": "=", "number": value, "low": None,
                      "high": None, "unit": unit, "base": {"number": value * 10**8, "unit": "CNY"}},
            "period": None, "region": None, "actor": None, "action": None, **more}


def act(start: int, verb: str = "实施", thing: str = "港口行动", **more: Any) -> Plain:
    return {"doc_id": "d", "type": "initiative", "kind": None, "period": None, "region": None, "actor": None,
            "evidence": {"text": "…", "start": start, "end": start + 9},
            "action": {"verb": verb, "object": thing, "status": "planned"}, **more}


GOLD = [number(10), number(40), act(60)]


def changed(record: Plain, path: str, value: Any) -> Plain:
    made = copy.deepcopy(record)
    *outer, last = path.split(".")
    at = made
    for key in outer:
        at = at[key]
    at[last] = value
    return made


def figures(got: list[Plain], gold: list[Plain] | None = None) -> Plain:
    return evaluate(gold or GOLD, got)[0]


def test_gold_against_itself_is_perfect() -> None:
    made, errors = evaluate(GOLD, GOLD)
    assert [made[k]["f1"] for k in ("value", "core", "full", "initiative", "qualitative_full")] == [1.0] * 5
    assert made["base"] == 1.0 and errors == []


@pytest.mark.parametrize(("path", "value", "core", "full", "right"), [
    ("value.number", 21, 1, 1, 1), ("value.unit", "万元", 1, 1, 1), ("type", "target", 1, 1, 2),
    ("value.op", ">", 1, 1, 2), ("indicator.text", "进出口", 1, 1, 2), ("region", {"name": "青岛"}, 2, 1, 2),
    ("period", {"end_date": "2022-12-31"}, 2, 1, 2), ("indicator.text", "出口的", 2, 2, 2)])
def test_a_wrong_field_costs_what_it_should(path: str, value: Any, core: int, full: int, right: int) -> None:
    made = figures([changed(GOLD[0], path, value), *GOLD[1:]])
    assert [made[k]["hit"] for k in ("value", "core", "full")] == [right, core, full]


def test_the_same_amount_in_another_unit_is_right() -> None:
    assert figures([number(10, value=200000, unit="万元"), *GOLD[1:]])["core"]["hit"] == 2


def test_what_gold_lacks_counts_against_precision() -> None:
    made = figures([*GOLD, number(80), act(90)])
    assert (made["core"]["p"], made["core"]["r"]) == (0.6667, 1.0) and made["initiative"]["p"] == 0.5
    assert figures([*GOLD, {**number(80), "doc_id": "other"}])["core"]["p"] == 1.0


def test_malformed_records_count_as_wrong() -> None:
    made = figures([*GOLD, {**number(80), "evidence": None}])
    assert made["malformed"] == 1 and made["core"]["p"] == 0.6667


def test_errors_are_grouped_by_cause() -> None:
    _, errors = evaluate(GOLD, [changed(GOLD[0], "value.op", ">"), changed(GOLD[1], "value.op", ">"), act(200)])
    assert [(cause, len(group)) for cause, group in causes(errors)] == [
        ("wrong op", 2), ("missed initiative", 1), ("spurious initiative", 1)]


def test_an_action_read_in_two_ways_is_one_error() -> None:
    wrong = changed(GOLD[2], "action.object", "别的什么东西")
    _, errors = evaluate(GOLD, [*GOLD[:2], wrong])
    assert [e.cause for e in errors] == ["wrong object"]


@pytest.mark.parametrize(("text", "cause"), [("全部货物", "another"), ("出口总值的规模和结构", "too long")])
def test_a_wrong_indicator_says_how(text: str, cause: str) -> None:
    _, errors = evaluate(GOLD, [changed(GOLD[0], "indicator.text", text), *GOLD[1:]])
    assert errors[0].cause == f"wrong indicator ({cause})"


def test_documents_that_are_not_there_get_a_sentence(command: Callable[..., Any], tmp_path: Path) -> None:
    gold, got = tmp_path / "gold.jsonl", tmp_path / "got.jsonl"
    gold.write_text("".join(json.dumps(r) + "\n" for r in GOLD), "utf-8")
    got.write_text(json.dumps({**GOLD[0], "doc_id": "other"}) + "\n", "utf-8")
    done = command("evaluate", gold, got)
    assert done.code == 2 and done.out == "" and "none of the 1 documents that gold names is in" in done.err
    more = [*GOLD, {**GOLD[0], "doc_id": "more"}]
    gold.write_text("".join(json.dumps(r) + "\n" for r in more), "utf-8")
    got.write_text("".join(json.dumps(r) + "\n" for r in GOLD), "utf-8")
    done = command("evaluate", gold, got)
    assert done.code == 0 and "1 of the 2 documents that gold names are not in" in done.err and "more" in done.err


def test_evaluate_prints_figures(command: Callable[..., Any], tmp_path: Path) -> None:
    gold, run = tmp_path / "gold.jsonl", tmp_path / "run"
    run.mkdir()
    gold.write_text("".join(json.dumps(r) + "\n" for r in GOLD), "utf-8")
    (run / "records.jsonl").write_text("".join(json.dumps(r) + "\n" for r in GOLD[:2]), "utf-8")
    done = command("evaluate", gold, run, "--errors", 1)
    assert done.code == 0 and "1  missed initiative" in done.out and "1.000" in done.out
    done = command("evaluate", gold, run, "--json")
    assert json.loads(done.out)["initiative"]["r"] == 0


def test_wrong_gold_gets_a_sentence(command: Callable[..., Any], tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    for text, said in (("{}\n", "lacks its doc_id"), ("x\n", "gold.jsonl:1: is no record")):
        gold.write_text(text)
        done = command("evaluate", gold, gold)
        assert done.code == 2 and said in done.err and done.err.count("\n") == 1


def test_the_corpus_is_measured_from_its_articles(command: Callable[..., Any]) -> None:
    done = command("evaluate", CORPUS / "gold", "--articles", CORPUS / "articles", "--json")
    made = json.loads(done.out)
    gold = load_records(CORPUS / "gold")
    assert (done.code, done.err) == (0, "")
    assert made["value"]["gold"] == sum(bool(r.get("kind")) for r in gold) and made["value"]["f1"] > 0.5


def disturbed(gold: list[Plain], seed: int) -> list[Plain]:
    """Records as a careless extractor would make them."""
    dice = random.Random(seed)
    made = []
    for record in copy.deepcopy(gold):
        chance = dice.random()
        numeric = bool(record.get("kind"))
        if chance < 0.1:
            continue
        if chance < 0.2:
            record["evidence"]["start"] = max(0, record["evidence"]["start"] - dice.randrange(30))
        elif chance < 0.3 and numeric:
            record["indicator"]["text"] = record["indicator"]["text"][dice.randrange(3):]
        elif chance < 0.4 and numeric:
            record["value"]["start"] -= dice.randrange(9)
        elif chance < 0.5 and numeric:
            record["value"]["number"] = dice.choice([None, 1, 7.5])
        elif chance < 0.6 and record.get("period"):
            record["period"]["start_date"] = None
        elif chance < 0.7:
            record["type"] = dice.choice(["target", "achievement", "initiative"])
        elif chance < 0.8:
            made.append(record)
        elif chance < 0.81:
            record["evidence"] = None
        if numeric:
            record["value"]["base"] = {"number": record["value"]["number"], "unit": dice.choice(["CNY", "%", "家"])}
        made.append(record)
    return made


@pytest.mark.shared
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_figures_are_those_of_the_measure(shared: Path, tmp_path: Path, seed: int) -> None:
    files = [shared / "gold" / "records" / f"{name}.jsonl" for name in ("tune", "check")]
    gold = load_gold(files)
    got = disturbed(gold, seed)
    path = tmp_path / "got.jsonl"
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in got), "utf-8")
    told = subprocess.run([sys.executable, shared / "tools" / "score.py", *files, path, "--json"], capture_output=True)
    assert json.loads(told.stdout) == figures(got, gold)
