"""Exports: the same records in every format, filtered, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from extractor import export
from extractor.batch import run_into
from extractor.export import COLUMNS, harmless
from extractor.rulebook import Rulebook
from extractor.store import Store

Command = Callable[..., Any]
ARTICLES = [
    {"doc_id": "plan", "published": "2022-12-20", "region": "青岛市", "title": "=HYPERLINK(\"http://x\")",
     "text": "到2026年,集装箱吞吐量超过2800万标箱。到2025年,集装箱吞吐量达到2600万标箱。下一步,实施“工赋青岛”行动。\n"
             "到2026年,集装箱吞吐量超过2800万标箱。"},
    {"doc_id": "review", "published": "2021-01-20", "region": "济南市", "title": "@总结", "source": "+某日报",
     "text": "2020年,全市进出口6407亿元、增长8.2%,其中出口下降59.02元。地铁4号线开通运营。"},
    {"doc_id": "empty", "title": "-空", "text": "改革永无止境。"},
]


@pytest.fixture(scope="module")
def outputs(book: Rulebook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    lines = folder / "articles.jsonl"
    lines.write_text("".join(json.dumps(a, ensure_ascii=False) + "\n" for a in ARTICLES), "utf-8")
    with Store.write(folder / "out") as store:
        assert run_into(store, [lines], book, jobs=1).new == 3
    return folder / "out"


def flat(outputs: Path, **filters: Any) -> list[dict[str, Any]]:
    return list(export.rows(outputs, **filters))


def test_records_are_those_of_the_store_in_order(outputs: Path) -> None:
    found = list(export.select(outputs))
    assert [r["doc_id"] for r in found] == sorted(r["doc_id"] for r in found) and len(found) >= 7
    assert [row["id"] for row in flat(outputs)] == [r["id"] for r in found]
    assert all(list(row) == list(COLUMNS) for row in flat(outputs))


def test_a_flat_row_holds_what_the_record_holds(outputs: Path) -> None:
    row = next(r for r in flat(outputs) if r["value"] == "下降59.02元" or r["number"] == -59.02)
    assert (row["type"], row["kind"], row["base_number"], row["base_unit"]) == ("achievement", "change", -59.02, "CNY")
    assert (row["end_date"], row["published"]) == (date(2020, 12, 31), date(2021, 1, 20))
    assert row["title"] == "@总结" and row["evidence"] and row["evidence_end"] > row["evidence_start"]


@pytest.mark.parametrize(("filters", "holds"), [
    ({"type": "target"}, lambda r: r["type"] == "target"),
    ({"type": ["target", "initiative"]}, lambda r: r["type"] != "achievement"),
    ({"region": "青岛市"}, lambda r: r["region"] == "青岛市"), ({"region": "济*"}, lambda r: r["region"] == "济南市"),
    ({"indicator": "集装箱吞吐量"}, lambda r: "集装箱吞吐量" in (r["indicator"] or "", r["indicator_name"] or "")),
    ({"indicator": "*口*"}, lambda r: "口" in (r["indicator"] or "") + (r["indicator_name"] or "")),
    ({"document": "plan"}, lambda r: r["doc_id"] == "plan"), ({"document": "*e*"}, lambda r: r["doc_id"] == "review"),
    ({"since": "2025"}, lambda r: r["end_date"] and r["end_date"] >= date(2025, 1, 1)),
    ({"since": "2026-12-31"}, lambda r: r["end_date"] and r["end_date"] >= date(2026, 12, 31)),
    ({"until": "2020"}, lambda r: (r["start_date"] or r["end_date"] or date.max) <= date(2020, 12, 31)),
    ({"since": date(2025, 2, 1), "until": "2025-12", "type": "target"},
     lambda r: r["type"] == "target" and r["end_date"] and r["end_date"].year == 2025),
    ({"min_confidence": 0.7}, lambda r: r["confidence"] >= 0.7)])
def test_filters(outputs: Path, filters: dict[str, Any], holds: Callable[[dict[str, Any]], bool]) -> None:
    everything = flat(outputs)
    found = flat(outputs, **filters)
    assert [r["id"] for r in found] == [r["id"] for r in everything if holds(r)]
    assert found or "min_confidence" in filters
    assert len(found) < len(everything) or "min_confidence" in filters


def test_distinct_leaves_repeats_out(outputs: Path) -> None:
    everything, distinct = flat(outputs), flat(outputs, distinct=True)
    assert any(r["repeats"] for r in everything)
    assert [r["id"] for r in distinct] == [r["id"] for r in everything if not r["repeats"]]


@pytest.mark.parametrize(("filters", "said"), [({"type": "goal"}, "'goal' is no type"), ({"since": "soon"}, "no date")])
def test_a_wrong_filter_is_a_sentence(outputs: Path, filters: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        list(export.select(outputs, **filters))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-5%", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n@x", "＝1", "－5%"])
def test_cells_that_look_like_formulas_are_made_harmless(text: str) -> None:
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("value", ["", "增长8.2%", "5-6", "1=1", -5, -5.5, None, date(2022, 1, 1)])
def test_other_cells_are_left_alone(value: Any) -> None:
    assert harmless(value) is value


# --- files ------------------------------------------------------------------------------------------------------


def test_csv(command: Command, outputs: Path, tmp_path: Path) -> None:
    done = command("export", outputs, tmp_path / "x.csv")
    assert (done.code, done.err) == (0, "") and str(tmp_path / "x.csv") in done.out
    data = (tmp_path / "x.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    found = list(csv.DictReader(data.decode("utf-8-sig").splitlines(keepends=True)))
    assert [r["id"] for r in found] == [r["id"] for r in flat(outputs)] and list(found[0]) == list(COLUMNS)
    assert found[0]["title"].startswith("'=HYPERLINK") and "-59.02" in {r["number"] for r in found}
    texts = [value for r in found for key, value in r.items() if COLUMNS[key][0] == export.TEXT]
    assert not [t for t in texts if t[:1] in "=+-@\t\r" and t]


def test_jsonl_is_what_records_jsonl_would_be(command: Command, outputs: Path, tmp_path: Path) -> None:
    command("export", outputs, tmp_path / "x.jsonl")
    lines = (tmp_path / "x.jsonl").read_text("utf-8").split("\n")[:-1]
    assert [json.loads(line) for line in lines] == list(export.select(outputs))


def test_xlsx(command: Command, outputs: Path, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    assert command("export", outputs, tmp_path / "x.xlsx").code == 0
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert book.sheetnames == ["targets", "achievements", "initiatives", "documents"]
    everything = flat(outputs)
    for sheet, kind in zip(book, ("target", "achievement", "initiative"), strict=False):
        header, *rows = sheet.iter_rows()
        assert [c.value for c in header] == list(COLUMNS) and all(c.font.bold for c in header)
        assert sheet.freeze_panes == "B2" and sheet.auto_filter.ref == sheet.dimensions
        wanted = [r for r in everything if r["type"] == kind]
        assert [r[-1].value for r in rows] == [r["id"] for r in wanted] and wanted
        for row, want in zip(rows, wanted, strict=True):
            for cell, (name, value) in zip(row, want.items(), strict=True):
                assert cell.data_type != "f"
                if COLUMNS[name][0] == export.DATE:
                    assert cell.value is None or (cell.is_date and cell.value.date() == value)
                elif COLUMNS[name][0] != export.TEXT:
                    assert cell.value == value and cell.data_type == "n"
                else:
                    assert cell.value == (harmless(value) or None)
        evidence = list(COLUMNS).index("evidence")
        assert all(r[evidence].alignment.wrap_text for r in rows)
        assert sheet.column_dimensions[header[evidence].column_letter].width >= 40
    documents = list(book["documents"].iter_rows(values_only=True))
    assert [(d[0], d[9]) for d in documents[1:]] == [
        (a, sum(r["doc_id"] == a for r in everything)) for a in ("empty", "plan", "review")]


def test_xlsx_takes_what_xml_cannot_and_excel_will_not(tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    from extractor.export_tables import _cell

    assert _cell("a\x0bb\x00") == "ab" and len(_cell("长" * 40_000)) == 32_767 and _cell("\x01=1") == "'=1"


def test_a_full_sheet_goes_on_in_another(command: Command, outputs: Path, tmp_path: Path,
                                         monkeypatch: pytest.MonkeyPatch) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    monkeypatch.setattr("extractor.export_tables._MOST_ROWS", 3)
    command("export", outputs, tmp_path / "x.xlsx", "--type", "achievement")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    names = [name for name in book.sheetnames if name.startswith("achievements")]
    assert names[:2] == ["achievements", "achievements 2"]
    assert sum(book[name].max_row - 1 for name in names) == len(flat(outputs, type="achievement"))


def test_parquet_nested_and_flat(command: Command, outputs: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    assert command("export", outputs, tmp_path / "x.parquet").code == 0
    nested = parquet.read_table(tmp_path / "x.parquet").to_pylist()
    for got, want in zip(nested, export.select(outputs), strict=True):
        assert json.loads(json.dumps(got, default=str)) == want
    assert command("export", outputs, tmp_path / "flat.parquet", "--flat").code == 0
    assert parquet.read_table(tmp_path / "flat.parquet").to_pylist() == flat(outputs)


def test_no_records_make_files_too(command: Command, outputs: Path, tmp_path: Path) -> None:
    for kind in export.FORMATS:
        if kind in ("xlsx", "parquet", "duckdb"):
            pytest.importorskip({"xlsx": "openpyxl", "parquet": "pyarrow", "duckdb": "duckdb"}[kind])
        done = command("export", outputs, tmp_path / f"x.{kind}", "--document", "empty")
        assert done.code == 0 and (tmp_path / f"x.{kind}").is_file() and done.out.startswith("0 records")


def test_sqlite_and_duckdb(command: Command, outputs: Path, tmp_path: Path) -> None:
    assert command("export", outputs, tmp_path / "x.db").code == 0
    question = "SELECT id, number, unit, doc_id FROM records ORDER BY doc_id, evidence_start, id"
    with sqlite3.connect(tmp_path / "x.db") as database:
        found = list(database.execute(question))
        dates = {d for (d,) in database.execute("SELECT end_date FROM records")}
        assert database.execute("SELECT count(*) FROM documents").fetchone() == (3,)
    assert len(found) == len(flat(outputs)) and "2026-12-31" in dates
    duckdb = pytest.importorskip("duckdb")
    pytest.importorskip("pyarrow")
    assert command("export", outputs, tmp_path / "x.duckdb").code == 0
    with duckdb.connect(str(tmp_path / "x.duckdb"), read_only=True) as database:
        assert database.execute(question).fetchall() == found
        assert (date(2026, 12, 31),) in database.execute("SELECT DISTINCT end_date FROM records").fetchall()


@pytest.mark.parametrize(("file", "more", "code", "said"), [
    ("x.doc", (), 2, "no format is called 'doc'"), ("x", (), 2, "--format"), ("no/x.csv", (), 1, "cannot be written"),
    ("x.csv", ("--type", "goal"), 2, "'goal' is no type"), ("x.csv", ("--since", "soon"), 2, "is no date"),
    ("x.csv", ("--format", "doc"), 2, "no format is called 'doc'")])
def test_wrong_usage_is_a_sentence(command: Command, outputs: Path, tmp_path: Path, file: str, more: tuple[str, ...],
                                   code: int, said: str) -> None:
    done = command("export", outputs, tmp_path / file, *more)
    assert (done.code, done.out) == (code, "") and said in done.err and done.err.count("\n") == 1


def test_a_run_is_not_overwritten_and_must_be_there(command: Command, outputs: Path, tmp_path: Path) -> None:
    for name in ("extractor.db",):
        done = command("export", outputs, outputs / name)
        assert done.code == 2 and "belongs to the run itself" in done.err
    done = command("export", tmp_path, tmp_path / "x.csv")
    assert done.code == 2 and "there is no such file" in done.err and "extractor run" in done.err


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_links_and_devices_are_written_to_and_never_replaced(command: Command, outputs: Path, tmp_path: Path,
                                                             kind: str) -> None:
    """Through links in a folder of ours: what this guards against once took the place of /dev/stdout."""
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    done = command("export", outputs, tmp_path / "link", "--format", kind, "--document", "plan")
    assert (done.code, done.out) == (0, "") and (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text("utf-8").count("plan") >= 4
    if Path("/dev/full").exists():
        (tmp_path / "full").symlink_to("/dev/full")
        done = command("export", outputs, tmp_path / "full", "--format", kind)
        assert done.code == 1 and "No space left" in done.err and done.err.count("\n") == 1
    assert command("export", outputs, tmp_path / "link", "--format", "db").code == 2
    assert (tmp_path / "link").is_symlink() and not (tmp_path / "real").read_bytes().startswith(b"SQLite")


def test_an_export_that_fails_leaves_the_old_file(command: Command, outputs: Path, tmp_path: Path,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for kind in ("csv", "xlsx", "parquet", "db"):
        (tmp_path / f"x.{kind}").write_text("old")
        with monkeypatch.context() as patch:
            for where in ("extractor.caching.os.fsync", "extractor.export_tables.Path.replace"):
                patch.setattr(where, broken)
            assert command("export", outputs, tmp_path / f"x.{kind}").code in (1, 2)
        assert (tmp_path / f"x.{kind}").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 4


def test_a_missing_package_is_named(command: Command, outputs: Path, tmp_path: Path,
                                    monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "openpyxl", None)
    done = command("export", outputs, tmp_path / "x.xlsx")
    assert done.code == 2 and "openpyxl" in done.err and "[tables]" in done.err
