"""Fixtures that all tests share."""

from __future__ import annotations

import io
import multiprocessing
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from extractor.rulebook import Rulebook, load_rulebook

settings.register_profile("untimed", deadline=None)  # machines are shared: no test fails for being slow
settings.load_profile("untimed")

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    """An option of test_snapshots.py."""
    parser.addoption("--update-snapshots", action="store_true", help="take over what the program gives now")


settings.register_profile("busy", deadline=None)  # how long an example takes says more about the machine's other work
settings.load_profile("busy")


@pytest.fixture(scope="session")
def book() -> Rulebook:
    """The built-in rules."""
    return load_rulebook()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of measures and real texts; tests that ask for it are marked `shared`."""
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is not there")
    return SHARED


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers are forked, so that what a test puts in the place of our code is there for them too.

    Left to themselves, workers start otherwise wherever another thread lives, be it one that an earlier test left.
    """
    if "fork" not in multiprocessing.get_all_start_methods():
        pytest.skip("processes cannot be forked here")
    monkeypatch.setattr("extractor.workers._context", lambda: multiprocessing.get_context("fork"))


class Outcome:
    """What a command did."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def command(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Run `extractor` with arguments and, if given, standard input; in this process."""
    from extractor.cli import run_command

    def call(*arguments: object, stdin: str | bytes = b"") -> Outcome:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
        capfd.readouterr()
        code = run_command([str(a) for a in arguments])
        out, err = capfd.readouterr()
        return Outcome(code, out, err)

    return call
