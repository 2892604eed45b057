"""Claims to records: spans back to the original, ids, groups, repeats, order.

An id hashes only what the claim is (document, type, kind, place, indicator) and so stays when other rules change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from operator import attrgetter
from typing import Any

from pydantic import BaseModel

from extractor import schema
from extractor.claims.catalogue import canonical_indicator
from extractor.claims.confidence import Judge
from extractor.claims.model import Analysis, Claim
from extractor.mentions.model import Base, Quantity
from extractor.schema import Record, plain_number
from extractor.values import value

_NOISE = re.compile(r"[\s，,、。“”\"'‘’《》()（）·]")
_ORDER = attrgetter("order")
_VALIDATED: Callable[[Any], Record] = Record.__pydantic_validator__.validate_python
"""As `Record.model_validate`, without its detour."""


@value(frozen=True, slots=True)
class _Placed:
    """A claim with its places in the original."""

    claim: Claim
    evidence: tuple[int, int]
    value: tuple[int, int] | None
    confidence: float
    order: tuple[Any, ...]
    """By place; of one place by what is claimed."""


def assemble(doc_id: str, analysis: Analysis, claims: Iterable[Claim]) -> list[Record]:
    """The records of a document, sorted by place.

    Args:
        doc_id: the document's id, which goes into every record and its id.
        analysis: the document; gives the way back to the original text.
        claims: in any order. Of two numeric claims of one type, kind, value span and indicator the more confident
            stays; of two that say the same action of the same evidence likewise.

    Raises:
        ValueError: a claim lies outside the text or has neither a quantity nor an action.
    """
    return _records(doc_id, analysis, _sorted(analysis, claims))


def assembled(doc_id: str, analysis: Analysis, claims: Iterable[Claim]) -> list[tuple[Claim, Record]]:
    """As `assemble`, with the claim that each record was made from."""
    items = _sorted(analysis, claims)
    return [(item.claim, record) for item, record in zip(items, _records(doc_id, analysis, items), strict=True)]


def _records(doc_id: str, analysis: Analysis, items: Iterable[_Placed]) -> list[Record]:
    """The records of claims in order, each validated."""
    return list(map(_VALIDATED, map(_Maker(doc_id, analysis).fields, items)))


def _sorted(analysis: Analysis, claims: Iterable[Claim]) -> list[_Placed]:
    """The claims by place, none of them twice."""
    judge = Judge(analysis)
    return _without_doubles(sorted((_place(analysis, judge, claim) for claim in claims), key=_ORDER))


def _place(analysis: Analysis, judge: Judge, claim: Claim) -> _Placed:
    action, quantity = claim.action, claim.quantity
    if (quantity is None) == (action is None):
        raise ValueError(f"a claim needs a quantity or an action, and not both: {claim}")
    value = analysis.view.span(quantity.start, quantity.end) if quantity else None
    evidence = analysis.view.span(claim.start, claim.end)
    said = (action.verb, action.object, action.subject or "") if action else ("", "", "")
    sure = claim.confidence if claim.confidence is not None else judge.confidence(claim)
    order = (evidence[0], value or evidence, evidence[1], claim.type, claim.kind or "", claim.indicator or "", *said)
    return _Placed(claim, evidence, value, sure, order)


def _without_doubles(items: list[_Placed]) -> list[_Placed]:
    """The best of each double; `items` and the result are in order."""
    best: dict[tuple[Any, ...], _Placed] = {}
    for item in items:
        claim = item.claim
        if claim.action:
            key: tuple[Any, ...] = (claim.type, item.evidence, claim.action.verb, claim.action.object,
                                    claim.action.subject)
        else:
            key = (claim.type, claim.kind, item.value, normal_form(claim.indicator or ""))
        before = best.setdefault(key, item)
        if before.confidence < item.confidence:
            best[key] = item
    return list(items) if len(best) == len(items) else sorted(best.values(), key=_ORDER)


@lru_cache(4096)
def normal_form(text: str) -> str:
    """A phrase without spaces, quotation marks and brackets, for telling whether two say the same."""
    return text if text.isalnum() else _NOISE.sub("", text)


def _digest(*parts: str) -> str:
    return blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()


class _Maker:
    """Makes what the records of one document are made from, in order."""

    def __init__(self, doc_id: str, analysis: Analysis) -> None:
        self._doc_id, self._analysis, self._original = doc_id, analysis, analysis.view.original
        self._taken: dict[str, int] = {}
        self._first: dict[tuple[Any, ...], str] = {}
        self._groups: dict[int, str] = {}
        self._shared: dict[int, BaseModel] = {}
        """What many claims have in common (a time, a place, a speaker), by the identity of what it is made from."""

    def fields(self, item: _Placed) -> dict[str, Any]:
        """The fields of the next record, not yet validated."""
        claim, original = item.claim, self._original
        action, model = claim.action, self._model
        start, end = item.evidence
        made = self._id(item)
        indicator, value = self._indicator(claim), _value(original, item.value, claim) if item.value else None
        return {
            "id": made,
            "doc_id": self._doc_id,
            "type": claim.type,
            "evidence": {"text": original[start:end], "start": start, "end": end},
            "kind": claim.kind,
            "indicator": indicator,
            "value": value,
            "basis": claim.basis and model(claim.basis, schema.Basis),
            "period": claim.period and model(claim.period, schema.Period),
            "region": claim.region and model(claim.region, schema.Region),
            "actor": claim.actor and model(claim.actor, schema.Actor),
            "speaker": claim.speaker and model(claim.speaker, schema.Speaker),
            "action": action and {"verb": action.verb, "object": action.object, "status": action.status,
                                  "subject": action.subject},
            "group": self._group(claim.group),
            "repeats": self._repeats(_said(claim, indicator, value), made),
            "confidence": round(item.confidence, 4),
            "rule": " ".join(claim.rules),
        }

    def _id(self, item: _Placed) -> str:
        """The id; true doubles (two actions of one verb in one evidence) are told apart by their order."""
        claim = item.claim
        start, end = item.value or item.evidence
        verb = () if item.value else (claim.action.verb if claim.action else "",)
        made = _digest(self._doc_id, claim.type, claim.kind or "", str(start), str(end), *verb, claim.indicator or "")
        before = self._taken.get(made, 0)
        self._taken[made] = before + 1
        return made if not before else _digest(made, str(before + 1))

    def _group(self, offset: int) -> str:
        if offset not in self._groups:
            start, _ = self._analysis.view.span(offset, offset + 1)
            self._groups[offset] = _digest(self._doc_id, "group", str(start))
        return self._groups[offset]

    def _repeats(self, said: tuple[Any, ...], made: str) -> str | None:
        """The id of the first record that says the same; None for the first itself."""
        first = self._first.setdefault(said, made)
        return None if first == made else first

    def _model(self, source: Any, kind: type[BaseModel]) -> BaseModel:
        """The model of one of the dataclasses of `claims.model`, made and validated once for all that share it."""
        made = self._shared.get(id(source))
        if made is None:
            fields = {name: getattr(source, name) for name in kind.model_fields}
            made = self._shared[id(source)] = kind.model_validate(fields)
        return made

    def _indicator(self, claim: Claim) -> dict[str, Any] | None:
        if claim.quantity is None:
            return None
        text = claim.indicator or ""
        return {"text": text, "name": canonical_indicator(self._analysis.book, text) if text else None}


def _value(original: str, span: tuple[int, int], claim: Claim) -> dict[str, Any]:
    quantity = claim.quantity
    assert quantity is not None
    start, end = span
    number, low, high = _signed(quantity.number, quantity.low, quantity.high, claim.negative)
    base = quantity.base
    base_number, base_low, base_high = _signed(base.number, base.low, base.high, claim.negative)
    if claim.number is not None:
        number, base_number = claim.number, _rescaled(claim.number, quantity, base)
    return {"text": original[start:end], "start": start, "end": end, "op": quantity.op,
            "number": plain_number(number), "low": plain_number(low), "high": plain_number(high),
            "unit": quantity.unit,
            "base": {"number": plain_number(base_number), "low": plain_number(base_low),
                     "high": plain_number(base_high), "unit": base.unit}}


def _signed(number: Decimal | None, low: Decimal | None, high: Decimal | None,
            negative: bool) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """The numbers of a rise as they are, of a fall below zero; the ends of a range stay in order."""
    if not negative:
        return number, low, high
    ends = [-abs(x) if x is not None else None for x in (high, low)]
    return (-abs(number) if number is not None else None), ends[0], ends[1]


def _rescaled(number: Decimal, quantity: Quantity, base: Base) -> Decimal:
    """`number` times what the unit multiplies by."""
    if quantity.number and base.number:
        return number * (base.number / quantity.number)
    return number


def _said(claim: Claim, indicator: dict[str, Any] | None, value: dict[str, Any] | None) -> tuple[Any, ...]:
    """What a record claims, without where: equal for two records that make the same claim (RECORDS.md, `repeats`)."""
    action, period, region = claim.action, claim.period, claim.region
    if action is not None:
        return claim.type, action.verb, normal_form(action.object), normal_form(action.subject or "")
    assert indicator is not None and value is not None
    base = value["base"]
    time: Any = None
    if period is not None:
        days = (period.start_date, period.end_date)
        time = days if any(days) else period.text
    return (claim.type, claim.kind, indicator["name"] or normal_form(indicator["text"]), value["op"],
            base["number"], base["low"], base["high"], base["unit"], time, region and region.name)
