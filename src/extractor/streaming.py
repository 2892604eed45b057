"""JSON lines in, JSON lines out: the body of `extractor mentions`, for any streams of lines."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from functools import lru_cache, partial
from io import SEEK_END
from pathlib import Path
from select import select
from typing import Any, BinaryIO

from extractor.collecting import without_collector
from extractor.engine import KINDS, Asked, find_all
from extractor.mention_json import mentions_json
from extractor.reading.dates import parse_published
from extractor.reading.decoding import has_half_character
from extractor.reading.errors import fault
from extractor.rulebook.model import Rulebook
from extractor.workers import in_order

_FIRST = 1 << 13
"""Bytes that are read at first: what the rules compile for them is there for all processes."""
_AT_ONCE = 1 << 18
"""The most bytes that are read at once then: enough texts for `find_all` to be fast, and little to keep."""
_SHARES = 2
"""How many such pieces at least each process gets of a stream of known length, so that all end at the same time …"""
_LEAST = 1 << 16
"""… unless they are smaller than this."""
Answer = tuple[str, str | None]
"""A line of JSON, or nothing and what is wrong; nothing and nothing for a blank line."""
Batch = tuple[Sequence[bytes], bool]
_MARK = b"\xef\xbb\xbf"
"""What some programs put before UTF-8."""
_BLANK = _MARK + b" \t\r\n"


def mention_lines(stream: BinaryIO, where: str, book: Rulebook, rules: str | Path | None = None,
                  jobs: int = 1, kinds: Collection[str] = KINDS) -> Iterator[Answer]:
    """An answer for each line of a stream, in order, or a sentence that says what is wrong with it.

    Args:
        stream: JSON objects `{"id"?, "text", "reference"?, "region"?}` in UTF-8, one a line; blank lines are passed
            over. The lines that are there are answered, no matter how long the next one takes to come.
        where: what to call the stream in messages.
        book: the rules.
        rules: the folder that was laid over the built-in ones, for other processes.
        jobs: the most processes to use; more than one only for what is longer than what is read at once.
        kinds: what to look for; answers have no other keys than `id` and these.

    Yields:
        `(answer, None)` with the answer as one line of JSON, or `("", problem)`.

    Raises:
        WorkersFailed: no process can be started.
    """
    number = 0
    for answers in _answered(_lines_at_hand(stream, jobs), book, rules, jobs, kinds):
        for answer, problem in answers:
            number += 1
            if problem:
                yield "", f"{where}:{number}: {problem}"
            elif answer:
                yield answer, None


def _answered(batches: Iterator[Batch], book: Rulebook, rules: str | Path | None,
              jobs: int, kinds: Collection[str]) -> Iterator[Sequence[Answer]]:
    """The first batch is answered here: what the rules compile at first use is then there for forked processes."""
    for number, (lines, more) in enumerate(batches):
        if number and more and jobs > 1:
            yield from in_order(_while_more(lines, batches), partial(_answers, kinds=kinds), book, rules, jobs, _lost)
        else:
            yield _answers(lines, book, kinds)


def _while_more(lines: Sequence[bytes], batches: Iterator[Batch]) -> Iterator[Sequence[bytes]]:
    yield lines
    for following, more in batches:
        yield following
        if not more:
            return


def _lines_at_hand(stream: BinaryIO, jobs: int) -> Iterator[Batch]:
    """Whole lines, as many as have come, and whether more have."""
    begun: list[bytes] = []  # the pieces of the line whose end has not come
    at_once = _share(stream, jobs)
    size = min(_FIRST, at_once)
    while piece := stream.read1(size):  # type: ignore[attr-defined]
        first, *lines = piece.split(b"\n")
        begun.append(first)
        if lines:
            begun, lines = [lines.pop()], [b"".join(begun), *lines]
            yield lines, len(piece) == size and _at_hand(stream)
        size = at_once
    yield [b"".join(begun)], False


def _share(stream: BinaryIO, jobs: int) -> int:
    """How many bytes to read at once, for `jobs` processes."""
    if jobs <= 1 or not stream.seekable():
        return _AT_ONCE
    here = stream.tell()
    left = stream.seek(0, SEEK_END) - here
    stream.seek(here)
    return min(_AT_ONCE, max(_LEAST, left // (_SHARES * jobs) + 1))


def _at_hand(stream: BinaryIO) -> bool:
    """Whether reading on would not wait."""
    try:
        return bool(select([stream.fileno()], [], [], 0)[0])
    except (OSError, ValueError):  # no file of the system's: it is all there
        return True


def _lost(lines: Sequence[bytes]) -> Sequence[Answer]:
    problem = "the process that worked on it died (out of memory?); try it with --jobs 1"
    return [("", problem if line.strip(_BLANK) else None) for line in lines]


@without_collector
def _answers(lines: Sequence[bytes], book: Rulebook, kinds: Collection[str]) -> Sequence[Answer]:
    """An answer or a problem for each line, neither for a blank one."""
    answers: list[Answer] = []
    asked: list[tuple[int, object, Asked]] = []
    for at, raw in enumerate(lines):
        answers.append(("", None))
        if not raw.strip(_BLANK):
            continue
        try:
            request = _request(raw)
            asked.append((at, request.get("id"), (request["text"], _reference(request), request.get("region"))))
        except _Wrong as error:
            answers[at] = "", str(error)
        except Exception as error:
            answers[at] = "", fault(error)
    try:
        made = find_all([request for _, _, request in asked], book, kinds)
        for (at, name, _), found in zip(asked, made, strict=True):
            answers[at] = mentions_json(found, name, kinds), None
    except Exception:  # which of them it was
        for at, name, one in asked:
            answers[at] = _answer(name, one, book, kinds)
    return answers


def _answer(name: object, request: Asked, book: Rulebook, kinds: Collection[str]) -> Answer:
    try:
        return mentions_json(find_all([request], book, kinds)[0], name, kinds), None
    except Exception as error:
        return "", fault(error)


class _Wrong(ValueError):
    """A line is wrong; the message is the rest of a sentence that begins with its place."""


_published = lru_cache(64)(parse_published)


def _reference(request: dict[str, Any]) -> date | None:
    try:
        return _published(request.get("reference"))
    except ValueError as error:
        raise _Wrong(f"'reference' is wrong: {error}") from None


def _request(raw: bytes) -> dict[str, Any]:
    example = 'write one object a line such as {"text": "…", "reference": "2022-12-20"}'
    try:
        request = json.loads(raw.removeprefix(_MARK).decode())
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
