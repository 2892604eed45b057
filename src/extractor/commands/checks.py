"""Commands that check: evaluate, verify, rules check, schema."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from extractor.commands import Jobs, Rules, Stop, load_rules

if TYPE_CHECKING:
    from extractor.rulebook import Rulebook
    from extractor.verify import Fact


def evaluate(files: Annotated[list[Path], typer.Argument(metavar="GOLD... RECORDS", help="Gold files or folders, then "
                                                         "what was extracted: a .jsonl file or the folder of a run.")],
             articles: Annotated[list[Path] | None, typer.Option(metavar="PATH", help="Extract these files or folders "
                                                                 "instead of reading RECORDS.")] = None,
             errors: Annotated[int, typer.Option(metavar="N", min=0, help="Show N errors of each cause.")] = 0,
             as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
             rules: Rules = None, jobs: Jobs = None) -> None:
    """Compare extracted records with gold: precision, recall, F1, and the errors by cause."""
    from extractor.evaluate import GoldError, load_gold, not_measured
    from extractor.evaluate import evaluate as compared

    if not articles and len(files) < 2:
        raise Stop("extractor evaluate: give gold and then records, as in 'extractor evaluate corpus/gold outputs/', "
                   "or articles with --articles")
    try:
        gold = load_gold(files if articles else files[:-1])
        got, known = _extracted(articles, rules, jobs) if articles else _loaded(files[-1])
    except GoldError as error:
        raise Stop(str(error)) from None
    _say_what_is_missing(not_measured(gold, known), len({r["doc_id"] for r in gold}), articles or files[-1:])
    figures, wrong = compared(gold, got)
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    from extractor.console import show_errors, show_figures

    show_figures(figures)
    show_errors(wrong, errors)


def _say_what_is_missing(missing: Sequence[str], of: int, places: Sequence[Path]) -> None:
    """A sentence where documents of gold are not there: their records would all count as missed."""
    where = ", ".join(map(str, places))
    if len(missing) == of:
        raise Stop(f"extractor evaluate: none of the {of} documents that gold names is in {where}; a doc_id is the "
                   "index's, else the path without its ending")
    if missing:
        print(f"{len(missing)} of the {of} documents that gold names are not in {where} and count as missed: "
              + ", ".join(missing), file=sys.stderr)


def _loaded(path: Path) -> tuple[list[dict[str, Any]], set[str]]:
    """Records, and the documents that they and the summary of their run name."""
    from extractor.evaluate import load_records

    got = load_records(path)
    known = {str(r.get("doc_id")) for r in got}
    with suppress(OSError, ValueError, KeyError, TypeError):
        known |= {d["doc_id"] for d in json.loads((path / "run.json").read_text("utf-8"))["documents"]}
    return got, known


def _extracted(articles: Sequence[Path], rules: Path | None, jobs: int | None
               ) -> tuple[list[dict[str, Any]], set[str]]:
    from extractor import batch
    from extractor.reading.sources import find_sources
    from extractor.schema import jsonl_lines

    result = batch.run(find_sources(articles), load_rules(rules), rules, jobs)
    for failure in result.failures:
        print(failure.message, file=sys.stderr)
    return ([json.loads(line) for outcome in result.outcomes for line in jsonl_lines(outcome.lines)],
            {outcome.about["doc_id"] for outcome in result.outcomes})


def verify(facts: Annotated[list[Path], typer.Argument(metavar="FACTS...", help="YAML files of facts, or folders of "
                                                       "them.")],
           articles: Annotated[list[Path] | None, typer.Option(metavar="PATH", help="Files or folders with the "
                                                               "articles; extracted afresh.")] = None,
           records: Annotated[Path | None, typer.Option(metavar="PATH", help="What was extracted: a .jsonl file or the "
                                                        "folder of a run.")] = None,
           rules: Rules = None) -> None:
    """Hold known facts against the records: which hold, which broke and how.

    Articles are looked for in --articles or --records; without either beside the facts (../articles and the folder
    itself), then in outputs/records.jsonl.
    """
    from extractor.verify import FactsError, load_facts
    from extractor.verify import verify as held

    book = load_rules(rules)
    try:
        known = [(fact, path) for path in facts for fact in load_facts(path)]
    except FactsError as error:
        raise Stop(str(error)) from None
    lookup = _lookup(articles, records, book)
    broken = 0
    for fact, path in known:
        (verdict,) = held([fact], lambda doc_id, path=path: lookup(doc_id, path), book)  # type: ignore[misc]
        broken += not verdict.holds
        _tell(fact, verdict)
    print(f"{len(known) - broken} of {len(known)} facts hold")
    if broken:
        raise typer.Exit(1)


def _tell(fact: Fact, verdict: Any) -> None:
    if verdict.holds:
        print(f"holds   {fact.article}  {fact}")
        return
    how = "; ".join(verdict.differences)
    print(f"BROKEN  {fact.article}  {fact}")
    near = verdict.nearest
    print(f"        {fact.where}: {how}" + (f", in the nearest record: {near['evidence']['text']}" if near else ""))


def _lookup(articles: Sequence[Path] | None, records: Path | None,
            book: Rulebook) -> Callable[[str, Path], Sequence[dict[str, Any]] | None]:
    """The records of an article, from where the user said or from where articles lie beside facts."""
    from extractor.evaluate import GoldError, load_records

    kept: dict[tuple[str, Path], Sequence[dict[str, Any]] | None] = {}

    def of_records(path: Path, doc_id: str) -> list[dict[str, Any]] | None:
        try:
            return [r for r in load_records(path) if r.get("doc_id") == doc_id] or None
        except GoldError as error:
            raise Stop(str(error)) from None

    def find(doc_id: str, facts: Path) -> Sequence[dict[str, Any]] | None:
        if records is not None:
            return of_records(records, doc_id)
        folder = facts if facts.is_dir() else facts.parent
        places = list(articles) if articles else [p for p in (folder.parent / "articles", folder / "articles", folder)
                                                  if p.is_dir()]
        found = _of_articles(places, doc_id, book, asked=bool(articles))
        outputs = Path("outputs/records.jsonl")
        return of_records(outputs, doc_id) if found is None and not articles and outputs.is_file() else found

    def lookup(doc_id: str, facts: Path) -> Sequence[dict[str, Any]] | None:
        if (doc_id, facts) not in kept:
            kept[doc_id, facts] = find(doc_id, facts)
        return kept[doc_id, facts]

    return lookup


def _of_articles(places: Sequence[Path], doc_id: str, book: Rulebook, *, asked: bool) -> list[dict[str, Any]] | None:
    from extractor import batch
    from extractor.reading.sources import Failure, find_sources
    from extractor.schema import jsonl_lines

    for item in find_sources(places):
        if isinstance(item, Failure):
            if asked:
                print(item.message, file=sys.stderr)
            continue
        if item.doc_id == doc_id:
            outcome = batch.extract_source(item, book)
            if isinstance(outcome, Failure):
                raise Stop(outcome.message, 1)
            return [json.loads(line) for line in jsonl_lines(outcome.lines)]
    return None


def rules_check(folder: Annotated[Path | None, typer.Argument(metavar="DIR", help="A folder of rules laid over the "
                                                              "built-in ones.")] = None,
                rules: Rules = None) -> None:
    """Validate every rule, run every example and counter-example, and name rules that overlap."""
    from extractor.probes import probes
    from extractor.rulebook import RuleError
    from extractor.rulebook.check import check

    book = load_rules(folder or rules)
    try:
        report = check(book, probes())
    except RuleError as error:
        raise Stop(str(error), 1) from None
    for problem in report.problems:
        print(problem, file=sys.stderr)
    for warning in report.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    print(f"{report.rules} rules, {report.word_lists} word lists, {report.tables} tables of {report.rows} rows: "
          f"{report.examples} examples and {report.counter_examples} counter-examples run, "
          f"{len(report.problems)} problems, {len(report.warnings)} warnings")
    if report.problems:
        raise typer.Exit(1)


def schema() -> None:
    """Print the JSON Schema of a record."""
    from extractor.schema import record_schema

    print(json.dumps(record_schema(), ensure_ascii=False, indent=2))
