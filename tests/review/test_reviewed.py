"""Corrections as gold: what a reader decided, and nothing else, is measured."""

from __future__ import annotations

from typing import Any

from extractor.evaluate import evaluate
from extractor.review.overview import overview
from extractor.rulebook import Rulebook


def number(start: int, value: float, **more: Any) -> dict[str, Any]:
    return {"id": f"n{start}", "doc_id": "a", "type": "target", "kind": "level", "rule": "r", "confidence": 0.5,
            "evidence": {"text": "吞吐量到9吨", "start": start, "end": start + 6},
            "indicator": {"text": "吞吐量", "name": None},
            "value": {"text": "9吨", "start": start + 4, "end": start + 6, "op": "=", "number": value, "low": None,
                      "high": None, "unit": "吨", "base": {"number": value, "low": None, "high": None, "unit": "t"}},
            "period": None, "region": None, "actor": None, **more}


def decided(record: dict[str, Any], verdict: str, whole: bool = False) -> dict[str, Any]:
    return {**record, "review": {"id": record["id"], "verdict": verdict, "whole": whole}}


GOT = [number(0, 9), number(10, 9), number(20, 9)]


def counts(gold: list[dict[str, Any]]) -> tuple[int, int, int]:
    figures, _ = evaluate(gold, GOT)
    return figures["value"]["hit"], figures["value"]["gold"], figures["value"]["pred"]


def test_only_places_that_were_decided_on_are_judged() -> None:
    assert counts([decided(GOT[0], "accepted")]) == (1, 1, 1)


def test_a_rejected_record_counts_against_the_extraction() -> None:
    assert counts([decided(GOT[0], "accepted"), decided(GOT[1], "rejected")]) == (1, 1, 2)
    assert counts([decided(GOT[1], "rejected")]) == (0, 0, 1)


def test_an_edited_record_counts_as_wrong() -> None:
    assert counts([decided(number(10, 8), "edited")]) == (0, 1, 1)


def test_an_added_record_counts_as_missed() -> None:
    assert counts([decided(number(40, 9), "added")]) == (0, 1, 0)


def test_a_document_that_is_done_counts_in_full() -> None:
    assert counts([decided(GOT[0], "accepted", whole=True)]) == (1, 1, 3)
    assert counts([decided(GOT[0], "rejected", whole=True)]) == (0, 0, 3)


def test_gold_without_review_counts_as_ever() -> None:
    assert counts([GOT[0]]) == (1, 1, 3)


def test_overview_counts_no_repeats_and_knows_time(book: Rulebook) -> None:
    period = {"text": "2026年", "start_date": None, "end_date": "2026-12-31", "source": "stated"}
    records = [number(0, 9, period=period), number(10, 12, period={**period, "end_date": "2027-12-31"}),
               number(20, 9, repeats="n0", period=period)]
    made = overview(records, {"a": "2025-01-01", "b": None}, book)
    assert made["totals"] == {"documents": 2, "records": 3, "distinct": 2, "target": 2, "achievement": 0,
                              "initiative": 0}
    assert [(d["year"], d["n"]) for d in made["deadlines"]] == [(2026, 1), (2027, 1)]
    (series,) = made["series"]
    assert (series["indicator"], series["unit"], [p["value"] for p in series["points"]]) == ("吞吐量", "t", [9, 12])
