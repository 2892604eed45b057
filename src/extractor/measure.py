"""When two records say the same: the comparisons of the measure, on records as plain data (gold lacks fields).

Numbers are compared exactly as decimals, in the units as written with scale words multiplied out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any

Plain = Mapping[str, Any]

CORE = ("type", "kind", "number", "unit", "op", "span", "indicator")
"""The fields that a core fact must have right."""
_ALIKE = 0.75


@dataclass(frozen=True)
class _Words:
    scales: dict[str, Decimal]
    scale: re.Pattern[str]
    loose: re.Pattern[str]
    aliases: dict[str, str]
    codes: dict[str, str]
    noise: re.Pattern[str]
    contrary: list[list[str]]
    place_ending: re.Pattern[str]


@lru_cache(maxsize=1)
def _words() -> _Words:
    import yaml

    data = yaml.safe_load(files("extractor").joinpath("measure.yaml").read_text("utf-8"))
    return _Words({k: Decimal(int(v)) for k, v in data["scales"].items()}, re.compile(data["scale_pattern"]),
                  re.compile(data["loose_words"]), data["aliases"],
                  {**{c: c for c in data["classifiers"]}, **data["codes"]}, re.compile(data["noise"]),
                  data["contrary"], re.compile(data["place_endings"]))


def exact(number: Any) -> Decimal | None:
    """The decimal that a JSON or YAML number was written as, or None."""
    return None if number is None else Decimal(str(number))


def amount(number: Any, unit: str | None) -> tuple[Decimal | None, str]:
    """A written number with its scale words multiplied out, and the bare unit.

    >>> amount(2800, "万标箱")[0] == 28_000_000
    True
    """
    words = _words()
    unit = words.loose.sub("", unit or "")
    scale = Decimal(1)
    found = words.scale.match(unit)
    if found:
        unit, scale = unit[found.end():], words.scales[found.group()]
    value = exact(number)
    return (None if value is None else value * scale), words.aliases.get(unit, unit)


def clean(text: str | None) -> str:
    """A phrase without what a comparison passes over."""
    return _words().noise.sub("", text or "")


def ratio(one: str | None, other: str | None) -> float:
    """How alike two phrases are: twice their longest common subsequence over the sum of their lengths."""
    a, b = clean(one), clean(other)
    if not a or not b:
        return float(a == b)
    if a == b:
        return 1.0
    before = [0] * (len(b) + 1)
    for x in a:
        row = [0]
        for j, y in enumerate(b):
            row.append(before[j] + 1 if x == y else max(before[j + 1], row[j]))
        before = row
    return 2 * before[-1] / (len(a) + len(b))


def similar(one: str | None, other: str | None, bar: float = _ALIKE) -> bool:
    """Whether two phrases are alike by `bar`."""
    return ratio(one, other) >= bar


def same_indicator(own: str | None, got: str | None, neighbours: Iterable[str | None] = ()) -> bool:
    """Whether `got` names the indicator `own`: alike, naming no contrary thing, nearer than any neighbour."""
    alike = ratio(own, got)
    if alike < _ALIKE:
        return False
    for row in _words().contrary:
        one, other = (next((w for w in row if w in (text or "")), None) for text in (own, got))
        if one is not None and other is not None and one != other:
            return False
    return all(ratio(n, got) <= alike for n in neighbours)


def place(region: Any) -> str | None:
    """The name of a region without the ending that tells its rank."""
    name = region.get("name") if isinstance(region, Mapping) else region
    return _words().place_ending.sub("", name or "") or None


def same_value(gold: Plain, got: Plain) -> bool:
    """Whether two values have the same numbers; a bare ratio may be rounded."""
    for key in ("number", "low", "high"):
        a, b = (amount(v.get(key), v.get("unit"))[0] for v in (gold, got))
        if (a is None) != (b is None):
            return False
        if a is not None and b is not None:
            slack = Decimal("5e-4") if gold.get("unit") == "1" else Decimal("1e-9")
            if abs(a - b) > max(Decimal("1e-6") * abs(a), slack):
                return False
    return True


def same_unit(gold: Plain, got: Plain) -> bool:
    """Whether two values have the same bare unit."""
    return amount(1, gold.get("unit"))[1] == amount(1, got.get("unit"))[1]


def same_base(gold: Plain, got: Plain) -> bool | None:
    """Whether the base of a right value is right; None where its code is not known here."""
    words = _words()
    number, unit = amount(gold.get("number"), gold.get("unit"))
    code = words.codes.get(unit)
    if code is None or number is None:
        return None
    base = got.get("base") or {}
    value = exact(base.get("number"))
    return (value is not None and abs(value - number) <= Decimal("1e-6") * max(Decimal(1), abs(number))
            and words.aliases.get(str(base.get("unit")), base.get("unit")) == words.aliases.get(code, code))


def same_period(gold: Plain, got: Plain) -> bool:
    """Whether both end on the same day and start on the same; of levels and ranks one start may be open."""
    a, b = gold.get("period") or {}, got.get("period") or {}
    starts = (a.get("start_date"), b.get("start_date"))
    return a.get("end_date") == b.get("end_date") and (
        starts[0] == starts[1] or (gold.get("kind") in ("level", "rank") and None in starts))


def overlap(a: Plain, b: Plain) -> int:
    """How many characters two spans share."""
    return max(0, int(min(a["end"], b["end"])) - int(max(a["start"], b["start"])))


def iou(a: Plain, b: Plain) -> float:
    """Shared characters of two spans over all that they cover."""
    shared = overlap(a, b)
    return shared / max(1, int(a["end"] - a["start"] + b["end"] - b["start"] - shared))


def indicator_text(record: Plain) -> str | None:
    """The indicator of a record in the text's words."""
    indicator = record.get("indicator")
    return indicator.get("text") if isinstance(indicator, Mapping) else indicator


def compare(gold: Plain, got: Plain, neighbours: Iterable[str | None] = ()) -> dict[str, bool]:
    """Which fields of two records with a number agree."""
    a, b = gold["value"], got["value"]
    return {"type": gold["type"] == got["type"], "kind": gold["kind"] == got["kind"], "number": same_value(a, b),
            "unit": same_unit(a, b), "op": a.get("op") == b.get("op"), "span": iou(a, b) >= 0.6,
            "indicator": same_indicator(indicator_text(gold), indicator_text(got), neighbours),
            "period": same_period(gold, got), "region": place(gold.get("region")) == place(got.get("region")),
            "evidence": iou(gold["evidence"], got["evidence"]) >= 0.5}


def value_weight(gold: Plain, got: Plain) -> float:
    """How well two records with a number pair; 0 where their value spans lie apart."""
    a, b = gold["value"], got["value"]
    shared = overlap(a, b)
    if not shared:
        return 0
    agreed = sum(compare(gold, got, gold.get("near", ())).values())
    return shared / max(int(a["end"] - a["start"]), int(b["end"] - b["start"])) + 0.01 * agreed


def action_weight(gold: Plain, got: Plain) -> float:
    """How well two records without a number pair; 0 where they are not the same action of the same words."""
    a, b = gold["evidence"], got["evidence"]
    shared = overlap(a, b)
    lengths = sorted((a["end"] - a["start"], b["end"] - b["start"]))
    if gold["type"] != got["type"] or not shared:
        return 0
    if iou(a, b) < 0.5 and not (shared >= 0.9 * lengths[0] and shared >= lengths[1] / 3):
        return 0
    one, other = gold.get("action") or {}, got.get("action") or {}
    verb, found = one.get("verb") or "", other.get("verb") or ""
    same_verb = bool(found) and (verb in found or found in verb) if verb else not found
    if not (same_verb and similar(one.get("object"), other.get("object"), 0.6)):
        return 0
    return iou(a, b) + (verb == found) * 0.5
