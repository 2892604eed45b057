#!/usr/bin/env python3
"""Sets up `.venv` and does the jobs people ask for, with nothing but Python 3.11 or newer and pip.

    python3 make.py demo     extract corpus/articles into outputs/ and print a table
    python3 make.py test     the tests (further arguments go to pytest)
    python3 make.py lint     ruff and mypy
    python3 make.py bench    the benchmarks, with the language part compiled as an installed one is (names go to all.py)
    python3 make.py proof    everything that can be measured, in hours (`proof fuzz audit`: these parts alone)

Every package comes from requirements/*.txt, which hold the hashes of uv.lock, so an install is the same on every
machine. Three things about real machines shape this file:

- Debian and its kin ship Python without ensurepip, so the environment is made without pip and a pip from outside
  installs into it (`pip --python`, known to pip since 22.3). That pip may be the one that refuses to touch the
  system's Python: here it does not have to.
- That pip may be old. It installs only requirements/build.txt (a current pip, setuptools, hatchling); the rest is
  done by the pip of the lock.
- jieba is published as source only. It is built with the setuptools of the lock, without build isolation, which would
  fetch a setuptools that no hash vouches for.

Another Python than the one of `.venv` gets an environment of its own with MAKE_VENV=.venv-3.12 python3.12 make.py test.
pip's own settings (PIP_INDEX_URL, a pip.conf, a proxy) count as they always do.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / os.environ.get("MAKE_VENV", ".venv")
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "set-up.json"

OLDEST_PYTHON = (3, 11)
OLDEST_PIP = (22, 3)


class Stop(Exception):
    """A sentence for the user: what is missing and what to do about it."""


def main(arguments):
    """Do the verb that is asked for; the exit code is that of the job."""
    jobs = {"demo": demo, "test": test, "lint": lint, "bench": bench, "proof": proof}
    if not arguments or arguments[0] not in jobs:
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    try:
        return jobs[arguments[0]](arguments[1:])
    except Stop as reason:
        print(f"make.py: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


# --- the jobs ---------------------------------------------------------------------------------------------------


def demo(arguments):
    """The main job on the articles of the repository."""
    set_up("base")
    return run(BIN / "extractor", "run", "corpus/articles", "-o", "outputs/", *arguments)


def test(arguments):
    """The quick tests; with arguments, what they say."""
    set_up("dev")
    return run(PYTHON, "-m", "pytest", "-n", "auto", "-m", "not slow", *arguments)


def lint(arguments):
    """Style and types."""
    set_up("dev")
    return run(PYTHON, "-m", "ruff", "check", *arguments) or run(PYTHON, "-m", "mypy")


def bench(arguments):
    """The benchmarks, all or those that are named, on the package as `pip install .` would install it."""
    set_up("dev")
    return run(PYTHON, "benchmarks/all.py", *arguments)


def proof(arguments):
    """Every measure there is, or the parts that are named; scripts/proof.py says which."""
    set_up("dev")
    return run(PYTHON, "scripts/proof.py", *arguments)


def run(program, *arguments):
    """Run a program from the root of the checkout; its exit code."""
    sys.stdout.flush()
    return subprocess.call([str(program), *map(str, arguments)], cwd=str(ROOT), env=environment())


# --- the environment --------------------------------------------------------------------------------------------


def set_up(level):
    """Make `.venv` hold exactly what requirements/<level>.txt says; nothing to do if it does already.

    The stamp is written last, so an interrupted set-up is simply done again. `dev` contains `base`.
    """
    if sys.version_info < OLDEST_PYTHON:
        raise Stop(f"extractor needs Python 3.11 or newer and this is {sys.version.split()[0]}; name a newer one, "
                   "such as 'python3.12 make.py demo'")
    wanted = {name: digest(name) for name in ("base", "dev")}
    stamp = read_stamp()
    if stamp.get("dev") == wanted["dev"] or stamp.get(level) == wanted[level]:
        return
    say(f"setting up {VENV.name}/ from requirements/{level}.txt (about a minute, once)")
    if not stamp:
        make_environment()
    install("--require-hashes", "-r", "requirements/build.txt", pip=outer_pip())
    install("--require-hashes", "--no-build-isolation", "--only-binary", ":all:", "--no-binary", "jieba",
            "-r", f"requirements/{level}.txt")
    install("--no-build-isolation", "--no-deps", "--editable", ".")
    kept = {name: value for name, value in stamp.items() if wanted.get(name) == value}
    STAMP.write_text(json.dumps({**kept, level: wanted[level], "path": str(VENV)}))


def digest(level):
    """A hash of all that decides what an environment holds."""
    made = hashlib.sha256(repr((sys.version_info[:2], str(VENV))).encode())
    for name in ("requirements/build.txt", f"requirements/{level}.txt", "pyproject.toml"):
        made.update((ROOT / name).read_bytes())
    return made.hexdigest()


def read_stamp():
    """What was set up here; empty if nothing was, if the checkout has moved since, or if its Python is gone."""
    try:
        stamp = json.loads(STAMP.read_text())
        if stamp["path"] == str(VENV) and subprocess.call([str(PYTHON), "-c", ""], env=environment()) == 0:
            return stamp
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return {}


def make_environment():
    """An empty environment without pip, in place of whatever stood there."""
    if VENV.is_symlink() or VENV.is_file():
        raise Stop(f"{VENV} is no folder of ours; move it away and run this again")
    if VENV.is_dir() and any(VENV.iterdir()) and not (VENV / "pyvenv.cfg").is_file():
        raise Stop(f"{VENV} is no Python environment; move it away and run this again")
    done = subprocess.call([sys.executable, "-m", "venv", "--without-pip", "--clear", str(VENV)], env=environment())
    if done != 0 or not PYTHON.exists():
        raise Stop(f"{sys.executable} could not make an environment in {VENV}; its message stands above")


def outer_pip():
    """The command of a pip that can install into `.venv` while that has none: this Python's own, one on the path,
    or the one that this Python carries for new environments.
    """
    old = ""
    for command in ([sys.executable, "-m", "pip"], [shutil.which("pip3") or "pip3"], [shutil.which("pip") or "pip"]):
        try:
            told = subprocess.run([*command, "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                  env=environment(), check=False)
        except OSError:
            continue
        version = re.match(rb"pip (\d+)\.(\d+)", told.stdout)
        if told.returncode == 0 and version:
            if (int(version.group(1)), int(version.group(2))) >= OLDEST_PIP:
                return [*command, "--python", str(PYTHON)]
            old = old or f" (pip {version.group(1).decode()}.{version.group(2).decode()} is too old)"
    if subprocess.call([str(PYTHON), "-m", "ensurepip", "--default-pip"], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, env=environment()) == 0:
        return [str(PYTHON), "-m", "pip"]
    raise Stop(f"{sys.executable} has no pip of version 22.3 or newer{old}; install one "
               "(on Debian and Ubuntu: apt install python3-pip) and run this again")


def install(*arguments, pip=None):
    """Install with `pip`, by default the environment's own."""
    pip = pip or [str(PYTHON), "-m", "pip"]
    if run(*pip, "install", "--quiet", *arguments) != 0:
        raise Stop("pip could not install what it was asked for; its message stands above "
                   "(is the package index within reach, and requirements/ as it was committed?)")


def environment():
    """The caller's environment without what would send packages or imports elsewhere."""
    unwanted = {"PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_REQUIRE_HASHES",
                "PIP_NO_BINARY", "PIP_ONLY_BINARY", "PIP_NO_DEPS", "PIP_EDITABLE", "VIRTUAL_ENV"}
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    return {**kept, "PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def say(sentence):
    """A line of progress, apart from the job's own output."""
    print(f"make.py: {sentence}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
