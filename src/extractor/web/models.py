"""What the API takes and gives. Records are those of `extractor.schema`, with the same JSON Schema."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from extractor.reading.dates import parse_published
from extractor.schema import Action, Actor, Indicator, Kind, Number, Op, Record, RecordType, Region, Span


def _date(given: str | None) -> str | None:
    parse_published(given or None)
    return given or None


def _iso(given: object) -> date:
    """A day as the API writes it; numbers, which pydantic would take for seconds since 1970, are none."""
    if isinstance(given, str) and len(given) == 10:
        return date.fromisoformat(given)
    raise ValueError("is no day; write it as 2026-12-31")


def _whole(text: str) -> str:
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("holds half a character (a lone surrogate); write whole characters")
    return text


Words = Annotated[str, StringConstraints(max_length=200), AfterValidator(_whole)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]+$"),
               AfterValidator(_whole)]
IsoDay = Annotated[date, BeforeValidator(_iso)]
Day = Annotated[str, StringConstraints(pattern=r"^[12]\d{3}(-\d{1,2}){0,2}$")]
Published = Annotated[Day | None, AfterValidator(_date), Field(
    description="Date of publication: 2022-12-20, 2022-12 or 2022 (a month or year means its last day).")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ExtractRequest(_Strict):
    """A text to be extracted."""

    text: Annotated[str, StringConstraints(min_length=1), AfterValidator(_whole)]
    doc_id: Id | None = Field(None, description="Goes into the records; made from the text if it is not given.")
    published: Published = None
    region: Words | None = Field(None, description="The place that the text is about: 青岛市.")
    title: Words | None = None
    source: Words | None = None
    page: Words | None = Field(None, description="Number and name of the newspaper's page.")


class Extracted(BaseModel):
    """A text's records."""

    doc_id: str
    records: list[Record]


class DocumentAbout(BaseModel):
    """What is known of a document."""

    doc_id: str
    title: str | None
    source: str | None
    page: str | None
    published: date | None
    region: str | None


class DocumentEntry(DocumentAbout):
    """A document in a list."""

    records: int = Field(description="The number of its records.")


class DocumentFull(DocumentAbout):
    """A document with its text and its records."""

    text: str
    records: list[Record]


class DocumentsPage(BaseModel):
    """A page of the list of documents."""

    documents: list[DocumentEntry]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


class RecordsPage(BaseModel):
    """A page of records."""

    records: list[Record]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


class ErrorBody(BaseModel):
    """What went wrong."""

    code: str = Field(description="A word for programs: too_large, busy, too_slow, not_found …")
    message: str = Field(description="A sentence for people.")


class Error(BaseModel):
    """The body of every answer that is no success."""

    error: ErrorBody


class GoldValue(_Strict):
    """The value of a corrected record."""

    text: str
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    op: Op
    number: Number | None = None
    low: Number | None = None
    high: Number | None = None
    unit: str
    base: dict[str, Any] | None = None


class GoldPeriod(_Strict):
    """The period of a corrected record."""

    text: str | None
    start_date: IsoDay | None
    end_date: IsoDay | None
    source: Literal["stated", "context", "document"] | None = None


class Review(_Strict):
    """Who decided what."""

    id: Id = Field(description="The record that was decided on; of an added record an id of its own.")
    verdict: Literal["accepted", "rejected", "edited", "added"]
    whole: bool = Field(description="Whether the document is done, so that what gold lacks is wrong.")


class Correction(_Strict):
    """A line of gold: a record as a reader says it should be."""

    doc_id: Id
    type: RecordType
    kind: Kind | None = None
    evidence: Span
    indicator: Indicator | None = None
    value: GoldValue | None = None
    action: Action | None = None
    period: GoldPeriod | None = None
    region: Region | None = None
    actor: Actor | None = None
    review: Review


class Removed(_Strict):
    """A decision that is taken back."""

    doc_id: Id
    id: Id


class CorrectionsRequest(_Strict):
    """Decisions to be saved."""

    corrections: Annotated[list[Correction], Field(max_length=5000)] = []
    removed: Annotated[list[Removed], Field(max_length=5000)] = []


class Corrections(BaseModel):
    """All decisions that are saved."""

    corrections: list[Correction]


class Explanation(BaseModel):
    """Why a record is there."""

    doc_id: str
    record: str
    steps: list[str]


class Health(BaseModel):
    """That the server works."""

    status: Literal["ok"]
    version: str
    documents: int
