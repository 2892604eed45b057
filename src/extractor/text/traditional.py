"""Traditional characters, read as simplified ones, one for one, so that offsets hold.

Lines are judged one by one, since pages mix both scripts: a line is traditional if it holds more characters that only
the traditional script has than characters that only the simplified one has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from extractor.rulebook.model import Rulebook

_LINE = re.compile(r"[^\r\n\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class _Script:
    letters: dict[int, str]
    traditional: re.Pattern[str]
    """A character that simplified text does not use: one that GB 2312 lacks."""
    simplified: re.Pattern[str]
    """A character that traditional text does not use: one that Big5 lacks."""


def simplified(text: str, book: Rulebook) -> str:
    """The text with its traditional lines in simplified characters; as long as before, the same object if it has none.

    Wrong for the few traditional characters that stand for several simplified ones (see `rules/traditional.yaml`).
    """
    script = book.made("traditional", _script)
    if script.traditional.search(text) is None:
        return text

    def line(found: re.Match[str]) -> str:
        words = found.group()
        ours = len(script.traditional.findall(words))
        if ours == 0 or ours <= len(script.simplified.findall(words)):
            return words
        return words.translate(script.letters)

    return _LINE.sub(line, text)


def _script(book: Rulebook) -> _Script:
    pairs = [(row["simplified"], form) for row in book.rows("traditional") for form in row["traditional"]
             if len(row["simplified"]) == 1]
    return _Script({ord(form): plain for plain, form in pairs},
                   _any_of(form for _, form in pairs if not _has("gb2312", form)),
                   _any_of(plain for plain, _ in pairs if not _has("big5", plain)))


def _any_of(characters: Iterator[str]) -> re.Pattern[str]:
    listed = "".join(sorted(set(characters)))
    return re.compile(f"[{re.escape(listed)}]" if listed else "(?!)")


def _has(encoding: str, character: str) -> bool:
    try:
        return bool(character.encode(encoding))
    except UnicodeEncodeError:
        return False


def probe(book: Rulebook, text: str, reference: date | None, region: str | None) -> Iterator[tuple[str, str]]:
    """For `rules check`: the text in simplified characters, if that is another."""
    made = simplified(text, book)
    if made != text:
        yield "traditional", made
