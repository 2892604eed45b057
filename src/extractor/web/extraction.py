"""Routes that extract: one text, many as a stream, an uploaded file."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import deque
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from fastapi.responses import Response, StreamingResponse
from pydantic import ValidationError

from extractor.web.errors import Problem, errors
from extractor.web.models import DocumentFull, Extracted, ExtractRequest, Published, Words
from extractor.web.pool import Busy, Lost, TooSlow

router = APIRouter(tags=["extract"])
_BATCHES = 2


@router.post("/extract", response_class=Response, summary="Extract one text",
             responses={200: {"model": Extracted | DocumentFull, "description": "Its records."},
                        **errors(413, 422, 503)})
async def extract(request: Request, given: ExtractRequest, document: Annotated[
        bool, Query(description="Answer with text and metadata too.")] = False) -> Response:
    """The records of a text, and with `document=true` the text and its metadata too."""
    return _json(body(await _extracted(request, given), document))


@router.post("/extract/batch", response_class=StreamingResponse, summary="Extract many texts",
             openapi_extra={"requestBody": {"required": True, "content": {"application/x-ndjson": {
                 "schema": {"description": "One object a line, each as for POST /extract."}}}}},
             responses={200: {"description": "One object a line, in the order of the lines that came: "
                                             '{"doc_id", "records"}, or {"line", "error"}.',
                              "content": {"application/x-ndjson": {"schema": {"type": "string"}}}},
                        **errors(413, 422)})
async def batch(request: Request) -> Response:
    """Many texts, one JSON object a line; the answers stream back in the same order."""
    state = request.app.state
    if getattr(state, "batches", 0) >= _BATCHES:
        raise Problem(429, "busy", f"{_BATCHES} batches are in hand; try again later", {"retry-after": "5"})
    if request.headers.get("content-type", "").split(";")[0].strip() not in (
            "application/x-ndjson", "application/jsonl", "application/json", "text/plain"):
        raise Problem(422, "invalid", "send lines of JSON with 'Content-Type: application/x-ndjson'")
    state.batches = getattr(state, "batches", 0) + 1
    try:
        lines = [line for line in (await request.body()).split(b"\n") if line.strip()]
    except BaseException:
        state.batches -= 1
        raise
    return StreamingResponse(_answers(request, lines), media_type="application/x-ndjson")


async def _answers(request: Request, lines: list[bytes]) -> AsyncIterator[bytes]:
    """The answers in order; twice as many texts as there are processes are in hand at a time."""
    state = request.app.state
    waiting: deque[asyncio.Task[bytes]] = deque()
    try:
        for number, line in enumerate(lines, 1):
            waiting.append(asyncio.create_task(_answer(request, number, line)))
            while len(waiting) >= 2 * state.pool.workers:
                yield await waiting.popleft()
        while waiting:
            yield await waiting.popleft()
    finally:
        state.batches -= 1
        for task in waiting:
            task.cancel()


async def _answer(request: Request, number: int, line: bytes) -> bytes:
    try:
        given = ExtractRequest.model_validate_json(line)
        return body(await _extracted(request, given, patient=True), False) + b"\n"
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        code, message = "invalid", f"{place + ': ' if place else ''}{first['msg'].removeprefix('Value error, ')}"
    except Problem as problem:
        code, message = problem.code, str(problem)
    wrong = {"line": number, "error": {"code": code, "message": message}}
    return json.dumps(wrong, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


@router.post("/upload", response_class=Response, summary="Extract a file",
             responses={200: {"model": DocumentFull, "description": "The document with its text and records."},
                        **errors(413, 422, 503)})
async def upload(request: Request, file: Annotated[UploadFile, File(description="A .txt, .html, .docx or .pdf file.")],
                 published: Annotated[Published, Form()] = None,
                 region: Annotated[Words | None, Form()] = None) -> Response:
    """The text and the records of a file: .txt, .md, .html, .docx, .pdf."""
    data = await file.read()
    name = (file.filename or "file").replace("\\", "/").rsplit("/", 1)[-1][-120:]
    if not data:
        raise Problem(422, "empty", f"{name}: is empty; give a file that holds text")
    task = {"name": name, "data": data, "doc_id": _doc_id("uploaded", data), "published": published, "region": region,
            "most": request.app.state.settings.max_text}
    return _json(body(await _worked(request, task), True))


async def _extracted(request: Request, given: ExtractRequest, patient: bool = False) -> dict[str, Any]:
    most = request.app.state.settings.max_text
    if len(given.text) > most:
        raise Problem(413, "too_large", f"the text has {len(given.text)} characters; at most {most} are taken")
    task = given.model_dump()
    task["doc_id"] = given.doc_id or _doc_id("pasted", given.text.encode())
    return await _worked(request, task, patient)


async def _worked(request: Request, task: dict[str, Any], patient: bool = False) -> dict[str, Any]:
    pool, metrics = request.app.state.pool, request.app.state.metrics
    try:
        made: dict[str, Any] = await pool.work(task, patient)
    except Busy:
        metrics.texts.labels("refused").inc()
        raise Problem(429, "busy", "too many texts are waiting; try again in a second", {"retry-after": "1"}) from None
    except TooSlow:
        metrics.texts.labels("too_slow").inc()
        raise Problem(503, "too_slow", f"the text took longer than {pool.limit:g} seconds; split it",
                      {"retry-after": "1"}) from None
    except Lost:
        metrics.texts.labels("lost").inc()
        raise Problem(503, "lost", "the process that worked on the text died; send it again, or split it",
                      {"retry-after": "1"}) from None
    if "problem" in made:
        metrics.texts.labels("wrong").inc()
        codes = {413: "too_large", 422: "unreadable", 500: "fault"}
        raise Problem(made["code"], codes[made["code"]], made["problem"])
    metrics.texts.labels("done").inc()
    metrics.records.inc(len(made["records"]))
    metrics.characters.inc(len(made["text"]))
    return made


def body(made: dict[str, Any], full: bool) -> bytes:
    """A document as JSON; its records are lines of JSON already."""
    about = made if full else {"doc_id": made["doc_id"]}
    head = json.dumps({k: v for k, v in about.items() if k != "records"}, ensure_ascii=False)
    return f'{head[:-1]}, "records": [{", ".join(made["records"])}]}}'.encode()


def _doc_id(kind: str, data: bytes) -> str:
    return f"{kind}-{hashlib.sha256(data).hexdigest()[:12]}"


def _json(data: bytes) -> Response:
    return Response(data, media_type="application/json")
