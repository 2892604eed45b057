"""Compiles the language part ahead of time (mypyc) while the wheel is built, where the machine can.

The compiled modules lie beside their sources in the wheel and give the same records in two thirds of the time. Without
a C compiler, or with EXTRACTOR_COMPILE=0, the wheel is pure Python; EXTRACTOR_COMPILE=1 makes it an error if they
cannot be compiled. A checkout (an editable install) always runs its sources.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

MODULES = {
    "mentions": ("mentions/*.py", "text/*.py", "reading/furniture.py", "reading/lines.py", "mention_json.py"),
    "claims": ("claims/*.py",),
}
"""What is compiled, in groups that two compilers work on at the same time."""
SETTINGS = "[mypy]\nfollow_imports=skip\nignore_missing_imports=True\n[mypy-extractor.*]\nfollow_imports=silent\n"
"""Only types of our own are looked at: what is imported from elsewhere counts as `Any`."""

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # the compiling process needs no hatchling
    BuildHookInterface = object


class CompiledBuildHook(BuildHookInterface):
    """Adds the compiled modules to a wheel."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What an isolated build needs beside hatchling."""
        return ["mypy>=1.18", "setuptools>=80"] if _wanted() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and say what came of it if not what was hoped for."""
        if version == "editable" or not _wanted():
            return
        self._folder = tempfile.mkdtemp(prefix="extractor-compiled-")
        done = subprocess.run([sys.executable, __file__, self._folder], cwd=self.root, check=False,
                              capture_output=True, text=True)
        if done.returncode:
            shutil.rmtree(self._folder, ignore_errors=True)
            lines = (done.stderr or done.stdout).strip().splitlines() or ["no reason was given"]
            problem = f"the language part could not be compiled ({lines[-1][:200]})"
            if os.environ.get("EXTRACTOR_COMPILE") == "1":
                raise RuntimeError(f"{problem}; correct this, or set EXTRACTOR_COMPILE=0")
            self.app.display_warning(f"{problem}: the wheel is pure Python and somewhat slower")
            return
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        made = Path(self._folder, "made")
        build_data["force_include"].update({str(p): p.relative_to(made).as_posix() for p in made.rglob("*.*")})

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Leave nothing behind."""
        shutil.rmtree(getattr(self, "_folder", ""), ignore_errors=True)


def _wanted() -> bool:
    """Whether to compile: if asked to, or if nothing is said and there is a C compiler with Python's headers."""
    asked = os.environ.get("EXTRACTOR_COMPILE", "")
    headers = Path(sysconfig.get_paths()["include"], "Python.h")
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    return asked == "1" or (asked == "" and headers.is_file() and shutil.which(compiler) is not None)


def compile_ahead(folder: Path) -> None:
    """Compile the sources below the current folder into `folder/made`; raises whatever goes wrong."""
    from mypyc.build import mypycify
    from setuptools import setup

    shutil.copytree("src/extractor", folder / "extractor", ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    (folder / "mypy.ini").write_text(SETTINGS)
    os.chdir(folder)
    groups = [(sorted(str(path) for pattern in patterns for path in Path("extractor").glob(pattern)
                      if path.name != "__init__.py"), f"extractor_{name}") for name, patterns in MODULES.items()]
    for path in (Path(path) for paths, _ in groups for path in paths):
        path.write_text(with_constructors(path.read_text("utf-8")), "utf-8")
    extensions = mypycify(["--config-file", "mypy.ini", *(path for paths, _ in groups for path in paths)],
                          separate=groups, opt_level="1", debug_level="0", target_dir="generated")
    setup(name="extractor-compiled", packages=[], ext_modules=extensions, script_args=[
        "--quiet", "build_ext", "--build-lib", "made", "--build-temp", "temporary", "--parallel", "2"])


def with_constructors(source: str) -> str:
    """A module whose `value` classes (extractor/values.py) have their constructors written out, to be compiled as well.

    The one that `dataclass` makes when the program runs stays interpreted, which takes three times as long. Each stands
    in the blank line after the fields of its class: all other lines keep their numbers, for tracebacks.
    """
    lines = [*source.split("\n"), ""]
    for made in ast.walk(ast.parse(source)):
        decorators = getattr(made, "decorator_list", ())
        settings = [d for d in decorators if isinstance(d, ast.Call) and getattr(d.func, "id", "") == "value"]
        if not isinstance(made, ast.ClassDef) or not settings:
            continue
        fields = [part for part in made.body if isinstance(part, ast.AnnAssign)]
        others = [part for part in made.body if part.lineno > fields[-1].lineno]
        last = others[0] if others and isinstance(others[0], ast.Expr) else fields[-1]  # the words that describe it
        if lines[last.end_lineno].strip():
            continue
        names = [part.target.id for part in fields]
        lines[last.end_lineno] = (f"    def __init__(self, {', '.join(map(ast.unparse, fields))}) -> None: "
                                  + "; ".join(f"self.{name} = {name}" for name in names))
        at = settings[0].lineno - 1  # they are set here: to the type checker they cannot be frozen
        lines[at] = lines[at].replace("frozen=True", "unsafe_hash=True")
    return "\n".join(lines)


if __name__ == "__main__":
    compile_ahead(Path(sys.argv[1]))
