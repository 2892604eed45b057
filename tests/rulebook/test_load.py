"""Folders of rules: what loads, what one folder changes in another, and a sentence for all that is wrong."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractor.engine import warm
from extractor.rulebook import Rulebook, RuleError, load_rulebook
from extractor.rulebook import load as loading

RULE = "{id: demo.one, match: '一'}"


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small folder in place of the built-in rules, and a cache of our own."""
    folder = tmp_path / "clone" / "rules"
    folder.mkdir(parents=True)
    (folder / "demo.yaml").write_text(
        "layer: demo\n"
        "words:\n"
        "  season: [春, 夏]\n"
        "  month: {note: months, list: [一月, 二月]}\n"
        "tables:\n"
        "  - {id: units, file: units.csv, key: unit}\n"
        "rules:\n"
        "  - id: demo.season\n"
        "    match: '{season}天'\n"
        "    examples: [{text: 春天, expect: 春天, reference: 2022-12-20, region: 青岛市}, {text: 12}]\n"
        "    not: [天, 12]\n"
        "  - {id: demo.map, match: {words: [a, {b: c}]}, yields: {shape: x}, priority: 3}\n", "utf-8")
    (folder / "units.csv").write_text("unit,factor\n家,1\n# a remark,\n万家,10000\n", "utf-8")
    monkeypatch.setattr(loading, "default_folder", lambda: folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


def overlay(tmp_path: Path, yaml: str | bytes = "", *, name: str = "mine.yaml", **csvs: str) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir(exist_ok=True)
    if yaml:
        (folder / name).write_bytes(yaml if isinstance(yaml, bytes) else yaml.encode())
    for stem, text in csvs.items():
        (folder / f"{stem}.csv").write_text(text, "utf-8")
    return folder


def ids(book: Rulebook) -> list[str]:
    return [rule.id for rule in book.rules]


# --- what loads -------------------------------------------------------------------------------------------------


def test_a_folder_of_rules(base: Path) -> None:
    book = load_rulebook()
    assert ids(book) == ["demo.map", "demo.season"]
    season = book.rules[1]
    assert season.where == "rules/demo.yaml:8" and season.counter_examples == ("天", "12")
    first, second = season.examples
    assert (first.text, first.expect, first.reference, first.region) == ("春天", ("春天",), "2022-12-20", "青岛市")
    assert (second.text, second.expect) == ("12", ())
    assert book.rules[0].match == {"words": ["a", {"b": "c"}]} and book.rules[0].yields == {"shape": "x"}
    assert [rule.id for rule in book.layer("demo").rules] == ["demo.map", "demo.season"]
    assert book.compile("{season}天").fullmatch("夏天")
    assert book.rows("units") == ({"unit": "家", "factor": "1"}, {"unit": "万家", "factor": "10000"})
    assert book.word_lists["season"].where == "rules/demo.yaml:3"


def test_the_compiled_form_is_the_same(base: Path, tmp_path: Path) -> None:
    first = load_rulebook()
    assert list((tmp_path / "cache" / "extractor").glob("rules-*.json"))
    assert load_rulebook() == first


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"rules": [{}], "words": {}, "tables": {}}'])
def test_a_damaged_compiled_form_is_made_anew(base: Path, tmp_path: Path, damage: str) -> None:
    first = load_rulebook()
    for path in (tmp_path / "cache" / "extractor").glob("rules-*.json"):
        path.write_text(damage)
    assert load_rulebook() == first


def test_a_second_clone_names_its_own_files(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_rulebook()
    other = tmp_path / "second clone" / "rules"
    shutil.copytree(base, other)
    monkeypatch.setattr(loading, "default_folder", lambda: other)
    assert load_rulebook() == first
    assert {rule.where.partition(":")[0] for rule in first.rules} == {"rules/demo.yaml"}


def test_equal_overlays_in_two_places_name_their_own_files(base: Path, tmp_path: Path) -> None:
    one, two = overlay(tmp_path, f"layer: demo\nrules:\n  - {RULE}\n"), tmp_path / "other"
    shutil.copytree(one, two)
    wheres = [next(r.where for r in load_rulebook(f).rules if r.id == "demo.one") for f in (one, two, one)]
    assert wheres == [f"{one}/mine.yaml:3", f"{two}/mine.yaml:3", f"{one}/mine.yaml:3"]
    assert load_rulebook(one).version == load_rulebook(two).version


def test_an_overlay_keeps_its_path_as_given(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    overlay(tmp_path, "layer: demo\nrules:\n  - {id: demo.one}\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RuleError, match=r"^mine/mine\.yaml:3: "):
        load_rulebook("mine")


def test_the_version_tells_content(base: Path, tmp_path: Path) -> None:
    plain = load_rulebook().version
    mine = overlay(tmp_path, f"layer: demo\nrules:\n  - {RULE}\n")
    changed = load_rulebook(mine).version
    (mine / "mine.yaml").write_text("layer: demo\nrules:\n  - {id: demo.one, match: '二'}\n", "utf-8")
    assert len({plain, changed, load_rulebook(mine).version}) == 3
    assert re.fullmatch(r"[0-9a-f]{16}", plain) and load_rulebook().version == plain


def test_the_built_in_rules_say_where_they_stand(book: Rulebook) -> None:
    wheres = {item.where for item in (*book.rules, *book.word_lists.values(), *book.tables.values())}
    assert all(re.fullmatch(r"rules/[a-z-]+\.yaml:\d+", where) for where in wheres)


# --- overlays ---------------------------------------------------------------------------------------------------


def test_the_same_id_replaces_and_anything_else_adds(base: Path, tmp_path: Path) -> None:
    book = load_rulebook(overlay(tmp_path, "layer: demo\nrules:\n  - {id: demo.season, match: 秋}\n  - " + RULE))
    assert ids(book) == ["demo.map", "demo.one", "demo.season"]
    assert book.rules[2].match == "秋" and book.rules[2].examples == ()


def test_disabled_removes(base: Path, tmp_path: Path) -> None:
    book = load_rulebook(overlay(tmp_path, "layer: demo\nwords:\n  month: {disabled: true}\n"
                                           "rules:\n  - {id: demo.map, disabled: true}\n"))
    assert ids(book) == ["demo.season"] and list(book.word_lists) == ["season"]


def test_words_are_added_or_replaced(base: Path, tmp_path: Path) -> None:
    added = load_rulebook(overlay(tmp_path, "layer: demo\nwords: {month: [十二月], year: [今年]}\n"))
    assert added.words("month") == ("十二月", "一月", "二月") and added.words("year") == ("今年",)
    assert added.word_lists["month"].note == "months"
    replaced = load_rulebook(overlay(tmp_path, "layer: demo\nwords: {month: {list: [三月], replace: true}}\n"))
    assert replaced.words("month") == ("三月",)


def test_rows_are_added_replaced_and_removed(base: Path, tmp_path: Path) -> None:
    book = load_rulebook(overlay(tmp_path, units="unit,factor,disabled\n家,2,\n户,1,\n万家,,yes\n"))
    assert book.rows("units") == ({"unit": "家", "factor": "2"}, {"unit": "户", "factor": "1"})
    assert list(book.tables["units"].columns) == ["unit", "factor"]


def test_rows_of_lists_are_united(base: Path, tmp_path: Path) -> None:
    (base / "names.csv").write_text("name,aliases,unit\n生产总值,GDP,亿元\n", "utf-8")
    (base / "names.yaml").write_text("layer: demo\ntables:\n"
                                     "  - {id: names, file: names.csv, key: name, lists: [aliases]}\n", "utf-8")
    book = load_rulebook(overlay(tmp_path, names="name,aliases,unit\n生产总值,经济总量|GDP,\n出口,,元\n"))
    assert book.rows("names") == ({"name": "生产总值", "aliases": "GDP|经济总量", "unit": "亿元"},
                                  {"name": "出口", "aliases": "", "unit": "元"})
    (base / "names.yaml").write_text("layer: demo\ntables:\n"
                                     "  - {id: names, file: names.csv, key: name, lists: [alias]}\n", "utf-8")
    with pytest.raises(RuleError, match=r"names\.yaml:3: 'lists' is \['alias'\]; name columns of the table"):
        load_rulebook()


def test_an_overlay_may_leave_columns_out(base: Path, tmp_path: Path) -> None:
    book = load_rulebook(overlay(tmp_path, units="unit\n户\n"))
    assert book.rows("units")[-1] == {"unit": "户", "factor": ""}


def test_an_overlay_has_tables_of_its_own(base: Path, tmp_path: Path) -> None:
    mine = overlay(tmp_path, "layer: demo\ntables:\n  - {id: zones, file: zones.csv, key: name}\n",
                   zones="name\n高新区\n", units="unit,factor\n户,1\n")
    book = load_rulebook(mine)
    assert book.rows("zones") == ({"name": "高新区"},) and len(book.rows("units")) == 3


def test_an_overlay_named_like_the_built_in_folder_lays_its_rows_over(base: Path, tmp_path: Path,
                                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "units.csv").write_text("unit,factor\n户,1\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert len(load_rulebook("rules").rows("units")) == 3


def test_files_below_and_beside(base: Path, tmp_path: Path) -> None:
    mine = overlay(tmp_path, "\ufefflayer: demo\n")
    (mine / "below").mkdir()
    (mine / "below" / "more.yaml").write_text(f"layer: demo\nrules: [{RULE}]\n", "utf-8")
    (mine / "notes.txt").write_text("no rules")
    assert "demo.one" in ids(load_rulebook(mine))


# --- sentences --------------------------------------------------------------------------------------------------

WRONG = {
    # the file
    "- 1": "1: is no mapping; begin with 'layer: …' and 'rules:'",
    "": "1: is no mapping; begin with",
    "rules: []": "1: names no layer; begin the file with a line such as 'layer: periods'",
    "about: x\nlayer: [a]": "2: names no layer; begin",
    "layer: demo\nrule: []": "2: 'rule' is no part of a rule file; it may have about, layer, rules, tables, words",
    "layer: demo\nlayer: demo": "2: is not valid YAML: the key 'layer' is given twice; quote texts",
    "layer: demo\nabout: a: b": "2: is not valid YAML: mapping values are not allowed in this context; quote texts "
                                "that hold ': ' or '#', and indent with spaces",
    "layer: demo\nrules:\n\t- a": "3: is not valid YAML: found character that cannot start any token",
    "layer: demo\nabout: !!python/object/apply:os.getcwd []": "2: is not valid YAML: could not determine a constructor",
    "layer: &a demo\nabout: *a": "2: uses an alias (*a); write the value out",
    "layer: demo\nabout: " + "[" * 13 + "]" * 13: "2: is nested too deeply; a rule file has a few levels",
    # its parts
    "layer: demo\nwords: [春]": "2: 'words' is no mapping; write 'words:' and 'name: [词, 词]' below it",
    "layer: demo\nrules: {id: a}": "2: 'rules' is no list; begin each entry with '- id: …'",
    "layer: demo\nrules: [a]": "2: an entry of 'rules' is 'a'; begin each entry with '- id: …'",
    "layer: demo\ntables: 1": "2: 'tables' is no list; begin each entry with '- id: …'",
    # rules
    "layer: demo\nrules:\n  - {match: a}": "3: the id is None; write small letters, digits, '.' and '-', as in",
    "layer: demo\nrules:\n  - {id: Big, match: a}": "3: the id is 'Big'; write small letters",
    "layer: demo\nrules:\n  - id: a\n    patern: b": "4: 'patern' is no part of a rule; it may have disabled,",
    "layer: demo\nrules:\n  - {id: a, match: a}\n  - {id: a, match: b}": "4: the id 'a' stands already at {path}:3;",
    "layer: demo\nrules:\n  - {id: a}": "3: the rule 'a' matches nothing; give it 'match: …'",
    "layer: demo\nrules:\n  - {id: a, disabled: true}": "3: there is no rule 'a' to remove; give the id of a rule",
    "layer: demo\nrules:\n  - {id: a, match: a, priority: high}": "3: the priority is 'high'; write a whole number,",
    "layer: demo\nrules:\n  - {id: a, match: a, priority: yes}": "3: the priority is True; write a whole number,",
    "layer: demo\nrules:\n  - {id: a, match: a, priority: 1.5}": "3: the priority is '1.5'; write a whole number,",
    "layer: demo\nrules:\n  - {id: a, match: a, yields: b}": "3: 'yields' is 'b'; write a mapping such as",
    "layer: demo\nrules:\n  - {id: a, match: a, note: [b]}": "3: the note is ['b']; write a text",
    "layer: demo\nrules:\n  - {id: a, match: a, not: b}": "3: 'examples' and 'not' are lists; write '- {text: …,",
    "layer: demo\nrules:\n  - {id: a, match: a, not: [no]}": "3: a counter-example is False; write a plain text, in",
    "layer: demo\nrules:\n  - {id: a, match: a, examples: [b]}": "3: an example is 'b'; write {text: …, expect: …}",
    "layer: demo\nrules:\n  - {id: a, match: a, examples: [{expect: b}]}": "3: an example is {'expect': 'b'}; write",
    "layer: demo\nrules:\n  - id: a\n    match: a\n    examples:\n      - {text: b, want: c}":
        "6: 'want' is no part of an example; it may have expect, reference, region, text",
    "layer: demo\nrules:\n  - id: a\n    match: a\n    examples:\n      - {text: b, reference: 2022-13-01}":
        "6: the reference is '2022-13-01'; write a day such as 2022-12-20",
    "layer: demo\nrules:\n  - {id: a, match: a, examples: [{text: b, region: [c]}]}":
        "3: the region is ['c']; write the name of a place",
    "layer: demo\nrules:\n  - {id: a, match: '(b'}":
        "3: the pattern of 'a' is wrong: missing ), unterminated subpattern at position 0; see the syntax of Python's",
    "layer: demo\nrules:\n  - {id: a, match: '{seasons}'}":
        "3: the rule 'a' names the word list 'seasons', which there is not; declare it under 'words:' or write '\\{'",
    # word lists
    "layer: demo\nwords:\n  Big: [a]": "3: the word list 'Big' has no good name; write small letters and '_'",
    "layer: demo\nwords:\n  a: b": "3: the word list 'a' is 'b'; write [词, 词]",
    "layer: demo\nwords:\n  a: []": "3: the word list 'a' is []; write at least one word, and quotation marks around",
    "layer: demo\nwords:\n  a: [no]": "3: the word list 'a' is [False]; write at least one word, and quotation marks",
    "layer: demo\nwords:\n  a: {note: b}": "3: the word list 'a' is None; write at least one word",
    "layer: demo\nwords:\n  a:\n    list: [b]\n    words: c": "5: 'words' is no part of a word list; it may have",
    "layer: demo\nwords:\n  a: {disabled: true}": "3: there is no word list 'a' to remove; give the name of a list",
    # tables
    "layer: demo\ntables:\n  - {id: a}": "3: a table needs an id, a file and a key; write {id: units, file: units.csv,",
    "layer: demo\ntables:\n  - {id: a, file: b.csv, key: c}": "3: there is no file 'b.csv' in the folder of rules;",
    "layer: demo\ntables:\n  - {id: a, file: ../rules/units.csv, key: unit}": "3: there is no file '../rules/",
    "layer: demo\ntables:\n  - id: a\n    disabled: true": "4: 'disabled' is no part of a table; it may have examples,",
}


@pytest.mark.parametrize("yaml", WRONG, ids=lambda y: y[-32:])
def test_wrong_yaml(base: Path, tmp_path: Path, yaml: str) -> None:
    mine = overlay(tmp_path, yaml or b"\n")
    path = str(mine / "mine.yaml")
    with pytest.raises(RuleError) as error:
        load_rulebook(mine)
    assert str(error.value).startswith(f"{path}:{WRONG[yaml].replace('{path}', path)}")


WRONG_ROWS = {
    "factor\n1\n": ":1: has no column 'unit'; its first line names the columns",
    "": ":1: has no column 'unit'",
    "unit,factor\n家,1\n户\n": ":3: has not 2 fields; quote fields with commas",
    "unit,factor\n户,1,2\n": ":2: has not 2 fields",
    'unit,factor\n"户"x,1\n': ":2: is not valid CSV: ',' expected after '\"'; quote fields that hold commas",
    "unit,faktor\n户,1\n": ":1: the column 'faktor' is not one of the table's: unit, factor",
}


@pytest.mark.parametrize("text", WRONG_ROWS, ids=lambda t: t[-16:])
def test_wrong_rows(base: Path, tmp_path: Path, text: str) -> None:
    mine = overlay(tmp_path, units=text)
    with pytest.raises(RuleError) as error:
        load_rulebook(mine)
    assert str(error.value).startswith(f"{mine / 'units.csv'}{WRONG_ROWS[text]}")


def test_rows_of_no_table(base: Path, tmp_path: Path) -> None:
    mine = overlay(tmp_path, unit="unit\n户\n")
    with pytest.raises(RuleError, match=r"unit\.csv: is the file of no table; tables are units\.csv, or declare it"):
        load_rulebook(mine)


def test_a_table_stands_once(base: Path, tmp_path: Path) -> None:
    mine = overlay(tmp_path, "layer: demo\ntables:\n  - {id: units, file: u.csv, key: unit}\n", u="unit\n户\n")
    with pytest.raises(RuleError, match=r"mine\.yaml:3: the table 'units' stands already at rules/demo\.yaml:6; to"):
        load_rulebook(mine)


def test_a_word_list_stands_once_in_a_folder(base: Path) -> None:
    (base / "more.yaml").write_text("layer: demo\nwords:\n  season: [秋]\n", "utf-8")
    with pytest.raises(RuleError, match=r"^rules/more\.yaml:3: the word list 'season' stands already at "
                                        r"rules/demo\.yaml:3; choose another name$"):
        load_rulebook()


@pytest.mark.parametrize(("data", "message"), [
    (b"layer: \xff", "is not UTF-8 at byte 7; save the file as UTF-8"),
    ("layer: 示例".encode("gb18030"), "is not UTF-8 at byte 9; save the file as UTF-8"),
    (b"layer: \x00", "is not valid YAML: "),
])
def test_bytes_that_are_no_text(base: Path, tmp_path: Path, data: bytes, message: str) -> None:
    mine = overlay(tmp_path, data)
    with pytest.raises(RuleError, match=re.escape(f"{mine / 'mine.yaml'}: {message}")):
        load_rulebook(mine)


def test_folders_that_are_none(base: Path, tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"nowhere: there is no such folder of rules; give a folder that holds \.yaml"):
        load_rulebook(tmp_path / "nowhere")
    with pytest.raises(RuleError, match=r"demo\.yaml: there is no such folder of rules"):
        load_rulebook(base / "demo.yaml")


def test_a_yml_file_would_be_missed(base: Path, tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"mine\.yml: would not be read; let its name end in \.yaml"):
        load_rulebook(overlay(tmp_path, "layer: demo", name="mine.yml"))


def test_links_lead_nowhere_else(base: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("layer: demo\n")
    mine = overlay(tmp_path, "layer: demo\n")
    (mine / "link.yaml").symlink_to(secret)
    with pytest.raises(RuleError, match=r"link\.yaml: leads out of the folder of rules; put the file itself there"):
        load_rulebook(mine)
    (mine / "link.yaml").unlink()
    (mine / "sub").mkdir()
    (mine / "sub" / "inner.yaml").write_text(f"layer: demo\nrules: [{RULE}]\n", "utf-8")
    (mine / "loop.yaml").symlink_to(mine / "loop.yaml")
    (mine / "up").symlink_to(tmp_path)
    assert "demo.one" in ids(load_rulebook(mine))
    linked = tmp_path / "linked"
    linked.symlink_to(mine)
    assert "demo.one" in ids(load_rulebook(linked)), "the folder itself may be a link"


def test_a_large_file(base: Path, tmp_path: Path) -> None:
    mine = overlay(tmp_path, b"#" * 8_000_001)
    with pytest.raises(RuleError, match=r"mine\.yaml: holds more than 8 MB; split it into several files"):
        load_rulebook(mine)


@pytest.mark.parametrize("bomb", [
    "layer: demo\nabout: " + "[" * 200_000,
    "layer: demo\nabout: " + "{a: " * 200_000,
    "layer: demo\n" + "".join(f"{'  ' * n}a:\n" for n in range(300)),
    "layer: demo\na: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]",
    "layer: demo\n<<: {words: {a: [b]}}",
], ids=["lists", "mappings", "blocks", "laughs", "merge"])
def test_bombs(base: Path, tmp_path: Path, bomb: str) -> None:
    mine = overlay(tmp_path, bomb)
    begun = time.process_time()
    with pytest.raises(RuleError, match=r"mine\.yaml:\d+: (is nested too deeply|uses an alias|is not valid YAML)"):
        load_rulebook(mine)
    assert time.process_time() - begun < 5


ANYTHING = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=6),
                        lambda x: st.lists(x, max_size=3) | st.dictionaries(st.sampled_from(
                            ["id", "list", "match", "note", "examples", "not", "text", "layer", "file", "key"]), x,
                            max_size=3), max_leaves=8)


@given(words=ANYTHING, tables=ANYTHING, rules=ANYTHING)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_file_holds_it_loads_or_is_told_where_it_is_wrong(base: Path, tmp_path: Path, words: object,
                                                                    tables: object, rules: object) -> None:
    import yaml

    text = yaml.safe_dump({"layer": "demo", "words": words, "tables": tables, "rules": rules}, allow_unicode=True)
    mine = overlay(tmp_path, text)
    try:
        load_rulebook(mine)
    except RuleError as error:
        assert re.match(rf"{re.escape(str(mine))}/mine\.yaml(:\d+)?: ", str(error)), error


@pytest.mark.parametrize(("layer", "rule", "problem"), [
    ("actions", "{id: actions.mine, match: {feature: heading, of: [outcome]}, yields: {weight: heavy}}",
     "'weight' of 'actions.mine' holds 'heavy'; write a number, as 'actions."),
    ("periods", "{id: periods.mine, match: 下旬, yields: {op: [days]}}",
     "'op' of 'periods.mine' holds ['days']; write a text, as 'periods."),
    ("furniture", "{id: furniture.mine, match: 打印, yields: {prat: line}}",
     "'prat' is no key that rules of the layer 'furniture' have in 'yields'; they have most, part, run"),
    ("claims", "{id: claims.mine, match: {fused: 进出}, yields: {}}",
     "the rule 'claims.mine' cannot be used (KeyError: 'parts'); write it like the built-in ones of its layer"),
])
def test_what_a_layer_cannot_use_is_a_sentence(tmp_path: Path, layer: str, rule: str, problem: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(f"layer: {layer}\nrules:\n  - {rule}\n", "utf-8")
    with pytest.raises(RuleError) as raised:
        warm(load_rulebook(tmp_path))
    assert str(raised.value).startswith(f"{path}:3: {problem}")
