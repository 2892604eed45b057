"""What a server may be told: where it listens, whom it answers, and its limits."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a server. Sizes are bytes, times seconds."""

    outputs: Path | None = None
    """The folder of a run; None for a server that only extracts what it is sent."""
    rules: Path | None = None
    host: str = "127.0.0.1"
    token: str | None = None
    """Who asks must know it; None only for a server that this machine alone can reach."""
    workers: int = 2
    """Processes that extract."""
    waiting: int = 8
    """Texts that may wait for a process; beyond them the answer is 429."""
    max_body: int = 8_000_000
    max_batch: int = 64_000_000
    max_text: int = 1_000_000
    """Characters of one text."""
    time_limit: float = 30.0
    """For one text."""
    max_requests: int = 256
    """Requests in hand; beyond them the answer is 429."""

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the server."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine itself.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("[::1]"), is_loopback("0.0.0.0")
    (True, True, True, False)
    """
    name = host.strip("[]").lower()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
