"""A hostile article: whatever its text and its metadata hold is shown as text, on disk and live."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import run, until

EVIL = '</script><script>window.owned=1</script><img src=x onerror="window.owned=1"><svg onload=window.owned=1>'
ATTRIBUTE = '" onmouseover="window.owned=1" autofocus onfocus="window.owned=1" x="'
BIDI = "\u202e\u2066\u200f"
TEXT = (f"{EVIL}到2026年，{ATTRIBUTE}集装箱吞吐量超过2800万标箱。\n<!--<script>{BIDI}全市进出口6407亿元，增长8.2%。\n"
        "下一步，将推进“<b onclick=window.owned=1>𠮷工程</b>”建设，"
        "建设<iframe src=javascript:window.owned=1>示范区3个。\n"
        "{{7*7}}${7*7}<%=7*7%>`window.owned=1`]]><![CDATA[ &lt;script&gt;window.owned=1&lt;/script&gt;\n")
NAMES = {"title": f"标题{EVIL}{BIDI}", "source": f"来源{ATTRIBUTE}{EVIL}", "region": "青岛市",
         "published": "2022-12-20", "doc_id": f"恶意{ATTRIBUTE}</script><script>window.owned=1</script>"}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    article = {**NAMES, "text": TEXT}
    region = {**article, "doc_id": "地区", "region": f"区{EVIL}"}
    lines = [json.dumps(each, ensure_ascii=False) + "\n" for each in (article, region)]
    (folder / "a.jsonl").write_text("".join(lines), "utf-8")
    done = run("run", folder / "a.jsonl", "-o", folder / "out", "-q")
    assert done.returncode == 0, done.stderr
    return folder / "out"


@pytest.fixture(scope="module")
def page_file(hostile: Path) -> Path:
    pytest.importorskip("vl_convert")
    done = run("report", hostile, "-o", hostile / "report.html")
    assert done.returncode == 0, done.stderr
    return hostile / "report.html"


def test_nothing_of_an_article_is_in_the_markup(page_file: Path) -> None:
    html = page_file.read_text("utf-8")
    assert "owned" not in html
    assert html.count("<script") == 3
    assert "\u202e" not in html


def look(page: Any) -> None:
    """Go through everything that shows words of the article."""
    assert page.evaluate("typeof window.owned") == "undefined"
    page.click("#view-review")
    page.wait_for_selector("#text")
    shown = page.evaluate("""() => { const copy = document.getElementById('text').cloneNode(true);
        const control = (c) => String.fromCodePoint(parseInt(c.dataset.name.slice(2), 16));
        copy.querySelectorAll('.control').forEach((c) => c.replaceWith(control(c)));
        return copy.textContent; }""")
    assert shown == TEXT
    assert page.locator("#text script, #text img, #text svg, #text iframe, #text b").count() == 0
    assert page.locator("#text .control").count() == 3
    assert page.evaluate("[...document.querySelectorAll('*')].every((e) => "
                         "![...e.attributes].some((a) => a.name.startsWith('on')))")
    assert not page.evaluate("/[\\u202e\\u2066\\u200f]/.test(document.body.innerText)"), "controls are shown by name"
    page.hover("#text mark >> nth=0")
    page.click(".card >> nth=0")
    page.click(".card.selected .why")
    page.wait_for_selector(".dialog")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.wait_for_selector("#editor")
    page.keyboard.press("Escape")
    page.click("#view-records")
    page.wait_for_selector(".all tbody tr")
    page.click("#view-overview")
    until(page, "[...document.querySelectorAll('.plot')].every(p => p.dataset.drawn || p.querySelector('.empty'))")
    page.wait_for_timeout(200)
    assert page.evaluate("typeof window.owned") == "undefined"


@pytest.mark.browser
def test_the_report_shows_it_as_text(page_file: Path, tab: Callable[..., Any]) -> None:
    page = tab().open(page_file)
    page.click("#view-review")
    page.select_option("#doc", NAMES["doc_id"])
    look(page)


@pytest.mark.browser
def test_offsets_hold_beside_characters_outside_the_basic_plane(page_file: Path, tab: Callable[..., Any]) -> None:
    page = tab().open(page_file)
    page.click("#view-review")
    page.select_option("#doc", "地区")
    values = page.locator("#text mark.value").all_inner_texts()
    assert "3个" in values


@pytest.mark.browser
def test_the_live_page_shows_it_as_text(hostile: Path, tab: Callable[..., Any], serve: Callable[..., Any]) -> None:
    server = serve(hostile)
    page = tab().open(server.url)
    page.click("#view-review")
    page.wait_for_selector("#text")
    page.select_option("#doc", NAMES["doc_id"])
    page.wait_for_selector("#text")
    look(page)
    page.click("#paste")
    page.fill("#paste-text", TEXT)
    page.click("#paste-go")
    page.wait_for_selector("main.review #text")
    until(page, "document.querySelector('h1').textContent.length > 0 && location.hash.includes('pasted-')")
    assert page.evaluate("typeof window.owned") == "undefined"
