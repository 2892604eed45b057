"""Targets beside later figures."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extractor import Extractor
from extractor.rulebook import Rulebook
from extractor.track import Tracked, track

PLAN = ("到2026年，境内外上市公司达到110家，高新技术企业超过1万家，货物进出口总额超过1.3万亿元。"
        "到2026年，细颗粒物平均浓度下降到28微克/立方米以下。")


@pytest.fixture
def tracked(book: Rulebook) -> Callable[..., list[Tracked]]:
    extractor = Extractor()

    def call(*texts: tuple[str, str, str]) -> list[Tracked]:
        documents = [extractor(text, published, "青岛市", doc_id=name) for name, published, text in texts]
        records = [r.model_dump(mode="json") for d in documents for r in d.records]
        return track(records, book, {name: published for name, published, _ in texts})

    return call


def states(found: list[Tracked]) -> dict[str, str]:
    return {t.name: t.state for t in found if t.figure}


def test_a_later_figure_is_held_against_the_bar(tracked: Callable[..., list[Tracked]]) -> None:
    found = tracked(("plan", "2022-09-21", PLAN), ("later", "2025-12-20", "截至目前，境内外上市公司达到112家。"))
    (one,) = [t for t in found if t.figure]
    assert (one.name, one.state) == ("境内外上市公司", "met")
    assert one.arithmetic.startswith("112家 of 110家 = 101.8%")


def test_a_missed_bar(tracked: Callable[..., list[Tracked]]) -> None:
    later = "截至2026年12月31日，境内外上市公司达到100家。"
    found = tracked(("plan", "2022-09-21", PLAN), ("later", "2027-01-20", later))
    assert states(found) == {"境内外上市公司": "missed"}


def test_without_growth_nobody_knows(tracked: Callable[..., list[Tracked]]) -> None:
    found = tracked(("plan", "2022-09-21", PLAN), ("later", "2022-12-20", "截至目前，境内外上市公司达到79家。"))
    assert states(found) == {"境内外上市公司": "unknown"}
    assert "a year needed for 4.0 years" in next(t for t in found if t.figure).arithmetic


def test_two_figures_make_a_pace(tracked: Callable[..., list[Tracked]]) -> None:
    texts = [("a", "2022-12-31", "截至目前，境内外上市公司达到79家。"),
             ("b", "2024-12-31", "截至目前，境内外上市公司达到99家。")]
    assert states(tracked(("plan", "2022-09-21", PLAN), *texts)) == {"境内外上市公司": "on course"}
    slow = [texts[0], ("b", "2024-12-31", "截至目前，境内外上市公司达到81家。")]
    assert states(tracked(("plan", "2022-09-21", PLAN), *slow)) == {"境内外上市公司": "behind"}


def test_part_of_a_year_is_said_to_be_one(tracked: Callable[..., list[Tracked]]) -> None:
    found = tracked(("plan", "2022-09-21", PLAN),
                    ("later", "2022-12-20", "2022年1—10月，全市货物进出口总额8000亿元，同比增长20%。"))
    (one,) = [t for t in found if t.figure]
    assert one.figure and one.figure.months == 10
    assert "part of a year (10 of 12 months)" in one.arithmetic and "at this pace 0.96万亿元 a year" in one.arithmetic
    assert one.state == "on course", "growth as told reaches the bar"


@pytest.mark.parametrize("later", [
    "2022年1—10月，李沧区货物进出口总额8000亿元。",
    "截至目前，境内外上市公司市值达到110亿元。",
    "截至目前，新增高新技术企业200家。"])
def test_other_places_and_things_are_not_linked(tracked: Callable[..., list[Tracked]], later: str) -> None:
    assert states(tracked(("plan", "2022-09-21", PLAN), ("later", "2022-12-20", later))) == {}


def test_an_older_or_the_same_document_tells_nothing_later(tracked: Callable[..., list[Tracked]]) -> None:
    figure = "截至目前，境内外上市公司达到79家。"
    assert states(tracked(("plan", "2022-09-21", PLAN), ("older", "2021-09-20", figure))) == {}
    assert states(tracked(("plan", "2022-09-21", PLAN + figure))) == {}


def test_growth_is_held_against_growth_of_the_same_year(tracked: Callable[..., list[Tracked]]) -> None:
    plan = ("plan", "2024-01-20", "2024年，全市进出口增长5%以上。")
    assert states(tracked(plan, ("later", "2025-01-20", "2024年，全市进出口增长6.1%。"))) == {"货物进出口总额": "met"}
    assert states(tracked(plan, ("later", "2026-01-20", "2025年，全市进出口增长6.1%。"))) == {}


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    extractor, lines, documents = Extractor(), [], []
    for name, published, text in (("plan", "2022-09-21", PLAN), ("later", "2022-12-20", "境内外上市公司总数79家。")):
        document = extractor(text, published, "青岛市", doc_id=name)
        lines += [r.model_dump_json() for r in document.records]
        documents.append({"doc_id": name, "published": published})
    (tmp_path / "records.jsonl").write_text("\n".join(lines), "utf-8")
    (tmp_path / "run.json").write_text(json.dumps({"documents": documents}), "utf-8")
    return tmp_path


def test_the_command_shows_a_table(command: Callable[..., Any], outputs: Path) -> None:
    done = command("track", outputs)
    assert (done.code, done.err) == (0, "") and "79家 of 110家" in done.out
    assert done.out.endswith("1 of 4 targets have a later figure\n")


def test_json_and_csv_are_for_tools(command: Callable[..., Any], outputs: Path) -> None:
    (one,) = json.loads(command("track", outputs, "--json").out)
    assert (one["status"], one["share"], one["part_of_year"]) == ("unknown", 0.7182, False)
    assert len(json.loads(command("track", outputs, "--json", "--all").out)) == 4
    (row,) = csv.DictReader(io.StringIO(command("track", outputs, "--csv").out))
    assert (row["figure"], row["target_doc"], row["figure_doc"]) == ("79家", "plan", "later")


def test_a_folder_without_records_gets_a_sentence(command: Callable[..., Any], tmp_path: Path) -> None:
    done = command("track", tmp_path)
    assert done.code == 2 and "holds no .jsonl file" in done.err


@pytest.mark.shared
def test_press_articles(book: Rulebook, shared: Path) -> None:
    from extractor import engine
    from extractor.reading.metadata import complete
    from extractor.reading.sources import Source, find_sources, read_article

    articles = [complete(read_article(s), book) for s in find_sources([shared / "corpus" / "press"])
                if isinstance(s, Source)]
    records = [r.model_dump(mode="json") for a in articles for r in engine.extract(a, book)]
    found = track(records, book, {a.doc_id: str(a.published) for a in articles})
    city = {t.name: t for t in found if t.figure and t.region == "青岛市"}
    figures = {name: t.figure.record["value"]["number"] for name, t in city.items() if t.figure}
    assert figures["境内外上市公司"] == 79 and figures["高新技术企业"] == 6600 and figures["人才总量"] == 257
    for name, number, months in (("实际使用外资", 49.3, 10), ("货物进出口总额", 8203.2, 11)):
        figure = city[name].figure
        assert figure and (figure.record["value"]["number"], figure.months) == (number, months)
        assert "part of a year" in city[name].arithmetic
    assert not any(f.record["value"]["number"] == 8.1 for t in city.values() for f in t.figures)


def test_a_store_without_records_jsonl_will_do(command: Callable[..., Any], tmp_path: Path) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "plan.txt").write_text("2022-09-21\n\n" + PLAN, "utf-8")
    (articles / "later.txt").write_text("境内外上市公司总数79家。", "utf-8")
    (articles / "index.jsonl").write_text("".join(
        json.dumps({"file": f"{name}.txt", "published": day, "region": "青岛市"}) + "\n"
        for name, day in (("plan", "2022-09-21"), ("later", "2022-12-20"))), "utf-8")
    out = tmp_path / "out"
    assert command("run", articles, "-o", out, "-q").code == 0
    told = command("track", out, "--json").out
    (out / "records.jsonl").unlink()
    assert command("track", out, "--json").out == told and "79家" in told
