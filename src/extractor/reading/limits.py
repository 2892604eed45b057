"""How much of anything a document may be. Whatever is more is refused in a sentence, before memory or time is gone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one document; the defaults are far beyond any article."""

    characters: int = 5_000_000
    """Of the text: some fifty books. What is longer is a collection that nobody split."""
    file_bytes: int = 100_000_000
    """Of an HTML, DOCX or PDF file."""
    unpacked_bytes: int = 200_000_000
    """Of all parts of a DOCX file together."""
    part_bytes: int = 40_000_000
    """Of one XML part of a DOCX file, unpacked; of an HTML page."""
    ratio: int = 400
    """Unpacked to packed size of a part of more than a megabyte; XML of a real document packs 10 to 50 to 1."""
    pages: int = 3_000
    """Of a PDF file."""
    memory: int = 2_000_000_000
    """Bytes of address space of the process that reads a PDF file."""
    seconds: float = 60.0
    """For reading and extracting one document; 0 for as long as it takes."""


DEFAULT = Limits()
