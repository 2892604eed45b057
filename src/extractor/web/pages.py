"""The review page, its files, health and metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from extractor.review import report
from extractor.web.errors import Problem, errors
from extractor.web.guard import COOKIE, same
from extractor.web.models import Health

router = APIRouter()
_DAY = {"cache-control": "no-cache"}


@router.get("/", response_class=HTMLResponse, include_in_schema=False)
def page(request: Request, token: Annotated[str | None, Query(max_length=500)] = None) -> Response:
    """The review page. With `?token=` the browser is given a cookie, so that the address need not hold it."""
    wanted = request.app.state.settings.token
    if token is not None and wanted is not None:
        if not same(token, wanted):
            raise Problem(401, "no_token", "the token is wrong")
        answer = RedirectResponse("/", 303)
        answer.set_cookie(COOKIE, wanted, httponly=True, samesite="strict")
        return answer
    return HTMLResponse(report.live_page(), headers=_DAY)


@router.get("/static/{name}", response_class=Response, include_in_schema=False)
def static(name: str) -> Response:
    """The page's style and scripts."""
    made: dict[str, tuple[Callable[[], str], str]] = {
        "page.css": (report.style, "text/css"), "app.js": (report.app_script, "text/javascript"),
        "charts.js": (report.charts_script, "text/javascript")}
    if name not in made:
        raise Problem(404, "not_found", "there is no such file")
    make, kind = made[name]
    return Response(make(), media_type=kind, headers=_DAY)


@router.get("/healthz", response_model=Health, tags=["operate"], summary="Health", responses=errors(503))
def health(request: Request) -> Health:
    """Whether the server can answer: the store can be read."""
    return Health(status="ok", version=request.app.version, documents=request.app.state.library.count())


@router.get("/metrics", response_class=Response, tags=["operate"], summary="Prometheus metrics",
            responses={200: {"description": "Metrics in Prometheus' text format.",
                             "content": {"text/plain": {"schema": {"type": "string"}}}}, **errors()})
def metrics(request: Request) -> Response:
    """Requests, texts, time and work in hand."""
    made = request.app.state.metrics
    return Response(made.text(), headers={"content-type": made.content_type})
