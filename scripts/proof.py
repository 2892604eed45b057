"""The whole tier of checks, in parts; `python3 make.py proof` runs it in the environment of the lock.

    python3 make.py proof                     all parts that have not passed at this commit; takes hours
    python3 make.py proof fuzz audit          these, whether they passed or not
    python3 make.py proof fuzz --seconds 60   for a shorter time

What came out is in outputs/proof/proof.json, so a proof that is stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"  # measures and real texts that some checkouts have beside them
DONE = ROOT / "outputs" / "proof"
RESULTS = DONE / "proof.json"
BIN = Path(sys.executable).parent
Outcome = tuple[int, str]
"""Exit code and a sentence."""


def run(*command: object, env: dict[str, str] | None = None) -> int:
    """Run a command from the root of the checkout; its exit code."""
    sys.stdout.flush()
    return subprocess.call([str(part) for part in command], cwd=ROOT, env={**os.environ, **(env or {})})


def heard(*command: object, env: dict[str, str] | None = None) -> tuple[int, str]:
    """Run a command; its exit code and the last line that it wrote, which is shown with all others."""
    with subprocess.Popen([str(part) for part in command], cwd=ROOT, text=True, stdout=subprocess.PIPE,
                          env={**os.environ, **(env or {})}) as process:
        last = ""
        for line in process.stdout or ():
            print(line, end="", flush=True)
            last = line.strip() or last
        return process.wait(), last


# --- the parts --------------------------------------------------------------------------------------------------


def rules(options: argparse.Namespace) -> Outcome:
    """Every rule, its examples and counter-examples."""
    return heard(BIN / "extractor", "rules", "check")


def records(options: argparse.Namespace) -> Outcome:
    """Known facts and gold: of corpus/, and of ../shared where that is."""
    extractor = BIN / "extractor"
    codes = [run(extractor, "verify", "corpus/facts"),
             run(extractor, "evaluate", "corpus/gold", "--articles", "corpus/articles")]
    texts = [SHARED / "corpus" / name for name in ("press", "excerpts", "reports")]
    if not all(folder.is_dir() for folder in texts):
        return max(codes), "measured on corpus/ alone: there is no ../shared beside this checkout"
    codes.append(run(extractor, "run", "--quiet", *texts, "-o", DONE / "shared"))
    for name in ("tune", "check"):
        print(f"{name}.jsonl of ../shared")
        codes.append(run(extractor, "evaluate", SHARED / "gold" / "records" / f"{name}.jsonl", DONE / "shared"))
    return max(codes), "measured on corpus/ and ../shared"


def kills(options: argparse.Namespace) -> Outcome:
    """Runs killed at thirty random moments."""
    return heard(sys.executable, "-m", "pytest", "-m", "proof")


def slow(options: argparse.Namespace) -> Outcome:
    """The slow tests."""
    return heard(sys.executable, "-m", "pytest", "-m", "slow and not proof")


def fuzz(options: argparse.Namespace) -> Outcome:
    """Each target for an hour, led by coverage where atheris is installed."""
    done = [heard(sys.executable, "fuzz/run.py", target, options.seconds) for target in ("records", "page", "rules")]
    return max(code for code, _ in done), "; ".join(said for _, said in done)


def mutation(options: argparse.Namespace) -> Outcome:
    """Changes to the language layers that the tests must notice."""
    if importlib.util.find_spec("mutmut") is None:
        return 0, "not run: mutmut is not installed (pip install mutmut==3.8.1)"
    return heard(sys.executable, "scripts/mutation.py", "--sample", options.sample, "--bar", "0.75")


def pythons(options: argparse.Namespace) -> Outcome:
    """The quick tests with every Python from 3.11 up that is found, each in an environment of its own."""
    done = []
    for version, python in found_pythons().items():
        code, last = heard(python, "make.py", "test", "-p", "no:cacheprovider", env={"MAKE_VENV": f".venv-{version}"})
        done.append((code, f"{version}: {last.strip('= ') or f'exit code {code}'}"))
    return max((code for code, _ in done), default=0), "; ".join(said for _, said in done)


def found_pythons() -> dict[str, str]:
    """Pythons by their version (3.12), those on the path first, then those of pyenv."""
    here = [shutil.which(f"python3.{minor}") for minor in range(11, 30)]
    there = sorted(Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions").glob("3.*/bin/python3"))
    found: dict[str, str] = {}
    for python in (*here, *there):
        if python is None:
            continue
        told = subprocess.run([str(python), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], text=True,
                              capture_output=True, check=False)
        version = told.stdout.strip()
        if told.returncode == 0 and tuple(map(int, version.split("."))) >= (3, 11):
            found.setdefault(version, str(python))
    return dict(sorted(found.items(), key=lambda item: int(item[0].split(".")[1])))


def audit(options: argparse.Namespace) -> Outcome:
    """Known faults of the packages in requirements/, by pip-audit, from the services that can be reached."""
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder, "bin", "python")
        if run(sys.executable, "-m", "venv", "--without-pip", folder) or run(
                sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "pip-audit==2.10.1"):
            return 0, "not run: pip-audit cannot be installed"
        told = {service: [_audited(python, service, path) for path in sorted((ROOT / "requirements").glob("*.txt"))]
                for service in ("pypi", "osv")}
    for service, files in told.items():
        if all(isinstance(known, list) and not any("skip_reason" in package for package in known) for known in files):
            faulty = sorted({f"{package['name']} {package['version']} ({fault['id']})" for known in files
                             for package in known for fault in package["vulns"]})
            number = len({(package["name"], package["version"]) for known in files for package in known})
            return int(bool(faulty)), f"{service}: {number} packages, known faults: {', '.join(faulty) or 'none'}"
    return 0, "not run: " + "; ".join(f"{service} {_why(files)}" for service, files in told.items())


def _audited(python: Path, service: str, path: Path) -> list[dict[str, object]] | str:
    """What pip-audit tells of the packages of a file, or the last line of why it cannot."""
    done = subprocess.run([python, "-m", "pip_audit", "-s", service, "-f", "json", "--progress-spinner", "off",
                           "--disable-pip", "--no-deps", "--timeout", "20", "-r", path],
                          text=True, capture_output=True, check=False)
    try:
        return list(json.loads(done.stdout)["dependencies"])
    except (ValueError, KeyError):
        return (done.stderr.strip().splitlines() or ["tells nothing"])[-1]


def _why(files: Sequence[list[dict[str, object]] | str]) -> str:
    """Why a service is of no use, in a few words."""
    if any(isinstance(known, str) for known in files):
        return "cannot be reached"
    missing = sum("skip_reason" in package for known in files for package in known if isinstance(package, dict))
    return f"knows nothing of {missing} entries (an index without its JSON API)"


def benchmarks(options: argparse.Namespace) -> Outcome:
    """How fast, as ratios."""
    return run(sys.executable, "benchmarks/all.py"), "the table stands above"


PARTS: dict[str, Callable[[argparse.Namespace], Outcome]] = {
    part.__name__: part for part in (rules, records, audit, kills, slow, pythons, benchmarks, mutation, fuzz)}


# --- the whole --------------------------------------------------------------------------------------------------


def main(arguments: list[str]) -> int:
    """Run the parts; the exit code is that of the first one that failed."""
    parser = argparse.ArgumentParser(prog="make.py proof", description=__doc__.split("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--seconds", type=int, default=3600, help="of fuzzing for each target")
    parser.add_argument("--sample", type=int, default=600, help="mutants")
    options = parser.parse_args(arguments)
    wrong = [name for name in options.parts if name not in PARTS]
    if wrong:
        parser.error(f"there is no part '{wrong[0]}'; parts are {', '.join(PARTS)}")
    DONE.mkdir(parents=True, exist_ok=True)
    results = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    commit, codes = _commit(), []
    for name in options.parts or PARTS:
        before = results.get(name, {})
        if not options.parts and before.get("commit") == commit and before.get("code") == 0 and "-" not in commit:
            print(f"proof: {name} passed at {commit} already: {before['said']}", flush=True)
            continue
        print(f"proof: {name} - {(PARTS[name].__doc__ or '').strip()}", flush=True)
        began = time.monotonic()
        code, said = PARTS[name](options)
        codes.append(code)
        results[name] = {"code": code, "said": re.sub(r"\x1b\[[0-9;]*m", "", said), "commit": commit,
                         "day": date.today().isoformat(), "seconds": round(time.monotonic() - began)}
        RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", "utf-8")
        print(f"proof: {name}: {'passed' if code == 0 else 'FAILED'} ({said})", flush=True)
    return next((code for code in codes if code), 0)


def _commit() -> str:
    """The commit, with -dirty behind it where files differ from it."""
    told = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, text=True, capture_output=True,
                          check=False)
    return told.stdout.strip() or "no-commit"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
