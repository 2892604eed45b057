"""What decides what comes out of a document, so that a second run knows what it need not do again."""

from __future__ import annotations

import json
import os
from functools import cache
from hashlib import file_digest, sha256
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from extractor.reading.sources import Source


class Fingerprint(NamedTuple):
    """What decides, beside rules and program, what comes out of a document."""

    content_hash: str
    """SHA-256 of the file, or of the text that a line of JSON holds; empty if it cannot be read."""
    given: str
    """Metadata from outside the text, as JSON."""
    size: int
    """In bytes, about."""


def fingerprint(source: Source) -> Fingerprint:
    """The fingerprint of a source as it is now. Never fails; reading the document will tell what is wrong."""
    given = json.dumps([source.published.isoformat() if source.published else None, source.region, source.title,
                        source.source, source.page], ensure_ascii=False)
    if source.text is not None:
        data = source.text.encode()
        return Fingerprint(sha256(data).hexdigest(), given, len(data))
    try:
        if not os.path.isfile(source.path or ""):  # a pipe can be read only once
            return Fingerprint("", given, 0)
        with open(source.path or "", "rb") as file:
            return Fingerprint(file_digest(file, "sha256").hexdigest(), given, os.fstat(file.fileno()).st_size)
    except OSError:
        return Fingerprint("", given, 0)


@cache
def program_version() -> str:
    """The version of the package with a hash of the code that records come from, so that new code redoes documents."""
    package = Path(__file__).resolve().parent
    made = sha256()
    for part in ("engine.py", "schema.py", "reading", "text", "mentions", "claims", "rulebook"):
        path = package / part
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            made.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return f"{_version()}+{made.hexdigest()[:12]}"


def compiled() -> bool:
    """Whether the language part runs compiled ahead of time (see hatch_build.py); records are the same."""
    spec = find_spec("extractor.claims.actions")
    return spec is not None and not (spec.origin or "").endswith(".py")


def file_of(source: Source) -> str:
    """The absolute path of the file that a document is in."""
    return os.path.abspath(source.path or source.where.rpartition(":")[0] or source.where)


def _version() -> str:
    try:
        return version("zh-press-claims")
    except PackageNotFoundError:  # run from its source without an install
        return "0"
