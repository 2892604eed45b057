"""What a mention is. Plain data; offsets count code points of the text that was searched, half-open."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from extractor.values import value


@value(frozen=True, slots=True)
class Base:
    """A value with 万/亿 multiplied out, in its base unit (ISO 4217, UCUM, `TEU`, `%`, `pp`, `1`, or a classifier)."""

    number: Decimal | None
    low: Decimal | None
    high: Decimal | None
    unit: str


@value(frozen=True, slots=True)
class Quantity:
    """A number with its unit and the bound words that touch it."""

    start: int
    end: int
    text: str
    op: str
    """`=`, `>=`, `>`, `<=`, `<`, `~` or `range` (then `number` is None and `low`, `high` are set)."""
    number: Decimal | None
    low: Decimal | None
    high: Decimal | None
    unit: str
    """As written, 万/亿 kept: 亿元, 万标箱, %, 个百分点, 位 for ranks; empty where there is none."""
    base: Base
    category: str
    """`money`, `count`, `measure`, `percent`, `points`, `rank`, `multiple`, `ratio`, `time` or `bare` (no unit)."""
    number_start: int
    number_end: int
    """Where the numeral itself lies (no bound words, no unit)."""
    rule: str


@value(frozen=True, slots=True)
class Period:
    """A stretch of time or a deadline, resolved against a reference day where it is relative."""

    start: int
    end: int
    text: str
    start_date: date | None
    end_date: date | None
    shape: str
    """`span` (2022年, 1—10月), `deadline` (到2026年, 年底前), `asof` (截至11月底, 目前), `recurring` (每年), `duration`
    (三年内), `base` (较2020年末: what something is compared with) or `vague` (前不久)."""
    relative: bool
    """Whether it needed the reference day (今年, 1—10月)."""
    rule: str


@value(frozen=True, slots=True)
class Entity:
    """A named thing."""

    start: int
    end: int
    text: str
    label: str
    """GPE, LOC, ZONE, ORG, PERSON, FAC, EVENT, DOCUMENT, PROGRAMME or PROJECT."""
    name: str
    """The canonical full form: 青岛 -> 青岛市."""
    code: str | None = None
    """GB/T 2260 code of a GPE."""
    title: str | None = None
    org: str | None = None
    rule: str = ""
