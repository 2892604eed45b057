"""No pattern hangs: those built in are tried, those of a folder laid over are refused in a sentence."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from extractor.rulebook import Rulebook, RuleError, load_rulebook
from extractor.rulebook.patterns import hanging_text


@pytest.mark.parametrize("pattern", [
    "(?:a+)+b", "(a|a)*b", r"(?:\w+\s?)*。", "(x+x+)+y", "(?:[一-龥]+、?)+。", "(?:(?:a{0,9}){0,9}){0,9}b",
    "((a?){30})a{30}", "(?:ab|a|b)*c", "(?=(a+)+b)a", "国(?:和|与|国国|国)*。"])
def test_a_pattern_that_hangs_is_found(pattern: str) -> None:
    began = time.monotonic()
    assert hanging_text(pattern) is not None
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("pattern", [
    r"(?:\d+,)+年", "[^，。]{2,16}(?:日报|网)", "(?>(a+)+)b", "(?:a++)+b", "(?:甲|乙|丙)*。", "", "a{3}", r"(\d)\1+"])
def test_a_pattern_that_only_looks_so_is_not(pattern: str) -> None:
    assert hanging_text(pattern) is None


def test_a_folder_with_such_a_pattern_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "layer: furniture\nrules:\n  - id: furniture.mine\n    note: x\n    match: '(?:a+)+b'\n", "utf-8")
    with pytest.raises(RuleError, match=r"mine\.yaml:3: the pattern of 'furniture\.mine' takes far too long on 'aaa"):
        load_rulebook(tmp_path)


@pytest.mark.slow
def test_no_built_in_pattern_hangs(book: Rulebook) -> None:
    slow = [rule.id for rule in book.rules if isinstance(rule.match, str) and hanging_text(book.expand(rule.match))]
    assert set(slow) <= {"phrases.distributes"}  # a second at 600 characters of one clause; clauses are far shorter
