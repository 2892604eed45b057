"""The commands, end to end."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extractor.cli import run_command
from extractor.schema import Record, record_schema

Command = Callable[..., Any]
TEXT = "到2026年,集装箱吞吐量超过2800万标箱。\n2020年,全市进出口6407亿元、增长8.2%,其中出口3876.76亿元。\n"


def program(*arguments: str, **more: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "extractor.cli", *arguments], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in ("b", "a", "c"):
        (folder / f"{name}.txt").write_text(TEXT.replace("6407", str(6000 + ord(name))), "utf-8")
    (folder / "index.jsonl").write_text("".join(json.dumps(
        {"file": f"{n}.txt", "published": "2022-12-20", "region": "青岛市"}) + "\n" for n in "cab"), "utf-8")
    return folder


def test_run_writes_records_that_hold(command: Command, articles: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "outputs"
    done = command("run", articles, "-o", out)
    assert (done.code, done.err) == (0, "")
    records = [Record.model_validate_json(line) for line in (out / "records.jsonl").read_text("utf-8").splitlines()]
    assert [r.doc_id for r in records] == sorted(r.doc_id for r in records)
    assert len({r.id for r in records}) == len(records) >= 12
    for record in records:
        text = (articles / f"{record.doc_id}.txt").read_text("utf-8")
        for span in (record.evidence, record.value):
            assert span is None or text[span.start:span.end] == span.text
    summary = json.loads((out / "run.json").read_text("utf-8"))
    assert [d["doc_id"] for d in summary["documents"]] == ["a", "b", "c"] and summary["failures"] == []
    assert sum(summary["records"].values()) == len(records)
    assert "3 articles" in done.out and "集装箱吞吐量" in done.out and "\x1b" not in done.out


def test_run_gives_the_same_bytes_every_time(command: Command, articles: Path, tmp_path: Path) -> None:
    for name, jobs in (("one", 1), ("two", 2), ("again", 1)):
        assert command("run", articles, "-o", tmp_path / name, "--jobs", jobs, "--quiet").out == ""
    assert len({(tmp_path / n / "records.jsonl").read_bytes() for n in ("one", "two", "again")}) == 1
    told = [json.loads((tmp_path / n / "run.json").read_text("utf-8")) for n in ("one", "two", "again")]
    assert all(t.pop("run")["status"] == "done" for t in told) and told[0] == told[1] == told[2]


def test_bad_documents_are_named_and_the_others_done(command: Command, articles: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "binary.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    done = command("run", tmp_path / "no.txt", tmp_path / "empty.txt", tmp_path / "binary.txt", articles,
                   "-o", tmp_path / "out")
    assert done.code == 1
    assert [line.split(": ")[1].split(",")[0] for line in sorted(done.err.splitlines())] == [
        "is a binary file", "is empty; give a file that holds text", "there is no such file or folder; check the path"]
    summary = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    assert len(summary["documents"]) == 3
    assert sorted(f["message"] for f in summary["failures"]) == sorted(done.err.splitlines())


@pytest.mark.parametrize(("arguments", "said"), [
    (("run",), "Missing argument"), (("run", "x", "--fast"), "No such option: --fast"), (("walk",), "walk"),
    (("run", "x", "--published", "2022-13-01"), "'2022-13-01' is no date; write it as 2022-12-20"),
    (("run", "x", "--jobs", "0"), "--jobs"), (("run", "x", "--rules", "no-such-folder"), "no-such-folder"),
    (("run", "x", "-o", __file__), "is a file; give a folder"), (("extract", "."), "is a folder"),
    (("evaluate", "gold.jsonl"), "give gold and then records"),
    (("evaluate", "no.jsonl", "no2.jsonl"), "cannot be read"),
    (("verify", "no.yaml"), "cannot be read")])
def test_wrong_usage_gets_one_sentence(command: Command, arguments: tuple[str, ...], said: str) -> None:
    done = command(*arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err and done.err.count("\n") == 1 and "Traceback" not in done.err


def test_extract_prints_one_document(command: Command, articles: Path) -> None:
    done = command("extract", articles / "a.txt", "--published", "2022-12-20", "--region", "青岛市")
    answer = json.loads(done.out)
    assert (done.code, answer["doc_id"], set(answer)) == (0, "a", {"doc_id", "records"})
    target = answer["records"][0]
    assert set(target) == set(record_schema()["properties"])
    assert (target["type"], target["value"]["op"], target["value"]["base"]) == (
        "target", ">", {"number": 28000000, "low": None, "high": None, "unit": "TEU"})
    assert target["period"]["end_date"] == "2026-12-31" and target["region"]["name"] == "青岛市"


def test_extract_reads_standard_input_in_any_encoding(command: Command) -> None:
    done = command("extract", "-", stdin=TEXT.encode("gb18030"))
    assert done.code == 0 and json.loads(done.out)["doc_id"] == "stdin" and "2800万标箱" in done.out


def test_extract_says_what_is_wrong(command: Command, tmp_path: Path) -> None:
    done = command("extract", tmp_path / "no.txt")
    assert (done.code, done.out) == (1, "") and "there is no such file" in done.err
    done = command("extract", "-", stdin=b"")
    assert (done.code, done.out) == (1, "") and "standard input: is empty" in done.err


def test_mentions_answers_line_by_line(command: Command) -> None:
    text = "\u3000今年1—10月，青岛市新签约大项目６８个"
    requests = [{"id": 7, "text": text, "reference": "2022-12-20"}, {"text": "好"}]
    done = command("mentions", stdin="\n".join(json.dumps(r) for r in requests) + "\n\n")
    first, second = map(json.loads, done.out.splitlines())
    assert done.code == 0 and second == {"id": None, "quantities": [], "periods": [], "entities": []}
    assert first["id"] == 7
    assert all(text[m["start"]:m["end"]] == m["text"] for key in ("quantities", "periods", "entities")
               for m in first[key])
    (quantity,) = first["quantities"]
    assert list(quantity) == ["text", "start", "end", "op", "number", "low", "high", "unit", "base"]
    assert (quantity["number"], quantity["unit"], quantity["base"]["number"]) == (68, "个", 68)
    assert {"2022-10-31"} <= {p["end_date"] for p in first["periods"]}
    place = {"text": "青岛市", "start": 9, "end": 12, "label": "GPE", "name": "青岛市", "code": "370200"}
    assert place in first["entities"]


def test_mentions_names_wrong_lines_and_goes_on(command: Command) -> None:
    done = command("mentions", stdin='{"text": "20亿元"}\n{"text": }\n[]\n{"text": "x", "reference": "soon"}\n'
                                     '{"text": "\\ud800"}\n{"text": "30亿元"}\n')
    assert done.code == 1
    assert [json.loads(line)["quantities"][0]["number"] for line in done.out.splitlines()] == [20, 30]
    assert [line.split(":")[1] for line in done.err.splitlines()] == ["2", "3", "4", "5"]


def test_mentions_streams(tmp_path: Path) -> None:
    with program("mentions") as process:
        assert process.stdin and process.stdout
        for number in (1, 2):
            process.stdin.write(json.dumps({"id": number, "text": "20亿元"}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number, "the answer comes before the next question"
        process.stdin.close()
        assert process.wait(10) == 0


def test_a_closed_pipe_is_no_error() -> None:
    with program("schema") as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        assert process.stderr.read() == b"" and process.wait(10) == 0


def test_an_interrupt_leaves_the_old_outputs(command: Command, articles: Path, tmp_path: Path,
                                             monkeypatch: Any) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    command("run", articles, "-o", tmp_path / "out")
    files = [tmp_path / "out" / name for name in ("records.jsonl", "run.json")]
    before = [p.read_bytes() for p in files]
    (articles / "a.txt").write_text("出口20亿元。", "utf-8")
    monkeypatch.setattr("extractor.batch.extract_source", interrupted)
    done = command("run", articles, "-o", tmp_path / "out")
    assert done.code == 130 and "Traceback" not in done.err
    assert [p.read_bytes() for p in files] == before and "interrupted; what is done is kept" in done.err


@pytest.mark.skipif(sys.platform != "linux", reason="looks for worker processes in /proc")
def test_an_interrupt_ends_all_processes(tmp_path: Path) -> None:
    many = tmp_path / "many.jsonl"
    many.write_text("".join(json.dumps({"text": TEXT * 400}) + "\n" for _ in range(200)))
    with program("run", str(many), "-o", str(tmp_path / "out"), "--jobs", "2", start_new_session=True) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        until = time.monotonic() + 20
        while not (workers := children.read_text().split()) and time.monotonic() < until:
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 130 and b"Traceback" not in err
    assert workers and not any(Path(f"/proc/{pid}").exists() for pid in workers)


def test_schema_prints_the_schema(command: Command) -> None:
    done = command("schema")
    assert done.code == 0 and json.loads(done.out) == record_schema()


def test_version_tells_the_code_and_how_it_runs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["--version"]) == 0
    assert re.fullmatch(r"extractor \d+\.\d+\.\d+\+[0-9a-f]{12}, (not )?compiled\n", capsys.readouterr().out)


def test_help_is_there_without_heavy_imports() -> None:
    code = ("import sys\nfrom extractor.cli import run_command\nrun_command(['--help'])\n"
            "heavy = {'spacy', 'jieba', 'pydantic', 'yaml', 'numpy'} & set(sys.modules)\nsys.exit(bool(heavy))")
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0


def test_run_does_without_spacy(articles: Path, tmp_path: Path) -> None:
    code = ("import sys\nfrom extractor.cli import run_command\n"
            f"run_command(['run', {str(articles)!r}, '-o', {str(tmp_path / 'o')!r}])\nsys.exit('spacy' in sys.modules)")
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0


def test_a_rule_laid_over_takes_effect(command: Command, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("到2026年,海港箱量超过2800万标箱。", "utf-8")
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "indicators.csv").write_text("name,aliases,unit,direction\n港口集装箱吞吐量,海港箱量,TEU,up\n", "utf-8")
    names = [json.loads(command("extract", page, *more).out)["records"][0]["indicator"]["name"]
             for more in ((), ("--rules", rules))]
    assert names == [None, "港口集装箱吞吐量"], "the new alias stands beside the built-in ones"


def test_a_wrong_rule_gets_a_sentence(command: Command, tmp_path: Path) -> None:
    (tmp_path / "indicators.csv").write_text("name,alias\nx,y\n", "utf-8")
    done = command("run", "x", "--rules", tmp_path)
    assert done.code == 2 and f"{tmp_path}/indicators.csv:1:" in done.err and done.err.count("\n") == 1


@pytest.mark.shared
@pytest.mark.parametrize("name", ["press", "excerpts"])
def test_real_articles_run_to_the_end(command: Command, shared: Path, tmp_path: Path, name: str) -> None:
    done = command("run", shared / "corpus" / name, "-o", tmp_path, "--quiet")
    assert (done.code, done.err, done.out) == (0, "", "")
    for line in (tmp_path / "records.jsonl").read_text("utf-8").split("\n")[:-1]:
        record = Record.model_validate_json(line)
        text = (shared / "corpus" / name / f"{record.doc_id}.txt").read_bytes().decode().removeprefix("\ufeff")
        assert all(text[s.start:s.end] == s.text for s in (record.evidence, record.value) if s)
