"""Every rule's own examples and counter-examples."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from extractor.probes import probes
from extractor.reading.lines import fold
from extractor.rulebook import Rulebook
from extractor.rulebook.check import check


def part(book: Rulebook, layer: str) -> Rulebook:
    """The rulebook with the examples of one layer only; its rules may lean on all word lists."""
    return replace(book, rules=tuple(r for r in book.rules if r.layer == layer),
                   word_lists={k: w for k, w in book.word_lists.items() if w.layer == layer},
                   tables={k: t for k, t in book.tables.items() if t.layer == layer})


@pytest.mark.parametrize("layer", sorted(probes()))
def test_all_examples_hold(book: Rulebook, layer: str) -> None:
    def probe(_: Rulebook, *given: Any) -> Any:
        return probes()[layer](book, *given)

    report = check(part(book, layer), {layer: probe})
    assert not report.problems, "\n" + "\n".join(report.problems)
    assert not report.warnings, "\n" + "\n".join(report.warnings)


def test_every_layer_is_read(book: Rulebook) -> None:
    layers = {item.layer for item in (*book.rules, *book.word_lists.values(), *book.tables.values())}
    assert layers <= set(probes())


def test_indicators_are_told_apart(book: Rulebook) -> None:
    phrases = [fold(p) for row in book.rows("indicators")
               for p in {row["name"], *filter(None, row["aliases"].split("|"))}]
    assert not [p for p, n in Counter(phrases).items() if n > 1], "an alias belongs to one indicator"
    assert {row["direction"] for row in book.rows("indicators")} <= {"up", "down", ""}
