"""Many documents, several processes."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from extractor.batch import extract_source, run, run_into
from extractor.reading.sources import Failure, Source, find_sources
from extractor.rulebook import Rulebook
from extractor.store import Store
from extractor.workers import WorkersFailed, in_any_order, in_order


def doubled(item: int, book: Rulebook) -> int:
    time.sleep(0.02 * (item % 3))
    return 2 * item


def deadly(item: int, book: Rulebook) -> int:
    if item == 3:
        os._exit(9)
    return 2 * item


def lost(item: int) -> int:
    return -item


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_answers_come_in_order(book: Rulebook, jobs: int) -> None:
    assert list(in_order(range(20), doubled, book, None, jobs, lost)) == [2 * n for n in range(20)]


def test_a_process_works_on_while_its_result_is_used(book: Rulebook) -> None:
    taken: list[int] = []

    def items() -> Iterator[tuple[int, int]]:
        for n in range(9):
            taken.append(n)
            yield n, n

    for used, _ in enumerate(in_any_order(items(), doubled, book, None, 2, lost), 1):
        assert len(taken) == min(9, used + 2)


def test_items_that_break_off_cost_no_result_of_those_before(book: Rulebook) -> None:
    def items() -> Iterator[int]:
        yield from range(5)
        raise OSError("the stream broke")

    got: list[int] = []
    with pytest.raises(OSError, match="the stream broke"):
        got.extend(in_order(items(), doubled, book, None, 2, lost))
    assert got == [0, 2, 4, 6, 8]


def test_what_kills_its_process_takes_nothing_with_it(book: Rulebook) -> None:
    assert list(in_order(range(8), deadly, book, None, 2, lost)) == [0, 2, 4, -3, 8, 10, 12, 14]


def test_an_endless_stream_can_be_left(book: Rulebook) -> None:
    def endless() -> Iterator[int]:
        number = 0
        while True:
            yield number
            number += 1

    answers = in_order(endless(), doubled, book, None, 2, lost)
    assert [next(answers) for _ in range(3)] == [0, 2, 4]
    answers.close()  # type: ignore[attr-defined]


@pytest.mark.usefixtures("forked")
def test_a_crew_goes_home_while_another_works(book: Rulebook) -> None:
    first = in_any_order(((n, n) for n in count()), doubled, book, None, 1, lost)
    next(first)
    (worker,) = multiprocessing.active_children()
    second = in_any_order(((n, n) for n in count()), doubled, book, None, 1, lost)
    assert next(second) == (0, 0)  # its worker was forked with a copy of the first one's pipe
    first.close()
    assert worker.exitcode is not None and worker.exitcode != -signal.SIGKILL
    assert next(second) == (1, 2)
    second.close()


def test_a_fault_is_a_sentence(book: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("no\nsuch")

    monkeypatch.setattr("extractor.engine.analyse", broken)
    outcome = extract_source(Source("d", "dir/d.txt", text="出口20亿元。"), book)
    assert isinstance(outcome, Failure) and outcome.doc_id == "d"
    assert outcome.message.startswith("dir/d.txt: ") and "KeyError" in outcome.message and "\n" not in outcome.message


TEXT = "到2026年,集装箱吞吐量超过2800万标箱。\n2020年,全市进出口6407亿元、增长8.2%。\n"


def articles(path: Path, number: int, text: str = TEXT, **more: str) -> Path:
    with open(path, "w", encoding="utf-8") as file:
        for n in range(number):
            article = {"doc_id": f"d{n:05}", "text": f"{text}第{n}篇。", "published": "2022-12-20", **more}
            file.write(json.dumps(article, ensure_ascii=False) + "\n")
    return path


def test_no_more_is_in_hand_than_there_are_processes(book: Rulebook) -> None:
    taken = 0

    def numbers() -> Iterator[tuple[int, int]]:
        nonlocal taken
        for taken in range(1, 41):
            yield taken, taken

    for done, (key, result) in enumerate(in_any_order(numbers(), doubled, book, None, 3, lost), 1):
        assert result == 2 * key and taken - done <= 3
    assert taken == 40


def killers(item: int, book: Rulebook) -> int:
    if item % 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return item


def test_items_that_kill_every_process_cost_only_themselves(book: Rulebook) -> None:
    answers = dict(in_any_order(((n, n) for n in range(12)), killers, book, None, 3, lost))
    assert answers == {n: -n if n % 2 else n for n in range(12)}


def test_an_error_in_a_worker_is_raised_here(book: Rulebook) -> None:
    with pytest.raises(ZeroDivisionError):
        list(in_order([1], divided, book, None, 2, lost))


def divided(item: int, book: Rulebook) -> int:
    return item // 0


def ended_at_once(*_: object) -> None:
    os._exit(3)


def test_processes_that_cannot_start_are_said_and_not_tried_for_ever(book: Rulebook,
                                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractor.workers._work", ended_at_once)
    with pytest.raises(WorkersFailed, match="--jobs 1"):
        list(in_order([1, 2], doubled, book, None, 2, lost))


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    many = articles(tmp_path / "many.jsonl", 300, TEXT * 40)
    with started("run", many, "-o", tmp_path / "out", "--jobs", "2") as process:
        workers = children(process.pid)
        process.kill()
        process.wait(10)
        until = time.monotonic() + 20
        while any(Path(f"/proc/{pid}").exists() for pid in workers) and time.monotonic() < until:
            time.sleep(0.05)
        assert workers and not any(Path(f"/proc/{pid}").exists() for pid in workers)


@pytest.mark.skipif(sys.platform != "linux", reason="counts on processes that are forked")
def test_a_killed_worker_costs_one_document(tmp_path: Path) -> None:
    many = articles(tmp_path / "many.jsonl", 20)
    code = ("import os, signal, sys\nfrom extractor import batch\nfrom extractor.cli import run_command\n"
            "real = batch._extract\n"
            "def deadly(source, *more):\n"
            "    if source.doc_id == 'd00007':\n"
            "        os.kill(os.getpid(), signal.SIGKILL)\n"
            "    return real(source, *more)\n"
            "batch._extract = deadly\n"
            f"sys.exit(run_command(['run', {str(many)!r}, '-o', {str(tmp_path / 'out')!r}, '--jobs', '2', '-q']))")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    summary = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    (failure,) = summary["failures"]
    assert done.returncode == 1 and len(summary["documents"]) == 19 and failure["doc_id"] == "d00007"
    assert failure["message"] == done.stderr.strip() and "the process that worked on it died" in failure["message"]
    assert started("run", many, "-o", tmp_path / "out", "--quiet").wait(120) == 0, "the next run does the lost one"
    alone = tmp_path / "alone"
    assert started("run", many, "-o", alone, "--quiet", "--jobs", "1").wait(240) == 0
    assert (alone / "records.jsonl").read_bytes() == (tmp_path / "out" / "records.jsonl").read_bytes()


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupt_keeps_what_is_done(tmp_path: Path, jobs: str) -> None:
    many = articles(tmp_path / "many.jsonl", 300, TEXT * 20)
    with started("run", many, "-o", tmp_path / "out", "--jobs", jobs) as process:
        wait_for_documents(tmp_path / "out", 3)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130 and b"Traceback" not in err and b"run again for the rest" in err
    summary = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    done = len(summary["documents"])
    assert 3 <= done < 300 and summary["run"]["status"] == "interrupted" and not summary["failures"]
    lines = (tmp_path / "out" / "records.jsonl").read_text("utf-8").split("\n")[:-1]
    assert len(lines) == sum(summary["records"].values())
    with Store.read(tmp_path / "out") as store:
        assert [n for (n,) in store.query("SELECT count(*) FROM documents")] == [done]


def test_a_run_in_a_thread_leaves_signals_alone(book: Rulebook, tmp_path: Path) -> None:
    reports = []

    def work() -> None:
        with Store.write(tmp_path / "out") as store:
            reports.append(run_into(store, [articles(tmp_path / "a.jsonl", 3)], book, jobs=1))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert reports[0].new == 3


def test_in_memory_and_in_a_store_alike(book: Rulebook, tmp_path: Path) -> None:
    path = articles(tmp_path / "a.jsonl", 12)
    alone = run(find_sources([path]), book)
    with Store.write(tmp_path / "out") as store:
        assert run_into(store, [path], book, jobs=2).new == 12
        stored = "".join(line + "\n" for (line,) in store.query("SELECT json FROM records ORDER BY doc_id, place"))
    assert stored == "".join(o.lines for o in alone.outcomes)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of memory as Linux counts it")
def test_memory_does_not_grow_with_the_input(tmp_path: Path) -> None:
    """The articles are short and their lines long: the stream is what is measured."""
    peaks = []
    for number in (200, 4_000):
        many = articles(tmp_path / f"{number}.jsonl", number, "改革永无止境。", body="略" * 10_000)
        code = ("import resource, sys\nfrom extractor.cli import run_command\n"
                f"code = run_command(['run', {str(many)!r}, '-o', {str(tmp_path / str(number))!r}, '-q', '-j', '2'])\n"
                "print(code, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)")
        told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
        assert told[0] == "0"
        peaks.append(int(told[1]) / 1024)
    assert peaks[1] - peaks[0] < 25, peaks  # megabytes, for 110 MB more


def started(*arguments: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "extractor.cli", *map(str, arguments)], stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE)


def children(pid: int) -> list[str]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    until = time.monotonic() + 30
    while len(found := listed.read_text().split()) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    return found


def wait_for_documents(folder: Path, number: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with Store.read(folder) as store:
                if next(store.query("SELECT count(*) FROM documents"))[0] >= number:
                    return
        except Exception:  # not there yet
            pass
        time.sleep(0.02)
    raise AssertionError(f"no {number} documents in a minute")
