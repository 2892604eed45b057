"""`records.jsonl` and `run.json`, written from the store: line by line, each in one piece or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from extractor.caching import atomic_file
from extractor.store import Store

RECORDS, RUN = "records.jsonl", "run.json"


def write_outputs(store: Store, folder: Path, min_confidence: float = 0.0) -> dict[str, int]:
    """Write what the store holds; `records.jsonl` only if it is not there as it would be written.

    Args:
        store: the store of a finished run.
        folder: where to write.
        min_confidence: leaves out records below it, here and in the counts; the store keeps them.

    Returns:
        The number of records of each type.

    Raises:
        OSError: the files cannot be written; the old ones are still there.
    """
    for name in (RECORDS, RUN):  # of runs that were killed as they wrote; nobody else writes now
        for leftover in folder.glob(f".{name}.*"):
            leftover.unlink(missing_ok=True)
    _write_records(store, folder / RECORDS, min_confidence)
    counts = record_counts(store, min_confidence)
    with atomic_file(folder / RUN) as file:
        for piece in _summary(store, counts, min_confidence):
            file.write(piece.encode())
    return counts


def record_counts(store: Store, min_confidence: float = 0.0) -> dict[str, int]:
    """The number of records of each type."""
    found = dict(store.query("SELECT type, count(*) FROM records WHERE confidence >= ? GROUP BY type", min_confidence))
    return {kind: found.get(kind, 0) for kind in ("target", "achievement", "initiative")}


def documents(store: Store, min_confidence: float = 0.0) -> Iterator[dict[str, Any]]:
    """What run.json says of each document that was extracted, in order of doc_id."""
    counted = ", ".join(f"(SELECT count(*) FROM records r WHERE r.doc_id = d.doc_id AND type = '{kind}' "
                        "AND confidence >= ?)" for kind in ("target", "achievement", "initiative"))
    for doc_id, path, title, source, page, published, region, characters, *numbers in store.query(
            f"SELECT doc_id, path, title, source, page, published, region, characters, {counted} FROM documents d "
            "WHERE status = 'done' ORDER BY doc_id", *[min_confidence] * 3):
        yield {"doc_id": doc_id, "file": path, "title": title, "source": source, "page": page,
               "published": published, "region": region, "characters": characters,
               "records": dict(zip(("target", "achievement", "initiative"), numbers, strict=True))}


def _write_records(store: Store, path: Path, min_confidence: float) -> None:
    """The state of the store that the file was written from is kept with its size and time, so that both are known."""
    made = f"{store.state('changes')} {min_confidence}"
    if store.state(RECORDS) == f"{made} {_stamp(path)}":
        return
    with atomic_file(path) as file:
        for (line,) in store.query("SELECT CAST(json AS BLOB) FROM records WHERE confidence >= ? "
                                   "ORDER BY doc_id, place", min_confidence):
            file.write(line + b"\n")
    store.keep(RECORDS, f"{made} {_stamp(path)}")


def _stamp(path: Path) -> str:
    try:
        about = path.stat()
    except OSError:
        return ""
    return f"{about.st_size} {about.st_mtime_ns}"


def _summary(store: Store, counts: dict[str, int], min_confidence: float) -> Iterator[str]:
    """run.json in pieces: what is alike in every run with the same inputs first, what is not under `run`."""
    (status, started, seconds, inputs, rules, program, work), = store.query(
        "SELECT status, started, seconds, inputs, rules, extractor, work FROM runs ORDER BY id DESC LIMIT 1")
    head = {"extractor": program, "rules": rules, "min_confidence": min_confidence, "records": counts}
    yield json.dumps(head, ensure_ascii=False, indent=1)[:-2]
    yield ',\n "documents": ['
    yield from _array(documents(store, min_confidence))
    yield ',\n "failures": ['
    yield from _array({"where": f.where, "message": f.message, "doc_id": f.doc_id} for f in store.failures())
    last = {"status": status, "started": started, "seconds": seconds, "inputs": json.loads(inputs),
            "documents": json.loads(work)}
    yield f',\n "run": {json.dumps(last, ensure_ascii=False)}\n}}\n'


def _array(entries: Iterator[dict[str, Any]]) -> Iterator[str]:
    comma = ""
    for entry in entries:
        yield f"{comma}\n  {json.dumps(entry, ensure_ascii=False)}"
        comma = ","
    yield "\n ]" if comma else "]"
