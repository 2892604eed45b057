"""The report in a real browser: opened from disk, read, filtered, corrected, downloaded, evaluated."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import ROOT, run, until

pytestmark = pytest.mark.browser
DOC = "plan-targets-qingdao-2022"


def at(report: Path, view: str, doc: str = DOC) -> str:
    return f"{report.as_uri()}#view={view}&doc={doc}"


def picture(page: Any, name: str) -> None:
    """With EXTRACTOR_SCREENSHOTS=1 the pictures of the documentation are made anew."""
    if os.environ.get("EXTRACTOR_SCREENSHOTS"):
        page.screenshot(path=ROOT / "docs" / "img" / f"{name}.png")


def evaluated(gold: Path, outputs: Path) -> dict[str, Any]:
    done = run("evaluate", gold, outputs, "--json")
    assert done.returncode == 0, done.stderr
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_every_view_is_readable_and_asks_nothing_of_the_network(report: Path, tab: Callable[..., Any], width: int,
                                                                height: int) -> None:
    opened = tab(width, height)
    page = opened.open(report)
    opened.drawn()
    for view in ("overview", "review", "records"):
        page.click(f"#view-{view}")
        page.wait_for_selector(f"main.{view}")
        if view == "overview":
            opened.drawn()
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{view} is {wide} pixels wide on a screen of {width}"
        picture(page, f"report-{view}-{width}")
    page.click("#view-review")
    size = page.evaluate("parseFloat(getComputedStyle(document.getElementById('text')).fontSize)")
    assert size >= 16
    assert {url.split(":")[0] for url in opened.asked} <= {"file", "data", "blob"}


def test_charts_show_what_was_extracted(report: Path, outputs: Path, tab: Callable[..., Any]) -> None:
    opened = tab()
    page = opened.open(report)
    opened.drawn()
    records = [json.loads(line) for line in (outputs / "records.jsonl").read_text("utf-8").splitlines()]
    targets = sum(r["type"] == "target" and not r["repeats"] for r in records)
    assert page.inner_text(".figure.target b") == str(targets)
    for chart in ("themes", "deadlines", "series"):
        assert page.locator(f"#chart-{chart} svg").count() == 1
    assert "外贸外资" in page.inner_text("#chart-themes")
    page.select_option("#series", index=1)
    page.wait_for_selector("#chart-series svg")
    page.locator("#chart-deadlines svg .mark-rect path").first.click()
    page.wait_for_selector("main.records")
    assert page.locator(".all tbody tr .badge.target").count() == page.locator(".all tbody tr").count() > 0


def test_in_english(report: Path, tab: Callable[..., Any]) -> None:
    opened = tab()
    page = opened.open(report)
    page.click("#language")
    assert page.inner_text("#view-overview") == "Overview"
    opened.drawn()
    assert "Trade and foreign capital" in page.inner_text("#chart-themes")
    page.reload()
    page.wait_for_selector("body[data-ready=yes]")
    assert page.inner_text("#view-overview") == "Overview"


def test_a_record_is_found_by_search_and_filters(report: Path, tab: Callable[..., Any]) -> None:
    page = tab().open(report)
    page.keyboard.press("3")
    page.keyboard.press("/")
    page.keyboard.type("集装箱")
    until(page, "document.querySelectorAll('tbody tr').length < 60")
    everything = page.locator("tbody tr").count()
    assert everything > 3
    page.click("#type-target")
    page.fill("#f-region", "青岛")
    page.fill("#f-from", "2026")
    until(page, f"document.querySelectorAll('tbody tr').length < {everything}")
    row = page.locator("tbody tr").first
    assert "2800万标箱" in row.inner_text()
    row.click()
    page.wait_for_selector("main.review")
    assert "2800万标箱" in page.inner_text("mark.value.selected")
    assert page.locator(".card.selected").count() == 1


def test_filters_by_confidence_indicator_and_period(report: Path, tab: Callable[..., Any]) -> None:
    page = tab().open(report)
    page.click("#view-records")
    count = "document.getElementById('shown').textContent"
    before = page.evaluate(count)
    page.evaluate("e = document.getElementById('f-confidence'); e.value = 1; e.dispatchEvent(new Event('input'))")
    until(page, f"{count} !== {json.dumps(before)}")
    page.click("#clear")
    until(page, f"{count} === {json.dumps(before)}")
    page.fill("#f-indicator", "地区生产总值")
    page.fill("#f-to", "2022")
    until(page, f"{count} !== {json.dumps(before)}")
    for row in page.locator("tbody tr").all_inner_texts():
        assert "生产总值" in row or "GDP" in row or "经济总量" in row


def test_text_and_records_find_each_other(report: Path, tab: Callable[..., Any]) -> None:
    page = tab().open(at(report, "review"))
    page.hover("#text mark.value >> nth=2")
    assert page.locator(".card.hover").count() >= 1
    page.mouse.move(5, 5)
    page.hover(".card >> nth=3")
    name = page.locator(".card >> nth=3").get_attribute("data-record")
    assert page.locator(f'mark.hover[data-ids~="{name}"]').count() >= 1
    page.click("#text mark.value >> nth=4")
    assert page.locator(".card.selected").count() == 1
    page.click(".card.selected .why")
    assert "numbers" in page.inner_text(".dialog code >> nth=0") or page.inner_text(".dialog code >> nth=0")
    picture(page, "report-why")
    page.keyboard.press("Escape")
    assert page.locator(".dialog").count() == 0


def test_keyboard_through_a_document(report: Path, outputs: Path, tab: Callable[..., Any], tmp_path: Path) -> None:
    page = tab().open(at(report, "review"))
    for key in ("j", "a", "a", "x"):
        page.keyboard.press(key)
    assert page.locator(".card.accepted").count() == 2
    assert page.locator(".card.rejected").count() == 1
    page.keyboard.press("k")
    page.keyboard.press("u")
    assert page.locator(".card.rejected").count() == 0
    page.keyboard.press("x")
    page.keyboard.press("n")
    assert page.evaluate("location.hash").find(DOC) < 0
    page.keyboard.press("p")
    assert page.locator(".card.accepted").count() == 2
    page.keyboard.press("t")
    assert page.locator("main.review tbody tr.rejected").count() == 1
    page.keyboard.press("?")
    assert page.locator(".dialog kbd").count() > 8


def test_correct_a_field_download_and_evaluate(report: Path, outputs: Path, tab: Callable[..., Any],
                                               tmp_path: Path) -> None:
    """What was decided, and nothing else, is gold; the corrected field counts as an error of the extraction."""
    page = tab().open(at(report, "review"))
    first = page.locator(".card:has(.amount)").first
    first.click()
    changed = first.get_attribute("data-record")
    page.keyboard.press("e")
    page.fill("#e-number", "12345")
    page.fill("#e-end", "soon")
    page.click("#e-save")
    assert "2026-12-31" in page.inner_text("#e-problem")
    picture(page, "report-edit")
    page.fill("#e-end", "2031-12-31")
    page.click("#e-save")
    assert "edited" in str(page.locator(f'[data-record="{changed}"]').get_attribute("class"))
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.keyboard.press("x")
    with page.expect_download() as download:
        page.click("#download")
    gold = tmp_path / "corrections.jsonl"
    download.value.save_as(gold)
    lines = [json.loads(line) for line in gold.read_text("utf-8").splitlines()]
    verdicts = {line["review"]["id"]: line["review"]["verdict"] for line in lines}
    assert sorted(verdicts.values()) == ["accepted", "edited", "rejected"]
    edited = next(line for line in lines if line["review"]["verdict"] == "edited")
    assert (edited["value"]["number"], edited["period"]["end_date"]) == (12345, "2031-12-31")
    text = (ROOT / "corpus" / "articles" / f"{DOC}.txt").read_text("utf-8")
    for line in lines:
        for span in (line["evidence"], line.get("value")):
            assert span is None or text[span["start"]:span["end"]] == span["text"]
    figures = evaluated(gold, outputs)
    numbers, actions = figures["value"], figures["qualitative"]
    assert numbers["gold"] + actions["gold"] == 2
    assert numbers["pred"] + actions["pred"] == 3
    assert figures["core"]["hit"] + actions["hit"] == 1


def test_a_document_that_is_done_is_gold_in_full(report: Path, outputs: Path, tab: Callable[..., Any],
                                                 tmp_path: Path) -> None:
    page = tab().open(at(report, "review"))
    page.click("#whole")
    with page.expect_download() as download:
        page.click("#download")
    gold = tmp_path / "corrections.jsonl"
    download.value.save_as(gold)
    figures = evaluated(gold, outputs)
    records = [json.loads(line) for line in (outputs / "records.jsonl").read_text("utf-8").splitlines()]
    own = [r for r in records if r["doc_id"] == DOC]
    assert figures["full"]["gold"] + figures["qualitative"]["gold"] == len(own)
    assert figures["full"]["f1"] == 1.0


def test_a_missed_record_is_added_by_selecting_text(report: Path, outputs: Path, tab: Callable[..., Any],
                                                    tmp_path: Path) -> None:
    page = tab().open(at(report, "review"))
    words = page.evaluate("""() => {
        const plain = [...document.querySelectorAll('#text span')]
            .find((s) => /[\\u4e00-\\u9fff]{9}/.test(s.textContent));
        const node = plain.firstChild, text = node.textContent, at = text.search(/[\\u4e00-\\u9fff]{9}/);
        const range = document.createRange(); range.setStart(node, at); range.setEnd(node, at + 8);
        plain.scrollIntoView(); getSelection().removeAllRanges(); getSelection().addRange(range);
        return text.slice(at, at + 8); }""")
    page.wait_for_selector("#add")
    page.click("#add")
    assert words.strip("。；，、 \n") in page.inner_text("#editor blockquote")
    page.select_option("#e-kind", "")
    page.select_option("#e-type", "initiative")
    page.fill("#e-verb", "推进")
    page.fill("#e-object", "试点")
    page.click("#e-save")
    assert page.locator(".card.added").count() == 1
    page.reload()
    page.wait_for_selector("body[data-ready=yes]")
    assert page.locator(".card.added").count() == 1, "it is kept by the browser"
    with page.expect_download() as download:
        page.click("#download")
    gold = tmp_path / "corrections.jsonl"
    download.value.save_as(gold)
    (line,) = [json.loads(line) for line in gold.read_text("utf-8").splitlines()]
    assert line["action"]["object"] == "试点"
    assert evaluated(gold, outputs)["initiative"]["gold"] == 1


def test_several_files(outputs: Path, tmp_path: Path, tab: Callable[..., Any]) -> None:
    done = run("report", outputs, "-o", tmp_path / "r.html", "--per-file", "5")
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["r-2.html", "r-3.html", "r.html"]
    page = tab().open(tmp_path / "r.html")
    assert page.locator("#pages option").count() == 3
    page.select_option("#pages", "r-2.html")
    page.wait_for_url("**/r-2.html*")
    page.wait_for_selector("body[data-ready=yes]")
    page.keyboard.press("2")
    assert page.locator("#doc option").count() == 5
