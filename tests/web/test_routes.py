"""The HTTP API: what each route answers, and that every refusal is a sentence in JSON."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from extractor.schema import Record

SENTENCE = "到2026年，集装箱吞吐量超过2800万标箱。"


def records_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (path / "records.jsonl").read_text("utf-8").splitlines()]


def test_extract(client: Any) -> None:
    given = {"text": SENTENCE, "published": "2022-12-20", "region": "青岛市", "doc_id": "a"}
    answer = client.post("/extract", json=given)
    assert answer.status_code == 200
    made = answer.json()
    assert set(made) == {"doc_id", "records"}
    record = Record.model_validate(made["records"][0])
    assert record.value and record.value.base.number == 28_000_000
    full = client.post("/extract?document=true", json={"text": SENTENCE}).json()
    assert full["text"] == SENTENCE and full["doc_id"].startswith("pasted-")


@pytest.mark.parametrize(("body", "said"), [
    ({"text": ""}, "body.text"), ({}, "body.text"), ({"text": "a", "published": "明年"}, "body.published"),
    ({"text": "a", "unknown": 1}, "body.unknown"), ({"text": 7}, "body.text"),
])
def test_extract_says_what_is_wrong(client: Any, body: dict[str, Any], said: str) -> None:
    answer = client.post("/extract", json=body)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "invalid"
    assert said in answer.json()["error"]["message"]


def test_batch_streams_in_order(client: Any) -> None:
    lines = [json.dumps({"text": SENTENCE, "doc_id": f"d{n}"}) for n in range(9)]
    lines[4] = '{"text": 1}'
    lines[6] = "no json"
    answer = client.post("/extract/batch", content="\n".join(lines), headers={"content-type": "application/x-ndjson"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    got = [json.loads(line) for line in answer.text.splitlines()]
    assert [g.get("doc_id") or g["line"] for g in got] == ["d0", "d1", "d2", "d3", 5, "d5", 7, "d7", "d8"]
    assert got[4]["error"]["code"] == "invalid"
    assert client.post("/extract/batch", content="x", headers={"content-type": "image/png"}).status_code == 422


def test_upload_reads_files(client: Any, tmp_path: Path) -> None:
    answer = client.post("/upload", files={"file": ("一.txt", SENTENCE.encode("gb18030"))}, data={"published": "2022"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["text"] == SENTENCE and len(answer.json()["records"]) == 1
    wrong = client.post("/upload", files={"file": ("a.exe", b"MZ\x00\x00")})
    assert wrong.status_code == 422
    assert "a.exe" in wrong.json()["error"]["message"] and "/tmp" not in wrong.json()["error"]["message"]
    assert client.post("/upload", files={"file": ("../../etc/passwd", b"")}).status_code == 422


def test_upload_reads_html_and_docx_where_the_readers_are(client: Any) -> None:
    page = f"<html><title>港口</title><body><article><p>{SENTENCE}</p><p>{SENTENCE * 4}</p></article></body>"
    answer = client.post("/upload", files={"file": ("a.html", page.encode())})
    if answer.status_code == 422 and "are not read" in answer.json()["error"]["message"]:
        pytest.skip("the readers of the extra `documents` are not there")
    assert "<p>" not in answer.json()["text"]
    assert answer.json()["records"]
    hollow = io.BytesIO()
    with zipfile.ZipFile(hollow, "w") as archive:
        archive.writestr("x", "y")
    assert client.post("/upload", files={"file": ("a.docx", hollow.getvalue())}).status_code == 422


def test_records_page_by_page_are_the_run(client: Any, stored: Path) -> None:
    got, cursor = [], None
    while True:
        page = client.get("/records", params={"limit": 100, **({"cursor": cursor} if cursor else {})}).json()
        got += page["records"]
        cursor = page["next"]
        if cursor is None:
            break
    assert got == records_of(stored)


@pytest.mark.parametrize(("query", "holds"), [
    ({"type": "target"}, lambda r: r["type"] == "target"),
    ({"kind": ["rank", "gap"]}, lambda r: r["kind"] in ("rank", "gap")),
    ({"region": "青岛*"}, lambda r: r["region"] and "青岛" in r["region"]["name"]),
    ({"indicator": "*生产总值*"}, lambda r: r["indicator"]
     and "生产总值" in f"{r['indicator']['text']}{r['indicator']['name']}"),
    ({"since": "2026-01-01"}, lambda r: r["period"] and (r["period"]["end_date"] or "") >= "2026-01-01"),
    ({"until": "2022", "type": "target"}, lambda r: r["type"] == "target" and r["period"]
     and (r["period"]["start_date"] or r["period"]["end_date"] or "9") <= "2022-12-31"),
    ({"min_confidence": 0.6}, lambda r: r["confidence"] >= 0.6),
    ({"distinct": "true"}, lambda r: r["repeats"] is None),
    ({"q": "集装箱"}, lambda r: "集装箱" in json.dumps(r, ensure_ascii=False)),
    ({"document": "qingdao-feature-2022"}, lambda r: r["doc_id"] == "qingdao-feature-2022"),
])
def test_filters_of_records(client: Any, stored: Path, query: dict[str, Any], holds: Any) -> None:
    got = client.get("/records", params={**query, "limit": 1000}).json()["records"]
    assert got == [r for r in records_of(stored) if holds(r)]


@pytest.mark.parametrize("query", ["cursor=abc", "cursor=W10", "limit=0", "limit=9999", "type=wish", "since=2026-13",
                                   "until=then", "min_confidence=2", "cursor=WyLtoIAiLDFd"])
def test_wrong_queries_are_refused(client: Any, query: str) -> None:
    answer = client.get(f"/records?{query}")
    assert answer.status_code == 422
    assert answer.json()["error"]["message"]


def test_documents(client: Any, stored: Path) -> None:
    first = client.get("/documents?limit=10").json()
    rest = client.get("/documents", params={"cursor": first["next"]}).json()
    assert len(first["documents"]) == 10 and rest["next"] is None
    entry = first["documents"][0]
    full = client.get(f"/documents/{entry['doc_id']}").json()
    assert len(full["records"]) == entry["records"]
    for record in full["records"]:
        span = record["evidence"]
        assert full["text"][span["start"]:span["end"]] == span["text"]
    assert client.get("/documents/none").status_code == 404
    asked = {"doc_id": entry["doc_id"], "record": full["records"][0]["id"]}
    assert client.get("/explain", params=asked).json()["steps"]


def test_schema_health_metrics_openapi(client: Any) -> None:
    assert "evidence" in client.get("/schema").json()["properties"]
    assert client.get("/healthz").json() == {"status": "ok", "version": client.get("/healthz").json()["version"],
                                             "documents": 13}
    client.post("/extract", json={"text": SENTENCE})
    text = client.get("/metrics").text
    assert 'extractor_http_requests_total{method="POST",route="/extract",status="200"}' in text.replace(", ", ",")
    assert "extractor_texts_total" in text
    spec = client.get("/openapi.json").json()
    assert {"/extract", "/extract/batch", "/records", "/documents/{doc_id}", "/schema", "/healthz", "/metrics"} \
        <= set(spec["paths"])


def test_nothing_else_is_there(client: Any) -> None:
    for path in ("/docs", "/static/../pyproject.toml", "/static/x", "/documents/../../x"):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert answer.json()["error"]["code"] == "not_found"
    assert client.delete("/records").status_code == 405
    assert client.delete("/corrections").headers["allow"] == "GET, POST"


def test_headers_keep_pages_harmless(client: Any) -> None:
    answer = client.get("/")
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "<script>" not in answer.text


def test_a_correction_must_stand_in_its_document(client: Any, stored: Path) -> None:
    record = records_of(stored)[0]
    line = {"doc_id": record["doc_id"], "type": record["type"], "evidence": {**record["evidence"], "text": "别的"},
            "action": record["action"], "review": {"id": record["id"], "verdict": "accepted", "whole": False}}
    answer = client.post("/corrections", json={"corrections": [line]})
    assert answer.status_code == 409 and answer.json()["error"]["code"] == "misplaced"
    assert client.post("/corrections", json={"corrections": [{**line, "doc_id": "none"}]}).status_code == 409
    line["evidence"] = record["evidence"]
    assert client.post("/corrections", json={"corrections": [line]}).status_code == 204
    assert client.get("/corrections").json()["corrections"] == [line]
    assert json.loads(client.get("/corrections.jsonl").text) == line
    gone = {"removed": [{"doc_id": record["doc_id"], "id": record["id"]}]}
    assert client.post("/corrections", json=gone).status_code == 204
    assert client.get("/corrections").json() == {"corrections": []}
