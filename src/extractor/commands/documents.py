"""Commands on documents: run, extract, mentions."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from extractor.commands import (
    Jobs,
    MaxCharacters,
    MinConfidence,
    Place,
    Published,
    Quiet,
    Rules,
    Stop,
    TimeLimit,
    day_of,
    limits_of,
    load_rules,
)

if TYPE_CHECKING:
    from extractor.batch import Report
    from extractor.reading.limits import Limits
    from extractor.store import Store


class Engine(StrEnum):
    """Where a run does its work."""

    local = "local"
    ray = "ray"


class Mentioned(StrEnum):
    """What `mentions` looks for."""

    quantities = "quantities"
    periods = "periods"
    entities = "entities"


def run(inputs: Annotated[list[str], typer.Argument(metavar="INPUT...", help="Files (.txt .md .html .docx .pdf "
                                                        ".jsonl) and folders.")],
        output: Annotated[str, typer.Option("--output", "-o", metavar="DIR", help="Folder to write to; with --engine "
                                            "ray also a URI such as s3://bucket/folder.")] = "outputs",
        rules: Rules = None, jobs: Jobs = None, published: Published = None, region: Place = None,
        min_confidence: MinConfidence = 0.0,
        prune: Annotated[bool, typer.Option("--prune", help="Remove what the inputs no longer hold.")] = False,
        wait: Annotated[bool, typer.Option("--wait", help="Wait for another run on the same folder to end.")] = False,
        engine: Annotated[Engine, typer.Option(help="Processes on this machine, or a Ray cluster: reads files and "
                                               "Parquet from any filesystem, writes Parquet, begins anew.")]
        = Engine.local,
        address: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Of the Ray cluster: auto, HOST:PORT or "
                                                    "ray://HOST:PORT; this machine alone by default.")] = None,
        max_characters: MaxCharacters = 5_000_000, time_limit: TimeLimit = 60.0,
        quiet: Quiet = False) -> None:
    """Extract all that is new or changed into the store, OUTPUT/extractor.db; write records.jsonl and run.json."""
    if engine is Engine.ray:
        from extractor.commands.cluster import run_on_cluster

        if prune or wait:
            raise Stop("--prune and --wait are for a store; --engine ray has none and begins anew")
        run_on_cluster(inputs, output, rules, address, jobs, published, region, min_confidence,
                       limits_of(max_characters, time_limit), quiet)
        return
    if address is not None:
        raise Stop("--address is for --engine ray; add that or leave it out")
    _run_here(inputs, Path(output), rules, jobs, published, region, min_confidence, prune, wait, quiet,
              limits_of(max_characters, time_limit))


def _run_here(inputs: list[str], output: Path, rules: Path | None, jobs: int | None, published: str | None,
              region: str | None, min_confidence: float, prune: bool, wait: bool, quiet: bool, limits: Limits) -> None:
    from extractor import batch
    from extractor.console import progress
    from extractor.outputs import write_outputs
    from extractor.reading.counting import count_documents
    from extractor.store import Store, StoreError
    from extractor.workers import WorkersFailed

    day = day_of(published)
    book = load_rules(rules)
    _usable_folder(output)
    try:
        with Store.write(output, wait, lambda holder: print(f"waiting for a run, {holder}", file=sys.stderr)) as store:
            with progress("extracting", lambda: count_documents(inputs), quiet) as bar:
                report = batch.run_into(store, inputs, book, rules, jobs, day, region, prune, bar, limits)
            counts = write_outputs(store, output, min_confidence)
            _tell(store, report, counts, output, quiet)
    except (StoreError, WorkersFailed) as error:
        raise Stop(str(error), getattr(error, "code", 1)) from None
    except OSError as error:
        raise Stop(f"{output}: cannot be written ({error.strerror}); what is extracted is kept in the store, so make "
                   "room or give another folder and run again", 1) from None
    except KeyboardInterrupt:
        raise Stop("interrupted; what is done is kept, run again for the rest", 130) from None
    if report.interrupted:
        raise Stop("interrupted; what is done is kept, run again for the rest", 130)
    if report.failed:
        raise typer.Exit(1)


def _tell(store: Store, report: Report, counts: dict[str, int], output: Path, quiet: bool) -> None:
    """What a run did: failures on standard error, the rest on standard output."""
    from extractor.console import pick_examples, show_run
    from extractor.outputs import documents

    for failure in store.failures(report.run):
        print(failure.message, file=sys.stderr)
    if report.not_pruned:
        print("nothing was pruned, because some inputs could not be read; correct them and run again", file=sys.stderr)
    if quiet:
        return
    read = report.new + report.changed + report.unchanged
    lines = ("".join(line + "\n" for (line,) in store.query("SELECT json FROM records WHERE doc_id = ? ORDER BY place",
                                                            doc_id))
             for (doc_id,) in store.query("SELECT doc_id FROM documents WHERE status = 'done' ORDER BY doc_id"))
    show_run(documents(store), counts, pick_examples(lines))
    told = [f"{number} {what}" for number, what in ((report.new, "new"), (report.changed, "done again"),
                                                    (report.unchanged, "as they were"), (report.pruned, "removed"),
                                                    (report.failed, "failed")) if number]
    print(f"{sum(counts.values())} records are in {output / 'records.jsonl'}; this run: {read} documents"
          + (f", {', '.join(told)}" if told else ""))


def extract(file: Annotated[str, typer.Argument(metavar="FILE", help="A .txt, .md, .html, .docx or .pdf file; - is "
                                              "text on standard input.")],
            rules: Rules = None, published: Published = None, region: Place = None,
            min_confidence: MinConfidence = 0.0, max_characters: MaxCharacters = 5_000_000,
            time_limit: TimeLimit = 60.0,
            text: Annotated[bool, typer.Option("--text", help="Print the text too, which offsets count in: that of "
                                               "the file, of a page or a document what was read from it.")] = False
            ) -> None:
    """Extract one document and print it as JSON: {"doc_id", "records"}, with --text also "text"."""
    import json

    from extractor import engine
    from extractor.reading.decoding import decode
    from extractor.reading.errors import ReadError
    from extractor.reading.metadata import complete
    from extractor.reading.sources import Failure, Source, find_sources, read_article
    from extractor.timing import TooSlowError, too_slow
    from extractor.timing import time_limit as clock

    limits = limits_of(max_characters, time_limit)
    day = day_of(published)
    book = load_rules(rules)
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
        article = complete(read_article(source, limits), book)
    except ReadError as error:
        raise Stop(str(error), 1) from None
    try:
        with clock(limits.seconds):
            made = engine.extract(article, book)
    except TooSlowError:
        raise Stop(too_slow(source.where, limits.seconds), 1) from None
    records = [r.model_dump(mode="json") for r in made if r.confidence >= min_confidence]
    told = {"doc_id": article.doc_id, **({"text": article.text} if text else {}), "records": records}
    print(json.dumps(told, ensure_ascii=False, indent=2))


def mentions(file: Annotated[str, typer.Argument(metavar="FILE", help="JSON lines; - is standard input.")] = "-",
             rules: Rules = None, jobs: Jobs = None,
             only: Annotated[list[Mentioned] | None, typer.Option("--only", help="Look for these alone, in less time; "
                                                                  "may be given twice.")] = None) -> None:
    """Find quantities, periods and entities: JSON lines in, JSON lines out.

    In: {"id"?, "text", "reference"?, "region"?}. Out: {"id", "quantities", "periods", "entities"}.
    """
    from extractor.streaming import mention_lines
    from extractor.workers import WorkersFailed, cores

    book = load_rules(rules)
    failed = False
    try:
        with _lines(file) as stream:
            for answer, problem in mention_lines(stream, "standard input" if file == "-" else file, book, rules,
                                                 jobs or cores(), only or list(Mentioned)):
                if problem:
                    failed = True
                    print(problem, file=sys.stderr)
                else:
                    sys.stdout.write(answer + "\n")
                    sys.stdout.flush()
    except WorkersFailed as error:
        raise Stop(str(error), 1) from None
    if failed:
        raise typer.Exit(1)


def _lines(file: str) -> BinaryIO:
    if file == "-":
        return sys.stdin.buffer
    try:
        return open(file, "rb")
    except OSError as error:
        raise Stop(f"{file}: cannot be read ({error.strerror}); check the path", 1) from None


def _usable_folder(folder: Path) -> None:
    for part in (folder, *folder.parents):
        if part.exists() and not part.is_dir():
            raise Stop(f"{part}: is a file; give a folder to write to with -o")
