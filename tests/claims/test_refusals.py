"""Why a number is no claim."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from extractor.claims.keep import may_claim, refusal
from extractor.claims.lexicon import lexicon
from extractor.engine import analyse
from extractor.rulebook import Rulebook

CASES: list[Any] = yaml.safe_load((Path(__file__).parent / "data" / "refusals.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["text"])
def test_the_reason_is_told(book: Rulebook, case: dict[str, str]) -> None:
    analysis = analyse(case["text"], None, None, book)
    number = analysis.quantities[-1]
    clause = next(c for s in analysis.sentences for c in s.clauses if c.start <= number.start < c.end)
    given = analysis.text, clause.start, clause.end, number, lexicon(book)
    assert refusal(*given) == case["why"]
    assert may_claim(*given) == (not case["why"])
