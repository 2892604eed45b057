"""Bytes, files and folders to articles; page furniture; metadata from the text."""

from __future__ import annotations

import contextlib
import json
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.engine import extract
from extractor.reading import jsonl
from extractor.reading import sources as sources_module
from extractor.reading.dates import parse_published
from extractor.reading.decoding import decode
from extractor.reading.errors import ReadError
from extractor.reading.furniture import furniture, make_page_view
from extractor.reading.metadata import complete, find_title
from extractor.reading.sources import Failure, Source, find_sources, read_article
from extractor.rulebook import Rulebook
from extractor.schema import Article

TEXT = "全市进出口6407亿元,增长8.2%。\r\n其中出口3876.76亿元。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_every_usual_encoding_gives_the_same_text(encoding: str) -> None:
    assert decode(TEXT.encode(encoding), "a.txt") == TEXT


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_utf16_is_read_by_its_mark(order: str) -> None:
    assert decode("\ufeff".encode(order) + TEXT.encode(order), "a.txt") == TEXT


@pytest.mark.parametrize(("data", "said"), [
    (b"", "is empty"), (b" \r\n\t\xe3\x80\x80", "nothing but spaces"), (b"\xef\xbb\xbf", "nothing but spaces"),
    (b"%PDF-1.7\n...", "is a binary file"), (b"abc\x00def", "is a binary file"),
    (bytes(range(256)) * 8, "is a binary file"), (TEXT.encode()[:-4] + b"\xe4\xba", "a.txt:2: is not valid UTF-8"),
    (TEXT.encode().replace(b"\xe5\x87\xba", b"\xe5\x87"), "a.txt:1: is not valid UTF-8 at byte 9"),
    (b"\xff\xfe\x00", "UTF-16"), (b"caf\xe9 \xff\xff", "neither UTF-8 nor GB18030"),
])
def test_what_is_no_text_is_refused_in_one_sentence(data: bytes, said: str) -> None:
    with pytest.raises(ReadError) as caught:
        decode(data, "dir/a.txt")
    assert said in str(caught.value) and str(caught.value).startswith("dir/a.txt:") and "\n" not in str(caught.value)
    assert ";" in str(caught.value), "the sentence says what would be right"


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    with contextlib.suppress(ReadError):
        assert decode(data, "a").strip()


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"]), min_size=1))
def test_utf8_comes_back_as_it_is(text: str) -> None:
    if text.strip("\ufeff \u3000\xa0") and not text.startswith("\ufeff"):
        assert decode(text.encode(), "a") == text


# --- dates ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("given", "day"), [
    ("2022-12-20", date(2022, 12, 20)), ("2022-02", date(2022, 2, 28)), ("2024-2", date(2024, 2, 29)),
    ("2022", date(2022, 12, 31)), (2022, date(2022, 12, 31)), (date(2022, 1, 2), date(2022, 1, 2)),
    (datetime(2022, 1, 2, 3), date(2022, 1, 2)), ("2022-12-20T08:00:00+08:00", date(2022, 12, 20)),
    (None, None), ("", None)])
def test_a_publication_date_may_be_a_day_a_month_or_a_year(given: object, day: date | None) -> None:
    assert parse_published(given) == day  # type: ignore[arg-type]


@pytest.mark.parametrize("given", ["2022-13", "2022-02-30", "20221220", "yesterday", "12/20/2022", "22"])
def test_other_dates_are_refused(given: str) -> None:
    with pytest.raises(ValueError, match="write it as 2022-12-20"):
        parse_published(given)


# --- files and folders ------------------------------------------------------------------------------------------


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="")
    return folder


def lines(*entries: object) -> str:
    return "\n".join(json.dumps(e, ensure_ascii=False) for e in entries)


def found(*inputs: Path, **more: object) -> tuple[list[Source], list[str]]:
    items = list(find_sources(inputs, **more))  # type: ignore[arg-type]
    return [i for i in items if isinstance(i, Source)], [i.message for i in items if isinstance(i, Failure)]


def test_a_folder_is_its_texts(tmp_path: Path) -> None:
    write(tmp_path, a_txt="甲", sub__b_md="乙", c_html="丙", _hidden_txt="丁")
    sources, failures = found(tmp_path)
    assert [s.doc_id for s in sources] == ["a", "c", "sub/b"] and not failures


def test_a_folder_with_an_index_is_what_the_index_names(tmp_path: Path) -> None:
    write(tmp_path, a_txt="甲", b_txt="乙", index_jsonl=lines(
        {"file": "b.txt", "doc_id": "bee", "published": "2022-12", "region": "青岛市", "title": "题", "source": "报"}))
    sources, failures = found(tmp_path)
    assert [read_article(s) for s in sources] == [Article(
        doc_id="bee", text="乙", published=date(2022, 12, 31), region="青岛市", title="题", source="报")]
    assert not failures


def test_an_index_counts_in_a_folder_below_too(tmp_path: Path) -> None:
    write(tmp_path, c_txt="丙", sub__a_txt="甲", sub__b_txt="乙", sub__index_jsonl=lines({"file": "a.txt"}),
          sub__deep__d_txt="丁", gold__g_jsonl=lines({"doc_id": "a", "type": "target"}))
    sources, failures = found(tmp_path)
    assert [s.doc_id for s in sources] == ["c", "a"] and not failures


@pytest.mark.parametrize(("entry", "said"), [
    ({"file": "../a.txt"}, "leads out of the folder"), ({"file": "/etc/passwd"}, "leads out of the folder"),
    ({"file": "link.txt"}, "leads out of the folder"), ({"file": "no.txt"}, "there is no file 'no.txt'"),
    ({"name": "a.txt"}, "names no file"), (["a.txt"], "is no object"),
    ({"file": "a.txt", "published": "gestern"}, "is no date"), ({"file": "a.txt", "region": 7}, "'region' is 7")])
def test_a_wrong_line_of_an_index_is_named(tmp_path: Path, entry: object, said: str) -> None:
    write(tmp_path, a_txt="秘密", in__a_txt="甲", in__good_txt="乙",
          in__index_jsonl=lines({"file": "good.txt"}, entry))
    (tmp_path / "in" / "link.txt").symlink_to(tmp_path / "a.txt")
    sources, failures = found(tmp_path / "in")
    assert [s.doc_id for s in sources] == ["good"], "the others are still read"
    assert len(failures) == 1 and said in failures[0] and f"{tmp_path}/in/index.jsonl:2:" in failures[0]


def test_a_link_out_of_a_folder_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, secret_txt="甲", secret_jsonl=lines({"text": "甲"}), in__a_txt="乙", in__sub__b_txt="丙")
    for name, goal in (("link.txt", "../secret.txt"), ("link.jsonl", "../secret.jsonl"), ("within.txt", "sub/b.txt"),
                       ("up", ".."), ("sub/index.jsonl", "../../secret.jsonl")):
        (tmp_path / "in" / name).symlink_to(goal)
    sources, failures = found(tmp_path / "in")
    assert {Path(s.where).name for s in sources} == {"a.txt", "within.txt"}
    assert len(failures) == 3 and all("leads out of the folder" in failure for failure in failures)


def test_articles_come_from_jsonl_too(tmp_path: Path) -> None:
    write(tmp_path, all_jsonl=lines({"doc_id": "x", "text": "甲", "published": "2022-12-20"}, {"text": "乙"}),
          records_jsonl=lines({"id": "1", "type": "target"}))
    sources, failures = found(tmp_path)
    assert [(s.doc_id, s.text) for s in sources] == [("x", "甲"), ("all-2", "乙")] and not failures
    _, failures = found(tmp_path / "records.jsonl")
    assert len(failures) == 1 and "holds no article;" in failures[0]


def test_broken_articles_leave_the_others_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(lines({"text": "甲"}) + '\n{"text": \n' + lines({"text": " "}, {"text": "丁"})
                    + '\n{"text":"\\ud800"}')
    sources, failures = found(path)
    assert [s.text for s in sources] == ["甲", "丁"]
    assert [f.split(":")[1] for f in failures] == ["2", "3", "5"]


def test_a_missing_file_and_an_unknown_ending_are_named(tmp_path: Path) -> None:
    write(tmp_path, a_xyz="甲")
    (tmp_path / "empty").mkdir()
    _, failures = found(tmp_path / "none.txt", tmp_path / "a.xyz", tmp_path / "empty")
    assert [f.split(": ")[1].split(";")[0] for f in failures] == [
        "there is no such file or folder", "files ending in .xyz are not read", "the folder holds no documents"]


def test_two_documents_never_share_an_id(tmp_path: Path) -> None:
    write(tmp_path, x__a_txt="甲", y__a_txt="乙", z_jsonl=lines({"doc_id": "a", "text": "丙"}))
    sources, failures = found(tmp_path / "x", tmp_path / "y", tmp_path / "z.jsonl", tmp_path / "x/a.txt")
    assert [s.doc_id for s in sources] == ["a", f"{tmp_path}/y/a"]
    assert len(failures) == 1 and "a doc_id of its own" in failures[0]


def test_options_fill_what_an_index_leaves_open(tmp_path: Path) -> None:
    write(tmp_path, a_txt="甲", b_txt="乙",
          index_jsonl=lines({"file": "a.txt", "published": "2020-01-01"}, {"file": "b.txt"}))
    sources, _ = found(tmp_path, published=date(2022, 1, 1), region="青岛市")
    assert [(s.published, s.region) for s in sources] == [(date(2020, 1, 1), "青岛市"), (date(2022, 1, 1), "青岛市")]


# --- furniture and metadata -------------------------------------------------------------------------------------

PAGE = """【字体：
大
中
小
】
某某市召开发布会
2025-03-02 09:30
来源：
某某日报
（上接第一版）
全市进出口6407亿元。
■ 新落成的体育馆。
■ 完成投资20亿元
■ 建成道路3条
□某某日报记者 张明 李小红
责任编辑：王小红
相关链接：
另一篇文章的标题，增长8%
"""


def kept(text: str, book: Rulebook) -> list[str]:
    """The blocks of a page that are no furniture."""
    view = make_page_view(text, book)
    return [view.clean[b.start:b.end] for b in view.blocks if b.kind != "furniture"]


def test_furniture_is_found_and_the_text_is_left(book: Rulebook) -> None:
    assert kept(PAGE, book) == ["某某市召开发布会", "全市进出口6407亿元。", "■ 完成投资20亿元", "■ 建成道路3条"]


def test_a_list_of_plans_is_no_row_of_captions(book: Rulebook) -> None:
    assert not furniture("■ 完成投资20亿元\n■ 城市更美\n■ 产业更强\n■ 民生更实\n■ 推进更新", book)


def test_spans_of_furniture_are_those_of_the_original(book: Rulebook) -> None:
    text = "\r\n\u3000\u3000来源：某某日报 \r\n全市进出口6407亿元。\r\n"
    (piece,) = furniture(text, book)
    assert text[piece.start:piece.end] == "来源：某某日报"


def test_a_dateline_is_furniture_and_its_sentence_is_not(book: Rulebook) -> None:
    text = "新华社济南1月5日电（记者张明）全省进出口6407亿元。"
    assert kept(text, book) == ["全省进出口6407亿元。"]
    assert kept("标题\n" + text + "出口20亿元。", book) == ["标题", "全省进出口6407亿元。出口20亿元。"]


def test_metadata_comes_from_the_page(book: Rulebook) -> None:
    article = complete(Article(doc_id="d", text=PAGE), book)
    assert (article.published, article.source, article.title) == (date(2025, 3, 2), "某某日报", "某某市召开发布会")


@pytest.mark.parametrize(("line", "page"), [
    ("第01版：要闻", "01 要闻"), ("A3版", "A3"), ("版次：第1版", "1"), ("某某日报 2025年3月2日 第5版", "5"),
    ("03版：要闻", "03 要闻"), ("投资3版规划", None), ("下转第三版", None)])
def test_the_page_of_a_newspaper_is_metadata_and_makes_no_record(book: Rulebook, line: str, page: str | None) -> None:
    sentence = "2024年全市进出口6407亿元，增长8.2%。"
    for text in (f"某某市外贸稳中提质\n{line}\n{sentence}\n", f"{line}\n某某市外贸稳中提质\n{sentence}\n",
                 f"某某市外贸稳中提质\n{sentence}\n{line}"):
        article = complete(Article(doc_id="d", text=text, published=date(2025, 3, 2)), book)
        assert article.page == page
        assert page is None or article.title == "某某市外贸稳中提质"
        assert [r.evidence.text for r in extract(article, book)] == [sentence.split("，")[0], sentence[:-1]]


def test_what_is_given_is_kept(book: Rulebook) -> None:
    article = complete(Article(doc_id="d", text=PAGE, published=date(2020, 1, 1), title="题"), book)
    assert (article.published, article.source, article.title) == (date(2020, 1, 1), "某某日报", "题")


def test_the_page_date_wins_over_the_day_of_the_session(book: Rulebook) -> None:
    text = "工作报告\n——2025年1月12日在某某市第十届人民代表大会第三次会议上\n时间：2025-01-20\n各位代表："
    assert complete(Article(doc_id="d", text=text), book).published == date(2025, 1, 20)


def test_a_text_without_metadata_has_none(book: Rulebook) -> None:
    article = complete(Article(doc_id="d", text="2025年1月15日，项目开工，总投资20亿元。"), book)
    assert (article.published, article.source, article.title) == (None, None, None)


def test_a_column_is_no_title(book: Rulebook) -> None:
    assert find_title("要闻\n全市对外开放大会召开\n昨天，全市对外开放大会召开。", book) == "全市对外开放大会召开"
    assert find_title("要闻\n昨天，全市对外开放大会召开。", book) == "要闻"


@pytest.mark.parametrize("bad", ["{broken", "[1, 2]", '{"title": "题"}', '{"doc_id": "a", "text": 7}', "\x00",
                                 '{"text": "' + "长" * 3000 + '"}'])
def test_a_bad_first_line_costs_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bad: str) -> None:
    monkeypatch.setattr(jsonl, "LONGEST_LINE", 2000)
    monkeypatch.setattr(sources_module, "LONGEST_LINE", 2000)
    path = tmp_path / "a.jsonl"
    path.write_text(f"{bad}\n" + lines({"doc_id": "x", "text": "甲"}, {"doc_id": "y", "text": "乙"}), "utf-8")
    sources, failures = found(path)
    assert [s.doc_id for s in sources] == ["x", "y"]
    assert len(failures) == 1 and failures[0].startswith(f"{path}:1: ")
