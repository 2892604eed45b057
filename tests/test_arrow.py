"""Extraction of Arrow batches, as Ray, Spark, DuckDB and Polars call it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

pa = pytest.importorskip("pyarrow")

from extractor.arrow import (  # noqa: E402
    EXTRACTED,
    RECORD,
    arrow_type,
    extract_batch,
    extract_batches,
    failures_of,
    record_lines,
    records_of,
)
from extractor.batch import run  # noqa: E402
from extractor.reading.sources import find_sources, read_article  # noqa: E402
from extractor.rulebook import Rulebook, RuleError  # noqa: E402
from extractor.schema import Record  # noqa: E402

ARTICLES = Path(__file__).resolve().parent.parent / "corpus" / "articles"
TEXT = "到2026年，集装箱吞吐量超过2800万标箱。前三季度，全市新签约50亿元以上大项目68个。"


def batch_of(**columns: Any) -> Any:
    return pa.RecordBatch.from_pydict(columns)


def corpus() -> Any:
    articles = [read_article(source) for source in find_sources([ARTICLES])]  # type: ignore[arg-type]
    return pa.RecordBatch.from_pylist([article.model_dump() for article in articles])


def test_records_are_those_of_a_local_run_to_the_character(book: Rulebook) -> None:
    wanted = sorted(line for o in run(find_sources([ARTICLES]), book).outcomes for line in o.lines.splitlines())
    extracted = extract_batch(corpus())
    assert extracted.schema == EXTRACTED
    assert sorted(record_lines(records_of(extracted))) == wanted
    assert len(wanted) > 300


def test_the_schema_has_every_field_of_a_record() -> None:
    assert RECORD.names == list(Record.model_fields)
    assert RECORD.field("value").type.field("base").type.field("number").type == pa.float64()
    assert RECORD.field("period").type.field("end_date").type == pa.date32()
    with pytest.raises(TypeError, match="no Arrow type"):
        arrow_type(set)


def test_how_the_rows_are_cut_into_batches_does_not_matter() -> None:
    whole = corpus()
    pieces = [extract_batch(whole.slice(n, 2)) for n in range(0, whole.num_rows, 2)]
    assert pa.Table.from_batches(pieces).equals(pa.Table.from_batches([extract_batch(whole)]))


def test_text_is_enough() -> None:
    (row,) = extract_batch(batch_of(text=[TEXT])).to_pylist()
    assert row["doc_id"].startswith("text-") and row["failure"] is None and len(row["records"]) == 2
    (again,) = extract_batch(batch_of(text=[TEXT])).to_pylist()
    assert again == row


@pytest.mark.parametrize("published", ["2022-12-20", date(2022, 12, 20), datetime(2022, 12, 20, 8, 30)])
def test_publication_dates_of_any_type(published: object) -> None:
    (row,) = extract_batch(batch_of(text=[TEXT], published=[published])).to_pylist()
    assert row["published"] == date(2022, 12, 20)
    assert row["records"][1]["period"]["end_date"] == date(2022, 9, 30)


@pytest.mark.parametrize("kind", ["large_string", "string_view", "binary"])
def test_texts_of_any_type(kind: str) -> None:
    texts = pa.array([TEXT.encode() if kind == "binary" else TEXT], getattr(pa, kind)())
    (row,) = extract_batch(batch_of(doc_id=["a"], text=texts)).to_pylist()
    assert [r["indicator"]["text"] for r in row["records"]] == ["集装箱吞吐量", "新签约50亿元以上大项目"]


def test_what_fails_is_a_row_with_a_reason_and_takes_nothing_with_it() -> None:
    rows = [{"doc_id": "a", "text": None}, {"doc_id": "b", "text": " \n"}, {"doc_id": "c", "text": TEXT,
            "published": "soon"}, {"doc_id": "d", "text": TEXT}, {"doc_id": "e", "text": None, "failure": "e: is gone"}]
    extracted = extract_batch(pa.RecordBatch.from_pylist(rows, pa.schema(
        [(name, pa.string()) for name in ("doc_id", "text", "published", "failure")])))
    assert extracted.column("doc_id").to_pylist() == ["a", "b", "c", "d", "e"]
    assert failures_of(extracted).to_pylist() == [
        {"doc_id": "a", "failure": "a: 'text' is missing or empty; give the article's text"},
        {"doc_id": "b", "failure": "b: 'text' is missing or empty; give the article's text"},
        {"doc_id": "c", "failure": "c: 'published' is wrong: 'soon' is no date; write it as 2022-12-20, 2022-12 or "
                                   "2022"},
        {"doc_id": "e", "failure": "e: is gone"}]
    assert {row["doc_id"] for row in records_of(extracted).to_pylist()} == {"d"}


def test_a_string_that_is_no_utf_8_fails_alone() -> None:
    bad = pa.StringArray.from_buffers(2, pa.array([0, 5, 8], pa.int32()).buffers()[1], pa.py_buffer("一".encode()
                                      + b"\xff\xfe" + "二".encode()))
    failures = failures_of(extract_batch(batch_of(doc_id=["a", "b"], text=bad))).to_pylist()
    assert [f["doc_id"] for f in failures] == ["a"]


def test_a_batch_without_texts_is_wrong_as_a_whole() -> None:
    with pytest.raises(ValueError, match="no column 'text', only body"):
        extract_batch(batch_of(body=[TEXT]))


def test_an_empty_batch_is_none_the_less_a_batch() -> None:
    empty = extract_batch(batch_of(text=pa.array([], pa.string())))
    assert empty.num_rows == 0 and empty.schema == EXTRACTED
    assert records_of(empty).schema == RECORD and list(record_lines(records_of(empty))) == []


def test_confidence_can_be_asked_for() -> None:
    extracted = extract_batch(corpus())
    found = records_of(extracted, 0.9).column("confidence").to_pylist()
    assert found and min(found) >= 0.9
    assert len(found) < records_of(extracted).num_rows


def test_whole_numbers_stay_whole(book: Rulebook) -> None:
    text = "全年完成进出口总额123456789012345元，增长8.0%，新增就业12万亿亿人。"
    extracted = extract_batch(batch_of(doc_id=["a"], text=[text]))
    lines = list(record_lines(records_of(extracted)))
    assert '"number":123456789012345,' in lines[0]
    assert "e+" not in "".join(lines)


def test_rules_can_be_laid_over(tmp_path: Path) -> None:
    columns = "unit,base,factor,category,words,parts,note"
    (tmp_path / "units.csv").write_text(f"{columns}\n标箱,FORTY,2,count,,,\n", "utf-8")
    batch = batch_of(doc_id=["a"], text=[TEXT])
    bases = [extract_batch(batch, rules).to_pylist()[0]["records"][0]["value"]["base"] for rules in (None, tmp_path)]
    assert [(base["number"], base["unit"]) for base in bases] == [(28e6, "TEU"), (56e6, "FORTY")]
    with pytest.raises(RuleError, match="no such folder"):
        extract_batch(batch, tmp_path / "nowhere")


# --- the engines that docs/scale.md shows -------------------------------------------------------------------------


def test_spark_maps_batches() -> None:
    """`mapInArrow` hands a function an iterator of batches and wants one back. Here plain Python stands in for it."""
    def partitions() -> Iterator[Any]:
        whole = corpus()
        yield whole.slice(0, 5)
        yield whole.slice(5)

    found = pa.Table.from_batches(list(extract_batches(partitions())))
    assert found.equals(pa.Table.from_batches([extract_batch(corpus())]))


@pytest.mark.slow
def test_spark_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    pyspark = pytest.importorskip("pyspark")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    from pyspark.sql.pandas.types import from_arrow_schema

    spark = (pyspark.sql.SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
             .config("spark.driver.host", "127.0.0.1").getOrCreate())
    try:
        articles = spark.createDataFrame([("a", TEXT, "2022-12-20"), ("b", "", None)], ["doc_id", "text", "published"])
        extracted = articles.mapInArrow(extract_batches, schema=from_arrow_schema(EXTRACTED))
        rows = {row.doc_id: row for row in extracted.collect()}
        assert [r.indicator.text for r in rows["a"].records] == ["集装箱吞吐量", "新签约50亿元以上大项目"]
        assert rows["b"].failure is not None and rows["b"].records is None
    finally:
        spark.stop()


def test_polars_frames_go_in_and_out() -> None:
    pl = pytest.importorskip("polars")
    articles = pl.DataFrame({"doc_id": ["a", "b"], "text": [TEXT, ""], "published": ["2022-12-20"] * 2})
    extracted = pl.concat([pl.from_arrow(extract_batch(batch)) for batch in articles.to_arrow().to_batches()])
    records = extracted.explode("records").drop_nulls("records").select(pl.col("records").struct.unnest())
    assert records.get_column("type").to_list() == ["target", "achievement"]
    assert extracted.filter(pl.col("failure").is_not_null()).get_column("doc_id").to_list() == ["b"]


def test_duckdb_queries_go_in_and_out() -> None:
    duckdb = pytest.importorskip("duckdb")
    database = duckdb.connect()
    database.sql(f"CREATE TABLE articles AS SELECT 'a' AS doc_id, '{TEXT}' AS text, DATE '2022-12-20' AS published")
    batches = database.sql("SELECT * FROM articles").to_arrow_table().to_batches()
    extracted = pa.Table.from_batches(extract_batches(batches), EXTRACTED)
    database.register("extracted", extracted)
    found = database.sql("SELECT r.type, r.value.base.number FROM (SELECT unnest(records) AS r FROM extracted)")
    assert found.fetchall() == [("target", 28_000_000.0), ("achievement", 68.0)]
