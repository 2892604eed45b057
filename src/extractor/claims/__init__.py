"""Claims: what a text claims - indicator, kind, type, context and actions - assembled into records."""

from __future__ import annotations

from extractor.claims.actions import find_actions
from extractor.claims.context import scoped_clauses
from extractor.claims.model import Analysis, Claim
from extractor.claims.numbers import NumberReader


def find_claims(analysis: Analysis) -> list[Claim]:
    """All claims of a document: those with a number first, then the actions of the clauses that no number took."""
    reader = NumberReader(analysis)
    clauses = list(scoped_clauses(analysis))
    numbers = [claim for clause in clauses for claim in reader.read(clause)]
    taken = sorted({(claim.start, claim.end) for claim in numbers})
    return numbers + find_actions(analysis, clauses, taken)
