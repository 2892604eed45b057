"""What a fuzzer's inputs are made of, and how one is made from others."""

from __future__ import annotations

import random
from pathlib import Path

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
