"""What the layers `claims` and `scopes` make of a text, for the rules' own examples."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from extractor.claims import find_claims
from extractor.claims.scope_rules import scope_rules
from extractor.rulebook.model import Rulebook


def probe_claims(book: Rulebook, text: str, reference: date | None, region: str | None) -> Iterable[tuple[str, str]]:
    """Pairs of a rule and `type kind | indicator | value` for every claim with a number."""
    from extractor.engine import analyse

    for claim in find_claims(analyse(text, reference, region, book)):
        if claim.quantity is not None:
            brief = f"{claim.type} {claim.kind} | {claim.indicator} | {claim.quantity.text}"
            for rule in claim.rules:
                yield rule, brief


def probe_scopes(book: Rulebook, text: str, reference: date | None, region: str | None) -> Iterable[tuple[str, str]]:
    """Pairs of a rule and `reach tense` for every scope that a heading or a clause of the text sets."""
    from extractor.engine import analyse

    rules = scope_rules(book)
    analysis = analyse(text, reference, region, book)
    for block in analysis.view.blocks:
        if block.kind == "heading":
            for rule, pattern in rules.headings:
                if pattern.search(analysis.text[block.start:block.end]):
                    yield rule.id, f"{rule.yields['reach']} {rule.yields['tense']}"
    for sentence in analysis.sentences:
        for clause in sentence.clauses:
            opens = analysis.text[clause.end:clause.end + 1] == "："
            for rule, pattern in rules.clauses:
                if pattern.search(analysis.text[clause.start:clause.end + opens]):
                    yield rule.id, f"{rule.yields['reach']} {rule.yields['tense']}"
