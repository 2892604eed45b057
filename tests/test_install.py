"""Installs as a user would: the wheel in an empty environment, the set-up commands in a fresh clone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow

SENTENCE = "到2026年，全市集装箱吞吐量超过2800万标箱。"


def plain_environment() -> dict[str, str]:
    """The environment of a new shell: no virtual environment active, nothing of this test run."""
    here = str(Path(sys.prefix))
    path = [p for p in os.environ["PATH"].split(os.pathsep) if not p.startswith(here)]
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST", "VIRTUAL_ENV", "EXTRACTOR"))}
    return {**kept, "PATH": os.pathsep.join(path)}


def run(*command: str | Path, cwd: Path, given: str = "", **settings: str) -> str:
    done = subprocess.run([str(c) for c in command], cwd=cwd, env={**plain_environment(), **settings}, input=given,
                          text=True, encoding="utf-8", capture_output=True, timeout=500, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def build(folder: Path, compiled: bool) -> Path:
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", folder, ROOT,
        cwd=folder, EXTRACTOR_COMPILE=str(int(compiled)))
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("wheel"), compiled=False)


def test_wheel_carries_the_rules_and_nothing_for_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert wheel.name.startswith("zh_press_claims-") and wheel.name.endswith("-py3-none-any.whl")
    carried = {n.removeprefix("extractor/_rules/") for n in names if n.startswith("extractor/_rules/")}
    assert carried == {p.relative_to(ROOT / "rules").as_posix() for p in (ROOT / "rules").rglob("*") if p.is_file()}
    assert {n.split("/")[0].split("-")[0] for n in names} == {"extractor", "zh_press_claims"}
    assert "extractor/py.typed" in names
    assert not [n for n in names if "/test" in n or "gold" in n or n.endswith(".pyc")]


def install(wheel: Path, folder: Path) -> Path:
    """Installs a wheel into an environment of its own; the folder of its commands.

    Its dependencies come from this test's environment, whose own .pth files (the editable install) count for nothing.
    """
    run(sys.executable, "-m", "venv", "--without-pip", folder / "env", cwd=folder)
    bin_folder = folder / "env" / ("Scripts" if os.name == "nt" else "bin")
    python = bin_folder / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel,
        cwd=folder)
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip())
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    assert Path(run(python, "-c", "import extractor; print(extractor.__file__)", cwd=folder)).is_relative_to(site)
    return bin_folder


def test_installed_wheel_works_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    bin_folder = install(wheel, elsewhere)
    schema = json.loads(run(bin_folder / "extractor", "schema", cwd=elsewhere))
    assert "evidence" in schema["properties"]
    answer = json.loads(run(bin_folder / "extractor", "extract", "-", "--published", "2022-12-20", "--region", "青岛市",
                            cwd=elsewhere, given=SENTENCE))
    (record,) = answer["records"]
    assert record["type"] == "target"
    assert record["value"]["base"]["number"] == 28_000_000
    assert SENTENCE[record["value"]["start"]:record["value"]["end"]] == record["value"]["text"]


def test_compiled_wheel_gives_the_records_of_the_sources(tmp_path: Path) -> None:
    headers = Path(sysconfig.get_paths()["include"], "Python.h")
    if shutil.which((sysconfig.get_config_var("CC") or "cc").split()[0]) is None or not headers.is_file():
        pytest.skip("no C compiler, or no headers of this Python")
    wheel = build(tmp_path, compiled=True)
    assert not wheel.name.endswith("-any.whl")
    bin_folder = install(wheel, tmp_path)
    assert run(bin_folder / "extractor", "--version", cwd=tmp_path).endswith(", compiled\n")
    sources = Path(sys.executable).parent / "extractor"
    assert run(sources, "--version", cwd=tmp_path).endswith(", not compiled\n")
    for command, out in ((bin_folder / "extractor", "compiled"), (sources, "sources")):
        run(command, "run", ROOT / "corpus" / "articles", "-o", tmp_path / out, cwd=tmp_path)
    assert (tmp_path / "compiled" / "records.jsonl").read_bytes() == (
        tmp_path / "sources" / "records.jsonl").read_bytes()


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("no git checkout to clone")
    folder = tmp_path_factory.mktemp("fresh") / "a clone"  # a space, as on many desktops
    run("git", "clone", "--quiet", ROOT, folder, cwd=folder.parent)
    return folder


def test_the_demo_command_in_a_fresh_clone(clone: Path) -> None:
    printed = run("python3", "make.py", "demo", cwd=clone)
    records = (clone / "outputs" / "records.jsonl").read_text("utf-8").splitlines()
    assert {json.loads(line)["type"] for line in records} == {"target", "achievement", "initiative"}
    assert "集装箱" in printed or "initiative" in printed
    assert not run("git", "status", "--porcelain", cwd=clone)


def test_the_test_command_in_a_fresh_clone(clone: Path) -> None:
    """That it sets up and reaches the tests; .ci/run is where it runs them all."""
    printed = run("python3", "make.py", "test", "tests/test_house.py", cwd=clone)
    assert " passed" in printed
