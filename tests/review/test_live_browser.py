"""The live page in a real browser: a store, one's own text, a file; corrections that are saved."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from .conftest import ARTICLES, ROOT, run, until

pytestmark = pytest.mark.browser


@pytest.fixture
def own(outputs: Path, tmp_path: Path) -> Path:
    """Outputs of one's own, to write corrections beside."""
    return Path(shutil.copytree(outputs, tmp_path / "outputs"))


def picture(page: Any, name: str) -> None:
    if os.environ.get("EXTRACTOR_SCREENSHOTS"):
        page.screenshot(path=ROOT / "docs" / "img" / f"{name}.png")


@pytest.mark.parametrize("width", [1280, 390])
def test_find_filter_correct_and_evaluate(own: Path, tab: Callable[..., Any], serve: Callable[..., Any], tmp_path: Path,
                                          width: int) -> None:
    server = serve(own)
    opened = tab(width, 844)
    page = opened.open(server.url)
    opened.drawn()
    page.click("#view-records")
    page.wait_for_selector(".all tbody tr")
    page.fill("#q", "集装箱")
    page.click("#type-target")
    until(page, "[...document.querySelectorAll('.all tbody tr')].length > 0 && "
                "[...document.querySelectorAll('.all tbody tr')].every(r => r.textContent.includes('目标'))")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(".all tbody tr", has_text="2800万标箱").first.click()
    page.wait_for_selector("mark.selected")
    page.fill("#q", "")
    if width < 800:
        page.click("#side-list")
    page.locator(".card.selected .edit").click()
    page.fill("#e-number", "2900")
    page.click("#e-save")
    page.wait_for_selector(".card.edited")
    page.hover(".card.edited + .card")
    page.click(".card.edited + .card .yes")
    page.wait_for_selector(".card.accepted")
    saved = own / "corrections.jsonl"
    lines = [json.loads(line) for line in saved.read_text("utf-8").splitlines()]
    assert sorted(line["review"]["verdict"] for line in lines) == ["accepted", "edited"]
    done = run("evaluate", saved, own, "--json")
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["value"]["gold"] + figures["qualitative"]["gold"] == 2
    assert figures["value"]["gold"] - figures["value"]["hit"] == 1, "2900 is not what was extracted"
    page.reload()
    page.wait_for_selector("body[data-ready=yes]")
    assert page.locator(".card.edited").count() == 1
    with page.expect_download() as download:
        page.click("#download")
    download.value.save_as(tmp_path / "down.jsonl")
    down = map(json.loads, (tmp_path / "down.jsonl").read_text("utf-8").splitlines())
    assert {line["review"]["id"] for line in down} == {line["review"]["id"] for line in lines}
    assert httpx.get(server.url + "corrections").json()["corrections"][0]["doc_id"]


@pytest.mark.parametrize("width", [1280, 390])
def test_ones_own_text(tab: Callable[..., Any], serve: Callable[..., Any], tmp_path: Path, width: int) -> None:
    server = serve()
    opened = tab(width, 844)
    page = opened.open(server.url)
    page.click("#paste")
    page.fill("#paste-text", "到2026年，集装箱吞吐量超过2800万标箱，境内外上市公司数量达到110家。"
                             "下一步，我市将实施“工赋青岛”行动。")
    page.fill("#paste-published", "2022-12-20")
    page.fill("#paste-region", "青岛市")
    picture(page, f"live-paste-{width}")
    page.click("#paste-go")
    page.wait_for_selector("#text mark.value")
    assert page.locator("#text mark.value").all_inner_texts() == ["超过2800万标箱", "110家"]
    assert page.locator(".card.initiative").count() == 1
    picture(page, f"live-result-{width}")
    page.click("#paste")
    page.set_input_files("#paste-file", ARTICLES / "plan-targets-qingdao-2022.txt")
    until(page, "location.hash.includes('uploaded-')")
    page.wait_for_selector("#text mark.value")
    page.click("#paste")
    page.fill("#paste-text", "一")
    page.fill("#paste-published", "明年")
    page.click("#paste-go")
    until(page, "document.querySelector('.dialog .problem').textContent.includes('published')")
    page.keyboard.press("Escape")
    assert [p for p in opened.problems if "422" not in p] == []
    opened.problems.clear()  # the browser itself notes an answer that is no success


def test_a_token_is_asked_for_once(own: Path, tab: Callable[..., Any], serve: Callable[..., Any]) -> None:
    server = serve(own, "--token", "geheim")
    assert server.url.endswith("?token=geheim")
    assert httpx.get(server.url.split("?")[0] + "records").status_code == 401
    page = tab().open(server.url)
    assert "token" not in page.url
    page.click("#view-records")
    page.wait_for_selector(".all tbody tr")
