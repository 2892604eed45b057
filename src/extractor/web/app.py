"""The server as an ASGI application: `create_app(settings)`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from extractor.engine import warm
from extractor.rulebook import load_rulebook
from extractor.store import StoreError
from extractor.web import extraction, pages, reading
from extractor.web.errors import Problem
from extractor.web.guard import Guard, TooLarge
from extractor.web.library import Library
from extractor.web.metrics import Metrics
from extractor.web.pool import Pool
from extractor.web.settings import Settings

_ABOUT = """Chinese press text in, grounded records of targets, achievements and initiatives out.

Every answer that is no success is `{"error": {"code", "message"}}`. 413: too large. 429: too much at once, try again
after `Retry-After` seconds. 503: a text took longer than the limit, or its process died."""

ROUTERS = (extraction.router, reading.router, pages.router)


def create_app(settings: Settings) -> FastAPI:
    """The server.

    Raises:
        RuleError: a rule file is wrong.
        StoreError: `settings.outputs` holds no store.
    """
    book = load_rulebook(settings.rules)
    if settings.rules is not None:
        warm(book)
    library = Library(settings.outputs, book)
    library.count()
    pool = Pool(settings.workers, settings.waiting, settings.time_limit, settings.rules)
    metrics = Metrics(lambda: pool.in_hand)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await pool.start()
        getattr(app.state, "begun", lambda: None)()
        try:
            yield
        finally:
            pool.close()

    from importlib.metadata import version

    app = FastAPI(title="extractor", version=version("zh-press-claims"), description=_ABOUT, lifespan=lifespan,
                  docs_url=None, redoc_url=None)
    app.state.settings, app.state.library, app.state.pool, app.state.metrics = settings, library, pool, metrics
    app.state.book = book
    for router in ROUTERS:
        app.include_router(router)
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(StoreError, _no_store)
    app.add_middleware(Guard, settings=settings, metrics=metrics)
    if settings.token is not None:
        _tell_token(app)
    return app


def error(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """An error as the API tells it."""
    return JSONResponse({"error": {"code": code, "message": message}}, status, headers)


async def _problem(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return error(problem.status, problem.code, str(problem), problem.headers)


async def _invalid(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, RequestValidationError)
    said = []
    for one in problem.errors()[:5]:
        place = ".".join(str(part) for part in one["loc"]) or "the request"
        said.append(f"{place}: {one['msg'].removeprefix('Value error, ')}")
    return error(422, "invalid", ("; ".join(said) or "the request is not as the API describes it")
                 .encode("utf-8", "replace").decode())


async def _http(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)
    cause = problem.__cause__ or problem.__context__
    if isinstance(cause, TooLarge):
        raise cause
    codes = {404: ("not_found", "there is nothing at this address; /openapi.json lists what there is"),
             405: ("wrong_method", f"{request.method} is not possible here"),
             400: ("invalid", "the body cannot be read")}
    code, message = codes.get(problem.status_code, ("error", str(problem.detail)))
    status = 422 if problem.status_code == 400 else problem.status_code
    headers = {name.lower(): value for name, value in (problem.headers or {}).items()}
    if status == 405:
        headers["allow"] = ", ".join(_methods(request))
    return error(status, code, message, headers)


def _methods(request: Request) -> list[str]:
    """What is possible at the address of a request, over all its routes."""
    from starlette.routing import Match

    found: set[str] = set()
    for route in (route for router in ROUTERS for route in router.routes):
        if route.matches(request.scope)[0] is not Match.NONE:
            found |= set(getattr(route, "methods", None) or ())
    return sorted(found)


async def _no_store(request: Request, problem: Exception) -> Response:
    return error(503, "no_store", str(problem), {"retry-after": "5"})


def _tell_token(app: FastAPI) -> None:
    """Say in the OpenAPI description that a token is wanted."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        made = plain()
        made.setdefault("components", {})["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        made["security"] = [{"token": []}]
        for path, item in made["paths"].items():
            for operation in item.values():
                if path == "/healthz":
                    operation["security"] = []
        return made

    app.openapi = described  # type: ignore[method-assign]
