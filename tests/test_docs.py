"""What the documentation shows is run, so that it stays true.

In the Markdown files of the repository

- a ```console block is a session at a shell: a line that begins with `$ ` is a command, the lines that begin with `> `
  after it belong to it, and all other lines are what it prints, on either stream; `…` stands for anything, a line that
  is only `…` for any number of lines. A command with no output shown may print what it likes. Every command must end
  with exit code 0 unless `# exit 2` (say) ends its line;
- a ```python block with `>>>` is a doctest, in which `...` stands for anything.

The blocks of one file run in order in one folder, which has a `corpus` and a `rules` to read and an `outputs` to write.
Set-up commands (`python3 make.py …`) are left out here: test_install.py runs them in a fresh clone.
"""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
SET_UP = re.compile(r"python3 make\.py \w+")

_FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.M | re.S)
_EXIT = re.compile(r"\s+# exit (\d+)$")


@dataclass
class Command:
    """A command of a console block and what the page shows of its output."""

    line: int
    text: str
    shown: str
    code: int


def blocks(page: Path, language: str) -> list[tuple[int, str]]:
    """The fenced blocks of a page in a language, each with the line that it begins on."""
    text = page.read_text("utf-8")
    return [(text.count("\n", 0, m.start(2)) + 1, m.group(2)) for m in _FENCE.finditer(text) if m.group(1) == language]


def commands(page: Path) -> list[Command]:
    """The commands of a page's console blocks, in order."""
    found: list[Command] = []
    for first, block in blocks(page, "console"):
        begun = False
        for number, line in enumerate(block.splitlines(), first):
            if line.startswith("$ "):
                code = _EXIT.search(line)
                found.append(Command(number, _EXIT.sub("", line[2:]), "", int(code.group(1)) if code else 0))
                begun = True
                continue
            assert begun, f"{page.name}:{number}: the block begins with no command; begin it with '$ '"
            if line.startswith("> ") and not found[-1].shown:
                found[-1].text += "\n" + line[2:]
            else:
                found[-1].shown += line + "\n"
    return found


def agrees(shown: str, printed: str) -> bool:
    """Whether the output is what the page shows; spaces at line ends do not count."""
    pattern = ""
    for line in shown.rstrip("\n").splitlines():
        if line.strip() == "…":
            pattern += r"(?:[^\n]*\n)*?"
        else:
            pattern += ".*?".join(re.escape(part.rstrip() if last else part)
                                  for part, last in _parts(line)) + r"[ \t]*\n"
    return re.fullmatch(pattern, printed.rstrip("\n") + "\n") is not None


def _parts(line: str) -> list[tuple[str, bool]]:
    parts = line.split("…")
    return [(part, index == len(parts) - 1) for index, part in enumerate(parts)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("corpus", "rules"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "outputs").mkdir()
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_commands_do_what_the_page_shows(page: Path, folder: Path) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
                   "COLUMNS": "120", "NO_COLOR": "1", "TERM": "dumb"}
    for command in commands(page):
        if SET_UP.fullmatch(command.text):
            continue
        where = f"{page.name}:{command.line}: {command.text}"
        done = subprocess.run(["bash", "-c", command.text], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
                              timeout=300, check=False)
        assert done.returncode == command.code, f"{where}: exit {done.returncode}\n{done.stdout[-2000:]}"
        assert not command.shown or agrees(command.shown, done.stdout), (
            f"{where}\nshown:\n{command.shown}\nprinted:\n{done.stdout}")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_python_does_what_the_page_shows(page: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    names: dict[str, object] = {}
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    report: list[str] = []
    for first, block in blocks(page, "python"):
        if ">>>" in block:
            test = doctest.DocTestParser().get_doctest(block, names, page.name, str(page), first - 1)
            runner.run(test, out=report.append, clear_globs=False)
            names = test.globs
    assert runner.failures == 0, "".join(report)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_to_files(page: Path) -> None:
    text = _FENCE.sub("", page.read_text("utf-8"))
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if not target.startswith(("https://", "http://")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}, which there is not"


def test_both_readmes_show_the_same_commands() -> None:
    english, chinese = ([c.text for c in commands(ROOT / name)] for name in ("README.md", "README.zh-CN.md"))
    assert english == chinese


@pytest.mark.parametrize(("shown", "printed", "same"), [
    ("a b\n", "a b\n", True),
    ("a …\n", "a b c\n", True),
    ("a …\n", "a b\nc\n", False),
    ("a\n…\nc\n", "a\nb\nb\nc\n", True),
    ("a\n…\nc\n", "a\nc\n", True),
    ("a\n…\n", "b\n", False),
    ("a  \n", "a\n", True),
    ("a.c\n", "abc\n", False),
])
def test_shown_output_is_compared(shown: str, printed: str, same: bool) -> None:
    assert agrees(shown, printed) is same
