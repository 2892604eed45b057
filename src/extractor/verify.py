"""Known facts: which of them the records of an article still tell, which broke, and how.

A facts file is YAML as an analyst writes it; only the fields that a fact gives are held:

    article: qingdao-2022-09-six-cities
    facts:
      - {type: target, indicator: 集装箱吞吐量, value: 超过2800万标箱, by: 2026}
      - {type: initiative, words: “蓝色药库”开发计划}

Numbers are compared exactly, as decimals; `number` with `unit` after scale words are multiplied out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from extractor.measure import amount, clean, exact, indicator_text, place, ratio, same_indicator, similar
from extractor.reading.dates import parse_published
from extractor.reading.lines import fold
from extractor.rulebook.model import Rulebook

Plain = Mapping[str, Any]
_RANGE = re.compile(r"(\d{4}(?:-\d{1,2}){0,2})\s*(?:/|\.\.|—|–)\s*(\d{4}(?:-\d{1,2}){0,2})")


class FactsError(ValueError):
    """A facts file is wrong; the message names file, line, what is wrong and what would be right."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What an analyst knows of an article."""

    where: str
    """`file:line`."""
    article: str
    fields: Mapping[str, str]

    def __str__(self) -> str:
        return ", ".join(f"{k}: {v}" for k, v in self.fields.items())


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a fact holds; if not, the nearest record and where it differs."""

    fact: Fact
    nearest: Plain | None
    differences: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether a record tells all that the fact gives."""
        return self.nearest is not None and not self.differences


def load_facts(path: Path) -> list[Fact]:
    """The facts of a YAML file, or of all .yaml and .yml files of a folder.

    Raises:
        FactsError: the file is wrong or is not there.
    """
    if path.is_dir():
        found = sorted(p for p in path.iterdir() if p.suffix in (".yaml", ".yml"))
        if not found:
            raise FactsError(f"{path}: holds no .yaml files of facts; give the folder that does")
        return [fact for file in found for fact in load_facts(file)]
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        text = path.read_text("utf-8-sig")
        documents = [(node, loader("").construct_document(node)) for node in yaml.compose_all(text, Loader=loader)]
    except OSError as error:
        raise FactsError(f"{path}: cannot be read ({error.strerror}); check the path") from None
    except UnicodeDecodeError as error:
        raise FactsError(f"{path}: is not UTF-8 at byte {error.start}; save it as UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "cannot be parsed"
        raise FactsError(f"{path}{line}: is not valid YAML ({problem}); put values with ': ', '%' or '{{' at their "
                         "start in quotation marks") from None
    return [fact for node, data in documents for fact in _facts(path, node, data)]


def _facts(path: Path, node: Any, data: Any) -> list[Fact]:
    where = f"{path}:{node.start_mark.line + 1}"
    if not isinstance(data, dict) or not isinstance(data.get("facts"), list):
        raise FactsError(f"{where}: has no list of facts; write 'article: …' and 'facts:' with a list below it")
    unknown = [k for k in data if k not in ("article", "facts")]
    if unknown:
        raise FactsError(f"{where}: '{unknown[0]}' is no part of a facts file; it has article and facts")
    nodes = next(value for key, value in node.value if key.value == "facts").value
    return [_fact(f"{path}:{n.start_mark.line + 1}", entry, data.get("article"))
            for n, entry in zip(nodes, data["facts"], strict=True)]


def _fact(where: str, entry: Any, article: Any) -> Fact:
    if not isinstance(entry, dict) or not all(isinstance(v, str) for v in entry.values()):
        raise FactsError(f"{where}: is no fact; write one such as {{type: target, indicator: 出口, value: 20亿元}}")
    fields = dict(entry)
    article = fields.pop("article", article)
    if not isinstance(article, str) or not article:
        raise FactsError(f"{where}: names no article; write 'article: …' above the facts")
    if not fields:
        raise FactsError(f"{where}: says nothing; give at least one of {', '.join(_CHECKS)}")
    for key, value in fields.items():
        if key not in _CHECKS:
            raise FactsError(f"{where}: '{key}' is no field of a fact; give some of {', '.join(_CHECKS)}")
        try:
            _EXPECTED.get(key, str)(value)
        except (ValueError, InvalidOperation):
            raise FactsError(f"{where}: '{key}' is '{value}'; {_FORMS[key]}") from None
    return Fact(where, article, fields)


def verify(facts: Iterable[Fact], records: Callable[[str], Sequence[Plain] | None], book: Rulebook) -> list[Verdict]:
    """Hold facts against records.

    Args:
        facts: what is known.
        records: gives the records of an article, or None where there is no such article.
        book: the rules by which the quantities of `value` are read.
    """
    return [_verdict(fact, records(fact.article), book) for fact in facts]


def _verdict(fact: Fact, records: Sequence[Plain] | None, book: Rulebook) -> Verdict:
    if records is None:
        return Verdict(fact, None, (f"there is no article '{fact.article}'",))
    best: tuple[tuple[int, float], Plain | None, tuple[str, ...]] = ((-1, 0.0), None, ("there is no record like it",))
    for record in records:
        wrong = tuple(f"{key} is {_shown(key, record)}" for key, value in fact.fields.items()
                      if not _CHECKS[key](record, value, fact.fields, book))
        if not wrong:
            return Verdict(fact, record, ())
        near = (len(fact.fields) - len(wrong), _likeness(fact, record))
        if near > best[0]:
            best = (near, record, wrong)
    return Verdict(fact, best[1], best[2])


def _likeness(fact: Fact, record: Plain) -> float:
    return max(ratio(fact.fields.get("indicator"), indicator_text(record)) if "indicator" in fact.fields else 0.0,
               ratio(fact.fields.get("words"), record["evidence"]["text"]) if "words" in fact.fields else 0.0)


# --- the fields of a fact ---------------------------------------------------------------------------------------


def days(given: str) -> tuple[date, date]:
    """First and last day of `2020`, `2020-10`, `2020-10-05` or of a span `2020-01-01/2020-10-31`, `2021—2025`.

    Raises:
        ValueError: it is none of these.
    """
    found = _RANGE.fullmatch(given.strip())
    first, last = found.groups() if found else (given, given)
    end = parse_published(last)
    if end is None or parse_published(first) is None:
        raise ValueError(given)
    parts = [int(x) for x in first.strip().split("-")]
    return date(parts[0], *[*parts[1:], 1, 1][:2]), end


def _period(record: Plain, key: str) -> date | None:
    day = (record.get("period") or {}).get(key)
    return date.fromisoformat(day) if isinstance(day, str) else day


def _holds_period(record: Plain, given: str, _fields: Plain, book: Rulebook) -> bool:
    """Dates as dates; any other words (今年前三季度, 截至2025年底) as they stand in the text or as they are read."""
    from extractor.mentions.periods import find_periods

    try:
        spans: list[tuple[date | None, date | None]] = [days(given)]
    except ValueError:
        if clean(given) == clean((record.get("period") or {}).get("text")):
            return True
        spans = [(p.start_date, p.end_date) for p in find_periods(given, book, None) if p.end_date]
    return any(_period(record, "end_date") == end and (None in (_period(record, "start_date"), start)
                                                       or _period(record, "start_date") == start)
               for start, end in spans)


def _holds_by(record: Plain, given: str, _fields: Plain, _book: Rulebook) -> bool:
    return _period(record, "end_date") == days(given)[1]


def _holds_number(record: Plain, given: str, fields: Plain, _book: Rulebook) -> bool:
    value = record.get("value")
    if not value:
        return False
    number = Decimal(given)
    if "unit" in fields:
        return amount(number, fields["unit"])[0] == amount(value["number"], value["unit"])[0]
    return number in (exact(value["number"]), exact((value.get("base") or {}).get("number")))


def _holds_unit(record: Plain, given: str, _fields: Plain, _book: Rulebook) -> bool:
    value = record.get("value")
    return value is not None and amount(1, given)[1] == amount(1, value["unit"])[1]


def _holds_value(record: Plain, given: str, _fields: Plain, book: Rulebook) -> bool:
    from extractor.mentions.quantities import find_quantities

    value = record.get("value")
    if not value:
        return False
    if clean(fold(given)) == clean(fold(value["text"])):
        return True
    base = value.get("base")
    return base is not None and any(
        q.op == value["op"] and q.base.unit == base["unit"]
        and [q.base.number, q.base.low, q.base.high] == [exact(base[k]) for k in ("number", "low", "high")]
        for q in find_quantities(fold(given), book))


def _holds_indicator(record: Plain, given: str, _fields: Plain, _book: Rulebook) -> bool:
    indicator = record.get("indicator")
    return indicator is not None and (same_indicator(given, indicator["text"]) or indicator.get("name") == given)


def _holds_region(record: Plain, given: str, _fields: Plain, _book: Rulebook) -> bool:
    region = record.get("region") or {}
    return place(given) in (place(region.get("name")), place(region.get("text")))


def _holds_words(record: Plain, given: str, _fields: Plain, _book: Rulebook) -> bool:
    return clean(fold(given)) in clean(fold(record["evidence"]["text"]))


def _holds_actor(record: Plain, given: str, _fields: Plain, _book: Rulebook) -> bool:
    actor = record.get("actor") or {}
    return similar(given, actor.get("text"), 0.6) or similar(given, actor.get("name"), 0.6)


def _equal(*path: str) -> Callable[[Plain, str, Plain, Rulebook], bool]:
    return lambda record, given, _fields, _book: clean(_at(record, path)) == clean(given)


def _raw(*path: str) -> Callable[[Plain, str, Plain, Rulebook], bool]:
    return lambda record, given, _fields, _book: _at(record, path) == given


def _at(record: Plain, path: Sequence[str]) -> Any:
    value: Any = record
    for key in path:
        value = (value or {}).get(key)
    return value


_CHECKS: dict[str, Callable[[Plain, str, Plain, Rulebook], bool]] = {
    "type": _raw("type"), "kind": _raw("kind"), "indicator": _holds_indicator, "value": _holds_value,
    "number": _holds_number, "unit": _holds_unit, "op": _raw("value", "op"), "period": _holds_period,
    "by": _holds_by, "region": _holds_region, "actor": _holds_actor, "words": _holds_words,
    "verb": _equal("action", "verb"), "object": _equal("action", "object"), "status": _raw("action", "status"),
    "speaker": _equal("speaker", "name")}
_EXPECTED: dict[str, Callable[[str], Any]] = {"number": Decimal, "by": days}
_FORMS = {"number": "write a plain number such as 3876.76", "by": "write a day, a month or a year such as 2026"}
_PATHS: dict[str, tuple[str, ...]] = {
    "number": ("value", "text"), "unit": ("value", "unit"), "value": ("value", "text"), "op": ("value", "op"),
    "indicator": ("indicator", "text"), "region": ("region", "name"), "actor": ("actor", "text"),
    "words": ("evidence", "text"), "verb": ("action", "verb"), "object": ("action", "object"),
    "status": ("action", "status"), "speaker": ("speaker", "name")}


def _shown(key: str, record: Plain) -> str:
    """What a record says for a field of a fact."""
    if key in ("period", "by"):
        start, end = _period(record, "start_date"), _period(record, "end_date")
        return f"{start or ''}..{end}" if end else "not dated"
    value = _at(record, _PATHS.get(key, (key,)))
    return "not there" if value is None else f"“{value}”"
