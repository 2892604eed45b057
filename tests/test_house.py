"""The house: names, versions, lock files and set-up commands agree with one another."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCK: dict[str, Any] = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
EXPORTS = sorted((ROOT / "requirements").glob("*.txt"))


def tracked() -> list[Path]:
    """The files of the repository; skips where there is no git."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no git checkout")
    return [p for name in listed.stdout.decode().split("\0") if name and (p := ROOT / name).is_file()]


# --- names and versions -----------------------------------------------------------------------------------------


def test_distribution_has_a_name_of_its_own() -> None:
    assert PROJECT["project"]["name"] == "zh-press-claims"  # `extractor` on the index is somebody else's package
    assert importlib.metadata.metadata("zh-press-claims")["Name"] == "zh-press-claims"
    assert PROJECT["project"]["scripts"] == {"extractor": "extractor.cli:main"}


def test_version_is_the_same_everywhere() -> None:
    version = PROJECT["project"]["version"]
    assert importlib.metadata.version("zh-press-claims") == version
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert version in headings[:2]  # the first may be "Unreleased"
    assert _locked()["zh-press-claims"]["version"] == version


# --- the two commands -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["demo", "test"])
@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_readme_names_the_command(page: str, verb: str) -> None:
    assert f"$ python3 make.py {verb}\n" in (ROOT / page).read_text("utf-8")


def test_ci_runs_the_command_of_the_readme() -> None:
    ci = ROOT / ".ci" / "run"
    assert "\npython3 make.py test\n" in ci.read_text("utf-8")
    assert ci.stat().st_mode & 0o111, ".ci/run is not executable"


def test_set_up_needs_only_the_standard_library() -> None:
    tree = ast.parse((ROOT / "make.py").read_text("utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT))
    import make

    return make


def test_an_unknown_verb_gets_the_usage(make: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert make.main(["dance"]) == 2
    assert "make.py demo" in capsys.readouterr().err


def test_an_old_python_gets_a_sentence(make: ModuleType, monkeypatch: pytest.MonkeyPatch,
                                       capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(make, "OLDEST_PYTHON", (99, 0))
    assert make.main(["demo"]) == 1
    assert "needs Python 3.11 or newer" in capsys.readouterr().err


class Machine:
    """Stands for a machine: which commands there are and which version of pip they tell."""

    def __init__(self, pips: dict[str, str], ensurepip: bool) -> None:
        self.pips, self.ensurepip = pips, ensurepip

    def run(self, command: list[str], **_: Any) -> subprocess.CompletedProcess[bytes]:
        program = Path(command[0]).name
        if program not in self.pips:
            if program.startswith("pip"):
                raise FileNotFoundError(program)
            return subprocess.CompletedProcess(command, 1, b"")
        return subprocess.CompletedProcess(command, 0, f"pip {self.pips[program]} from /usr/lib".encode())

    def call(self, command: list[str], **_: Any) -> int:
        return 0 if "ensurepip" in command and self.ensurepip else 1


@pytest.mark.parametrize(("pips", "ensurepip", "chosen"), [
    ({"python3": "23.0.1"}, False, ["python3", "-m", "pip", "--python"]),  # Debian 12
    ({"python3": "21.2", "pip3": "24.0"}, False, ["pip3", "--python"]),
    ({"python3": "21.2"}, True, ["python", "-m", "pip"]),
    ({}, True, ["python", "-m", "pip"]),
])
def test_a_pip_from_outside_is_found(make: ModuleType, monkeypatch: pytest.MonkeyPatch, pips: dict[str, str],
                                     ensurepip: bool, chosen: list[str]) -> None:
    machine = Machine(pips, ensurepip)
    monkeypatch.setattr(make.sys, "executable", "/usr/bin/python3")
    monkeypatch.setattr(make.shutil, "which", lambda name: None)
    monkeypatch.setattr(make.subprocess, "run", machine.run)
    monkeypatch.setattr(make.subprocess, "call", machine.call)
    command = [Path(word).name for word in make.outer_pip()]
    assert command[:len(chosen)] == chosen


@pytest.mark.parametrize(("pips", "said"), [
    ({}, "apt install python3-pip"),
    ({"python3": "21.2"}, "pip 21.2 is too old"),
])
def test_without_a_pip_there_is_a_sentence(make: ModuleType, monkeypatch: pytest.MonkeyPatch, pips: dict[str, str],
                                           said: str) -> None:
    machine = Machine(pips, ensurepip=False)
    monkeypatch.setattr(make.sys, "executable", "/usr/bin/python3")
    monkeypatch.setattr(make.shutil, "which", lambda name: None)
    monkeypatch.setattr(make.subprocess, "run", machine.run)
    monkeypatch.setattr(make.subprocess, "call", machine.call)
    with pytest.raises(make.Stop, match=said):
        make.outer_pip()


def test_packages_go_nowhere_but_the_environment(make: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_TARGET", "/somewhere")
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.example/simple")
    environment = make.environment()
    assert "PIP_TARGET" not in environment
    assert environment["PIP_USER"] == "0"
    assert environment["PIP_INDEX_URL"] == "https://index.example/simple"


# --- the lock file and its exports ------------------------------------------------------------------------------


def _locked() -> dict[str, dict[str, Any]]:
    return {package["name"]: package for package in LOCK["package"]}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _specifiers(requirement: str) -> tuple[str, set[str]]:
    """Name and version bounds of a requirement without extras or markers."""
    name, bounds = re.fullmatch(r"([\w.-]+)(?:\[[^]]*\])?\s*(.*)", requirement).groups()  # type: ignore[union-attr]
    return _normal(name), {bound.strip() for bound in bounds.split(",") if bound.strip()}


def _pins(export: Path) -> dict[tuple[str, str], set[str]]:
    """(name, version) → hashes of an exported requirements file."""
    pins: dict[tuple[str, str], set[str]] = {}
    for entry in re.sub(r"\\\n", " ", export.read_text("utf-8")).splitlines():
        if entry.strip() and not entry.startswith("#"):
            match = re.match(r"([\w.-]+)==([^\s;]+)", entry)
            assert match, f"{export.name}: '{entry[:60]}' pins no version"
            pins[_normal(match[1]), match[2]] = set(re.findall(r"--hash=(sha256:[0-9a-f]{64})", entry))
    return pins


@pytest.mark.parametrize("export", EXPORTS, ids=lambda p: p.name)
def test_export_is_what_the_lock_says(export: Path) -> None:
    in_lock = {(package["name"], package["version"]): package for package in LOCK["package"]}
    for pin, hashes in _pins(export).items():
        package = in_lock[pin]
        files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        assert hashes == {file["hash"] for file in files}, f"{export.name}: {pin}; run 'make lock'"


@pytest.mark.parametrize(("export", "wanted"), [
    ("base.txt", PROJECT["project"]["dependencies"]),
    ("dev.txt", PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]),
    ("build.txt", PROJECT["dependency-groups"]["build"] + PROJECT["build-system"]["requires"]),
])
def test_export_holds_what_the_project_needs(export: str, wanted: list[str]) -> None:
    names = {name for name, _ in _pins(ROOT / "requirements" / export)}
    assert {_specifiers(requirement)[0] for requirement in wanted} <= names


def test_lock_was_made_from_this_pyproject() -> None:
    metadata = _locked()["zh-press-claims"]["metadata"]
    wanted = [_specifiers(requirement) for requirement in PROJECT["project"]["dependencies"]]
    locked = [(entry["name"], set(filter(None, entry.get("specifier", "").split(","))))
              for entry in metadata["requires-dist"] if "marker" not in entry]
    assert sorted(locked, key=str) == sorted(wanted, key=str), "dependencies have changed; run 'make lock'"
    assert set(metadata["provides-extras"]) == set(PROJECT["project"]["optional-dependencies"])


def test_lock_names_the_public_index_alone() -> None:
    text = "".join(p.read_text("utf-8") for p in [ROOT / "uv.lock", *EXPORTS])
    assert set(re.findall(r"\b\w+://[^/\s\"]+", text)) == {"https://pypi.org", "https://files.pythonhosted.org"}
    assert not re.search(r"^--?(i|f|index-url|extra-index-url|find-links|trusted-host)\b", text, re.M)
    assert {p["source"].get("registry", "here") for p in LOCK["package"]} == {"https://pypi.org/simple", "here"}


# --- what the repository holds ----------------------------------------------------------------------------------


def test_no_path_of_one_machine_is_in_the_repository() -> None:
    machine = re.compile(rb"(?<![\w.])/(?:work|root|home|Users)/\w")
    for path in tracked():
        found = machine.search(path.read_bytes())
        assert not found, f"{path.relative_to(ROOT)} names {found.group().decode() if found else ''}…"


def test_package_and_its_data_stand_alone() -> None:
    """Nothing that ships or that the demo reads looks outside the checkout."""
    for path in tracked():
        if path.relative_to(ROOT).parts[0] in ("src", "rules", "corpus"):
            assert b"../shared" not in path.read_bytes(), f"{path.relative_to(ROOT)} looks outside the repository"


def test_outputs_are_not_tracked() -> None:
    kept = [p.name for p in tracked() if p.relative_to(ROOT).parts[0] == "outputs"]
    assert kept == [".gitkeep"]
