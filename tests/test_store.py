"""The store: what a run does again, what it keeps, and what it says when it cannot."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extractor import store as stores
from extractor.locking import Held, Lock
from extractor.store import Store, StoreError

Command = Callable[..., Any]
TEXT = "到2026年,集装箱吞吐量超过2800万标箱。\n2020年,全市进出口6407亿元、增长8.2%。\n"


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.txt").write_text(TEXT.replace("6407", str(6000 + ord(name))), "utf-8")
    (folder / "lines.jsonl").write_text("".join(
        json.dumps({"doc_id": f"line-{n}", "text": TEXT.replace("6407", str(n + 1)), "published": "2022-12-20"},
                   ensure_ascii=False) + "\n" for n in range(3)), "utf-8")
    return folder


@pytest.fixture
def work(command: Command, tmp_path: Path) -> Callable[..., dict[str, int]]:
    """Run into `out` and say what there was to do."""

    def call(*arguments: object, code: int = 0) -> dict[str, int]:
        done = command("run", *arguments, "-o", tmp_path / "out", "--quiet", "--jobs", 1)
        assert done.code == code, done.err
        told = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["run"]["documents"]
        return {key: number for key, number in told.items() if number}

    return call


def records(folder: Path) -> bytes:
    return (folder / "out" / "records.jsonl").read_bytes()


def test_a_second_run_does_nothing(work: Any, articles: Path, tmp_path: Path) -> None:
    assert work(articles) == {"new": 6}
    before, written = records(tmp_path), (tmp_path / "out" / "records.jsonl").stat().st_mtime_ns
    assert work(articles) == {"unchanged": 6}
    assert (tmp_path / "out" / "records.jsonl").stat().st_mtime_ns == written, "it is not even written again"
    (tmp_path / "out" / "records.jsonl").write_text("spoiled\n")
    assert work(articles) == {"unchanged": 6} and records(tmp_path) == before


def test_what_changed_is_done_again(work: Any, articles: Path, tmp_path: Path) -> None:
    work(articles)
    (articles / "b.txt").write_text("前三季度,全市出口20亿元。", "utf-8")
    lines = (articles / "lines.jsonl").read_text("utf-8")
    (articles / "lines.jsonl").write_text(lines.replace("1亿元", "1.5亿元"), "utf-8")
    assert work(articles) == {"changed": 2, "unchanged": 4}
    assert work(articles, "--region", "青岛市") == {"changed": 6}, "the place is from outside and has changed"
    assert work(articles, "--region", "青岛市") == {"unchanged": 6}
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "indicators.csv").write_text("name,aliases,unit,direction\n港口集装箱吞吐量,港口箱量,TEU,up\n", "utf-8")
    assert work(articles, "--region", "青岛市", "--rules", rules) == {"changed": 6}
    os.utime(articles / "a.txt", (1, 1))
    assert work(articles, "--region", "青岛市", "--rules", rules) == {"unchanged": 6}, "a new date is no new text"


def test_new_code_does_all_again(work: Any, articles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work(articles)
    monkeypatch.setattr("extractor.store.program_version", lambda: "0.1.0+other")
    assert work(articles) == {"changed": 6}


def test_however_it_came_about_the_records_are_those_of_a_fresh_run(work: Any, command: Command, articles: Path,
                                                                   tmp_path: Path) -> None:
    work(articles / "b.txt")
    (articles / "b.txt").write_text("前三季度,全市出口20亿元。", "utf-8")
    (articles / "a.txt").rename(articles / "d.txt")
    work(articles / "lines.jsonl")
    work(articles)
    command("run", articles, "-o", tmp_path / "fresh", "--quiet")
    assert records(tmp_path) == (tmp_path / "fresh" / "records.jsonl").read_bytes()


def test_what_is_gone_goes_when_asked(work: Any, articles: Path, tmp_path: Path) -> None:
    work(articles)
    other = tmp_path / "other.txt"
    other.write_text("全市出口20亿元。", "utf-8")
    work(other)
    (articles / "a.txt").unlink()
    lines = (articles / "lines.jsonl").read_text("utf-8").splitlines(keepends=True)
    (articles / "lines.jsonl").write_text("".join(lines[1:]), "utf-8")
    before = records(tmp_path)
    assert work(articles) == {"unchanged": 4} and records(tmp_path) == before
    assert work(articles, "--prune") == {"unchanged": 4, "pruned": 2}
    kept = {json.loads(line)["doc_id"] for line in records(tmp_path).decode().split("\n")[:-1]}
    assert kept == {"b", "c", "line-1", "line-2", "other"}, "what lies outside the inputs stays"


def test_nothing_is_pruned_on_a_doubtful_day(work: Any, command: Command, articles: Path, tmp_path: Path) -> None:
    work(articles)
    for file in articles.iterdir():
        file.unlink()
    done = command("run", articles, "-o", tmp_path / "out", "--prune", "--quiet")
    assert done.code == 1 and "nothing was pruned" in done.err and records(tmp_path).count(b"line-0") > 0


def test_a_document_that_fails_holds_nothing_and_is_tried_again(work: Any, command: Command, articles: Path,
                                                                tmp_path: Path) -> None:
    work(articles)
    whole = (articles / "a.txt").read_bytes()
    (articles / "a.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    for _ in range(2):
        assert work(articles, code=1) == {"unchanged": 5, "failed": 1}
    assert b'"doc_id":"a"' not in records(tmp_path)
    (failure,) = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["failures"]
    assert failure["doc_id"] == "a" and "binary" in failure["message"]
    (articles / "a.txt").write_bytes(whole)
    assert work(articles)["unchanged"] == 5 and b'"doc_id":"a"' in records(tmp_path)
    assert json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["failures"] == []


def test_a_later_run_does_not_overwrite_a_file_of_the_same_name(work: Any, tmp_path: Path) -> None:
    for day in ("monday", "tuesday"):
        (tmp_path / day).mkdir()
        (tmp_path / day / "1.txt").write_text(f"{day}。全市出口20亿元。", "utf-8")
        work(tmp_path / day)
    assert work(tmp_path / "tuesday") == {"unchanged": 1}
    with Store.read(tmp_path / "out") as store:
        ids = [doc_id for (doc_id,) in store.query("SELECT doc_id FROM documents ORDER BY doc_id DESC")]
    assert ids == ["1", (tmp_path / "tuesday" / "1").as_posix()]


def test_min_confidence_is_a_view_and_the_store_keeps_all(work: Any, articles: Path, tmp_path: Path) -> None:
    work(articles)
    before = records(tmp_path)
    assert work(articles, "--min-confidence", 1) == {"unchanged": 6} and records(tmp_path) == b""
    assert sum(json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["records"].values()) == 0
    assert work(articles) == {"unchanged": 6} and records(tmp_path) == before


def test_the_store_says_what_the_documents_were(work: Any, articles: Path, tmp_path: Path) -> None:
    work(articles)
    with Store.read(tmp_path / "out") as store:
        rows = list(store.query("SELECT doc_id, file, status, text, content_hash FROM documents ORDER BY doc_id"))
        by_hand = list(store.query("SELECT json_extract(json, '$.evidence.text') FROM records WHERE doc_id = 'a'"))
    assert rows[0][:4] == ("a", str(articles / "a.txt"), "done", (articles / "a.txt").read_text("utf-8"))
    assert len(rows[0][4]) == 64 and rows[3][1] == str(articles / "lines.jsonl") and by_hand


# --- two runs ---------------------------------------------------------------------------------------------------


def test_a_second_run_says_who_holds_the_store(work: Any, command: Command, articles: Path, tmp_path: Path) -> None:
    work(articles)
    with Store.write(tmp_path / "out"):
        done = command("run", articles, "-o", tmp_path / "out")
        assert done.code == 1 and f"process {os.getpid()} on " in done.err and "--wait" in done.err
        assert done.err.count("\n") == 1
    assert work(articles) == {"unchanged": 6}


@pytest.mark.skipif(os.name != "posix", reason="kills")
def test_a_killed_process_releases_the_store_and_waiting_ends(command: Command, articles: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code = ("import sys, time\nfrom pathlib import Path\nfrom extractor.store import Store\n"
            f"store = Store.write(Path({str(out)!r}))\nprint('held', flush=True)\ntime.sleep(100)")
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as holder:
        assert holder.stdout and holder.stdout.readline() == b"held\n"
        done = command("run", articles, "-o", out)
        assert done.code == 1 and f"process {holder.pid} on " in done.err
        with subprocess.Popen([sys.executable, "-m", "extractor.cli", "run", str(articles), "-o", str(out), "--wait"],
                              stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as waiting:
            assert waiting.stderr and f"process {holder.pid} on ".encode() in waiting.stderr.readline()
            assert waiting.poll() is None
            holder.kill()
            assert waiting.wait(60) == 0


def test_a_lock_is_free_again(tmp_path: Path) -> None:
    first, second = Lock(tmp_path / "lock"), Lock(tmp_path / "lock")
    first.acquire()
    with pytest.raises(Held, match=str(os.getpid())):
        second.acquire()
    first.release()
    second.acquire()
    second.release()
    (tmp_path / "lock").write_text("what an old run left")
    first.acquire()
    first.release()


# --- versions and accidents -------------------------------------------------------------------------------------


def test_tables_are_brought_up_to_date(work: Any, articles: Path, tmp_path: Path,
                                       monkeypatch: pytest.MonkeyPatch) -> None:
    work(articles)
    known = len(stores.MIGRATIONS)
    monkeypatch.setattr(stores, "MIGRATIONS", [*stores.MIGRATIONS, "ALTER TABLE runs ADD COLUMN note TEXT"])
    with pytest.raises(StoreError, match="older extractor"):
        Store.read(tmp_path / "out")
    assert work(articles) == {"unchanged": 6}
    with Store.read(tmp_path / "out") as store:
        assert list(store.query("PRAGMA user_version")) == [(known + 1,)]
        assert list(store.query("SELECT note FROM runs")) == [(None,), (None,)]
    monkeypatch.undo()
    with pytest.raises(StoreError, match="newer extractor"):
        Store.write(tmp_path / "out")


def test_a_broken_migration_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store.write(tmp_path).close()
    known = len(stores.MIGRATIONS)
    monkeypatch.setattr(stores, "MIGRATIONS", [*stores.MIGRATIONS, "CREATE TABLE new (a);\nCREATE TABLE runs (b)"])
    with pytest.raises(StoreError):
        Store.write(tmp_path)
    with sqlite3.connect(tmp_path / "extractor.db") as database:
        assert database.execute("PRAGMA user_version").fetchone() == (known,)
        assert not list(database.execute("SELECT 1 FROM sqlite_master WHERE name = 'new'"))


def sentence(done: Any, code: int, said: str) -> None:
    assert (done.code, done.out) == (code, "") and said in done.err, done.err
    assert done.err.count("\n") == 1 and "Traceback" not in done.err and "fault of extractor" not in done.err


def test_a_damaged_store_is_said_and_left_alone(work: Any, command: Command, articles: Path, tmp_path: Path) -> None:
    work(articles)
    database = tmp_path / "out" / "extractor.db"
    before = records(tmp_path)
    whole = database.read_bytes()
    for damaged in (b"no database at all" * 1000, whole[:4096] + os.urandom(len(whole) - 4096)):
        database.write_bytes(damaged)
        sentence(command("run", articles, "-o", tmp_path / "out"), 1, "is damaged")
        sentence(command("export", tmp_path / "out", tmp_path / "x.csv"), 1, "is damaged")
        assert records(tmp_path) == before and not (tmp_path / "x.csv").exists()
    database.unlink()
    assert work(articles) == {"new": 6} and records(tmp_path) == before


def test_a_database_of_another_program_is_left_alone(command: Command, articles: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with sqlite3.connect(tmp_path / "out" / "extractor.db") as database:
        database.execute("CREATE TABLE documents (mine)")
    sentence(command("run", articles, "-o", tmp_path / "out"), 2, "another program")


def test_a_full_disk_stops_a_run_and_loses_nothing(work: Any, command: Command, articles: Path, tmp_path: Path,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    many = tmp_path / "many.jsonl"
    many.write_text("".join(json.dumps({"doc_id": f"d{n:03}", "text": TEXT + "略" * 1500}, ensure_ascii=False) + "\n"
                            for n in range(60)), "utf-8")
    opened = Store._migrate

    def small(self: Store) -> None:
        opened(self)
        self._connection.execute("PRAGMA max_page_count = 120")  # SQLite's own way to have a full disk

    monkeypatch.setattr(Store, "_migrate", small)
    sentence(command("run", many, "-o", tmp_path / "out"), 1, "full")
    monkeypatch.undo()
    told = work(many)
    assert told["unchanged"] > 5 and told["new"] + told["unchanged"] == 60


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files")
@pytest.mark.parametrize("kilobytes", [0, 30, 300])
def test_a_limit_on_files_is_a_sentence(articles: Path, tmp_path: Path, kilobytes: int) -> None:
    many = tmp_path / "many.jsonl"
    many.write_text("".join(json.dumps({"doc_id": f"d{n:03}", "text": TEXT * 10}, ensure_ascii=False) + "\n"
                            for n in range(60)), "utf-8")
    code = (f"import resource, sys\nresource.setrlimit(resource.RLIMIT_FSIZE, ({kilobytes * 1024},) * 2)\n"
            "from extractor.cli import run_command\n"
            f"sys.exit(run_command(['run', {str(many)!r}, '-o', {str(tmp_path / 'out')!r}, '-q', '-j', '1']))")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                          env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)})
    assert done.returncode in (1, 2) and "Traceback" not in done.stderr and done.stderr.count("\n") == 1, done.stderr
    assert "cannot be written" in done.stderr


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_a_sentence(command: Command, articles: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir(mode=0o500)
    sentence(command("run", articles, "-o", tmp_path / "out"), 2, "give a folder that may be written to")


def test_a_folder_that_cannot_be_made_is_a_sentence(command: Command, articles: Path) -> None:
    if not Path("/proc/version").exists():
        pytest.skip("no /proc")
    sentence(command("run", articles, "-o", "/proc/nowhere/out"), 2, "give a folder that may be written to")


def test_records_that_cannot_be_written_stay_in_the_store(work: Any, command: Command, articles: Path, tmp_path: Path,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    work(articles / "a.txt")
    before = records(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("extractor.caching.os.fsync", full)
    sentence(command("run", articles, "-o", tmp_path / "out"), 1, "No space left on device")
    assert records(tmp_path) == before
    monkeypatch.undo()
    assert work(articles) == {"unchanged": 6} and records(tmp_path) != before
    assert not [p for p in (tmp_path / "out").iterdir() if p.name.startswith(".")]


def test_a_text_too_long_is_a_sentence(command: Command, articles: Path, tmp_path: Path) -> None:
    with open(articles / "long.txt", "wb") as file:
        file.truncate(200_000_000)
    done = command("run", articles, "-o", tmp_path / "out", "--quiet")
    assert done.code == 1 and done.err.count("\n") == 1 and "long.txt" in done.err
    assert len(json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["documents"]) == 6


@pytest.mark.slow
def test_twenty_thousand_small_files(work: Any, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    for n in range(20_000):
        if n % 1000 == 0:
            (folder / f"{n // 1000:02}").mkdir(parents=True)
        (folder / f"{n // 1000:02}" / f"{n}.txt").write_text(f"第{n}篇。出口20亿元。", "utf-8")
    assert work(folder) == {"new": 20_000}
    assert work(folder) == {"unchanged": 20_000}
