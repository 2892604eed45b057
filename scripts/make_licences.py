#!/usr/bin/env python3
"""Writes docs/licences.md: the licence of every package that requirements/*.txt can install.

    .venv/bin/python scripts/make_licences.py

What is not installed here is named without its licence.
"""

import importlib.metadata
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAD = """# Licences

Made by `scripts/make_licences.py` from what the packages say of themselves. `rules/traditional.csv` is made from the
dictionaries of OpenCC (Apache License 2.0).

| package | version | licence | in |
| --- | --- | --- | --- |
"""


def licence(name: str) -> str:
    """What the installed package says of its licence, in a few words."""
    try:
        told = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return "(not installed here)"
    classified = [c.rsplit(" :: ", 1)[1] for c in told.get_all("Classifier", []) if c.startswith("License ::")]
    given = told.get("License-Expression") or "; ".join(classified) or (told.get("License") or "").split("\n")[0]
    return " ".join(given.split())[:80] or "(not told)"


def main() -> None:
    """Write the page."""
    packages: dict[tuple[str, str], list[str]] = {}
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", path.read_text("utf-8"), re.M):
            packages.setdefault((name, version), []).append(path.stem)
    rows = [f"| {name} | {version} | {licence(name)} | {', '.join(found)} |\n"
            for (name, version), found in sorted(packages.items())]
    (ROOT / "docs" / "licences.md").write_text(HEAD + "".join(rows), "utf-8")


if __name__ == "__main__":
    main()
