"""A run that is killed at any moment, and run again, ends as if nothing had happened."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


def extractor(*arguments: object) -> subprocess.Popen[bytes]:
    """A run in a session of its own, so that what remains of it can be found and none of it is left."""
    return subprocess.Popen([sys.executable, "-m", "extractor.cli", "run", *map(str, arguments), "--quiet"],
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)


def corpus(folder: Path, number: int) -> Path:
    """Articles of `corpus/` over and over, as lines and as files."""
    index = [json.loads(line) for line in (ROOT / "corpus/articles/index.jsonl").read_text("utf-8").splitlines()]
    folder.mkdir()
    for n in range(number):
        about = index[n % len(index)]
        text = (ROOT / "corpus/articles" / about["file"]).read_text("utf-8")[:400]
        if n % 2:
            (folder / f"file-{n:04}.txt").write_text(text, "utf-8")
        else:
            with open(folder / "articles.jsonl", "a", encoding="utf-8") as lines:
                lines.write(json.dumps({**about, "doc_id": f"line-{n:04}", "text": text}, ensure_ascii=False) + "\n")
    return folder


def undisturbed(articles: Path, out: Path) -> tuple[bytes, float]:
    began = time.monotonic()
    assert extractor(articles, "-o", out, "--jobs", "2").wait(600) == 0
    return (out / "records.jsonl").read_bytes(), time.monotonic() - began


def killed_and_done(articles: Path, out: Path, kills: int, longest: float, chance: random.Random) -> int:
    """The number of runs that were killed before they ended, all on one folder; the last one is not killed."""
    killed = 0
    for number in range(kills):
        if number == kills // 2 and (out / "extractor.db").exists():  # begin again, else all is done before the end
            for file in out.iterdir():
                file.unlink()
        with extractor(articles, "-o", out, "--jobs", str(1 + number % 2)) as process:
            try:
                code = process.wait(chance.uniform(0.1, longest))
            except subprocess.TimeoutExpired:
                os.kill(process.pid, signal.SIGKILL)
                killed += 1
            else:
                assert process.stderr and code == 0, process.stderr.read()
    with extractor(articles, "-o", out, "--wait") as process:  # workers of the last one may not have noticed yet
        assert process.wait(600) == 0, process.stderr and process.stderr.read()
    return killed


def check(tmp_path: Path, documents: int, kills: int, seed: int) -> None:
    articles = corpus(tmp_path / "articles", documents)
    expected, seconds = undisturbed(articles, tmp_path / "quiet")
    out = tmp_path / "out"
    killed = killed_and_done(articles, out, kills, seconds, random.Random(seed))
    assert killed >= kills // 3, "the moments fell after the end"
    assert (out / "records.jsonl").read_bytes() == expected
    assert sorted(p.name for p in out.iterdir()) == [
        "extractor.db", "extractor.db.lock", "records.jsonl", "run.json"]
    with sqlite3.connect(out / "extractor.db") as store:
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert store.execute("SELECT count(*), count(DISTINCT doc_id) FROM documents").fetchone() == (documents,) * 2
        statuses = dict(store.execute("SELECT status, count(*) FROM runs GROUP BY status"))
    assert statuses.get("running", 0) == 0


def test_killed_three_times(tmp_path: Path) -> None:
    check(tmp_path, 40, 3, seed=5)


@pytest.mark.slow
@pytest.mark.proof
def test_killed_thirty_times(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / str(number)).mkdir()
        check(tmp_path / str(number), 120, 10, seed=number)
