"""JSON lines in, JSON lines out: the body of `extractor mentions`, for any streams of lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from extractor.engine import mentions
from extractor.reading.dates import parse_published
from extractor.reading.decoding import has_half_character
from extractor.reading.errors import fault
from extractor.rulebook.model import Rulebook
from extractor.schema import mentions_dict


def mention_lines(lines: Iterable[bytes], where: str, book: Rulebook) -> Iterator[tuple[str, str | None]]:
    """An answer for each line, or a sentence that says what is wrong with it.

    Args:
        lines: JSON objects `{"id"?, "text", "reference"?, "region"?}` in UTF-8; blank lines are passed over.
        where: what to call the stream in messages.
        book: the rules.

    Yields:
        `(answer, None)` with the answer as one line of JSON, or `("", problem)`.
    """
    for number, raw in enumerate(lines, 1):
        if not raw.strip(b"\xef\xbb\xbf \t\r\n"):
            continue
        try:
            request = _request(raw)
            found = mentions(request["text"], book, _reference(request), request.get("region"))
            yield json.dumps(mentions_dict(found, id=request.get("id")), ensure_ascii=False), None
        except _Wrong as error:
            yield "", f"{where}:{number}: {error}"
        except Exception as error:
            yield "", f"{where}:{number}: {fault(error)}"


class _Wrong(ValueError):
    """A line is wrong; the message is the rest of a sentence that begins with its place."""


def _reference(request: dict[str, Any]) -> date | None:
    try:
        return parse_published(request.get("reference"))
    except ValueError as error:
        raise _Wrong(f"'reference' is wrong: {error}") from None


def _request(raw: bytes) -> dict[str, Any]:
    example = 'write one object a line such as {"text": "…", "reference": "2022-12-20"}'
    try:
        request = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _Wrong(f"is not UTF-8 at byte {error.start} of the line; send UTF-8") from None
    except json.JSONDecodeError as error:
        raise _Wrong(f"is not JSON ({error.msg} at character {error.pos + 1}); {example}") from None
    except RecursionError:
        raise _Wrong(f"is nested too deeply; {example}") from None
    if not isinstance(request, dict) or not isinstance(request.get("text"), str):
        raise _Wrong(f"has no 'text'; {example}")
    if has_half_character(request["text"]):
        raise _Wrong("has half a character (a lone surrogate) in 'text'; write whole characters")
    for key in ("reference", "region"):
        if not isinstance(request.get(key), str | None):
            raise _Wrong(f"has {key} {request[key]!r}; write it in quotation marks")
    return request
