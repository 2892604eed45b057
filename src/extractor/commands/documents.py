"""Commands on documents: run, extract, mentions."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from extractor.commands import Jobs, Place, Published, Quiet, Rules, Stop, day_of, load_rules


def run(inputs: Annotated[list[str], typer.Argument(metavar="INPUT...", help="Files (.txt .md .jsonl) and folders.")],
        output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder to write to.")]
        = Path("outputs"),
        rules: Rules = None, jobs: Jobs = None, published: Published = None, region: Place = None,
        quiet: Quiet = False) -> None:
    """Extract all documents into OUTPUT/records.jsonl and OUTPUT/run.json."""
    from extractor import batch
    from extractor.reading.sources import find_sources

    day = day_of(published)
    book = load_rules(rules)
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


def extract(file: Annotated[str, typer.Argument(metavar="FILE", help="A text file; - is standard input.")],
            rules: Rules = None, published: Published = None, region: Place = None) -> None:
    """Extract one document and print it as JSON: {"doc_id", "records"}."""
    import json

    from extractor import engine
    from extractor.reading.decoding import decode
    from extractor.reading.errors import ReadError
    from extractor.reading.metadata import complete
    from extractor.reading.sources import Failure, Source, find_sources, read_article

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
        article = complete(read_article(source), book)
    except ReadError as error:
        raise Stop(str(error), 1) from None
    records = [r.model_dump(mode="json") for r in engine.extract(article, book)]
    print(json.dumps({"doc_id": article.doc_id, "records": records}, ensure_ascii=False, indent=2))


def mentions(file: Annotated[str, typer.Argument(metavar="FILE", help="JSON lines; - is standard input.")] = "-",
             rules: Rules = None) -> None:
    """Find quantities, periods and entities: JSON lines in, JSON lines out.

    In: {"id"?, "text", "reference"?, "region"?}. Out: {"id", "quantities", "periods", "entities"}.
    """
    from extractor.streaming import mention_lines

    book = load_rules(rules)
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
