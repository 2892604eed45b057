"""Claims to records: spans back to the original, ids, groups, repeats, order.

An id hashes only what the claim is (document, type, kind, place, indicator) and so stays when other rules change.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from extractor.claims.catalogue import canonical_indicator
from extractor.claims.confidence import confidence
from extractor.claims.model import Analysis, Claim
from extractor.mentions.model import Base, Quantity
from extractor.schema import Record, plain_number

_NOISE = re.compile(r"[\s，,、。“”\"'‘’《》()（）·]")


@dataclass(frozen=True, slots=True)
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
    return [record for _, record in assembled(doc_id, analysis, claims)]


def assembled(doc_id: str, analysis: Analysis, claims: Iterable[Claim]) -> list[tuple[Claim, Record]]:
    """As `assemble`, with the claim that each record was made from."""
    placed = _without_doubles(sorted((_place(analysis, c) for c in claims), key=lambda p: p.order))
    taken: dict[str, int] = defaultdict(int)
    first: dict[tuple[Any, ...], str] = {}
    records = []
    for item in placed:
        record = _plain(doc_id, analysis, item)
        record["id"] = _id(taken, doc_id, item)
        key = _said(record)
        record["repeats"] = first.get(key)
        first.setdefault(key, record["id"])
        records.append((item.claim, Record.model_validate(record)))
    return records


def _place(analysis: Analysis, claim: Claim) -> _Placed:
    if (claim.quantity is None) == (claim.action is None):
        raise ValueError(f"a claim needs a quantity or an action, and not both: {claim}")
    value = analysis.view.span(claim.quantity.start, claim.quantity.end) if claim.quantity else None
    evidence = analysis.view.span(claim.start, claim.end)
    action = claim.action
    said = (action.verb, action.object, action.subject or "") if action else ("", "", "")
    sure = claim.confidence if claim.confidence is not None else confidence(analysis, claim)
    order = (evidence[0], value or evidence, evidence[1], claim.type, claim.kind or "", claim.indicator or "", *said)
    return _Placed(claim, evidence, value, sure, order)


def _without_doubles(items: list[_Placed]) -> list[_Placed]:
    best: dict[tuple[Any, ...], _Placed] = {}
    for item in items:
        claim = item.claim
        if claim.action:
            key: tuple[Any, ...] = (claim.type, item.evidence, claim.action.verb, claim.action.object,
                                    claim.action.subject)
        else:
            key = (claim.type, claim.kind, item.value, normal_form(claim.indicator or ""))
        if key not in best or best[key].confidence < item.confidence:
            best[key] = item
    return sorted(best.values(), key=lambda p: p.order)


def normal_form(text: str) -> str:
    """A phrase without spaces, quotation marks and brackets, for telling whether two say the same."""
    return _NOISE.sub("", text)


def _digest(*parts: object) -> str:
    return blake2b("\x1f".join(map(str, parts)).encode(), digest_size=8).hexdigest()


def _id(taken: dict[str, int], doc_id: str, item: _Placed) -> str:
    """The id; true doubles (two actions of one verb in one evidence) are told apart by their order."""
    claim = item.claim
    place = item.value or (*item.evidence, claim.action.verb if claim.action else "")
    made = _digest(doc_id, claim.type, claim.kind or "", *place, claim.indicator or "")
    taken[made] += 1
    return made if taken[made] == 1 else _digest(made, taken[made])


def _plain(doc_id: str, analysis: Analysis, item: _Placed) -> dict[str, Any]:
    """The record as plain data but `id` and `repeats`, validated once afterwards."""
    claim, original = item.claim, analysis.view.original
    start, end = item.evidence
    group, _ = analysis.view.span(claim.group, claim.group + 1)
    period, region, actor, speaker = claim.period, claim.region, claim.actor, claim.speaker
    return {
        "doc_id": doc_id,
        "type": claim.type,
        "evidence": {"text": original[start:end], "start": start, "end": end},
        "kind": claim.kind,
        "indicator": _indicator(analysis, claim),
        "value": _value(original, item.value, claim) if item.value else None,
        "basis": {"kind": claim.basis.kind, "text": claim.basis.text} if claim.basis else None,
        "period": period and {"text": period.text, "start_date": period.start_date, "end_date": period.end_date,
                              "source": period.source},
        "region": region and {"text": region.text, "name": region.name},
        "actor": actor and {"text": actor.text, "name": actor.name},
        "speaker": speaker and {"name": speaker.name, "title": speaker.title},
        "action": claim.action and {"verb": claim.action.verb, "object": claim.action.object,
                                    "status": claim.action.status, "subject": claim.action.subject},
        "group": _digest(doc_id, "group", group),
        "confidence": round(item.confidence, 4),
        "rule": " ".join(claim.rules),
    }


def _indicator(analysis: Analysis, claim: Claim) -> dict[str, Any] | None:
    if claim.quantity is None:
        return None
    text = claim.indicator or ""
    return {"text": text, "name": canonical_indicator(analysis.book, text) if text else None}


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


def _said(record: dict[str, Any]) -> tuple[Any, ...]:
    """What a record claims, without where: equal for two records that make the same claim (RECORDS.md, `repeats`)."""
    action, period, region = record["action"], record["period"], record["region"]
    if action:
        return (record["type"], action["verb"], normal_form(action["object"]), normal_form(action["subject"] or ""))
    value, indicator = record["value"], record["indicator"]
    base = value["base"]
    time = None
    if period:
        days = (period["start_date"], period["end_date"])
        time = days if any(days) else period["text"]
    return (record["type"], record["kind"], indicator["name"] or normal_form(indicator["text"]), value["op"],
            base["number"], base["low"], base["high"], base["unit"], time, region and region["name"])
