"""The marks that enclose words in a clean text."""

OPEN, CLOSE = "“‘《（【", "”’》）】"
"""Quotation marks, book marks and brackets, each with its other half at the same place. Narrow brackets are wide in
a clean text (`text.folding`)."""
