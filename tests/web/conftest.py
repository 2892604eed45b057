"""A server in this process, over a run on the corpus."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ARTICLES = Path(__file__).resolve().parent.parent.parent / "corpus" / "articles"


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The outputs of a run over the corpus. Read only."""
    folder = tmp_path_factory.mktemp("stored")
    subprocess.run([sys.executable, "-m", "extractor.cli", "run", ARTICLES, "-o", folder, "-q"], check=True)
    return folder


@pytest.fixture(scope="session")
def client(stored: Path) -> Iterator[Any]:
    """A client of a server over the store."""
    pytest.importorskip("fastapi")
    pytest.importorskip("vl_convert")
    testing = pytest.importorskip("starlette.testclient")
    from extractor.web.app import create_app
    from extractor.web.settings import Settings

    with testing.TestClient(create_app(Settings(stored, workers=1)), base_url="http://localhost") as made:
        yield made
