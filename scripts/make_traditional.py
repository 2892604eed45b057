#!/usr/bin/env python3
"""Writes rules/traditional.csv, the traditional forms of each simplified character, from OpenCC's dictionary.

    .venv/bin/pip install opencc-python-reimplemented
    .venv/bin/python scripts/make_traditional.py

OpenCC (Apache License 2.0, https://github.com/BYVoid/OpenCC) maps 4,113 characters; kept are those of the basic block,
with the variants of Hong Kong and Taiwan, each to the first form that OpenCC names, so that a text keeps its length
and its offsets.
"""

import csv
from importlib.resources import files
from pathlib import Path

RULES = Path(__file__).resolve().parent.parent / "rules"
BASIC = range(0x4E00, 0xA000)


def dictionary(name: str) -> dict[str, str]:
    """Each character of one of OpenCC's dictionaries with the first that it stands for."""
    lines = (files("opencc") / "dictionary" / f"{name}.txt").read_text("utf-8").splitlines()
    return {key: value.split(" ")[0] for key, _, value in (line.partition("\t") for line in lines)}


def in_gb2312(character: str) -> bool:
    """Whether simplified text uses the character."""
    try:
        return bool(character.encode("gb2312"))
    except UnicodeEncodeError:
        return False


def main() -> None:
    """Read the dictionary, write the table."""
    forms: dict[str, list[str]] = {}
    to_simplified = dictionary("TSCharacters")
    for region in ("TWVariants", "HKVariants"):
        for standard, variant in dictionary(region).items():
            if standard in to_simplified and not in_gb2312(variant):
                to_simplified.setdefault(variant, to_simplified[standard])
    for traditional, first in to_simplified.items():
        if first != traditional and ord(traditional) in BASIC and ord(first) in BASIC:
            forms.setdefault(first, []).append(traditional)
    with open(RULES / "traditional.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["simplified", "traditional"])
        writer.writerows((key, "".join(sorted(forms[key]))) for key in sorted(forms))


if __name__ == "__main__":
    main()
