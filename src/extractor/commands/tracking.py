"""Commands that look across or behind records: track and explain."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from extractor.commands import Place, Published, Rules, Stop, day_of, load_rules

if TYPE_CHECKING:
    from extractor.explain import Explained
    from extractor.schema import Article
    from extractor.track import Tracked

_COLUMNS = ("indicator", "region", "status", "target", "due", "figure", "start", "end", "part_of_year", "share",
            "arithmetic", "target_doc", "target_id", "figure_doc", "figure_id")


def track(outputs: Annotated[Path, typer.Argument(metavar="OUTPUTS", help="The folder of a run, or its records.jsonl."
                                                  )] = Path("outputs"),
          every: Annotated[bool, typer.Option("--all", help="Show targets without a later figure too.")] = False,
          as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
          as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
          rules: Rules = None) -> None:
    """Put each target beside later figures of the same indicator and place: met, on course, behind, missed, unknown."""
    from extractor.track import track as tracked

    records, published = _outputs(outputs)
    found = tracked(records, load_rules(rules), published)
    shown = found if every else [t for t in found if t.figure]
    if as_json:
        print(json.dumps([t.plain() for t in shown], ensure_ascii=False, indent=2))
    elif as_csv:
        _write_csv(shown)
    else:
        from extractor.console_claims import show_tracked

        show_tracked(shown)
        print(f"{sum(t.figure is not None for t in found)} of {len(found)} targets have a later figure")


def _outputs(path: Path) -> tuple[list[dict[str, Any]], dict[str, str | None]]:
    """The records of a run and when each of its documents was published."""
    from extractor.evaluate import GoldError, load_records

    folder = path if path.is_dir() else path.parent
    if path.is_dir() and not (path / "records.jsonl").is_file() and (path / "extractor.db").is_file():
        return _stored(path)
    try:
        records = load_records(path)
    except GoldError as error:
        raise Stop(str(error)) from None
    try:
        documents = json.loads((folder / "run.json").read_text("utf-8"))["documents"]
        return records, {d["doc_id"]: d["published"] for d in documents}
    except (OSError, ValueError, KeyError, TypeError):
        return records, {}


def _stored(folder: Path) -> tuple[list[dict[str, Any]], dict[str, str | None]]:
    """The same from the store of a run whose records.jsonl was moved away or is not written yet."""
    from extractor.store import Store, StoreError

    try:
        with Store.read(folder) as store:
            records = [json.loads(line) for (line,) in store.query("SELECT json FROM records ORDER BY doc_id, place")]
            return records, dict(store.query("SELECT doc_id, published FROM documents"))
    except StoreError as error:
        raise Stop(str(error), error.code) from None


def _write_csv(found: Iterable[Tracked]) -> None:
    writer = csv.DictWriter(sys.stdout, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    for entry in found:
        plain = entry.plain()
        target, figure = plain["target"], plain["figure"] or {}
        row = {**{k: plain[k] for k in ("indicator", "region", "status", "due", "part_of_year", "share", "arithmetic")},
               "target": target["value"], "figure": figure.get("value"), "start": figure.get("start_date"),
               "end": figure.get("end_date"), "target_doc": target["doc_id"], "target_id": target["id"],
               "figure_doc": figure.get("doc_id"), "figure_id": figure.get("id")}
        writer.writerow({k: _safe(v) for k, v in row.items()})


def _safe(value: Any) -> Any:
    """A text that a spreadsheet takes for no formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value


def explain(file: Annotated[Path, typer.Argument(metavar="FILE", help="The document.")],
            record: Annotated[str | None, typer.Option("--record", metavar="ID", help="Why there is this record.")]
            = None,
            text: Annotated[str | None, typer.Option("--text", metavar="TEXT", help="What these words of the document "
                                                     "gave and what not, and why.")] = None,
            as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
            rules: Rules = None, published: Published = None, region: Place = None) -> None:
    """Tell why a record is there, or what words of a document gave and why not more.

    Without --record and --text every record is named with its id.
    """
    from extractor.explain import Explainer, NotThere

    if record is not None and text is not None:
        raise Stop("extractor explain: give --record or --text, not both")
    explainer = Explainer(_article(file, published, region, rules), load_rules(rules))
    try:
        if record is not None:
            told: Sequence[Explained] = [explainer.record(record)]
        elif text is not None:
            told = explainer.words(text)
        else:
            told = explainer.listed()
    except NotThere as error:
        raise Stop(f"{file}: {error}") from None
    if as_json:
        print(json.dumps([t.plain() for t in told], ensure_ascii=False, indent=2))
        return
    from extractor.console_claims import show_explained

    show_explained(told)


def _article(file: Path, published: str | None, region: str | None, rules: Path | None) -> Article:
    from extractor.reading.errors import ReadError
    from extractor.reading.metadata import complete
    from extractor.reading.sources import INDEX, Failure, Source, find_sources, read_article

    if file.is_dir():
        raise Stop(f"{file}: is a folder; give one file")
    day = day_of(published)
    index = file.parent / INDEX
    try:
        # the index of its folder tells the doc_id, on which every id of a record depends
        named = (s for s in find_sources([file.parent], day, region) if isinstance(s, Source)
                 and s.path and Path(s.path).resolve() == file.resolve()) if index.is_file() else iter(())
        found = next(named, None) or next(iter(find_sources([str(file)], day, region)))
        if isinstance(found, Failure):
            raise Stop(found.message, 1)
        return complete(read_article(found), load_rules(rules))
    except ReadError as error:
        raise Stop(str(error), 1) from None
