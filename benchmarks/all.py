"""Runs the benchmarks one after the other and prints the table of docs/performance.md."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from timing import offer_sources

ROWS = {name: [f"{name}.py"] for name in
        ("extraction", "processes", "store", "cold_start", "linearity", "memory", "mentions", "cluster")}
ROWS["mentions-paragraphs"] = ["mentions.py", "--paragraphs"]
ROWS["mentions-alike"] = ["mentions.py", "--alike"]
ROWS["mentions-alone"] = ["mentions.py", "--jobs", "1"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of {', '.join(ROWS)}; all by default")
    parser.add_argument("--rounds", type=int, metavar="N", help="repeat each N times; as each thinks fit by default")
    parser.add_argument("--python", metavar="PATH", help="a Python that has JioNLP; without it mentions is left out")
    offer_sources(parser)
    options = parser.parse_args()
    if unknown := [name for name in options.names if name not in ROWS]:
        parser.error(f"there is no benchmark '{unknown[0]}'; name some of {', '.join(ROWS)}")
    print("| what | ratio | aim | rounds |\n| --- | --- | --- | --- |")
    for name in options.names or ROWS:
        script, *more = ROWS[name]
        if script == "mentions.py":
            if not options.python:
                continue
            more += ["--python", options.python]
        command = [sys.executable, str(Path(__file__).parent / script), "--json", *more]
        command += ["--rounds", str(options.rounds)] if options.rounds else []
        command += ["--sources"] if options.sources else []
        found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        aim = "" if found["aim"] is None else f"{'≤' if found['at_most'] else '≥'} {found['aim']:g}"
        print(f"| {found['name']} ({found['build']}), against {found['what']} | **{found['ratio']:.2f}** | {aim} | "
              f"{', '.join(f'{r:.2f}' for r in found['rounds'])} |", flush=True)


if __name__ == "__main__":
    main()
