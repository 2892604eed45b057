"""Inputs that fuzzing found, each broken once; `fuzz/run.py` adds to them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOUND = sorted((ROOT / "tests" / "fixtures" / "regressions").iterdir())


@pytest.fixture(scope="module")
def targets() -> ModuleType:
    import importlib.util

    spec = importlib.util.spec_from_file_location("targets", ROOT / "fuzz" / "targets.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", FOUND, ids=lambda p: p.name)
def test_what_was_broken_once_holds(targets: ModuleType, path: Path) -> None:
    targets.TARGETS[path.name.split("-")[0]](path.read_bytes())


@pytest.mark.parametrize("text", ["主任秦", "代表连", "主任欧阳"])
def test_a_title_at_the_end_of_a_text_with_one_character_behind_it(targets: ModuleType, text: str) -> None:
    targets.check_text(text)


@pytest.mark.slow
@pytest.mark.parametrize("target", ["records", "page", "rules"])
def test_a_while_of_fuzzing_finds_nothing(target: str) -> None:
    done = subprocess.run([sys.executable, ROOT / "fuzz" / "run.py", target, "20", "--plain"], cwd=ROOT, text=True,
                          capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
