"""Mutation testing of the language layers: changes the code in small ways and counts how many the tests notice.

    pip install mutmut==3.8.1
    python scripts/mutation.py --sample 600 --seed 1

The mutants are mutmut's (https://github.com/boxed/mutmut): operators, constants, arguments, assignments, conditions
inside functions. How they are run is our own, because rules are compiled once in a process: the tests are collected
once, and each mutant is a fork of that process in which one function has other code; where that function has a part in
compiling the rules, they are compiled anew. The tests that reach the function run, cheapest first, until one fails;
the snapshots come last, so that what only they notice is told apart. A mutant with which a test takes ten times as long
and three seconds is killed by its time.

The sample is drawn with a seed, from each module as many as its share of all mutants. Exit code 1 if fewer are killed
than --bar says.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import resource
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

from extractor import rulebook
from extractor.engine import extract
from extractor.rulebook import load, load_rulebook
from extractor.schema import Article
from extractor.text.tokens import tokenizer

try:
    from mutants import MUTATED, Mutant, described, drawn, put_in_place
except ModuleNotFoundError as missing:
    sys.exit(f"mutation.py: there is no {missing.name} here; pip install mutmut==3.8.1")

ROOT = Path(__file__).resolve().parent.parent
TESTS = ("tests/mentions", "tests/claims", "tests/test_rules.py", "tests/test_assemble.py", "tests/test_catalogue.py",
         "tests/test_confidence.py", "tests/test_explain.py", "tests/test_snapshots.py")
LAYERS = tuple(f"extractor.{part}." for part in MUTATED)
NOT_THESE = "not slow and not hypothesis"  # what draws its input or takes long
NOR_THESE = "not linear and not hostile"  # what looks at the clock
MEMORY = 4 << 30
VERDICTS = ("survived", "killed", "snapshot", "unreached", "refused")
"""No test noticed; a test did; only a snapshot did; no test runs the function; Python does not take the code."""


# --- tests --------------------------------------------------------------------------------------------------------


class Watch:
    """Which functions of the mutated packages run; those that run while rules are compiled serve all later tests."""

    def __init__(self) -> None:
        self.reached: set[str] = set()
        self.compiling: set[str] = set()
        self.depth = 0
        self.names: dict[CodeType, str | None] = {}

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        if event not in ("call", "return"):
            return
        code = frame.f_code
        if code not in self.names:
            self.names[code] = self._name(code, frame.f_globals.get("__name__", ""))
        name = self.names[code]
        if name == "made":
            self.depth += 1 if event == "call" else -1
        elif name and event == "call":
            (self.compiling if self.depth else self.reached).add(name)

    @staticmethod
    def _name(code: CodeType, module: str) -> str | None:
        if code.co_qualname == "Rulebook.made":
            return "made"
        if f"{module}.".startswith(LAYERS):
            return f"{module}.{code.co_qualname.partition('.<locals>')[0]}"
        return None


def passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    from _pytest.runner import runtestprotocol

    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))


class Mutation:
    """A plugin of pytest that, in the place of the tests, runs the mutants."""

    def __init__(self, mutants: Sequence[Mutant], jobs: int, seconds: float) -> None:
        self.mutants, self.jobs, self.ends = mutants, jobs, time.monotonic() + seconds
        self.seconds: dict[str, float] = {}
        self.tests: dict[str, list[int]] = {}
        self.verdicts: dict[Mutant, str] = {}

    def pytest_configure(self) -> None:
        """What is the same for most mutants is done once: dictionaries read, rules loaded and compiled."""
        re._MAXCACHE = 1 << 16  # type: ignore[attr-defined]
        rulebook.load_rulebook = load.load_rulebook = self.book = cache(load_rulebook)
        extract(Article(doc_id="any", text="全年，山东省进出口增长5%。下一步，实施工程。"), self.book())
        tokenizer().initialize()
        for name, module in sys.modules.items():
            if name.startswith(LAYERS):
                for thing in vars(module).values():
                    getattr(thing, "cache_clear", int)()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = session.items
        watched = json.loads(self._forked(self._watch))
        self.costs, self.compiling = watched["costs"], set(watched["compiling"])
        reached = {name: set(items) for name, items in watched["reached"].items()}
        order = sorted(range(len(self.items)), key=lambda i: ("test_snapshots" in self.items[i].nodeid, self.costs[i]))
        self.tests = {name: [i for i in order if i in items] for name, items in reached.items()}
        print(f"{len(self.items)} tests of {sum(self.costs):.0f} s reach {len(reached)} functions", file=sys.stderr)
        self._run_all()
        return True

    def _watch(self) -> str:
        """Run all tests once; what each costs and which functions it reaches."""
        reached: dict[str, set[int]] = defaultdict(set)
        costs = []
        self.book()._made.clear()
        watch = Watch()
        for number, (item, following) in enumerate(zip(self.items, [*self.items[1:], None], strict=True)):
            watch.reached.clear()
            began = time.process_time()
            sys.setprofile(watch)
            passed = passes(item, following)
            sys.setprofile(None)
            costs.append(time.process_time() - began)
            if not passed:
                return json.dumps({"failed": item.nodeid})
            for name in watch.reached:
                reached[name].add(number)
        for name in watch.compiling:
            reached[name] = set(range(len(self.items)))
        return json.dumps({"costs": costs, "compiling": sorted(watch.compiling),
                           "reached": {name: sorted(items) for name, items in reached.items()}})

    @staticmethod
    def _forked(work: Any) -> str:
        """What `work` gives, in a process of its own: this one stays as it is."""
        with tempfile.TemporaryFile("w+") as told:
            pid = os.fork()
            if pid == 0:
                told.write(work())
                told.flush()
                os._exit(0)
            os.waitpid(pid, 0)
            told.seek(0)
            outcome = told.read()
        if '"failed"' in outcome[:12] or not outcome:
            raise pytest.UsageError(f"without any mutant a test fails: {outcome}")
        return outcome

    def _run_all(self) -> None:
        running: dict[int, Mutant] = {}
        waiting = list(reversed(self.mutants))
        while running or (waiting and time.monotonic() < self.ends):
            while waiting and len(running) < self.jobs and time.monotonic() < self.ends:
                mutant = waiting.pop()
                pid = os.fork()
                if pid == 0:
                    os._exit(self._verdict(mutant))
                running[pid] = mutant
            pid, status = os.wait()
            code = os.waitstatus_to_exitcode(status)
            said = VERDICTS[code] if code >= 0 else "time"
            mutant = running.pop(pid)
            self.verdicts[mutant] = said
            print(f"{len(self.verdicts):5} {said:9} {mutant}", file=sys.stderr, flush=True)

    def _verdict(self, mutant: Mutant) -> int:
        """In a process of its own: the number of the verdict."""
        name = f"{mutant.module}.{mutant.function}"
        tests = self.tests.get(name)
        if not tests:
            return VERDICTS.index("unreached")
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
        if name in self.compiling:
            self.book()._made.clear()
        try:
            put_in_place(mutant)
        except Exception:  # code that Python does not take is no test of the tests
            return VERDICTS.index("refused")
        for number, following in zip(tests, [*tests[1:], None], strict=True):
            limit = math.ceil(time.process_time() + 3 + 10 * self.costs[number])
            resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
            if not passes(self.items[number], None if following is None else self.items[following]):
                return VERDICTS.index("snapshot" if "test_snapshots" in self.items[number].nodeid else "killed")
        return VERDICTS.index("survived")


# --- the account --------------------------------------------------------------------------------------------------


def interval(killed: int, all_of_them: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    if not all_of_them:
        return 0.0, 1.0
    z, n, p = 1.96, all_of_them, killed / all_of_them
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def account(verdicts: Mapping[Mutant, str], total: int) -> float:
    """Print a table of modules, what survived and the sum of it all; the share that was killed."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for mutant, verdict in verdicts.items():
        counts[mutant.module][verdict] += 1
        counts["all"][verdict] += 1
    print("| module | mutants | killed | by a snapshot only | by time | survived | not reached | killed % |")
    print("| --- " * 8 + "|")
    for module in (*sorted(set(counts) - {"all"}), "all"):
        c = counts[module]
        killed, tried = c["killed"] + c["snapshot"] + c["time"], c.total() - c["refused"]
        print(f"| {module.removeprefix('extractor.')} | {tried} | {killed} | {c['snapshot']} | {c['time']} "
              f"| {c['survived']} | {c['unreached']} | {100 * killed / max(tried, 1):.1f} |")
    print()
    for mutant in sorted(m for m, verdict in verdicts.items() if verdict in ("survived", "unreached")):
        print(f"{verdicts[mutant]} {mutant} {described(mutant)}")
    low, high = interval(killed, tried)
    print(f"{tried} of {total} mutants; killed {killed / max(tried, 1):.1%}, 95 % interval {low:.1%} to {high:.1%}")
    return killed / max(tried, 1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=600, help="how many mutants about; 0 is all of them")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="*", help="a pattern such as 'extractor.claims.keep.*'")
    parser.add_argument("--again", type=Path, help="a file with the output of a run: only what survived there")
    parser.add_argument("--seconds", type=float, default=math.inf, help="begin no mutant after that")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--bar", type=float, default=0, help="the share that has to be killed")
    given = parser.parse_args()
    os.chdir(ROOT)
    mutants, total = drawn(given.sample, given.seed, given.only)
    if given.again:
        names = {line.split()[1] for line in given.again.read_text("utf-8").splitlines()
                 if line.startswith(("survived ", "unreached "))}
        mutants = [m for m in drawn(0, 0, "*")[0] if str(m) in names]
    plugin = Mutation(mutants, given.jobs, given.seconds)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PYTEST_DEBUG_TEMPROOT"] = folder
        code = pytest.main(["-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "--no-summary", "-m", NOT_THESE,
                            "-k", NOR_THESE, *TESTS], plugins=[plugin])
    if not plugin.tests:
        return int(code) or 1
    return int(account(plugin.verdicts, total) < given.bar)


if __name__ == "__main__":
    sys.exit(main())
