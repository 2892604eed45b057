"""Answers that are no success, and how they are described."""

from __future__ import annotations

from typing import Any

from extractor.web.models import Error

_SAID = {401: "The token is missing or wrong.", 403: "Asked under another name or from another site's page.",
         404: "There is no such thing.", 409: "It does not fit what is stored.", 413: "Too large.",
         422: "Not as described here.",
         429: "Too much at once; try again after Retry-After seconds.",
         503: "Took too long, or the store cannot be read; try again."}


class Problem(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.headers = status, code, headers


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors that a route may answer with, with those that any may."""
    return {status: {"model": Error, "description": _SAID[status]} for status in sorted({401, 403, 429, *statuses})}
