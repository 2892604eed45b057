"""Refuses rules whose values are of no kind that the built-in rules of their layer have in that place.

The layers read `match` and `yields` of a rule as they need them. What a key may hold is told by the built-in rules, so
that a folder laid over them can be checked before anything is compiled and the sentence can name file and line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from extractor.rulebook.model import Rule
from extractor.rulebook.source import RuleError

_Path = tuple[str, ...]
_WORD, _ITEM = "{word}", "[]"
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_NAMES = {"number": "a number", "text": "a text", "list": "a list", "mapping": "a mapping",
          "yes or no": "true or false", "nothing": "nothing"}


def check_kinds(built_in: Iterable[Rule], laid_over: Iterable[Rule]) -> None:
    """Hold rules to those of their layer; a layer that has none there is passed over. Raises RuleError."""
    known: dict[str, dict[_Path, dict[str, Rule]]] = {}
    for rule in built_in:
        for path, kind, _ in _parts(rule):
            known.setdefault(rule.layer, {}).setdefault(path, {}).setdefault(kind, rule)
    for rule in laid_over:
        if rule.layer not in known:
            continue
        for path, kind, value in _parts(rule):
            wanted = known[rule.layer].get(path)
            if wanted is None:
                raise RuleError(_unknown(rule, path, known[rule.layer]))
            if kind not in wanted and not (kind == "number" and "text" in wanted):
                other = next(iter(wanted.values()))
                raise RuleError(f"{rule.where}: '{path[-1] if path[-1] != _ITEM else path[-2]}' of '{rule.id}' holds "
                                f"{value!r}; write {' or '.join(_NAMES[k] for k in wanted)}, as '{other.id}' does "
                                f"({other.where})")


def _unknown(rule: Rule, path: _Path, known: Mapping[_Path, Any]) -> str:
    beside = sorted({other[-1] for other in known if other[:-1] == path[:-1]} - {_ITEM, _WORD})
    return (f"{rule.where}: '{path[-1]}' is no key that rules of the layer '{rule.layer}' have in "
            f"'{path[-2]}'; they have {', '.join(beside) or 'none'}")


def _parts(rule: Rule) -> Iterator[tuple[_Path, str, Any]]:
    yield from _walk(("match",), rule.match)
    yield from _walk(("yields",), dict(rule.yields))


def _walk(path: _Path, value: Any) -> Iterator[tuple[_Path, str, Any]]:
    yield path, _kind(value), value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _walk((*path, key if _KEY.fullmatch(str(key)) else _WORD), inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk((*path, _ITEM), inner)


def _kind(value: Any) -> str:
    """Numbers with a point come out of a rule file as texts, so that a text that reads as a number is one."""
    for kind, name in ((bool, "yes or no"), (dict, "mapping"), (list | tuple, "list")):
        if isinstance(value, kind):
            return name
    if value is None:
        return "nothing"
    try:
        float(value)
    except ValueError:
        return "text"
    return "number"
