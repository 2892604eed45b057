"""The package as `pip install .` installs it, kept beside the environment: what the benchmarks measure.

There the language part is compiled where the machine has a C compiler (hatch_build.py); a checkout runs its sources.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import extractor

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(sys.prefix) / "installed"


def run_installed() -> None:
    """Run this script from its beginning on the installed package, built first where a source has changed since.

    Returns if that is what runs already. Else the script ends here, with the exit code of its second run.
    """
    if not Path(extractor.__file__).resolve().is_relative_to(ROOT / "src"):
        return
    stamp, made_from = FOLDER / "made-from", _sources()
    if not stamp.is_file() or stamp.read_text() != made_from:
        print("building the package, compiled if there is a C compiler (a minute or two, once for these sources)",
              file=sys.stderr, flush=True)
        shutil.rmtree(FOLDER, ignore_errors=True)
        own_tools = ["--no-build-isolation"] if find_spec("hatchling") else []
        if subprocess.call([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", *own_tools,
                            "--target", str(FOLDER), str(ROOT)]):
            sys.exit("pip could not build the package, its message stands above; "
                     "--sources measures the checkout as it is")
        stamp.write_text(made_from)
    sys.exit(subprocess.call([sys.executable, *sys.argv], env={**os.environ, "PYTHONPATH": str(FOLDER)}))


def _sources() -> str:
    """A hash of all that decides what is installed."""
    made = sha256(sys.version.encode())
    for place in ("src", "rules", "hatch_build.py", "pyproject.toml"):
        for file in sorted((ROOT / place).rglob("*.*")) if (ROOT / place).is_dir() else [ROOT / place]:
            if file.is_file() and file.suffix != ".pyc":
                made.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return made.hexdigest()
