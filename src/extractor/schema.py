"""The models of what comes out (records, mentions) and what goes in (articles), as RECORDS.md defines them.

Every `start` and `end` counts Unicode code points of the document text exactly as given, half-open:
`text[start:end] == span.text` always holds. Numbers are JSON integers where they are whole, else the float nearest to
the exact decimal. The JSON Schema of a record comes from here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

RecordType = Literal["target", "achievement", "initiative"]
Kind = Literal["level", "change", "gap", "rank"]
Op = Literal["=", ">=", ">", "<=", "<", "~", "range"]
Label = Literal["GPE", "LOC", "ZONE", "ORG", "PERSON", "FAC", "EVENT", "DOCUMENT", "PROGRAMME", "PROJECT"]
Number = int | float
Offset = Annotated[int, Field(ge=0)]


def plain_number(number: Decimal | None) -> Number | None:
    """The JSON number for an exact decimal: an integer where it is whole, else the nearest float.

    >>> plain_number(Decimal("8203.2") * 10**8), plain_number(Decimal("8.2"))
    (820320000000, 8.2)
    """
    if number is None:
        return None
    whole = number.to_integral_value()
    return int(whole) if whole == number else float(number)


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(_Model):
    """A run of the document text."""

    text: str = Field(description="The characters themselves, as they stand in the document.")
    start: Offset = Field(description="Offset of the first character, in Unicode code points of the document text.")
    end: Offset = Field(description="Offset after the last character.")


class Indicator(_Model):
    """What is measured."""

    text: str = Field(description="In the text's own words, without region, time, degree or reporting verbs.")
    name: str | None = Field(description="The canonical indicator that it maps to, or null.")


class Base(_Model):
    """A value in its base unit, with ten thousands and hundred millions multiplied out exactly."""

    number: Number | None = Field(description="The number; null for a range.")
    low: Number | None = Field(description="Lower end of a range.")
    high: Number | None = Field(description="Upper end of a range.")
    unit: str = Field(description="ISO 4217 currency, UCUM unit, TEU, %, pp, 1 (multiples, ratios) or the classifier.")


class Value(Span):
    """A number with its unit and the bound words that touch it."""

    op: Op = Field(description="How the number bounds what is measured.")
    number: Number | None = Field(description="The number as written, scale words left in the unit; null for a range.")
    low: Number | None = Field(description="Lower end of a range.")
    high: Number | None = Field(description="Upper end of a range.")
    unit: str = Field(description="The unit as written, scale words included.")
    base: Base = Field(description="The value in its base unit.")


class Basis(_Model):
    """Against what a change or a gap is measured."""

    kind: Literal["yoy", "qoq", "cagr", "since", "plan", "peer"]
    text: str | None = Field(description="The words that say so.")


class Period(_Model):
    """The time that a claim is about; both dates inclusive."""

    text: str | None = Field(description="The words of the time.")
    start_date: date | None = Field(description="First day; null for a deadline or a state as of a day.")
    end_date: date | None = Field(description="Last day; null where it cannot be resolved.")
    source: Literal["stated", "context", "document"] = Field(
        description="Stated in the evidence, inherited from earlier text, or taken from the publication date.")


class Region(_Model):
    """The place that a claim is about."""

    text: str | None = Field(description="As written; null where it is the document's own place.")
    name: str = Field(description="The canonical full name.")


class Actor(_Model):
    """Who acts or answers for it."""

    text: str = Field(description="As written.")
    name: str | None = Field(description="The canonical full name.")


class Speaker(_Model):
    """Who says it in quoted or reported speech."""

    name: str
    title: str | None


class Action(_Model):
    """What is done, of a record without a number."""

    verb: str = Field(description="The main verb without adverbs.")
    object: str = Field(description="Its object as written, names in full.")
    status: Literal["planned", "ongoing", "done"]
    subject: str | None = Field(description="The thing itself, where it is the subject.")


class Record(_Model):
    """One claim of a text: a target, an achievement or an initiative, grounded in the text's own characters."""

    id: str = Field(description="Stable over runs and machines: a hash of doc_id, type, kind, place and indicator.")
    doc_id: str = Field(description="The document.")
    type: RecordType = Field(description="target: a bar still to be met; achievement: something that has come about; "
                                         "initiative: an action without a bar of its own.")
    evidence: Span = Field(description="The smallest run of whole clauses that states the claim.")
    kind: Kind | None = Field(description="Of a record with a number, else null.")
    indicator: Indicator | None = Field(description="Of a record with a number, else null.")
    value: Value | None = Field(description="Of a record with a number, else null.")
    basis: Basis | None = Field(description="Against what a change or gap is measured; null where unstated.")
    period: Period | None = Field(description="The time of the claim.")
    region: Region | None = Field(description="The place of the claim.")
    actor: Actor | None = Field(description="Who acts or answers for it.")
    speaker: Speaker | None = Field(description="Who says it.")
    action: Action | None = Field(description="Of a record without a number, else null.")
    group: str = Field(description="Shared by the records of one statement.")
    repeats: str | None = Field(description="Id of the document's first record that makes the same claim, else null.")
    confidence: float = Field(ge=0, le=1, description="How often records made this way were right on annotated text.")
    rule: str = Field(description="The rules that made it.")


class Quantity(Span):
    """A quantity that a text mentions."""

    op: Op
    number: Number | None
    low: Number | None
    high: Number | None
    unit: str
    base: Base


class PeriodMention(Span):
    """A time that a text mentions; dates are inclusive, null where they cannot be resolved."""

    start_date: date | None
    end_date: date | None


class EntityMention(Span):
    """A named thing that a text mentions. Keys without a value are left out of its JSON."""

    label: Label
    name: str = Field(description="The canonical full form.")
    code: str | None = Field(default=None, description="GB/T 2260 code of a GPE.")
    title: str | None = Field(default=None, description="Title of a PERSON.")
    org: str | None = Field(default=None, description="Body of a PERSON.")


class Mentions(_Model):
    """All that a text mentions, in order of place."""

    quantities: tuple[Quantity, ...]
    periods: tuple[PeriodMention, ...]
    entities: tuple[EntityMention, ...]


class Article(_Model):
    """A document to be read, with what is known about it."""

    doc_id: str
    text: str
    published: date | None = None
    region: str | None = None
    title: str | None = None
    source: str | None = None
    page: str | None = None
    """Number and name of the newspaper's page, as printed."""


def record_json(record: Record) -> str:
    """The record as one line of JSON: keys in a fixed order, Chinese characters as they are."""
    return record.model_dump_json()


def record_bytes(record: Record) -> bytes:
    """`record_json` in UTF-8, made at once."""
    return record.__pydantic_serializer__.to_json(record)


def record_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of one record."""
    schema = Record.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def records_jsonl(records: Sequence[Record]) -> str:
    """Records as JSON Lines."""
    return "".join(record_json(r) + "\n" for r in records)


def jsonl_lines(text: str) -> list[str]:
    """The lines of JSON Lines. Not `str.splitlines`, which breaks at characters that may stand inside a JSON string."""
    return [line for line in text.split("\n") if line]
