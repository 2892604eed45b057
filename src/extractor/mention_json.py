"""What a text mentions, written straight as JSON: the same characters as from the models of `schema`, in a tenth of
their time."""

from __future__ import annotations

import json
from collections.abc import Collection
from decimal import Decimal
from json.encoder import encode_basestring as _quoted  # as `json.dumps(text, ensure_ascii=False)`

from extractor.engine import KINDS, Found
from extractor.mentions.model import Base, Entity, Period, Quantity
from extractor.schema import plain_number
from extractor.text.view import View


def mentions_json(found: Found, id: object = None, kinds: Collection[str] = KINDS) -> str:
    """One line of JSON: `id`, and the mentions of these kinds with spans in the original (code points, half-open)."""
    view = found.view
    parts = ["null" if id is None else json.dumps(id, ensure_ascii=False)]
    if "quantities" in kinds:
        parts.append(f'"quantities": [{", ".join([_quantity(view, q) for q in found.quantities])}]')
    if "periods" in kinds:
        parts.append(f'"periods": [{", ".join([_period(view, p) for p in found.periods])}]')
    if "entities" in kinds:
        parts.append(f'"entities": [{", ".join([_entity(view, e) for e in found.entities])}]')
    return f'{{"id": {", ".join(parts)}}}'


def _number(number: Decimal | None) -> str:
    return "null" if number is None else repr(plain_number(number))


def _place(view: View, start: int, end: int) -> str:
    start, end = view.span(start, end)
    return f'"text": {_quoted(view.original[start:end])}, "start": {start}, "end": {end}'


def _quantity(view: View, q: Quantity) -> str:
    return (f'{{{_place(view, q.start, q.end)}, "op": "{q.op}", {_numbers(q)}, "unit": {_quoted(q.unit)}, '
            f'"base": {{{_numbers(q.base)}, "unit": {_quoted(q.base.unit)}}}}}')


def _numbers(of: Quantity | Base) -> str:
    if of.number is not None:
        return f'"number": {plain_number(of.number)!r}, "low": null, "high": null'
    return f'"number": {_number(of.number)}, "low": {_number(of.low)}, "high": {_number(of.high)}'


def _period(view: View, p: Period) -> str:
    start = f'"{p.start_date}"' if p.start_date else "null"
    end = f'"{p.end_date}"' if p.end_date else "null"
    return f'{{{_place(view, p.start, p.end)}, "start_date": {start}, "end_date": {end}}}'


def _entity(view: View, e: Entity) -> str:
    more = "" if e.code is None else f', "code": {_quoted(e.code)}'
    if e.title is not None:
        more += f', "title": {_quoted(e.title)}'
    if e.org is not None:
        more += f', "org": {_quoted(e.org)}'
    return f'{{{_place(view, e.start, e.end)}, "label": "{e.label}", "name": {_quoted(e.name)}{more}}}'
