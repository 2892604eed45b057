"""Other people's tools, the real ones: data frames, spaCy's displaCy, a Model Context Protocol client, Label Studio."""

from __future__ import annotations

import asyncio
import copy
import csv
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import extractor
from extractor.review.data import Reviewed, load_outputs
from extractor.review.labelstudio import CONFIG, LabelStudioError, gold, tasks

from .conftest import run

SENTENCE = "𠮷林方面，到2026年，集装箱吞吐量超过2800万标箱，单位能耗下降3.5%。下一步，我市将实施“工赋青岛”行动。"


@pytest.fixture(scope="module")
def document() -> extractor.Document:
    made = extractor.Extractor()(SENTENCE, published="2022-12-20", region="青岛市", doc_id="a")
    assert len(made.records) >= 3
    return made


def plain(document: extractor.Document) -> list[dict[str, Any]]:
    return [r.model_dump(mode="json") for r in document.records]


# --- data frames -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["pandas", "polars"])
def test_frames(document: extractor.Document, kind: Any) -> None:
    pytest.importorskip(kind)
    frame = extractor.to_frame(document.records, kind)
    again = extractor.to_frame(plain(document), kind)
    assert frame.equals(again)
    assert len(frame) == len(document.records)
    target = frame[frame["type"] == "target"].iloc[0] if kind == "pandas" else \
        frame.filter(frame["type"] == "target").row(0, named=True)
    assert target["base_number"] == 28_000_000 and target["indicator_name"] == "港口集装箱吞吐量"
    assert str(target["end_date"]).startswith("2026-12-31")
    none = extractor.to_frame([], kind)
    assert list(none.columns) == list(frame.columns)
    assert [str(t) for t in none.dtypes] == [str(t) for t in frame.dtypes]


def test_an_unknown_frame_is_a_sentence() -> None:
    with pytest.raises(ValueError, match="pandas"):
        extractor.to_frame([], "excel")  # type: ignore[arg-type]


# --- spaCy -------------------------------------------------------------------------------------------------------


def test_displacy_shows_the_spans() -> None:
    spacy = pytest.importorskip("spacy")
    nlp = spacy.blank("zh")
    nlp.add_pipe("extractor", config={"published": "2022-12-20", "region": "青岛市"})
    doc = nlp(SENTENCE)
    for key in ("records", "quantities", "periods", "entities"):
        html = spacy.displacy.render(doc, style="span", options={"spans_key": key}, jupyter=False)
        for span in doc.spans[key]:
            assert span.label_ in html
    assert "target" in spacy.displacy.render(doc, style="span", options={"spans_key": "records"}, jupyter=False)


# --- Model Context Protocol --------------------------------------------------------------------------------------


def test_mcp_with_the_real_client(outputs: Path) -> None:
    mcp = pytest.importorskip("mcp")

    async def talk() -> None:
        started = mcp.StdioServerParameters(command=sys.executable, args=["-m", "extractor.cli", "mcp", str(outputs)],
                                            env=dict(os.environ))
        async with mcp.Client(started) as client:
            names = {tool.name for tool in (await client.list_tools()).tools}
            assert names == {"extract", "search_records", "get_document", "explain_record", "track_targets"}

            made = await call(client, "extract", text=SENTENCE, published="2022-12-20", region="青岛市")
            assert {r["type"] for r in made["records"]} >= {"target", "initiative"}

            found = await call(client, "search_records", indicator="集装箱", type="target", limit=5)
            record = found["records"][0]
            text = (await call(client, "get_document", doc_id=record["doc_id"]))["text"]
            span = record["evidence"]
            assert text[span["start"]:span["end"]] == span["text"], "what is cited stands in the text"

            why = await call(client, "explain_record", doc_id=record["doc_id"], record_id=record["id"])
            assert why["record"]["id"] == record["id"] and len(why["steps"]) > 1

            tracked = await call(client, "track_targets", region="青海")
            assert any(t["status"] == "met" and t["share"] > 1 for t in tracked["targets"])

            first = await call(client, "search_records", limit=2)
            second = await call(client, "search_records", limit=2, cursor=first["next"])
            assert first["records"][1]["id"] != second["records"][0]["id"]

            for tool, arguments in (("get_document", {"doc_id": "none"}), ("search_records", {"cursor": "x"}),
                                    ("extract", {"text": "a", "published": "明年"})):
                wrong = await client.call_tool(tool, arguments)
                assert wrong.is_error and "Traceback" not in wrong.content[0].text
            assert "none" in (await client.call_tool("get_document", {"doc_id": "none"})).content[0].text

    async def call(client: Any, tool: str, **arguments: Any) -> dict[str, Any]:
        answer = await client.call_tool(tool, arguments)
        assert not answer.is_error, answer.content
        return dict(answer.structured_content)

    with ThreadPoolExecutor(1) as thread:  # Playwright's own loop may be running in this one
        thread.submit(asyncio.run, talk()).result()


# --- Label Studio ------------------------------------------------------------------------------------------------


def exported(documents: list[Reviewed]) -> list[dict[str, Any]]:
    """What Label Studio gives back where its annotators agree with all predictions."""
    return [{"id": n, "data": task["data"], "annotations": [{"id": n, "was_cancelled": False,
             "result": copy.deepcopy(task["predictions"][0]["result"])}]} for n, task in enumerate(tasks(documents), 1)]


def test_label_studio_takes_the_tasks(outputs: Path) -> None:
    interface = pytest.importorskip("label_studio_sdk.label_interface").LabelInterface(CONFIG)
    interface.validate()
    for task in tasks(load_outputs(outputs)):
        assert interface.validate_task({"data": task["data"]})
        assert interface.validate_prediction(task["predictions"][0], return_errors=True) == []


def test_there_and_back_loses_nothing_that_is_compared(outputs: Path, tmp_path: Path) -> None:
    out, back = tmp_path / "tasks.json", tmp_path / "gold.jsonl"
    assert run("labelstudio", "export", outputs, "-o", out, "--config", tmp_path / "c.xml").returncode == 0
    assert (tmp_path / "c.xml").read_text("utf-8") == CONFIG
    done = [{"data": task["data"], "annotations": [{"result": task["predictions"][0]["result"]}]}
            for task in json.loads(out.read_text("utf-8"))]
    (tmp_path / "export.json").write_text(json.dumps(done), "utf-8")
    assert run("labelstudio", "import", tmp_path / "export.json", "-o", back).returncode == 0
    figures = json.loads(run("evaluate", back, outputs, "--json").stdout)
    for measure in ("value", "core", "full", "qualitative_full"):
        assert figures[measure]["f1"] == 1.0, measure


def test_offsets_are_those_of_label_studio(document: extractor.Document) -> None:
    """Label Studio counts UTF-16 units: a character outside the basic plane counts twice."""
    (task,) = tasks([Reviewed("a", SENTENCE, records=plain(document))])
    region = next(r for r in task["predictions"][0]["result"] if r.get("value", {}).get("labels") == ["value"])
    units = SENTENCE.encode("utf-16-le")
    start, end = (2 * region["value"][key] for key in ("start", "end"))
    assert units[start:end].decode("utf-16-le") == region["value"]["text"]
    back = list(gold(exported([Reviewed("a", SENTENCE, records=plain(document))])))
    for record in back:
        assert SENTENCE[record["evidence"]["start"]:record["evidence"]["end"]] == record["evidence"]["text"]


def test_what_an_annotator_changes_comes_back(document: extractor.Document) -> None:
    (task,) = exported([Reviewed("a", SENTENCE, records=plain(document))])
    result = task["annotations"][0]["result"]
    value = next(r for r in result if r.get("value", {}).get("text") == "超过2800万标箱" and r["type"] == "labels")
    value["value"] |= {"start": value["value"]["start"] + 2, "text": "2800万标箱"}
    name = value["id"].removesuffix("-value")
    next(r for r in result if r["id"] == name and r["from_name"] == "indicator")["value"]["text"] = ["吞吐量"]
    got = next(r for r in gold([task]) if r.get("value", {}).get("unit") == "万标箱")
    assert got["value"]["text"] == "2800万标箱" and got["value"]["number"] == 2800
    assert got["indicator"]["text"] == "吞吐量"
    task["annotations"][0]["was_cancelled"] = True
    assert list(gold([task])) == []


OUTSIDE = {"id": "x", "type": "labels", "value": {"start": 0, "end": 9, "labels": ["target"]}}


@pytest.mark.parametrize("wrong", [[{}], [{"data": {"text": "a"}}], [
    {"data": {"text": "a", "doc_id": "b"}, "annotations": [{"result": [OUTSIDE]}]}]])
def test_another_export_is_a_sentence(wrong: list[Any]) -> None:
    with pytest.raises(LabelStudioError, match="task 1"):
        list(gold(wrong))


def test_import_of_no_export_is_a_sentence(tmp_path: Path) -> None:
    hollow = '[{"data": {"text": "a", "doc_id": "b"}, "annotations": [{"result": [{}]}]}]'
    for number, text in enumerate(("no json", "{}", hollow, "[1]")):
        file = tmp_path / f"{number}.json"
        file.write_text(text)
        done = run("labelstudio", "import", file, "-o", tmp_path / "g")
        assert done.returncode in (0, 2) and "Traceback" not in done.stderr
    assert run("labelstudio", "import", tmp_path / "none.json").returncode == 2


# --- tables ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_tables_of_a_hostile_article_hold_text_and_no_formula(tmp_path: Path, ending: str) -> None:
    openpyxl = pytest.importorskip("openpyxl") if ending == "xlsx" else None
    evil = '=HYPERLINK("http://x")</script><script>'
    article = {"doc_id": "=1+1", "title": evil, "source": "+cmd", "published": "2022-12-20", "region": "青岛市",
               "text": f"{evil}\n到2026年，@SUM(A1)集装箱吞吐量超过2800万标箱。"}
    (tmp_path / "a.jsonl").write_text(json.dumps(article, ensure_ascii=False) + "\n", "utf-8")
    assert run("run", tmp_path / "a.jsonl", "-o", tmp_path / "out", "-q").returncode == 0
    file = tmp_path / f"t.{ending}"
    done = run("export", tmp_path / "out", file)
    assert done.returncode == 0, done.stderr
    if openpyxl is None:
        cells = [cell for row in csv.reader(file.read_text("utf-8-sig").splitlines()) for cell in row]
        assert not [c for c in cells if c[:1] in ("=", "+", "@")]
    else:
        book = openpyxl.load_workbook(file)
        assert not [c for sheet in book for row in sheet for c in row if c.data_type == "f"]
