"""A run over the corpus, a report of it, a server over it, and a real browser to look at them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ARTICLES = ROOT / "corpus" / "articles"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run `extractor` as a process of its own."""
    return subprocess.run([sys.executable, "-m", "extractor.cli", *map(str, arguments)], capture_output=True, text=True,
                          check=False)


@pytest.fixture(scope="session")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The outputs of a run over the corpus. Read only."""
    folder = tmp_path_factory.mktemp("outputs")
    done = run("run", ARTICLES, "-o", folder, "-q")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def report(outputs: Path) -> Path:
    """A report of the run."""
    pytest.importorskip("vl_convert")
    pytest.importorskip("jinja2")
    file = outputs / "report.html"
    done = run("report", outputs, "-o", file)
    assert done.returncode == 0, done.stderr
    return file


class Server:
    """A server as a process of its own."""

    def __init__(self, *arguments: object) -> None:
        self.process = subprocess.Popen([sys.executable, "-m", "extractor.cli", "serve", *map(str, arguments),
                                         "--port", "0"], stderr=subprocess.PIPE, text=True,
                                        env={**os.environ, "PYTHONUNBUFFERED": "1"})
        assert self.process.stderr is not None
        line = self.process.stderr.readline()
        found = re.search(r"http://\S+", line)
        if found is None:
            line += self.process.stderr.read()
            raise AssertionError(f"the server did not start: {line}")
        self.url = found.group()
        self.said: list[str] = []
        threading.Thread(target=lambda: self.said.extend(self.process.stderr or ()), daemon=True).start()

    def stop(self) -> int:
        """Ask it to stop, as a service manager does; its exit code."""
        self.process.terminate()
        return self.process.wait(timeout=40)


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Start servers that end with the test."""
    pytest.importorskip("uvicorn")
    pytest.importorskip("fastapi")
    pytest.importorskip("vl_convert")
    begun: list[Server] = []

    def start(*arguments: object) -> Server:
        begun.append(Server(*arguments))
        return begun[-1]

    yield start
    for server in begun:
        server.process.kill()
        server.process.wait()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium without a screen."""
    if CHROMIUM is None:
        pytest.skip("there is no chromium on this machine (on Debian: apt-get install chromium)")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def until(page: Any, expression: str) -> None:
    """Wait until an expression is true. (Playwright's own way needs `eval`, which the pages forbid.)"""
    for _ in range(300):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never became true: {expression}")


class Tab:
    """A page that remembers what went wrong on it and what it asked the network for."""

    def __init__(self, browser: Any, width: int, height: int) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True,
                                           locale="zh-CN")
        self.page = self.context.new_page()
        self.page.set_default_timeout(15000)
        self.problems: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda m: self.problems.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.problems.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def open(self, where: Path | str) -> Any:
        """Open a file or an address and wait until the page is there."""
        self.page.goto(where.as_uri() if isinstance(where, Path) else where)
        self.page.wait_for_selector("body[data-ready=yes]")
        return self.page

    def drawn(self) -> None:
        """Wait until all charts stand."""
        until(self.page, "[...document.querySelectorAll('.plot')].every(p => p.dataset.drawn || "
                         "p.querySelector('.empty'))")


@pytest.fixture
def tab(chromium: Any) -> Iterator[Callable[..., Tab]]:
    """Open tabs; at the end none may have met an error."""
    opened: list[Tab] = []

    def make(width: int = 1280, height: int = 800) -> Tab:
        opened.append(Tab(chromium, width, height))
        return opened[-1]

    yield make
    for each in opened:
        each.context.close()
        assert not each.problems, f"the page met problems: {each.problems}"
