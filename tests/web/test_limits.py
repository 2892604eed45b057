"""Limits: size, time, concurrency; who may ask; how the server stops."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi")
pytest.importorskip("vl_convert")
httpx = pytest.importorskip("httpx")
testing = pytest.importorskip("starlette.testclient")

from extractor.web.app import create_app  # noqa: E402
from extractor.web.pool import Busy, Lost, Pool, TooSlow  # noqa: E402
from extractor.web.settings import Settings, is_loopback  # noqa: E402

LONG = "到2026年，集装箱吞吐量超过2800万标箱，一般公共预算收入增长6%。" * 3000


@contextmanager
def serving(base: str = "http://localhost", **settings: Any) -> Iterator[Any]:
    with testing.TestClient(create_app(Settings(workers=1, **settings)), base_url=base) as client:
        yield client


def refusal(answer: Any) -> tuple[int, str]:
    assert set(answer.json()) == {"error"} and answer.json()["error"]["message"]
    return answer.status_code, answer.json()["error"]["code"]


def test_size() -> None:
    with serving(max_body=5000, max_batch=9000, max_text=1000) as client:
        assert refusal(client.post("/extract", json={"text": "长" * 5000})) == (413, "too_large")
        assert refusal(client.post("/extract", json={"text": "长" * 1001})) == (413, "too_large")

        def chunks() -> Iterator[bytes]:  # no Content-Length: counted as it comes
            for _ in range(10):
                yield b" " * 1000

        assert refusal(client.post("/extract", content=chunks(), headers={"content-type": "application/json"})) \
            == (413, "too_large")
        assert refusal(client.post("/upload", files={"file": ("a.txt", b"x" * 6000)})) == (413, "too_large")
        ndjson = {"content-type": "application/x-ndjson"}
        assert client.post("/extract/batch", content=b'{"text": "a"}\n' * 500, headers=ndjson).status_code == 200
        assert refusal(client.post("/extract/batch", content=b'{"text": "a"}\n' * 1000, headers=ndjson)) \
            == (413, "too_large")
        assert '"code": "too_large"' in client.post(
            "/extract/batch", content=('{"text": "' + "长" * 1001 + '"}').encode(), headers=ndjson).text
        assert client.post("/extract", json={"text": "短"}).status_code == 200


def test_time() -> None:
    with serving(time_limit=0.15) as client:
        answer = client.post("/extract", json={"text": LONG})
        assert refusal(answer) == (503, "too_slow")
        assert answer.headers["retry-after"]
        again = client.post("/extract", json={"text": "进出口增长8.2%。"})
        assert again.status_code == 200, "a new process took its place"
        assert 'extractor_texts_total{outcome="too_slow"} 1.0' in client.get("/metrics").text


def test_concurrency() -> None:
    with serving(waiting=1) as client:
        answers: list[Any] = []
        threads = [threading.Thread(target=lambda: answers.append(client.post("/extract", json={"text": LONG[:20000]})))
                   for _ in range(8)]
        for thread in threads:
            thread.start()
        began = time.monotonic()
        assert client.get("/healthz").status_code == 200
        assert time.monotonic() - began < 1, "the event loop is free while texts are worked on"
        for thread in threads:
            thread.join()
        assert {a.status_code for a in answers} == {200, 429}
        refused = next(a for a in answers if a.status_code == 429)
        assert refusal(refused) == (429, "busy") and refused.headers["retry-after"] == "1"


def test_a_process_that_dies_takes_only_its_text() -> None:
    async def go() -> None:
        pool = Pool(1, 0, 20, None)
        await pool.start()
        try:
            task = {"text": LONG, "doc_id": "a"}
            working = asyncio.create_task(pool.work(task))
            await asyncio.sleep(0.1)
            with pytest.raises(Busy):
                await pool.work(task)
            (worker,) = pool._all
            os.kill(worker._process.pid or 0, signal.SIGKILL)
            with pytest.raises(Lost):
                await working
            assert (await pool.work({"text": "进出口增长8.2%。", "doc_id": "b"}))["records"]
            pool.limit = 0.05
            with pytest.raises(TooSlow):
                await pool.work(task)
        finally:
            pool.close()

    with ThreadPoolExecutor(1) as thread:  # Playwright's own loop may be running in this one
        thread.submit(asyncio.run, go()).result()


def test_token() -> None:
    with serving(token="geheim") as client:
        assert refusal(client.get("/records")) == (401, "no_token")
        assert client.get("/records").headers["www-authenticate"] == "Bearer"
        assert refusal(client.get("/records", headers={"authorization": "Bearer falsch"})) == (401, "no_token")
        assert client.get("/records", headers={"authorization": "Bearer geheim"}).status_code == 200
        assert client.get("/healthz").status_code == 200
        assert refusal(client.get("/?token=falsch")) == (401, "no_token")
        assert client.get("/openapi.json").status_code == 401
        answer = client.get("/?token=geheim", follow_redirects=False)
        assert answer.status_code == 303 and "HttpOnly" in answer.headers["set-cookie"]
        assert client.get("/records").status_code == 200, "by cookie"


def test_other_sites_may_not_ask() -> None:
    with serving() as client:
        assert refusal(client.get("/records", headers={"host": "evil.example"})) == (403, "wrong_host")
        assert refusal(client.post("/extract", json={"text": "a"}, headers={"origin": "http://evil.example"})) \
            == (403, "wrong_origin")
        assert client.post("/extract", json={"text": "a"}, headers={"origin": "http://localhost"}).status_code == 200


@pytest.mark.parametrize(("host", "local"), [
    ("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False), ("example.org", False),
    ("127.0.0.1.evil.example", False)])
def test_loopback(host: str, local: bool) -> None:
    assert is_loopback(host) is local


def started(*arguments: str) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen([sys.executable, "-m", "extractor.cli", "serve", "--port", "0", *arguments],
                               stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    line = process.stderr.readline()
    assert line.startswith("serving at http://"), line
    return process, line.split()[-1]


def test_it_stops_gracefully() -> None:
    """What is in hand when the stop is asked for is answered; then the server goes with exit code 0."""
    process, url = started("--workers", "1")
    answers: list[Any] = []
    asking = threading.Thread(target=lambda: answers.append(
        httpx.post(url + "extract", json={"text": LONG[:60000]}, timeout=60)))
    httpx.post(url + "extract", json={"text": "进出口增长8.2%。"}, timeout=60)
    asking.start()
    time.sleep(0.3)
    process.terminate()
    asking.join()
    assert answers[0].status_code == 200
    assert process.wait(timeout=40) == 0


def test_a_server_that_others_reach_has_a_token() -> None:
    process, url = started("--host", "0.0.0.0", "--workers", "1")
    try:
        base, token = url.split("?token=")
        assert len(token) >= 24
        base = base.replace("0.0.0.0", "127.0.0.1")
        assert httpx.get(base + "records").status_code == 401
        assert httpx.get(base + "records", headers={"authorization": f"Bearer {token}"}).status_code == 200
    finally:
        process.kill()
        process.wait()


def test_wrong_usage_is_a_sentence(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "extractor.cli", "serve", tmp_path / "none"], capture_output=True,
                          text=True, check=False)
    assert done.returncode == 2
    assert "none" in done.stderr and "Traceback" not in done.stderr
