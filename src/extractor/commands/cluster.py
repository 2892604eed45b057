"""`extractor run --engine ray`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from extractor.commands import Stop, day_of, load_rules

if TYPE_CHECKING:
    from extractor.cluster import Report
    from extractor.reading.limits import Limits


def run_on_cluster(inputs: list[str], output: str, rules: Path | None, address: str | None, jobs: int | None,
                   published: str | None, region: str | None, min_confidence: float, limits: Limits,
                   quiet: bool) -> None:
    """Extract the inputs on a Ray cluster. Options as of `extractor run`."""
    try:
        from extractor import cluster
        from extractor.reading.remote import shown
    except ImportError as error:
        raise Stop(str(error)) from None

    day = day_of(published)
    book = load_rules(rules)
    try:
        report = cluster.run(inputs, output, book, rules, address=address, jobs=jobs, published=day, region=region,
                             min_confidence=min_confidence, limits=limits, quiet=quiet or not sys.stderr.isatty())
    except cluster.ClusterError as error:
        raise Stop(str(error), error.code) from None
    except KeyboardInterrupt:
        raise Stop("interrupted; nothing counts as done, run again into an empty folder", 130) from None
    _tell(report, shown(output), quiet)
    if report.failed or report.doubled:
        raise typer.Exit(1)


def _tell(report: Report, output: str, quiet: bool) -> None:
    """What a run did: failures on standard error, the rest on standard output."""
    for message in report.failures:
        print(message, file=sys.stderr)
    if report.failed > len(report.failures):
        print(f"… and {report.failed - len(report.failures)} more; all are in {output}/failures", file=sys.stderr)
    if report.doubled:
        print(f"several documents have one doc_id ({', '.join(report.doubled)}), and each has its records; give each "
              "document a doc_id of its own", file=sys.stderr)
    if not quiet:
        counts = ", ".join(f"{number} {name}s" for name, number in report.records.items())
        print(f"{sum(report.records.values())} records ({counts}) of {report.documents} documents are in "
              f"{output}/records; {report.characters:,} characters in {report.seconds:.1f} seconds"
              + (f", {report.failed} failed" if report.failed else ""))
