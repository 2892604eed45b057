"""Runs commands and measures them: seconds, and the most memory that they held."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from time import perf_counter

from extractor.schema import Article

EXTRACTOR = [sys.executable, "-m", "extractor.cli"]


def took(command: list[str], **options: object) -> float:
    """The seconds that a command takes. Raises CalledProcessError."""
    began = perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **options)  # type: ignore[call-overload]
    return perf_counter() - began


def peak(command: list[str]) -> float:
    """The most memory that a command held at once, in megabytes (10^6 bytes)."""
    with open(os.devnull, "wb") as nothing:
        process = subprocess.Popen(command, stdout=nothing)
        _, status, used = os.wait4(process.pid, 0)
    if status:
        raise subprocess.CalledProcessError(status, command)
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6


def write_articles(file: Path, articles: Iterable[Article]) -> int:
    """Write articles as a .jsonl file; how many characters they have."""
    characters = 0
    with file.open("w", encoding="utf-8") as out:
        for article in articles:
            characters += len(article.text)
            out.write(article.model_dump_json() + "\n")
    return characters
