#!/usr/bin/env python3
"""Fuzz a target for some time.

    .venv/bin/python fuzz/run.py records 60        (or page, rules; seconds)

With atheris installed (`pip install atheris`) inputs are led by coverage; without it, or with `--plain`, they are
mutations of the articles of corpus/ and of random characters that rules look for. The inputs run in a process of their
own, so that one that kills it or hangs in a library's code is caught like one that breaks a law: it is written to
tests/fixtures/regressions, where the tests run it for ever after, and the fuzzing goes on. What was done is added to
outputs/fuzz/tally.jsonl, a line per run.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import mmap
import os
import random
import resource
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
REGRESSIONS = ROOT / "tests" / "fixtures" / "regressions"
DONE = ROOT / "outputs" / "fuzz"
sys.path.insert(0, str(ROOT / "fuzz"))
HUNG = 60.0
"""Seconds of the processor after which one input hangs; the target itself stops what takes long in Python."""
_HEADER = struct.Struct("<QQQ")
"""Inputs, broken ones, and the length of the present input, which follows."""


class Board:
    """What the process that runs the inputs tells the one that watches it: a small file that both have in memory."""

    SIZE = 1 << 16

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(self.SIZE))
        self._file = path.open("r+b")
        self._map = mmap.mmap(self._file.fileno(), self.SIZE)

    def state(self) -> tuple[int, int, bytes]:
        """Inputs so far, broken ones, and the present input."""
        inputs, broken, length = _HEADER.unpack_from(self._map)
        return inputs, broken, self._map[_HEADER.size:_HEADER.size + length]

    def write(self, inputs: int, broken: int, data: bytes) -> None:
        """Say what is done next."""
        data = data[:self.SIZE - _HEADER.size]
        _HEADER.pack_into(self._map, 0, inputs, broken, len(data))
        self._map[_HEADER.size:_HEADER.size + len(data)] = data


def main(arguments: list[str]) -> int:
    """Fuzz; the exit code is 1 if a law was broken."""
    parser = argparse.ArgumentParser(description="Fuzz a target for some time.")
    parser.add_argument("target", choices=("records", "page", "rules"))
    parser.add_argument("seconds", type=float)
    parser.add_argument("seed", type=int, nargs="?", default=7)
    parser.add_argument("--plain", action="store_true", help="mutations without coverage")
    parser.add_argument("--board", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if importlib.util.find_spec("atheris") is None and not options.plain:
        print("atheris is not installed: plain mutations", file=sys.stderr)
        options.plain = True
    return fuzz(options) if options.board else watch(options)


def watch(options: argparse.Namespace) -> int:
    """Keep a process at the inputs until the time is up; what kills or hangs it is kept too."""
    DONE.mkdir(parents=True, exist_ok=True)
    path = DONE / f"{options.target}-{time.time_ns()}.board"
    board, began, inputs, broken, seed = Board(path), time.monotonic(), 0, 0, options.seed
    try:
        while (left := options.seconds - (time.monotonic() - began)) > 0:
            board.write(0, 0, b"")
            ended_well = _run_child(options, left, seed, board, path)
            done, found, data = board.state()
            inputs, broken, seed = inputs + done, broken + found, seed + 1
            if not ended_well:
                broken += 1
                keep(options.target, data, "killed its process or hung")
                if not done:
                    break
    finally:
        path.unlink(missing_ok=True)
    line = {"target": options.target, "led by": "mutations" if options.plain else "coverage", "inputs": inputs,
            "seconds": round(time.monotonic() - began), "broken": broken,
            "cpu": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime), "commit": _commit()}
    with (DONE / "tally.jsonl").open("a") as file:
        print(json.dumps(line), file=file)
    print(f"{options.target}: {inputs:,} inputs in {line['seconds']:,} seconds, broken: {broken or 'none'}")
    return 1 if broken or not inputs else 0


def _run_child(options: argparse.Namespace, left: float, seed: int, board: Board, path: Path) -> bool:
    """Run inputs for so long in another process; whether it came to its end."""
    child = subprocess.Popen([sys.executable, __file__, options.target, str(left), str(seed), "--board", str(path),
                              *(["--plain"] if options.plain else [])], stdout=subprocess.DEVNULL)
    at, since = -1, 0.0
    while True:
        try:
            return child.wait(1.0) == 0
        except subprocess.TimeoutExpired:
            inputs, now = board.state()[0], _cpu(child.pid)
            if inputs != at:
                at, since = inputs, now
            elif inputs and now - since > HUNG:
                child.kill()
                child.wait()
                return False
        except BaseException:
            child.kill()
            raise


def _cpu(pid: int) -> float:
    """Seconds of the processor that a process has had; of the clock where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return time.monotonic()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def fuzz(options: argparse.Namespace) -> int:
    """Run inputs in this process and tell the board of each."""
    import inputs

    if options.plain:
        import targets
    else:
        import atheris

        with atheris.instrument_imports(include=["extractor"]):
            import targets
    made, seeds, words = random.Random(options.seed), inputs.made_seeds(options.target), inputs.vocabulary()
    once = watched(options.target, targets, Board(options.board))

    def neighbour(data: bytes) -> bytes:
        if options.target == "rules" and made.random() < 0.7:
            return inputs.odd_rules(made)
        return inputs.mutated(data, seeds, words, made)

    if options.plain:
        until = time.monotonic() + options.seconds
        while time.monotonic() < until:
            once(neighbour(made.choice(seeds)))
        return 0

    def mutator(data: bytes, most: int, seed: int) -> bytes:
        made.seed(seed)
        return neighbour(data)[:most]

    corpus = DONE / options.target
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    atheris.Setup(["fuzz", f"-max_total_time={max(1, int(options.seconds))}", f"-max_len={inputs.LONGEST}",
                   f"-seed={options.seed}", "-verbosity=0", f"-artifact_prefix={DONE}/", str(corpus)],
                  once, custom_mutator=mutator)
    atheris.Fuzz()
    return 0


def watched(name: str, targets: ModuleType, board: Board) -> Callable[[bytes], None]:
    """The target as a fuzzer calls it: counts, keeps an input that breaks a law, and lets the fuzzer go on.

    An input that took long while the machine gave it no time counts as none.
    """
    count, seen = [0, 0], set()

    def once(data: bytes) -> None:
        count[0] += 1
        board.write(*count, data)
        began = time.process_time()
        try:
            targets.TARGETS[name](data)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            if isinstance(error, targets.TooSlowError) and time.process_time() - began < targets.SECONDS / 2:
                count[0] -= 1
                return
            count[1] += 1
            place = error.__traceback__
            while place is not None and place.tb_next is not None:
                place = place.tb_next
            where = (type(error), place and (place.tb_frame.f_code.co_filename, place.tb_lineno))
            if where not in seen:  # one input for each place that breaks
                seen.add(where)
                keep(name, data, f"{type(error).__name__}: {str(error)[:300]} ({where[1]})")
            board.write(*count, data)

    return once


def keep(name: str, data: bytes, why: str) -> None:
    """Keep an input where the tests run it."""
    path = REGRESSIONS / f"{name}-{hashlib.sha256(data).hexdigest()[:12]}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    print(f"{why}\n  kept as {path.relative_to(ROOT)}", file=sys.stderr, flush=True)


def _commit() -> str | None:
    told = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, text=True, capture_output=True,
                          check=False)
    return told.stdout.strip() or None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
