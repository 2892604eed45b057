"""The compiled form of a rulebook in the user's own cache folder: read in a fraction of the time that YAML takes."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from extractor import caching
from extractor.rulebook.model import Example, Rule, Rulebook, Table, WordList


def load(key: str, version: str) -> Rulebook | None:
    """The rulebook stored under `key`, or None."""
    folder = caching.cache_folder()
    if folder is None:
        return None
    try:
        stored = json.loads((folder / f"rules-{key}.json").read_text("utf-8"))
        return Rulebook(version, tuple(_revive(Rule, r) for r in stored["rules"]),
                        {k: _revive(WordList, w) for k, w in stored["words"].items()},
                        {k: _revive(Table, t) for k, t in stored["tables"].items()})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _revive(kind: type[Any], stored: dict[str, Any]) -> Any:
    stored["examples"] = tuple(Example(e["text"], tuple(e["expect"]), e["reference"], e["region"])
                               for e in stored["examples"])
    for name in ("counter_examples", "words", "columns"):
        if name in stored:
            stored[name] = tuple(stored[name])
    if "rows" in stored:
        columns = stored["columns"]
        stored["rows"] = tuple(dict(zip(columns, row, strict=True)) for row in stored["rows"])
    return kind(**stored)


def save(key: str, book: Rulebook) -> None:
    """Store a rulebook under `key`, if there is a place for it."""
    folder = caching.cache_folder()
    if folder is None:
        return
    tables = {k: asdict(t) for k, t in book.tables.items()}
    for table in tables.values():
        table["rows"] = [[row[c] for c in table["columns"]] for row in table["rows"]]
    stored = {"rules": [asdict(r) for r in book.rules], "words": {k: asdict(w) for k, w in book.word_lists.items()},
              "tables": tables}
    try:
        caching.write_atomically(folder / f"rules-{key}.json", json.dumps(stored, ensure_ascii=False).encode())
    except OSError:
        return
