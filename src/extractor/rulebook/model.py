"""What a rule, a word list and a table are once they are loaded."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

from extractor.rulebook.source import RuleError

T = TypeVar("T")

_UNUSABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, re.error)
"""What rules raise that a layer cannot compile."""
_REFERENCE = re.compile(r"\{([a-z][a-z_0-9]*)\}")


@dataclass(frozen=True, slots=True)
class Example:
    """A text and what the rule must make of it; `expect` is empty where anything from the rule will do."""

    text: str
    expect: tuple[str, ...]
    reference: str | None
    """ISO date that relative periods are resolved against."""
    region: str | None


@dataclass(frozen=True, slots=True)
class _Documented:
    id: str
    layer: str
    note: str
    where: str
    """`file:line` for messages."""
    examples: tuple[Example, ...]
    counter_examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule(_Documented):
    """One rule: a pattern (or a mapping that its layer understands) and what it yields."""

    priority: int
    match: Any
    yields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WordList(_Documented):
    """A class of words that patterns name as `{id}`."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table(_Documented):
    """A CSV list: one fact a row."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """All that one part of the program reads."""

    name: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Rulebook:
    """The loaded rules. Immutable; `version` is a hash of their content.

    `made(key, build)` keeps what a layer compiles from the rules, so that every layer compiles once per rulebook.
    """

    version: str
    rules: tuple[Rule, ...]
    word_lists: Mapping[str, WordList]
    tables: Mapping[str, Table]
    _made: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    _asked: set[str] = field(default_factory=set, repr=False, compare=False)
    """The layers whose rules were asked for."""

    @cached_property
    def _by_layer(self) -> dict[str, Layer]:
        names = dict.fromkeys(rule.layer for rule in self.rules)
        return {name: Layer(name, tuple(r for r in self.rules if r.layer == name)) for name in names}

    def layer(self, name: str) -> Layer:
        """The rules of a layer in order of falling priority, then id."""
        self._asked.add(name)
        found = self._by_layer.get(name, Layer(name, ()))
        return Layer(name, tuple(sorted(found.rules, key=lambda r: (-r.priority, r.id))))

    def words(self, name: str) -> tuple[str, ...]:
        """The words of a list, longest first. Raises KeyError with the list's name."""
        return self.word_lists[name].words

    def rows(self, name: str) -> tuple[Mapping[str, str], ...]:
        """The rows of a table. Raises KeyError with the table's name."""
        return self.tables[name].rows

    def alternation(self, name: str) -> str:
        """The words of a list as a pattern, longest first."""
        return "(?:" + "|".join(map(re.escape, self.words(name))) + ")"

    def expand(self, pattern: str) -> str:
        """`pattern` with every `{word_list}` replaced by its alternation; a list may not name lists."""
        return _REFERENCE.sub(lambda m: self.alternation(m.group(1)), pattern)

    def compile(self, pattern: str) -> re.Pattern[str]:
        """`expand`, compiled."""
        return re.compile(self.expand(pattern))

    def made(self, key: str, build: Callable[[Rulebook], T]) -> T:
        """What `build(self)` gives, built at the first call for `key`.

        Raises:
            RuleError: the rules are such that it cannot be built.
        """
        if key not in self._made:
            try:
                self._made[key] = build(self)
            except _UNUSABLE as error:
                if isinstance(error, RuleError):
                    raise
                raise RuleError(self._unbuilt(key, build, error)) from error
        return self._made[key]  # type: ignore[no-any-return]

    def _unbuilt(self, key: str, build: Callable[[Rulebook], object], error: Exception) -> str:
        """The sentence for rules that a layer cannot compile, with the rule without which it could."""
        trial = replace(self, _made={}, _asked=set())
        _builds(build, trial)
        rule = next((rule for rule in self.rules if rule.layer in trial._asked and _builds(
            build, replace(self, rules=tuple(r for r in self.rules if r is not rule), _made={}, _asked=set()))), None)
        where = f"{rule.where}: the rule '{rule.id}' cannot be used" if rule else f"the rules of '{key}' cannot be used"
        what = " ".join(str(error).split())[:200]
        return f"{where} ({type(error).__name__}: {what}); write it like the built-in ones of its layer"


def _builds(build: Callable[[Rulebook], object], book: Rulebook) -> bool:
    try:
        build(book)
    except _UNUSABLE:
        return False
    return True
