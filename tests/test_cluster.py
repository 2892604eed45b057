"""The run on a Ray cluster: the same records as here, whatever happens to the machines."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from extractor.batch import run as run_here
from extractor.reading.limits import DEFAULT
from extractor.reading.sources import Failure, Source, find_sources
from extractor.rulebook import Rulebook, load_rulebook

pq = pytest.importorskip("pyarrow.parquet")

from extractor.parts import OutputError, Target, failure_table  # noqa: E402
from extractor.reading.remote import Piece, find_pieces, locate, read_piece, shown  # noqa: E402

ARTICLES = Path(__file__).resolve().parent.parent / "corpus" / "articles"


# --- what is read: the same documents as here ------------------------------------------------------------------------


def here(*inputs: Path) -> dict[str, tuple[object, ...]]:
    from extractor.reading.sources import read_article

    return {s.doc_id: tuple(read_article(s).model_dump().values()) for s in find_sources(inputs)
            if isinstance(s, Source)}


def there(*inputs: Path | str) -> dict[str, tuple[object, ...]]:
    found = [item for piece in find_pieces(map(str, inputs)) if isinstance(piece, Piece) for item in read_piece(piece)]
    return {s.doc_id: (s.doc_id, s.text, s.published, s.region, s.title, s.source, s.page) for s in found
            if isinstance(s, Source)}


def failures(*inputs: Path | str) -> list[str]:
    out = []
    for piece in find_pieces(map(str, inputs)):
        out += [piece] if isinstance(piece, Failure) else [i for i in read_piece(piece) if isinstance(i, Failure)]
    return [failure.message for failure in out]


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A folder with all that there is: text, articles, an index, things that are neither."""
    folder = tmp_path / "in"
    (folder / "inner").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "h.txt").write_text("出口1亿元。", "utf-8")
    (folder / "a.txt").write_text("全年出口20亿元。", "utf-8")
    (folder / "b.txt").write_bytes("全年进口30亿元。".encode("gb18030"))
    (folder / "other.jsonl").write_text('{"id": 1}\n', "utf-8")
    (folder / "c.jsonl").write_text("\ufeff" + "\n".join(
        json.dumps(x, ensure_ascii=False) for x in (
            {"text": "增长8%。"}, {"doc_id": "own", "text": "增长9%。", "published": "2022-12", "region": "青岛市"},
            {"text": ""}, {"text": "增长7%。", "published": "soon"})), "utf-8")
    (folder / "inner" / "index.jsonl").write_text('{"file": "d.txt", "published": "2022"}\n{"file": "../a.txt"}\n'
                                                  '{"file": "gone.txt"}\n', "utf-8")
    (folder / "inner" / "d.txt").write_text("到2025年，产值达到5亿元。", "utf-8")
    (folder / "inner" / "e.txt").write_text("不在目录里。", "utf-8")
    return folder


def test_a_folder_holds_the_same_documents_here_and_there(mixed: Path) -> None:
    assert there(mixed) == here(mixed)
    assert sorted(here(mixed)) == ["a", "b", "c-1", "d", "own"]
    assert there(f"file://{mixed}") == here(mixed)
    assert there(ARTICLES) == here(ARTICLES)
    assert there(mixed / "a.txt", mixed / "c.jsonl", mixed) == here(mixed / "a.txt", mixed / "c.jsonl", mixed)


def test_the_same_is_wrong_with_it_here_and_there(mixed: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.xyz").write_text("x")
    for given in (mixed, mixed / "other.jsonl", tmp_path / "nowhere", tmp_path / "a.xyz", tmp_path / "empty"):
        found = [f.message for f in find_sources([given]) if isinstance(f, Failure)]
        assert [m.replace(".parquet, ", "").replace(", .parquet", "") for m in failures(given)] == found, given


def test_parquet_is_read_by_row_groups(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    rows = [{"doc_id": None if n == 3 else f"d{n}", "text": f"增长{n}%。", "url": "x"} for n in range(1, 8)]
    rows.append({"doc_id": "empty", "text": None, "url": "x"})
    file = tmp_path / "articles.parquet"
    pq.write_table(pa.Table.from_pylist(rows), file, row_group_size=3)
    pieces = list(find_pieces([str(file)]))
    assert len(pieces) == 3
    assert sorted(there(file)) == ["articles-3", "d1", "d2", "d4", "d5", "d6", "d7"]
    assert failures(file) == [f"{file}:8: 'text' is missing or empty; give the article's text"]
    pq.write_table(pa.table({"body": ["x"]}), tmp_path / "other.parquet")
    assert failures(tmp_path / "other.parquet")[0].startswith(f"{tmp_path}/other.parquet: has no column 'text'")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 no")
    assert "is no Parquet file that can be read" in failures(tmp_path / "broken.parquet")[0]


def test_a_place_that_nobody_knows_is_a_sentence() -> None:
    (message,) = failures("moo://bucket/x")
    assert message.startswith("moo://bucket/x: cannot be reached")


def test_messages_hold_no_passwords() -> None:
    assert shown("s3://key:secret@bucket/a?endpoint_override=x") == "s3://bucket/a"


# --- what is written -------------------------------------------------------------------------------------------------


def test_only_named_parts_count(tmp_path: Path) -> None:
    target = Target.new(str(tmp_path / "out"))
    for part in ("kept", "lost"):
        target.write(part, failures=failure_table([Failure(part, f"{part}: gone")]))
    target.keep_only({"kept"})
    assert [p.name for p in (tmp_path / "out" / "failures").iterdir()] == ["kept.parquet"]


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(OutputError, match=r"holds 'mine.txt' already; give an empty folder"):
        Target.new(str(tmp_path))


# --- what an actor does, without Ray ---------------------------------------------------------------------------------


def actor_on(output: Path, book: Rulebook, rules: Path | None = None, **changes: Any) -> Any:
    from dataclasses import replace

    from extractor.cluster_work import Actor, setup_of

    Target.new(str(output))
    return Actor(replace(setup_of(book, rules, str(output), 0.0, DEFAULT), **changes))


def articles(**texts: str | None) -> Any:
    from extractor.cluster_work import ARTICLES as SCHEMA

    pa = pytest.importorskip("pyarrow")
    return pa.Table.from_pylist([{"where": f"f:{n}", "doc_id": n, "text": text} for n, text in texts.items()], SCHEMA)


@pytest.mark.usefixtures("forked")
def test_a_document_that_kills_its_process_fails_alone(tmp_path: Path, book: Rulebook,
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    import extractor.arrow

    whole = extractor.arrow.extract_source

    def deadly(source: Source, *others: Any) -> Any:
        if source.doc_id == "b":
            os._exit(9)
        return whole(source, *others)

    monkeypatch.setattr(extractor.arrow, "extract_source", deadly)
    actor = actor_on(tmp_path / "out", book)
    (told,) = actor(articles(a="出口20亿元。", b="进口20亿元。", c="产值20亿元。")).to_pylist()
    assert (told["documents"], told["failed"], told["wrong"]) == (2, 1, None)
    assert told["messages"] == ["f:b: the process that worked on it died (out of memory?) or hung and was ended; try "
                                "it alone with 'extractor extract'"]
    (told,) = actor(articles(d="出口20亿元。")).to_pylist()
    assert told["documents"] == 1
    assert sorted(pq.read_table(tmp_path / "out" / "documents").column("doc_id").to_pylist()) == ["a", "c", "d"]


def test_rules_laid_over_go_along(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "units.csv").write_text("unit,base,factor,category,words,parts,note\n标箱,FORTY,2,count,,,\n", "utf-8")
    actor = actor_on(tmp_path / "out", load_rulebook(rules), rules)
    (rules / "units.csv").unlink()
    (told,) = actor(articles(a="到2026年，集装箱吞吐量超过2800万标箱。")).to_pylist()
    assert told["wrong"] is None
    (record,) = pq.read_table(tmp_path / "out" / "records").to_pylist()
    assert record["value"]["base"]["unit"] == "FORTY"


def test_a_machine_with_something_else_installed_says_so(tmp_path: Path, book: Rulebook) -> None:
    actor = actor_on(tmp_path / "out", book, program="0.0.9+other")
    (told,) = actor(articles(a="出口20亿元。")).to_pylist()
    assert "but 0.0.9+other with rules" in told["wrong"] and told["wrong"].endswith("install the same on every machine")


# --- the command -----------------------------------------------------------------------------------------------------


def test_without_ray_there_is_a_sentence(command: Callable[..., Any], tmp_path: Path,
                                         monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    monkeypatch.delitem(__import__("sys").modules, "extractor.cluster", raising=False)
    done = command("run", ARTICLES, "-o", tmp_path / "out", "--engine", "ray")
    assert done.code == 2 and "install extractor with its extra 'ray'" in done.err
    assert "Traceback" not in done.err


def test_options_of_the_other_engine_are_refused(command: Callable[..., Any], tmp_path: Path) -> None:
    done = command("run", ARTICLES, "-o", tmp_path / "out", "--engine", "ray", "--prune")
    assert done.code == 2 and "--prune and --wait are for a store" in done.err
    done = command("run", ARTICLES, "-o", tmp_path / "out", "--address", "auto")
    assert done.code == 2 and "--address is for --engine ray" in done.err


# --- a cluster of two nodes on this machine -------------------------------------------------------------------------


@pytest.fixture
def alone() -> Iterator[None]:
    """One test with Ray at a time, also where pytest works with several processes: two would share ports and memory."""
    with open(Path(tempfile.gettempdir(), f"extractor-ray-tests-{os.getuid()}.lock"), "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture
def nodes(alone: None) -> Iterator[Any]:
    """Two nodes with a processor each; the driver connects to the first."""
    ray = pytest.importorskip("ray")
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    yield cluster
    ray.shutdown()
    cluster.shutdown()


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus a few times over, as articles of a .jsonl file, with two lines that are wrong."""
    file = tmp_path_factory.mktemp("in") / "articles.jsonl"
    index = [json.loads(line) for line in (ARTICLES / "index.jsonl").read_text("utf-8").splitlines()]
    with file.open("w", encoding="utf-8") as out:
        for copy in range(30):
            for entry in index:
                text = (ARTICLES / entry["file"]).read_text("utf-8")
                out.write(json.dumps({"doc_id": f"{copy}/{entry['file']}", "text": text, "region": entry.get("region"),
                                      "published": entry.get("published")}, ensure_ascii=False) + "\n")
        out.write('{"text": "", "doc_id": "empty"}\n{"text": "增长8%。", "published": "soon", "doc_id": "undated"}\n')
    return file


def lines_of(folder: Path) -> list[str]:
    from extractor.arrow import record_lines

    return sorted(record_lines(pq.read_table(folder / "records")))


def wanted(given: Path, book: Rulebook) -> tuple[list[str], list[tuple[str, str | None]]]:
    local = run_here(find_sources([given]), book, jobs=2)
    return (sorted(line for outcome in local.outcomes for line in outcome.lines.split("\n") if line),
            sorted((failure.message, failure.doc_id) for failure in local.failures))


def failed(folder: Path) -> list[tuple[str, str | None]]:
    return sorted((row["message"], row["doc_id"]) for row in pq.read_table(folder / "failures").to_pylist())


@pytest.mark.slow
def test_two_nodes_give_the_records_of_one_machine(nodes: Any, copies: Path, tmp_path: Path, book: Rulebook) -> None:
    from extractor import cluster

    report = cluster.run([str(copies)], str(tmp_path / "out"), book, address=nodes.address, batch_bytes=100_000)
    records, failures = wanted(copies, book)
    assert lines_of(tmp_path / "out") == records
    assert failed(tmp_path / "out") == failures and len(failures) == 2
    assert report.documents == 390 and report.failed == 2 and not report.doubled
    assert sum(report.records.values()) == len(records)
    documents = pq.read_table(tmp_path / "out" / "documents")
    assert sorted(documents.column("doc_id").to_pylist()) == sorted({json.loads(line)["doc_id"] for line in records})
    about = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    assert about["records"] == report.records and about["rules"] == book.version

    rows = [json.loads(line) for line in copies.read_text("utf-8").splitlines()[:26]]
    rows[25]["doc_id"] = rows[0]["doc_id"]
    pa = pytest.importorskip("pyarrow")
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "articles.parquet", row_group_size=10)
    report = cluster.run([str(tmp_path / "articles.parquet")], str(tmp_path / "second"), book, min_confidence=0.9)
    assert report.documents == 26 and report.doubled == [rows[0]["doc_id"]]
    chosen = [line for line in records if json.loads(line)["doc_id"] in {r["doc_id"] for r in rows[1:25]}
              and json.loads(line)["confidence"] >= 0.9]
    assert [x for x in lines_of(tmp_path / "second") if json.loads(x)["doc_id"] != rows[0]["doc_id"]] == chosen


@pytest.mark.slow
@pytest.mark.parametrize("parts_before", [2, 8])
def test_a_node_that_is_killed_takes_nothing_with_it(nodes: Any, copies: Path, tmp_path: Path, book: Rulebook,
                                                     parts_before: int) -> None:
    from extractor import cluster

    out = tmp_path / "out"
    victim = next(node for node in nodes.list_all_nodes() if not node.head)
    killed_at: list[int] = []

    def kill() -> None:
        while len(list((out / "documents").glob("*.parquet"))) < parts_before:
            time.sleep(0.02)
        killed_at.append(len(list((out / "documents").glob("*.parquet"))))
        nodes.remove_node(victim, allow_graceful=False)

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    report = cluster.run([str(copies)], str(out), book, address=nodes.address, batch_bytes=50_000)
    killer.join(60)
    parts = len(list((out / "documents").glob("*.parquet")))
    assert killed_at and killed_at[0] < parts, "the node was killed when all was done"
    records, failures = wanted(copies, book)
    assert lines_of(out) == records
    assert failed(out) == failures
    assert report.documents == 390 and not report.doubled


@pytest.mark.slow
def test_object_storage_is_read_and_written(alone: None, book: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Moto's server stands in for S3; it runs where `moto[server]` and Ray are installed."""
    server, boto3 = pytest.importorskip("moto.server"), pytest.importorskip("boto3")
    ray = pytest.importorskip("ray")
    from extractor import cluster
    from extractor.arrow import record_lines

    for name, value in (("ACCESS_KEY_ID", "key"), ("SECRET_ACCESS_KEY", "secret"), ("DEFAULT_REGION", "us-east-1"),
                        ("EC2_METADATA_DISABLED", "true")):
        monkeypatch.setenv(f"AWS_{name}", value)
    moto = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    moto.start()
    try:
        host, port = moto.get_host_and_port()
        bucket = boto3.resource("s3", endpoint_url=f"http://{host}:{port}").create_bucket(Bucket="press")
        for file in ARTICLES.iterdir():
            bucket.upload_file(str(file), f"in/{file.name}")
        options = f"?endpoint_override={host}:{port}&scheme=http&region=us-east-1"
        out = f"s3://press/out{options}"
        report = cluster.run([f"s3://press/in{options}", f"s3://press/nowhere{options}"], out, book)
        filesystem, root = locate(out)
        lines = sorted(record_lines(pq.read_table(f"{root}/records", filesystem=filesystem)))
        assert lines == wanted(ARTICLES, book)[0]
        assert report.failures == ["s3://press/nowhere: there is no such file or folder; check the path"]
        with filesystem.open_input_stream(f"{root}/run.json") as file:
            assert json.loads(file.read())["documents"] == report.documents == 13
        with pytest.raises(cluster.ClusterError, match=r"s3://press/out: holds '.*' already"):
            cluster.run([str(ARTICLES)], out, book)
    finally:
        ray.shutdown()
        moto.stop()
