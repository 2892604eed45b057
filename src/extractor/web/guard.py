"""What stands before every route: who may ask, how much, how many at once; and headers that keep pages harmless.

Plain ASGI, so that bodies are counted as they come and no answer is held in memory.
"""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from extractor.web.metrics import Metrics
from extractor.web.settings import Settings, is_loopback

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

COOKIE = "extractor_token"
OPEN = frozenset({"/healthz"})
"""Paths that need no token."""
BATCH = "/extract/batch"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS = [
    (b"content-security-policy", b"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
     b"img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
]


class TooLarge(Exception):
    """A body is larger than may be."""


class Guard:
    """Answers what may not pass, counts what does."""

    def __init__(self, app: App, settings: Settings, metrics: Metrics) -> None:
        self._app = app
        self._settings = settings
        self._metrics = metrics
        self._in_hand = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, seen = time.perf_counter(), {"status": 500, "begun": False}

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"], seen["begun"] = message["status"], True
                message = {**message, "headers": [*message.get("headers", []), *HEADERS]}
            await send(message)

        self._in_hand += 1
        try:
            await self._pass(scope, receive, sending, seen)
        finally:
            self._in_hand -= 1
            route = getattr(scope.get("route"), "path", "other")
            self._metrics.requests.labels(route, scope["method"] if route != "other" else "-", seen["status"]).inc()
            self._metrics.seconds.labels(route).observe(time.perf_counter() - begun)

    async def _pass(self, scope: Scope, receive: Receive, send: Send, seen: dict[str, Any]) -> None:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        refusal = self._refusal(scope, headers)
        if refusal:
            await answer(send, *refusal)
            return
        most = self._settings.max_batch if scope["path"] == BATCH else self._settings.max_body
        length = headers.get(b"content-length", "")
        if length.isdigit() and int(length) > most:
            await answer(send, *too_large(most))
            return
        received = 0

        async def counting() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > most:
                raise TooLarge
            return message

        try:
            await self._app(scope, counting, send)
        except TooLarge:
            if not seen["begun"]:
                await answer(send, *too_large(most))

    def _refusal(self, scope: Scope, headers: dict[bytes, str]) -> tuple[int, str, str, dict[str, str]] | None:
        """Status, code, sentence and headers of the answer to who may not ask."""
        settings = self._settings
        if self._in_hand > settings.max_requests:
            return 429, "busy", "too many requests are in hand; try again in a second", {"retry-after": "1"}
        host = headers.get(b"host", "")
        if settings.is_local and settings.token is None and not is_loopback(_name(host)):
            # a page of another site whose name was pointed at this machine must not read the store
            return 403, "wrong_host", f"this server answers as localhost only, not as '{host[:80]}'", {}
        origin = headers.get(b"origin")
        if origin and scope["method"] not in _SAFE and origin.split("://", 1)[-1] != host:
            return 403, "wrong_origin", "pages of other sites may not write to this server", {}
        if settings.token is not None and scope["path"] not in OPEN and not self._knows(scope, headers, settings.token):
            return (401, "no_token", "this server wants its token: send 'Authorization: Bearer TOKEN', or open /?token="
                    "TOKEN in a browser once", {"www-authenticate": "Bearer"})
        return None

    def _knows(self, scope: Scope, headers: dict[bytes, str], token: str) -> bool:
        given = headers.get(b"authorization", "")
        if given[:7].lower() == "bearer ":
            return same(given[7:].strip(), token)
        cookies: SimpleCookie = SimpleCookie()
        try:
            cookies.load(headers.get(b"cookie", ""))
        except CookieError:
            return False
        if COOKIE in cookies and same(cookies[COOKIE].value, token):
            return True
        return bool(scope["path"] == "/" and scope["query_string"].startswith(b"token="))  # the route looks at it


def same(given: str, token: str) -> bool:
    """Whether two tokens are the same, in a time that tells nothing."""
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), token.encode())


def _name(host: str) -> str:
    """A Host header without its port."""
    return host.rsplit(":", 1)[0] if host.rsplit(":", 1)[-1].isdigit() and not host.endswith("]") else host


def too_large(most: int) -> tuple[int, str, str, dict[str, str]]:
    """The answer to a body of more than `most` bytes."""
    return 413, "too_large", f"the body is larger than {most} bytes; send less, or several requests", {}


async def answer(send: Send, status: int, code: str, message: str, headers: dict[str, str]) -> None:
    """Send an error as JSON."""
    body = json.dumps({"error": {"code": code, "message": message}}, ensure_ascii=False).encode()
    await send({"type": "http.response.start", "status": status, "headers": [
        (b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()),
        *((k.encode(), v.encode()) for k, v in headers.items())]})
    await send({"type": "http.response.body", "body": body})
