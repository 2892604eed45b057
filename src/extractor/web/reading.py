"""Routes that read the store, and those of corrections. They are plain functions, which run in threads."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from extractor.export import choose
from extractor.review.why import why
from extractor.schema import record_schema
from extractor.web.errors import Problem, errors
from extractor.web.extraction import body
from extractor.web.library import BadCursor, Library, Wanted
from extractor.web.models import (
    Corrections,
    CorrectionsRequest,
    Day,
    DocumentFull,
    DocumentsPage,
    Explanation,
    Id,
    RecordsPage,
    Words,
)

router = APIRouter(tags=["read"])

Limit = Annotated[int, Query(ge=1, le=1000, description="Entries of a page.")]
Cursor = Annotated[str | None, Query(max_length=2000, description="`next` of the page before.")]


def _library(request: Request) -> Library:
    library: Library = request.app.state.library
    return library


@router.get("/records", response_class=Response, summary="Records that fit filters",
            responses={200: {"model": RecordsPage, "description": "A page of records."}, **errors(422, 503)})
def records(request: Request,
            type: Annotated[list[Literal["target", "achievement", "initiative"]], Query()] = [],  # noqa: B006
            kind: Annotated[list[Literal["level", "change", "gap", "rank"]], Query()] = [],  # noqa: B006
            region: Annotated[list[Words], Query(description="Full name of the place; * and ? stand for any "
                                                             "characters.")] = [],  # noqa: B006
            indicator: Annotated[list[Words], Query(description="Canonical name or the text's words; * and ? as above.")
                                 ] = [],  # noqa: B006
            since: Annotated[Day | None, Query(description="The period reaches to this day, month or year.")] = None,
            until: Annotated[Day | None, Query(description="The period begins by this day, month or year.")] = None,
            min_confidence: Annotated[float, Query(ge=0, le=1)] = 0,
            document: Annotated[list[Id], Query(description="Of this doc_id; * and ? as above.")] = [],  # noqa: B006
            q: Annotated[Words | None, Query(description="Words that stand anywhere in the record.")] = None,
            distinct: Annotated[bool, Query(description="Leave out repeats within a document.")] = False,
            limit: Limit = 100, cursor: Cursor = None) -> Response:
    """Records in order of document and place, page by page: the filters of `extractor export`, kinds and words."""
    try:
        wanted = Wanted(choose(type, region, indicator, since, until, min_confidence, document, distinct), kind, q)
    except ValueError as error:
        raise Problem(422, "invalid", str(error)) from None
    try:
        lines, following = _library(request).records(wanted, limit, cursor)
    except BadCursor as error:
        raise Problem(422, "bad_cursor", str(error)) from None
    text = f'{{"records": [{", ".join(lines)}], "next": {json.dumps(following)}}}'
    return Response(text, media_type="application/json")


@router.get("/documents", response_model=DocumentsPage, summary="The documents", responses=errors(422, 503))
def documents(request: Request, q: Annotated[Words | None, Query(description="Part of title or doc_id.")] = None,
              limit: Limit = 100, cursor: Cursor = None) -> Any:
    """The documents of the store in order of doc_id, page by page."""
    try:
        return _library(request).documents(q, limit, cursor)
    except BadCursor as error:
        raise Problem(422, "bad_cursor", str(error)) from None


@router.get("/documents/{doc_id:path}", response_class=Response, summary="One document",
            responses={200: {"model": DocumentFull, "description": "The document."}, **errors(404, 422, 503)})
def document(request: Request, doc_id: str) -> Response:
    """A document with its text and its records."""
    found = _library(request).document(doc_id)
    if found is None:
        raise Problem(404, "not_found", "there is no document of this doc_id in the store")
    return Response(body(found, True), media_type="application/json")


@router.get("/explain", response_model=Explanation, summary="Why a record is there", responses=errors(404, 422, 503))
def explain(request: Request, doc_id: Annotated[Id, Query()], record: Annotated[Id, Query()]) -> Any:
    """The steps that led to a record: rules, mentions, inherited context."""
    found = _library(request).document(doc_id)
    one = _library(request).record(doc_id, record) if found else None
    if found is None or one is None:
        raise Problem(404, "not_found", "there is no such record in the store")
    return {"doc_id": doc_id, "record": record, "steps": why(one, found, request.app.state.book)}


@router.get("/overview", summary="The figures of the charts", responses=errors(503))
def overview(request: Request) -> JSONResponse:
    """Records by theme and type, targets by deadline, indicators over time, targets against results."""
    return JSONResponse(_library(request).overview())


@router.get("/corrections", response_model=Corrections, response_model_exclude_unset=True,
            summary="Corrections that are saved", responses=errors(503))
def corrections(request: Request) -> Any:
    """All decisions of readers."""
    return {"corrections": _library(request).corrections()}


@router.get("/corrections.jsonl", response_class=Response, summary="Corrections as gold",
            responses={200: {"description": "Gold that `extractor evaluate` reads, one record a line.",
                             "content": {"application/x-ndjson": {"schema": {"type": "string"}}}}, **errors(503)})
def corrections_file(request: Request) -> Response:
    """All decisions as gold JSON Lines."""
    text = "".join(json.dumps(c, ensure_ascii=False) + "\n" for c in _library(request).corrections())
    return Response(text, media_type="application/x-ndjson")


@router.post("/corrections", status_code=204, response_class=Response, summary="Save corrections",
             responses={204: {"description": "Saved."}, **errors(409, 413, 422, 503)})
def correct(request: Request, given: CorrectionsRequest) -> Response:
    """Save decisions, or take them back. All are saved or none."""
    changed = [c.model_dump(mode="json", exclude_unset=True) for c in given.corrections]
    problem = _library(request).correct(changed, [(r.doc_id, r.id) for r in given.removed])
    if problem:
        raise Problem(409, "misplaced", problem)
    return Response(status_code=204)


@router.get("/schema", summary="JSON Schema of a record", responses=errors())
def schema() -> JSONResponse:
    """The JSON Schema of a record."""
    return JSONResponse(record_schema())
