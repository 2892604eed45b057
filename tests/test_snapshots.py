"""All that the rules make of the articles of corpus/ and of their own examples, held against what they made before.

What a change of rules or code changes elsewhere is seen here, record by record. A change that is meant is taken over
with `pytest tests/test_snapshots.py --update-snapshots`, and its diff is read like any other.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from difflib import unified_diff
from functools import cache
from pathlib import Path

import pytest

from extractor.engine import analyse, mentions_of, records_of
from extractor.rulebook import Rulebook, load_rulebook
from extractor.rulebook.model import Example
from extractor.schema import Base, EntityMention, PeriodMention, Quantity, Record, Value, record_json

FOLDER = Path(__file__).parent / "snapshots"
ARTICLES = Path(__file__).resolve().parent.parent / "corpus" / "articles"
SHOWN = 30  # lines of a difference; the rest is counted


@cache
def texts() -> Mapping[str, list[tuple[str, str, date | None, str | None]]]:
    """For each snapshot its texts: what they belong to, the text, its date and its region."""
    found = defaultdict(list)
    for line in (ARTICLES / "index.jsonl").read_text("utf-8").splitlines():
        given = json.loads(line)
        text = (ARTICLES / given["file"]).read_bytes().decode("utf-8")
        day = date.fromisoformat(given["published"]) if given.get("published") else None
        found[f"article-{given['doc_id']}"].append(("", text, day, given.get("region")))
    book = load_rulebook()
    for item in (*book.rules, *book.word_lists.values(), *book.tables.values()):
        plain = [Example(text, (), None, None) for text in item.counter_examples]
        for example in (*item.examples, *plain):
            day = date.fromisoformat(example.reference) if example.reference else None
            name = "rules-" + Path(item.where.partition(":")[0]).stem
            found[name].append((item.id, example.text, day, example.region))
    return found


def snapshot(name: str, book: Rulebook) -> str:
    """All mentions and records of the texts of a snapshot, a line each."""
    lines: list[str] = []
    owner = None
    for belongs_to, text, day, region in texts()[name]:
        if belongs_to != owner:
            lines += ["", f"== {belongs_to}"]
            owner = belongs_to
        if belongs_to:
            lines.append(json.dumps([text, day and day.isoformat(), region], ensure_ascii=False))
        analysis = analyse(text, day, region, book)
        mentions = mentions_of(analysis)
        lines += [f"  {told(m)}" for m in (*mentions.quantities, *mentions.periods, *mentions.entities)]
        lines += [f"  * {' | '.join(facts(r))}" for r in records_of(name, analysis)]
    return "\n".join(lines).lstrip("\n") + "\n"


def told(mention: Quantity | PeriodMention | EntityMention) -> str:
    where = f"{mention.start}-{mention.end} {mention.text!r}"
    if isinstance(mention, PeriodMention):
        return f"{where} {mention.start_date or ''}..{mention.end_date or ''}"
    if isinstance(mention, EntityMention):
        return " ".join(filter(None, (where, mention.label, mention.name, mention.code, mention.title, mention.org)))
    return f"{where} {amount(mention)}"


def amount(value: Value | Quantity) -> str:
    def number(x: Value | Quantity | Base) -> str:
        return f"{x.low}..{x.high} {x.unit}" if x.number is None else f"{x.number} {x.unit}"

    return f"{value.op} {number(value)} ({number(value.base)})"


def facts(record: Record) -> Iterator[str]:
    """What a reader would look at first; a hash at the end stands for all the rest."""
    yield " ".join(filter(None, (record.type, record.kind, f"{record.evidence.start}-{record.evidence.end}",
                                 record.evidence.text)))
    if record.indicator:
        yield f"{record.indicator.text} → {record.indicator.name}"
    if record.value:
        yield f"{record.value.start}-{record.value.end} {amount(record.value)}"
    if record.action:
        yield f"{record.action.status} {record.action.verb} {record.action.object} {record.action.subject or ''}"
    if record.period:
        yield f"{record.period.source} {record.period.start_date or ''}..{record.period.end_date or ''}"
    for role in (record.basis, record.region, record.actor, record.speaker):
        if role:
            yield " ".join(f"{key}={value}" for key, value in role if value is not None)
    yield f"{record.confidence} {record.rule}"
    yield "#" + hashlib.sha256(record_json(record).encode()).hexdigest()[:8]


@pytest.mark.parametrize("name", sorted(texts()))
def test_nothing_comes_out_otherwise_than_before(book: Rulebook, name: str, request: pytest.FixtureRequest) -> None:
    path, now = FOLDER / f"{name}.txt", snapshot(name, book)
    if request.config.getoption("--update-snapshots"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(now.encode())
    before = path.read_bytes().decode() if path.is_file() else ""
    if now == before:
        return
    changed = [line for line in unified_diff(before.split("\n"), now.split("\n"), "before", "now", lineterm="", n=1)]
    more = f"\n… and {len(changed) - SHOWN} lines more" if len(changed) > SHOWN else ""
    pytest.fail("\n".join(changed[:SHOWN]) + more + "\nIf this is meant: pytest tests/test_snapshots.py "
                "--update-snapshots, and read the diff", pytrace=False)


def test_no_snapshot_is_left_over(request: pytest.FixtureRequest) -> None:
    for path in sorted(FOLDER.glob("*.txt")):
        if path.stem not in texts():
            if not request.config.getoption("--update-snapshots"):
                pytest.fail(f"{path.name} belongs to no article and no file of rules; run with --update-snapshots")
            path.unlink()
