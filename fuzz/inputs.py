"""What a fuzzer's inputs are made of, and how one is made from others."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 3_000


def made_seeds(name: str) -> list[bytes]:
    """What inputs are made of."""
    fixtures = ROOT / "tests" / "fixtures"
    if name == "rules":
        return [path.read_bytes()[:LONGEST] for path in sorted((ROOT / "rules").glob("*.yaml"))]
    if name == "page":
        return [path.read_bytes() for path in sorted((fixtures / "html").iterdir())]
    lines = [line.encode() for path in sorted((ROOT / "corpus" / "articles").glob("*.txt"))
             for line in path.read_text("utf-8").splitlines() if line.strip()]
    return lines + [path.read_bytes()[:LONGEST] for path in sorted((fixtures / "encodings").iterdir())]


def vocabulary() -> list[bytes]:
    """Words that rules look for, marks, digits, and characters that make trouble."""
    import targets

    words = [word for listed in targets.book().word_lists.values() for word in listed.words]
    marks = list("。，、；：！？“”‘’《》（）()[]【】%％+-—~～.．,0123456789０９一二三四五六七八九十百千万亿年月日"
                 " \t\n\r\u3000\u200b\ufeff"
                 "\U0001f600\u0301\u202e\x00\x1b")
    return [word.encode() for word in words] + [mark.encode() for mark in marks] * 20 + [b"\xff", b"\xe4\xb8"]


def mutated(data: bytes, seeds: list[bytes], words: list[bytes], made: random.Random) -> bytes:
    """A neighbour of the data: words put in, pieces cut, moved and doubled, another input joined."""
    try:
        pieces: list[bytes] = [char.encode() for char in data[:LONGEST].decode()]
    except UnicodeDecodeError:
        pieces = [bytes([byte]) for byte in data[:LONGEST]]
    for _ in range(made.randint(1, 8)):
        at = made.randint(0, len(pieces))
        length = made.choice((1, 1, 2, 3, 5, 10, 40))
        kind = made.randrange(6)
        if kind <= 1:
            pieces[at:at] = [made.choice(words) for _ in range(made.randint(1, 4))]
        elif kind == 2:
            del pieces[at:at + length]
        elif kind == 3:
            pieces[at:at] = pieces[at:at + length] * made.choice((1, 2, 20))
        elif kind == 4:
            other = made.choice(seeds)
            start = made.randint(0, len(other))
            pieces[at:at] = [other[start:start + made.choice((6, 30, 150))]]
        else:
            pieces[at:at + length] = [made.choice(words)]
    return b"".join(pieces)[:LONGEST]


# --- rules ------------------------------------------------------------------------------------------------------

_ODD = (None, True, 0, -1, 10 ** 12, 1.5, "", "a", "(", "(?:a+)+b", "{month}", "{none}", "\\d+", "。", [], {}, [[]],
        [None], [1], {"a": 1}, {"shape": "span"}, ["x", "y"])
"""Values that a rule may hold in the place of good ones."""


@cache
def _entries() -> tuple[tuple[str, str, Any], ...]:
    """The entries of all rule files: the layer, where they stand in the file, and what they are."""
    found: list[tuple[str, str, Any]] = []
    for path in sorted((ROOT / "rules").glob("*.yaml")):
        read = yaml.safe_load(path.read_text("utf-8"))
        found += [(read["layer"], "rules", rule) for rule in read.get("rules") or []]
        found += [(read["layer"], "words", {name: listed}) for name, listed in (read.get("words") or {}).items()]
    return tuple(found)


def odd_rules(made: random.Random) -> bytes:
    """A rule file of a few entries of the built-in ones, values of which are others."""
    layer, kind, entry = made.choice(_entries())
    others = [other for name, where, other in _entries() if (name, where) == (layer, kind)]
    entry = _odd(entry, made, made.choice(others))
    if kind == "rules" and isinstance(entry, dict) and made.random() < 0.3:
        entry["id"] = "rules.other"
    whole = {"layer": layer, kind: [entry] if kind == "rules" else entry}
    return yaml.safe_dump(whole, allow_unicode=True, sort_keys=False).encode()[:2 * LONGEST]


def _odd(value: Any, made: random.Random, other: Any) -> Any:
    """The value with one of its parts replaced by an odd one or by what stands there in another."""
    if isinstance(value, dict) and value and made.random() < 0.9:
        key = made.choice(list(value))
        theirs = other.get(key) if isinstance(other, dict) else None
        return {**value, key: theirs if theirs is not None and made.random() < 0.2 else _odd(value[key], made, theirs)}
    if isinstance(value, list) and value and made.random() < 0.7:
        at = made.randrange(len(value))
        return [*value[:at], _odd(value[at], made, None), *value[at + 1:]]
    return made.choice(_ODD)
