"""Short names that two common words only seem to make where they meet (空客 in 航空|客运)."""

from __future__ import annotations

from extractor.rulebook.model import Rulebook


def common_words(book: Rulebook) -> frozenset[str]:
    """The common words of two characters that begin or end as a short name does."""
    return book.made("common words", lambda book: frozenset(row["word"] for row in book.rows("common_words")))


def straddles(text: str, start: int, end: int, common: frozenset[str]) -> bool:
    """Whether the two characters at `start` belong to two words of `common`, one to the left and one to the right.

    Offsets count code points, half-open; longer names never do.
    """
    return (end - start == 2 and start > 0 and text[end - 1:end + 1] in common
            and text[start - 1:start + 1] in common)
