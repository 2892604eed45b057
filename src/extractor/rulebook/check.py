"""Runs every example and counter-example of every rule, word list and table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from extractor.rulebook.model import Example, Rule, Rulebook, Table, WordList
from extractor.rulebook.source import RuleError

Probe = Callable[[Rulebook, str, date | None, str | None], Iterable[tuple[str, str]]]
"""What a layer makes of a text: pairs of the id of the rule that fired and a brief of what it yields."""


@dataclass
class Report:
    """How many things there are and what is wrong with them."""

    rules: int = 0
    word_lists: int = 0
    tables: int = 0
    rows: int = 0
    examples: int = 0
    counter_examples: int = 0
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def check(book: Rulebook, probes: Mapping[str, Probe]) -> Report:
    """Run all examples. `probes` has a function per layer that has examples.

    An example of a rule holds when that rule fires on the text with the brief that is expected; a counter-example
    when it does not fire. For word lists and tables any rule of the layer may fire, and none on a counter-example.

    Raises:
        RuleError: a text cannot be read with these rules at all.
    """
    report = Report(len(book.rules), len(book.word_lists), len(book.tables),
                    sum(len(t.rows) for t in book.tables.values()))
    items: list[Rule | WordList | Table] = [*book.rules, *book.word_lists.values(), *book.tables.values()]
    for item in items:
        probe = probes.get(item.layer)
        if probe is None:
            if item.examples or item.counter_examples:
                report.problems.append(f"{item.where}: no part of the program reads the layer '{item.layer}'; "
                                       f"layers are {', '.join(sorted(probes))}")
            continue
        if isinstance(item, Rule):
            if not item.examples:
                report.problems.append(f"{item.where}: the rule '{item.id}' has no example; give it one that shows "
                                       "what it is for")
            if not item.counter_examples:
                report.problems.append(f"{item.where}: the rule '{item.id}' has no counter-example; give it a text "
                                       "under 'not:' that looks alike and must be left alone")
        for example in item.examples:
            report.examples += 1
            problem = _example_problem(book, probe, item, example)
            if problem:
                report.problems.append(problem)
        for text in item.counter_examples:
            report.counter_examples += 1
            fired = [brief for rule, brief in _outcomes(book, probe, item, Example(text, (), None, None))
                     if not isinstance(item, Rule) or rule == item.id]
            if fired:
                report.problems.append(f"{item.where}: '{item.id}' must leave '{text}' alone, but gives {fired[0]!r}")
    report.warnings += _overlaps(book)
    return report


def _example_problem(book: Rulebook, probe: Probe, item: Rule | WordList | Table, example: Example) -> str | None:
    outcomes = _outcomes(book, probe, item, example)
    own = [brief for rule, brief in outcomes if not isinstance(item, Rule) or rule == item.id]
    missing = [e for e in example.expect if e not in own] if example.expect else ([] if own else ["anything"])
    if not missing:
        return None
    others = "" if own or not outcomes else f" (other rules give {outcomes[:3]})"
    return (f"{item.where}: '{item.id}' must read '{example.text}' as {missing[0]!r}, "
            f"but gives {own or 'nothing'}{others}")


def _outcomes(book: Rulebook, probe: Probe, item: Rule | WordList | Table, example: Example) -> list[tuple[str, str]]:
    """What the layer makes of an example. Raises RuleError, if its rules break on it."""
    reference = date.fromisoformat(example.reference) if example.reference else None
    try:
        return list(probe(book, example.text, reference, example.region))
    except RuleError:
        raise
    except Exception as error:
        raise RuleError(f"{item.where}: '{example.text}' cannot be read ({type(error).__name__}: {error}); a rule of "
                        f"the layer '{item.layer}' lacks what those built in have") from None


def _overlaps(book: Rulebook) -> list[str]:
    """Rules of one layer with the same pattern, and words that stand twice in rules of one layer."""
    seen: dict[tuple[str, str], Rule] = {}
    warnings = []
    for rule in book.rules:
        if not isinstance(rule.match, str):
            continue
        first = seen.setdefault((rule.layer, rule.match), rule)
        if first is not rule:
            warnings.append(f"{rule.where}: '{rule.id}' has the same pattern as '{first.id}' ({first.where}); "
                            "one of them never fires")
    return warnings
