"""The run on a cluster: Ray Data reads articles, actors that load the rules once extract them and write Parquet.

    pieces ──tasks──▶ batches of articles ──actors──▶ OUT/records OUT/documents OUT/failures ──names──▶ here

What an actor writes counts only once its name has come back here, which Ray Data sees to happen exactly once for every
batch: when a machine dies its batches are done again on another, and what it had written without telling is removed at
the end. `OUT/run.json` is written last, so a folder without it holds an unfinished run.
"""

from __future__ import annotations

import logging
import os
import pickle
import socket
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Any

from extractor.cluster_work import MOST_TOLD, TYPES, Actor, Setup, hash_of, read_lot, setup_of
from extractor.fingerprint import program_version
from extractor.parts import OutputError, Target, failure_table
from extractor.reading.limits import DEFAULT, Limits
from extractor.reading.remote import Piece, find_pieces, shown
from extractor.reading.sources import Failure
from extractor.rulebook import Rulebook

os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # what it has to say is not for users; set before the import
try:
    import ray
    import ray.data
except ImportError:
    raise ImportError("the cluster engine needs Ray; install extractor with its extra 'ray', as in "
                      "pip install '.[ray]', on every machine of the cluster") from None

_LARGEST, _SMALLEST = 4 << 20, 128 << 10  # bytes of text that an actor is given at a time
_BATCHES_EACH = 8  # at least as many for every actor, if the work allows
_LOST_ACTORS = 10  # that die one after the other before they begin, as they do with their machine
_ACTOR, _READER = 0.9, 0.1  # of a processor: a machine with one can hold an actor and the task that feeds it


class ClusterError(RuntimeError):
    """The run cannot begin or go on. The message is a sentence; `code` the exit code of a command that it ends."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Report:
    """What a run did."""

    records: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TYPES, 0))
    documents: int = 0
    """That were extracted."""
    characters: int = 0
    failed: int = 0
    failures: list[str] = field(default_factory=list)
    """Sentences about some of what failed; all are in OUT/failures."""
    doubled: list[str] = field(default_factory=list)
    """Some doc_ids that more than one document has."""
    seconds: float = 0.0


def run(inputs: Sequence[str], output: str, book: Rulebook, rules: str | Path | None = None, *,
        address: str | None = None, jobs: int | None = None, published: date | None = None,
        region: str | None = None, min_confidence: float = 0.0, limits: Limits = DEFAULT,
        batch_bytes: int | None = None, quiet: bool = True) -> Report:
    """Extract all articles of the inputs on a Ray cluster into Parquet.

    Args:
        inputs: paths or URIs of files (.txt, .md, .jsonl, .parquet) and folders that every machine can reach.
        output: path or URI of a folder that every machine can reach, empty or not there yet.
        book: the rules; every actor must have the very same.
        rules: the folder laid over the built-in rules; its files are sent to the actors.
        address: of the cluster: `auto` for the one that this machine belongs to, `host:port`, `ray://host:port`; None
            for this machine alone.
        jobs: the most actors, each with about one processor; None for as many as there are processors.
        published: for documents that give no date of publication.
        region: likewise.
        min_confidence: leaves out records below it.
        limits: how much a document may be and how long it may take.
        batch_bytes: about how much text an actor is given at a time.
        quiet: show no progress.

    Raises:
        ClusterError: no cluster, an output that holds something, machines with another version of extractor.
    """
    began = monotonic()
    try:
        target = Target.new(output)
    except OutputError as error:
        raise ClusterError(str(error), 2) from None
    _connect(address, quiet)
    report = Report()
    slots = jobs or max(1, int(ray.cluster_resources().get("CPU", 1)))
    found = list(find_pieces(inputs, published, region))
    pieces = [item for item in found if isinstance(item, Piece)]
    missing = [item for item in found if isinstance(item, Failure)]
    if missing:
        target.write("inputs", failures=failure_table(missing))
        _count(report, {"failed": len(missing), "messages": [f.message for f in missing[:MOST_TOLD]]})
    parts = {"inputs"}
    hashes = []
    if pieces:
        size = sum(piece.size for piece in pieces)
        each = batch_bytes or min(_LARGEST, max(_SMALLEST, size // (slots * _BATCHES_EACH)))
        setup = setup_of(book, rules, output, min_confidence, limits)
        for told in _extracted(_lots(pieces, each), each, slots, setup, quiet):
            if told["wrong"]:
                raise ClusterError(f"{told['wrong']}; nothing counts as done, run again into an empty folder")
            parts.add(told["part"])
            hashes.append(told["ids"])
            _count(report, told)
    target.keep_only(parts)
    report.doubled = _doubled(hashes, target)
    report.seconds = monotonic() - began
    target.finish({"extractor": program_version(), "rules": book.version, "engine": "ray",
                   "min_confidence": min_confidence, "records": report.records, "documents": report.documents,
                   "characters": report.characters, "failed": report.failed, "doubled": report.doubled,
                   "inputs": [shown(given) for given in inputs], "seconds": round(report.seconds, 3)})
    return report


def _connect(address: str | None, quiet: bool) -> None:
    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what goes wrong is told in a sentence
    if not ray.is_initialized():
        try:
            _knock(address)
            ray.init(address=address or "local", logging_level=logging.CRITICAL, log_to_driver=False,
                     include_dashboard=False if address is None else None)
        except (ConnectionError, ValueError, RuntimeError, OSError) as error:
            raise ClusterError(f"no Ray cluster can be reached at '{address or 'local'}' "
                               f"({' '.join(str(error).split())[:200]}); start one with 'ray start --head', or leave "
                               "--address out to work on this machine alone", 2) from None
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = not quiet
    context.print_on_execution_start = False
    context.max_consecutive_actor_init_deaths = _LOST_ACTORS


def _knock(address: str | None) -> None:
    """Whether anybody listens there, for Ray itself would wait for minutes. Raises OSError."""
    host, _, port = (address or "").removeprefix("ray://").rpartition(":")
    if host and port.isdecimal():
        socket.create_connection((host, int(port)), timeout=10).close()


def _extracted(lots: list[list[Piece]], each: int, slots: int, setup: Setup, quiet: bool) -> Iterator[dict[str, Any]]:
    """What the actors tell of the batches, as they get done."""
    context = ray.data.DataContext.get_current()
    context.target_max_block_size, context.target_min_block_size = each, 1
    context.max_errored_blocks = 0
    items = [{"pieces": pickle.dumps(lot)} for lot in lots]
    dataset = ray.data.from_items(items, override_num_blocks=len(items)).map_batches(
        read_lot, batch_size=1, batch_format="pyarrow", num_cpus=_READER,
        fn_kwargs={"each": each, "limits": setup.limits},
    ).map_batches(
        Actor, batch_size=None, batch_format="pyarrow", num_cpus=_ACTOR, fn_constructor_args=(setup,),
        compute=ray.data.ActorPoolStrategy(min_size=1, max_size=slots, initial_size=slots))
    try:
        yield from dataset.iter_rows()
    except ray.exceptions.RayError as error:
        raise ClusterError(f"the cluster gave the run up: {_cause(error)}; nothing counts as done, run again into an "
                           "empty folder") from None


def _cause(error: BaseException) -> str:
    """The last line of what Ray tells, which names the error itself."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1][:300] if lines else type(error).__name__


def _lots(pieces: Iterable[Piece], each: int) -> list[list[Piece]]:
    """What one task reads: some small text files, or one file or row group of articles."""
    lots: list[list[Piece]] = []
    room = 0
    for piece in pieces:
        if piece.kind != "text" or room < piece.size:
            lots.append([])
            room = each if piece.kind == "text" else 0
        lots[-1].append(piece)
        room -= piece.size
    return lots


def _count(report: Report, told: dict[str, Any]) -> None:
    for name in TYPES:
        report.records[name] += told.get(name, 0)
    report.documents += told.get("documents", 0)
    report.characters += told.get("characters", 0)
    report.failed += told["failed"]
    report.failures += islice(told["messages"], max(0, 5 * MOST_TOLD - len(report.failures)))


def _doubled(hashes: list[bytes], target: Target) -> list[str]:
    """Some doc_ids that stand for more than one document; eight bytes a document are held for it."""
    import numpy as np

    ordered = np.sort(np.frombuffer(b"".join(hashes), dtype="<u8"))
    twice = set(ordered[1:][ordered[1:] == ordered[:-1]].tolist())
    if not twice:
        return []
    counts: dict[str, int] = {}
    for doc_id in target.doc_ids():
        if int.from_bytes(hash_of(doc_id), "little") in twice:
            counts[doc_id] = counts.get(doc_id, 0) + 1
    return sorted(doc_id for doc_id, number in counts.items() if number > 1)[:MOST_TOLD]
