"""The commands, and what they share: options, rules, dates, errors as sentences."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from extractor.reading.limits import Limits
    from extractor.rulebook import Rulebook

Rules = Annotated[Path | None, typer.Option("--rules", metavar="DIR", help="A folder of rules laid over the built-in "
                                                                           "ones.")]
Published = Annotated[str | None, typer.Option(metavar="DATE", help="Date of publication where a document gives none: "
                                               "2022-12-20, 2022-12 or 2022 (a month or year means its last day).")]
Place = Annotated[str | None, typer.Option(metavar="PLACE", help="The place that a document is about, where it gives "
                                                                 "none: 青岛市.")]
Jobs = Annotated[int | None, typer.Option("--jobs", "-j", min=1, metavar="N",
                                          help="Number of processes; as many as the work is worth by default, up "
                                               "to all cores.")]
MinConfidence = Annotated[float, typer.Option(metavar="P", min=0, max=1, help="Leave out records whose confidence is "
                                                                              "below P.")]
MaxCharacters = Annotated[int, typer.Option(metavar="N", min=1, help="Refuse documents that are longer.")]
TimeLimit = Annotated[float, typer.Option(metavar="SECONDS", min=0, help="For one document; 0 is none. A document that "
                                          "takes longer is a failure.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print no table.")]


def limits_of(characters: int, seconds: float) -> Limits:
    """The bounds of a document, as the options give them."""
    from dataclasses import replace

    from extractor.reading.limits import DEFAULT

    return replace(DEFAULT, characters=characters, seconds=seconds)


class Stop(Exception):
    """Ends a command with a sentence on standard error and an exit code."""

    def __init__(self, message: str, code: int = 2) -> None:
        super().__init__(message)
        self.code = code


def load_rules(rules: Path | None) -> Rulebook:
    """The rules, with the folder of `--rules` laid over them."""
    from extractor.rulebook import RuleError, load_rulebook

    try:
        book = load_rulebook(rules)
        if rules is not None:
            from extractor.engine import warm

            warm(book)
        return book
    except RuleError as error:
        raise Stop(str(error)) from None


def day_of(published: str | None) -> date | None:
    """The day of `--published`."""
    from extractor.reading.dates import parse_published

    try:
        return parse_published(published)
    except ValueError as error:
        raise Stop(f"--published: {error}") from None
