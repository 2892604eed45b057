"""Runs the server until it is told to stop; requests in hand are finished first."""

from __future__ import annotations

import secrets
import signal
import sys
from dataclasses import replace

from extractor.web.settings import Settings

_LAST_SECONDS = 30


def serve(settings: Settings, port: int) -> None:
    """Serve until SIGINT or SIGTERM. A server that others can reach gets a token if it was given none.

    Raises:
        RuleError, StoreError: as `create_app`.
        OSError: the address cannot be had.
    """
    import socket

    import uvicorn

    from extractor.web.app import create_app

    if not settings.is_local and settings.token is None:
        settings = replace(settings, token=secrets.token_urlsafe(24))
    app = create_app(settings)
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((settings.host.strip("[]"), port))
        listening.listen(1024)
        shown = f"[{settings.host}]" if family == socket.AF_INET6 else settings.host
        address = f"http://{shown}:{listening.getsockname()[1]}/"
        address += f"?token={settings.token}" if settings.token else ""
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=_LAST_SECONDS, server_header=False,
                                timeout_keep_alive=20, h11_max_incomplete_event_size=65536)
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, _asked)  # uvicorn raises again what stopped it; a stop that was asked for is no failure
        server = uvicorn.Server(config)
        app.state.begun = lambda: print(f"serving at {address}", file=sys.stderr, flush=True)
        server.run(sockets=[listening])


def _asked(number: int, frame: object) -> None:
    """Nothing more: the server has stopped when this comes."""
