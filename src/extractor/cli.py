"""The command line. Heavy imports stand inside the commands, so that `extractor --help` is there at once.

Exit codes: 0 all well; 1 some documents failed (or facts broke, or rules are wrong); 2 wrong usage; 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, NoReturn

import typer

if TYPE_CHECKING:
    from extractor.rulebook import Rulebook

app = typer.Typer(name="extractor", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  help="Raw Chinese press text in; grounded records of targets, achievements and initiatives out.")
rules_app = typer.Typer(no_args_is_help=True, help="Work on the rules.")
app.add_typer(rules_app, name="rules")

Rules = Annotated[Path | None, typer.Option("--rules", metavar="DIR", help="A folder of rules laid over the built-in "
                                                                           "ones.")]
Published = Annotated[str | None, typer.Option(metavar="DATE", help="Date of publication where a document gives none: "
                                               "2022-12-20, 2022-12 or 2022 (a month or year means its last day).")]
Place = Annotated[str | None, typer.Option(metavar="PLACE", help="The place that a document is about, where it gives "
                                                                 "none: 青岛市.")]
Jobs = Annotated[int | None, typer.Option("--jobs", "-j", min=1, metavar="N",
                                          help="Number of processes; as many as the work is worth by default.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print no table.")]


class Stop(Exception):
    """Ends a command with a sentence on standard error and an exit code."""

    def __init__(self, message: str, code: int = 2) -> None:
        super().__init__(message)
        self.code = code


@app.command()
def run(inputs: Annotated[list[str], typer.Argument(metavar="INPUT...", help="Files (.txt .md .jsonl) and folders.")],
        output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder to write to.")]
        = Path("outputs"),
        rules: Rules = None, jobs: Jobs = None, published: Published = None, region: Place = None,
        quiet: Quiet = False) -> None:
    """Extract all documents into OUTPUT/records.jsonl and OUTPUT/run.json."""
    from extractor import batch
    from extractor.reading.sources import find_sources

    day = _day(published)
    book = _book(rules)
    _usable_folder(output)
    if quiet:
        result = batch.run(find_sources(inputs, day, region), book, rules, jobs)
    else:
        from extractor.console import progress

        with progress("extracting") as bar:
            result = batch.run(find_sources(inputs, day, region), book, rules, jobs, bar)
    try:
        batch.write_outputs(result, output)
    except OSError as error:
        raise Stop(f"{output}: cannot be written ({error.strerror}); give a folder that may be written to") from None
    for failure in result.failures:
        print(failure.message, file=sys.stderr)
    if not quiet:
        from extractor.console import pick_examples, show_run

        show_run([o.about for o in result.outcomes], result.counts, pick_examples([o.lines for o in result.outcomes]))
        print(f"{sum(result.counts.values())} records of {len(result.outcomes)} documents are in "
              f"{output / 'records.jsonl'}" + (f"; {len(result.failures)} failed" if result.failures else ""))
    if result.failures:
        raise typer.Exit(1)


@app.command()
def extract(file: Annotated[str, typer.Argument(metavar="FILE", help="A text file; - is standard input.")],
            rules: Rules = None, published: Published = None, region: Place = None) -> None:
    """Extract one document and print it as JSON: {"doc_id", "records"}."""
    import json

    from extractor import engine
    from extractor.reading.decoding import decode
    from extractor.reading.errors import ReadError
    from extractor.reading.metadata import complete
    from extractor.reading.sources import Failure, Source, find_sources, read_article

    day = _day(published)
    book = _book(rules)
    try:
        if file == "-":
            source = Source("stdin", "standard input", text=decode(sys.stdin.buffer.read(), "standard input"),
                            published=day, region=region)
        else:
            if Path(file).is_dir():
                raise Stop(f"{file}: is a folder; give one file, or use 'extractor run {file}'")
            found = next(iter(find_sources([file], day, region)))
            if isinstance(found, Failure):
                raise Stop(found.message, 1)
            source = found
        article = complete(read_article(source), book)
    except ReadError as error:
        raise Stop(str(error), 1) from None
    records = [r.model_dump(mode="json") for r in engine.extract(article, book)]
    print(json.dumps({"doc_id": article.doc_id, "records": records}, ensure_ascii=False, indent=2))


@app.command()
def mentions(file: Annotated[str, typer.Argument(metavar="FILE", help="JSON lines; - is standard input.")] = "-",
             rules: Rules = None) -> None:
    """Find quantities, periods and entities: JSON lines in, JSON lines out.

    In: {"id"?, "text", "reference"?, "region"?}. Out: {"id", "quantities", "periods", "entities"}.
    """
    from extractor.streaming import mention_lines

    book = _book(rules)
    failed = False
    with _lines(file) as stream:
        for answer, problem in mention_lines(stream, "standard input" if file == "-" else file, book):
            if problem:
                failed = True
                print(problem, file=sys.stderr)
            else:
                sys.stdout.write(answer + "\n")
                sys.stdout.flush()
    if failed:
        raise typer.Exit(1)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a record."""
    import json

    from extractor.schema import record_schema

    print(json.dumps(record_schema(), ensure_ascii=False, indent=2))


# --- what the commands share ------------------------------------------------------------------------------------


def _lines(file: str) -> BinaryIO:
    if file == "-":
        return sys.stdin.buffer
    try:
        return open(file, "rb")
    except OSError as error:
        raise Stop(f"{file}: cannot be read ({error.strerror}); check the path", 1) from None


def _book(rules: Path | None) -> Rulebook:
    from extractor.rulebook import RuleError, load_rulebook

    try:
        return load_rulebook(rules)
    except RuleError as error:
        raise Stop(str(error)) from None


def _day(published: str | None) -> date | None:
    from extractor.reading.dates import parse_published

    try:
        return parse_published(published)
    except ValueError as error:
        raise Stop(f"--published: {error}") from None


def _usable_folder(folder: Path) -> None:
    for part in (folder, *folder.parents):
        if part.exists() and not part.is_dir():
            raise Stop(f"{part}: is a file; give a folder to write to with -o")


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure and (stream.encoding or "").lower().replace("-", "") != "utf8":
            reconfigure(encoding="utf-8")
    sys.exit(_run(arguments))


_CLICK_ERROR: Any = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException")


def _run(arguments: Sequence[str] | None) -> int:
    try:
        code = app(args=arguments, prog_name="extractor", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except Stop as stop:
        print(stop, file=sys.stderr)
        return stop.code
    except _CLICK_ERROR as error:
        return _usage(error)
    except (KeyboardInterrupt, typer.Abort):
        print("interrupted; nothing was written", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        from extractor.reading.errors import fault

        if os.environ.get("EXTRACTOR_TRACEBACK"):
            raise
        print(f"extractor: {fault(error)}", file=sys.stderr)
        return 1


def _usage(error: Any) -> int:
    """One sentence for a wrong option or argument."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "extractor"
    message = " ".join(error.format_message().split()).rstrip(".")
    if message:
        print(f"{command}: {message}; see '{command} --help'", file=sys.stderr)
    elif context:
        print(context.get_help())
    return int(error.exit_code)
