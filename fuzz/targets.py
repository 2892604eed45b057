"""What a fuzzer calls: any bytes must give records whose spans hold, or a sentence; in time, and never a crash."""

from __future__ import annotations

import tempfile
from datetime import date
from functools import cache
from pathlib import Path

from extractor.batch import extract_source
from extractor.engine import analyse, mentions_of, records_of
from extractor.reading.decoding import decode
from extractor.reading.errors import ReadError
from extractor.reading.formats import read_page
from extractor.reading.limits import Limits
from extractor.reading.metadata import complete
from extractor.reading.sources import Failure, Source
from extractor.rulebook import Rulebook, RuleError, load, load_rulebook, store, yaml_source
from extractor.schema import Article, Record
from extractor.timing import TooSlowError, time_limit

SECONDS = 10.0
SAMPLE = (Path(__file__).resolve().parent.parent / "corpus/articles/district-roundup-qingdao.txt").read_text()[:800]
LIMITS = Limits(characters=200_000, file_bytes=1_000_000, seconds=SECONDS)


@cache
def book() -> Rulebook:
    """The built-in rules."""
    return load_rulebook()


def records(data: bytes) -> None:
    """Bytes of a text file to records and mentions."""
    try:
        text = decode(data, "input")
    except ReadError as error:
        _is_sentence(str(error))
        return
    check_text(text)


def check_text(text: str) -> None:
    """Extract a text and hold every span to it."""
    with time_limit(SECONDS):
        article = complete(Article(doc_id="input", text=text, published=date(2022, 12, 20)), book())
        analysis = analyse(article.text, article.published, article.region, book())
        found = records_of(article.doc_id, analysis)
        mentioned = mentions_of(analysis)
    for record in found:
        Record.model_validate_json(record.model_dump_json())
        _holds(record, text)
    for mention in (*mentioned.quantities, *mentioned.periods, *mentioned.entities):
        assert mention.text and text[mention.start:mention.end] == mention.text, mention
    end = 0
    for quantity in sorted(mentioned.quantities, key=lambda q: q.start):
        assert quantity.start >= end, "quantities overlap"
        end = quantity.end


def page(data: bytes) -> None:
    """Bytes of an HTML page to its text."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "input.html")
        path.write_bytes(data)
        try:
            with time_limit(SECONDS):
                text = read_page(str(path), "input", LIMITS).text
        except ReadError as error:
            _is_sentence(str(error))
            return
    assert text.strip()
    text.encode()


def rules(data: bytes) -> None:
    """Bytes of a rule file, laid over the built-in rules: a sentence, or records whose spans hold."""
    _read_built_in_once()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "input.yaml").write_bytes(data)
        try:
            with time_limit(SECONDS):
                laid_over = load_rulebook(folder)
            done = extract_source(Source("input", "input", text=SAMPLE), laid_over, LIMITS)
        except RuleError as error:
            _is_sentence(str(error))
            return
    if isinstance(done, Failure):
        _is_sentence(done.message)
    else:
        for row in done.rows:
            _holds(Record.model_validate_json(row.json), SAMPLE)


def _holds(record: Record, text: str) -> None:
    for span in (record.evidence, record.value):
        assert span is None or (span.text and text[span.start:span.end] == span.text), record


@cache
def _read_built_in_once() -> None:
    """Keep what is read of the built-in rules, and nothing of the others: most of an input's time would go there."""
    store.load, store.save = lambda key, version: None, lambda key, book: None
    parse, rows = yaml_source.parse, load.rows
    kept_parse, kept_rows = cache(parse), cache(rows)
    yaml_source.parse = lambda file: parse(file) if file.folder else kept_parse(file)
    load.rows = lambda file, key: rows(file, key) if file.folder else kept_rows(file, key)


__all__ = ["SECONDS", "TARGETS", "TooSlowError", "book", "check_text"]
TARGETS = {"records": records, "page": page, "rules": rules}


def _is_sentence(message: str) -> None:
    assert message and "\n" not in message and ";" in message, message
