"""Files that mean harm, or are merely broken, are refused in a sentence: in time, and within memory."""

from __future__ import annotations

import io
import sys
import time
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import extractor.batch
from extractor.batch import extract_source, run
from extractor.reading.errors import ReadError
from extractor.reading.formats import read_page
from extractor.reading.limits import DEFAULT
from extractor.reading.sources import Failure, Source
from extractor.rulebook import Rulebook
from extractor.timing import TooSlowError, time_limit

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
TYPES = ('<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')


def refused(path: Path, said: str, **limits: float) -> None:
    with pytest.raises(ReadError) as caught:
        read_page(str(path), path.name, replace(DEFAULT, **limits))  # type: ignore[arg-type]
    message = str(caught.value)
    assert said in message and message.startswith(f"{path.name}: ") and "\n" not in message and ";" in message


def packed(path: Path, **parts: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", TYPES)
        for name, data in parts.items():
            file.writestr(f"word/{name}.xml", data)
    return path


@pytest.fixture(autouse=True)
def libraries() -> None:
    for name in ("docx", "pypdf", "trafilatura"):
        pytest.importorskip(name)


# --- DOCX -------------------------------------------------------------------------------------------------------


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    refused(packed(tmp_path / "a.docx", document=b"<a/>" + b" " * 30_000_000), "would unpack to 30 MB")
    refused(packed(tmp_path / "b.docx", document=b"<a/>"), "would unpack", unpacked_bytes=50)


def test_entities_are_refused(tmp_path: Path) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "lol"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'
    refused(packed(tmp_path / "a.docx", document=bomb), "declares XML entities")


@pytest.mark.parametrize(("data", "said"), [
    (b"", "is empty"), (b"PK\x03\x04 and no more", "cannot be read as a DOCX file"), (b"text", "as a DOCX file")])
def test_what_is_no_word_file_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(data)
    refused(path, said)


def test_another_zip_file_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as file:
        file.writestr("a.txt", "x")
    refused(tmp_path / "a.docx", "is a zip file but no DOCX file")
    refused(packed(tmp_path / "b.docx", document="<a/>"), "cannot be read as a DOCX file")


@pytest.mark.parametrize("name", ["docx/table.docx", "pdf/qingdao-feature-2022.pdf", "html/table.html"])
def test_a_cut_file_is_refused_or_read(tmp_path: Path, name: str) -> None:
    whole = (FIXTURES / name).read_bytes() if (FIXTURES / name).exists() else b"<html><body><p>abc</p></body></html>"
    for part in (0.3, 0.6, 0.95):
        path = tmp_path / Path(name).name
        path.write_bytes(whole[:int(len(whole) * part)])
        try:
            assert read_page(str(path), "a", DEFAULT).text
        except ReadError as error:
            assert str(error).startswith("a: ")


# --- PDF --------------------------------------------------------------------------------------------------------


def pdf(path: Path, *objects: bytes) -> Path:
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n" % number + body + b"\nendobj\n")
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    path.write_bytes(out.getvalue())
    return path


def stream(data: bytes) -> bytes:
    return b"<</Length %d/Filter/FlateDecode>>\nstream\n" % len(data) + data + b"\nendstream"


PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<>>>>"


def test_a_stream_that_unpacks_to_everything_is_refused(tmp_path: Path) -> None:
    bomb = _deflated(400_000_000)
    path = pdf(tmp_path / "a.pdf", b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", PAGE,
               stream(bomb))
    began = time.monotonic()
    refused(path, "a.pdf: ", memory=600_000_000, seconds=20)
    assert time.monotonic() - began < 25


def _deflated(size: int) -> bytes:
    packer, piece = zlib.compressobj(9), b"BT (x) Tj ET " * 10_000
    return b"".join(packer.compress(piece) for _ in range(size // len(piece))) + packer.flush()


def test_a_page_tree_that_names_itself_is_refused(tmp_path: Path) -> None:
    refused(pdf(tmp_path / "a.pdf", b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 1>>"),
            "a.pdf: ", seconds=20)


def test_too_many_pages_are_refused(tmp_path: Path) -> None:
    kids = b" ".join([b"3 0 R"] * 12)
    refused(pdf(tmp_path / "a.pdf", b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[" + kids + b"]/Count 12>>",
                b"<</Type/Page/Parent 2 0 R>>"), "has 12 pages, more than 10", pages=10)


@pytest.mark.parametrize(("data", "said"), [(b"text", "is no PDF file"), (b"%PDF-1.4\nnothing", "as a PDF file")])
def test_what_is_no_pdf_file_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    refused(path, said)


def test_a_file_without_text_says_so(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
               b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>")
    refused(path, "holds no text")


def test_a_pdf_file_has_only_so_much_time(tmp_path: Path) -> None:
    refused(FIXTURES / "pdf" / "qingdao-feature-2022.pdf", "took more than 0.01 seconds", seconds=0.01)


# --- HTML -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("piece", ["<div>", "<table><tr><td>", "<p>a<b>", "<ul><li>", "<a href=", "&#55555555;", "<!--",
                                   "<script>", "]]>", "<div id=zoom>x"])
def test_hostile_pages_take_linear_time(tmp_path: Path, piece: str) -> None:
    path = tmp_path / "a.html"
    path.write_text("<html><body>" + piece * 30_000 + "全市完成投资20亿元。")
    began = time.monotonic()
    try:
        read_page(str(path), "a", DEFAULT)
    except ReadError as error:
        assert str(error).startswith("a: ")
    assert time.monotonic() - began < 20


def test_a_page_without_words_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text("<html><body><script>render()</script></body></html>")
    refused(path, "holds no text")


# --- size and time ----------------------------------------------------------------------------------------------


def test_a_text_has_only_so_many_characters(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("完成投资20亿元。" * 100)
    refused(path, "is longer than 500 characters", characters=500)
    refused(FIXTURES / "docx" / "table.docx", "is longer than 10 characters", characters=10)
    refused(FIXTURES / "docx" / "table.docx", "is larger than", file_bytes=1000)


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, file in (("docx", "docx/table.docx"), ("pypdf", "pdf/qingdao-feature-2022.pdf")):
        monkeypatch.setitem(sys.modules, name, None)
        refused(FIXTURES / file, 'install the extra: pip install ".[documents]"')


def test_time_is_up_even_where_errors_are_caught() -> None:
    with pytest.raises(TooSlowError), time_limit(0.2):
        while True:
            try:
                time.sleep(0.01)
            except Exception:
                continue
    with time_limit(0.2):
        pass
    time.sleep(0.3)


def _stuck(*_: object) -> Iterator[object]:
    while True:
        time.sleep(0.01)


@pytest.mark.usefixtures("forked")
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_slow_document_is_a_failure_and_no_hang(book: Rulebook, monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    monkeypatch.setattr("extractor.batch.complete", _stuck)
    limits = replace(DEFAULT, seconds=0.3)
    sources = [Source(name, name, text="完成投资20亿元。") for name in "ab"]
    result = run(sources, book, jobs=jobs, limits=limits)
    assert [f.message.split(";")[0] for f in result.failures] == [f"{n}: took more than 0.3 seconds" for n in "ab"]


def _deaf(*_: object) -> None:
    import signal

    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    time.sleep(60)


@pytest.mark.usefixtures("forked")
def test_a_process_that_does_not_heed_its_clock_is_ended(book: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractor.batch.complete", _deaf)
    monkeypatch.setattr(extractor.batch, "_AND", 0.2)
    began = time.monotonic()
    result = run([Source("a", "a", text="完成投资20亿元。")], book, jobs=2, limits=replace(DEFAULT, seconds=0.3))
    assert "or hung and was ended" in result.failures[0].message and time.monotonic() - began < 10


def test_the_same_limits_hold_for_one_document(book: Rulebook) -> None:
    got = extract_source(Source("a", "a", text="x" * 20), book, replace(DEFAULT, characters=10))
    assert isinstance(got, Failure) and "is longer than 10 characters" in got.message
