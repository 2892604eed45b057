"""Confidence: fitted weights, plain sums."""

from __future__ import annotations

import importlib.util
import sys
from math import exp
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from extractor import engine
from extractor.claims import find_claims
from extractor.claims.confidence import Weights, confidence, explained, features
from extractor.rulebook import Rulebook, load_rulebook

ROOT = Path(__file__).resolve().parent.parent
TEXT = "2022年，全市生产总值达到1.2万亿元，增长5%。我们将实施“工赋青岛”行动，推进三年行动计划，出台《实施意见》。"


def test_a_confidence_is_the_sum_of_its_weights(book: Rulebook) -> None:
    analysis = engine.analyse(TEXT, None, "青岛市", book)
    claims = find_claims(analysis)
    assert claims
    for claim in claims:
        odds = sum(weight for _, weight in explained(analysis, claim))
        assert confidence(analysis, claim) == pytest.approx(1 / (1 + exp(-odds)))
        assert 0 < confidence(analysis, claim) < 1


def test_every_claim_has_features_of_its_kind(book: Rulebook) -> None:
    analysis = engine.analyse(TEXT, None, "青岛市", book)
    for claim in find_claims(analysis):
        found = features(analysis, claim)
        assert found[0] == ("action" if claim.action else "number")
        assert all(f.startswith(found[0]) for f in found) and len(found) == len(set(found))


def test_confidences_differ(book: Rulebook) -> None:
    analysis = engine.analyse(TEXT, None, "青岛市", book)
    assert len({round(confidence(analysis, c), 3) for c in find_claims(analysis)}) > 2


def test_an_overlay_may_set_a_weight(tmp_path: Path) -> None:
    (tmp_path / "confidence.csv").write_text("feature,weight\nnumber,9\n", "utf-8")
    laid = load_rulebook(tmp_path)
    assert Weights(laid).by_feature["number"] == 9
    analysis = engine.analyse("2022年，全市生产总值达到1.2万亿元。", None, "青岛市", laid)
    assert confidence(analysis, find_claims(analysis)[0]) > 0.99


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fit_confidence", ROOT / "scripts" / "fit_confidence.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["fit_confidence"] = module
    spec.loader.exec_module(module)
    return module


def test_the_fit_learns_what_is_plain_and_shrinks_what_is_rare(script: ModuleType) -> None:
    def made(document: int, right: bool, *own: str) -> Any:
        return script.Made(f"d{document}", ("number", *own), float(right), False)

    rows = [made(i % 5, True, "number good") for i in range(60)] + [made(i % 5, i % 3 == 0, "number bad")
                                                                    for i in range(60)]
    names = script.vocabulary(rows)
    found = dict(zip(names, script.fit(rows, names, 10.0), strict=True))
    assert found["number good"] > 0.3 > -0.3 > found["number bad"]
    assert script.vocabulary([*rows, made(0, True, "number once")]) == names, "what one document shows tells nothing"


def test_calibration_error(script: ModuleType) -> None:
    assert script.calibration_error([(0.85, True)] * 17 + [(0.85, False)] * 3) == pytest.approx(0)
    assert script.calibration_error([(0.95, False)] * 10) == pytest.approx(0.95)


@pytest.mark.shared
@pytest.mark.slow
def test_confidences_tell_on_documents_that_nothing_was_learned_from(script: ModuleType, shared: Path,
                                                                     book: Rulebook) -> None:
    folders = [shared / "corpus" / "press", shared / "corpus" / "excerpts"]
    check = script.of_gold(book, [shared / "gold" / "records" / "check.jsonl"], folders, seen=False)
    known = Weights(book).by_feature
    assert script.calibration_error(script.guesses_of(check, dict(known))) <= 0.08
