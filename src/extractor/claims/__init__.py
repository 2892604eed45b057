"""Claims: what a text claims - indicator, kind, type, context and actions - assembled into records."""

from __future__ import annotations

from extractor.claims.context import scoped_clauses
from extractor.claims.model import Analysis, Claim
from extractor.claims.numbers import NumberReader


def find_claims(analysis: Analysis) -> list[Claim]:
    """All claims of a document: those with a number first, then the actions that no number has taken."""
    reader = NumberReader(analysis)
    clauses = list(scoped_clauses(analysis))
    return [claim for clause in clauses for claim in reader.read(clause)]
