"""What commands show to people: tables and progress. Nothing here is meant to be read by programs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any

from rich.console import Console
from rich.table import Table

from extractor.evaluate import FIGURES, Error, causes
from extractor.measure import indicator_text, place
from extractor.schema import Record, jsonl_lines

_ROWS = 30
_REDRAWN = 0.1  # seconds
_WIDTH_OF_A_PIPE = 110


def console() -> Console:
    """Standard output: the terminal's width and colours, or plain text of a fixed width on a pipe."""
    out = Console(markup=False, emoji=False, highlight=False)
    if not out.is_terminal:
        out.width = _WIDTH_OF_A_PIPE
    return out


@contextmanager
def progress(what: str, total: Callable[[], int], quiet: bool = False) -> Iterator[Callable[[int], None] | None]:
    """A bar on standard error with rate and time left where that is a terminal, else nothing.

    It is drawn as documents get done and not by a thread of its own, which would make worker processes start slowly.
    """
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    with Progress(TextColumn(what), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
                  TimeRemainingColumn(), TextColumn("left"), console=Console(stderr=True), transient=True,
                  auto_refresh=False) as bar:
        task = bar.add_task(what, total=total(), rate="")
        began = shown = monotonic()

        def step(done: int) -> None:
            nonlocal shown
            now = monotonic()
            bar.update(task, completed=done, rate=f"{done / (now - began):,.1f}/s" if now > began else "")
            if now - shown >= _REDRAWN:
                bar.refresh()
                shown = now

        bar.refresh()
        yield step


def show_run(documents: Iterable[dict[str, Any]], counts: dict[str, int], examples: Sequence[Record]) -> None:
    """How many records of each type from which articles, and a few of them."""
    out = console()
    table = Table("article", "published", "region", title="Records", title_justify="left")
    for name in (*counts, "all"):
        table.add_column(f"{name}s" if name != "all" else name, justify="right")
    articles = 0
    for articles, about in enumerate(documents, 1):
        if articles <= _ROWS:
            numbers = [about["records"][t] for t in counts]
            table.add_row(about["doc_id"], about["published"] or "–", about["region"] or "–",
                          *map(str, numbers), str(sum(numbers)))
    if articles > _ROWS:
        table.add_row(f"… and {articles - _ROWS} more", *[""] * (3 + len(counts)))
    table.add_section()
    table.add_row(f"{articles} articles", "", "", *map(str, counts.values()), str(sum(counts.values())))
    out.print(table)
    if examples:
        out.print(_examples(examples))


def _examples(records: Sequence[Record]) -> Table:
    table = Table("type", "what", "value", "time", "evidence", title="A few of them", title_justify="left",
                  show_lines=True)
    for record in records:
        action = record.action
        what = record.indicator.text if record.indicator else (f"{action.verb} {action.object}" if action else "")
        table.add_row(record.type, what, record.value.text if record.value else "–", _time(record),
                      record.evidence.text.replace("\n", " "))
    return table


def _time(record: Record) -> str:
    period = record.period
    if period is None or period.end_date is None:
        return (period.text if period else None) or "–"
    return f"{period.start_date} – {period.end_date}" if period.start_date else f"by {period.end_date}"


def pick_examples(lines: Iterable[str], most: int = 6) -> list[Record]:
    """A few records of different types and documents: the first confident one of each document in turn."""
    picked: list[Record] = []
    for number, text in enumerate(line for line in lines if line):
        wanted = ("target", "achievement", "initiative")[number % 3]
        records = [Record.model_validate_json(line) for line in jsonl_lines(text) if f'"type":"{wanted}"' in line]
        records = [r for r in records if len(r.evidence.text) <= 60 and not r.repeats]
        if records:
            picked.append(max(records, key=lambda r: (r.confidence, -r.evidence.start)))
        if len(picked) == most:
            break
    return picked


def show_figures(figures: Mapping[str, Any]) -> None:
    """Precision, recall and F1 of each measure, and the fields of paired numbers."""
    out = console()
    table = Table("measure")
    for name in ("F1", "precision", "recall", "right", "gold", "extracted"):
        table.add_column(name, justify="right")
    for name in FIGURES:
        row = figures[name]
        table.add_row(name, *(f"{row[k]:.3f}" for k in ("f1", "p", "r")),
                      *(str(row[k]) for k in ("hit", "gold", "pred")))
    out.print(table)
    out.print("fields of paired numbers: " + "  ".join(f"{k} {v:.3f}" for k, v in figures["fields"].items()))
    out.print("  ".join(f"{k} {figures[k]:.3f}" for k in ("actor", "base", "status"))
              + f"  malformed {figures['malformed']}")


def show_errors(errors: Iterable[Error], each: int) -> None:
    """How many errors each cause made, with a few of each."""
    out = console()
    for cause, group in causes(errors):
        out.print(f"{len(group):4}  {cause}")
        for error in group[:each]:
            out.print(f"      [{error.doc_id}]")
            for side, record in (("gold", error.gold), ("got", error.got)):
                if record is not None:
                    out.print(f"        {side:4} {_brief(record)}", soft_wrap=True)


def _brief(record: Mapping[str, Any]) -> str:
    """A record in one line."""
    period, value, action = (record.get(k) or {} for k in ("period", "value", "action"))
    what = [indicator_text(record), value.get("text"), value.get("op")] if record.get("kind") else [
        action.get("verb"), action.get("object"), action.get("status")]
    time = f"{period.get('start_date') or ''}..{period.get('end_date') or ''}" if period else None
    evidence = (record.get("evidence") or {}).get("text") or ""
    parts = (record.get("type"), record.get("kind"), *what, time, place(record.get("region")), evidence[:60])
    return " | ".join(str(p) for p in parts if p is not None).replace("\n", " ")
