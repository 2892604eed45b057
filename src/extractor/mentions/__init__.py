"""Mentions: what a text mentions - quantities with units, periods, entities. Knows nothing of records."""
