#!/usr/bin/env python3
"""Fuzz a target for some time.

    .venv/bin/python fuzz/run.py records 60        (or page, rules; seconds)

With atheris installed (`pip install atheris`) inputs are led by coverage; without it they are mutations of the articles
of corpus/ and of random characters that rules look for. An input that breaks a law is written to
tests/fixtures/regressions, where the tests run it for ever after.
"""

from __future__ import annotations

import hashlib
import random
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REGRESSIONS = ROOT / "tests" / "fixtures" / "regressions"
sys.path.insert(0, str(ROOT / "fuzz"))
LONGEST = 3_000


def main(arguments: list[str]) -> int:
    """Fuzz; the exit code is 1 if a law was broken."""
    name, seconds = arguments[0], float(arguments[1])
    guided = "--plain" not in arguments
    if guided:
        try:
            import atheris
        except ModuleNotFoundError:
            print("atheris is not installed: plain mutations", file=sys.stderr)
            guided = False
    if guided:
        with atheris.instrument_imports(include=["extractor"]):
            import targets
    else:
        import targets
    target, seeds = targets.TARGETS[name], made_seeds(name)
    targets.book()
    made = random.Random(int(arguments[2]) if len(arguments) > 2 and arguments[2].isdigit() else 7)
    words = vocabulary()

    def mutator(data: bytes, most: int, seed: int) -> bytes:
        made.seed(seed)
        return mutated(data, seeds, words, made)[:most]

    def once(data: bytes) -> None:
        try:
            target(data)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            path = REGRESSIONS / f"{name}-{hashlib.sha256(data).hexdigest()[:12]}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            print(f"{type(error).__name__}: {str(error)[:300]}\n  kept as {path.relative_to(ROOT)}", file=sys.stderr)
            raise

    if guided:
        corpus = ROOT / "outputs" / "fuzz" / name
        corpus.mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(seeds):
            (corpus / f"seed-{number}").write_bytes(seed)
        atheris.Setup(["fuzz", f"-max_total_time={int(seconds)}", f"-max_len={LONGEST}", "-timeout=30",
                       "-print_final_stats=1", "-verbosity=1", str(corpus)], once, custom_mutator=mutator)
        atheris.Fuzz()
        return 0
    until, number, broken = time.monotonic() + seconds, 0, set()
    while time.monotonic() < until:
        number += 1
        try:
            once(mutated(made.choice(seeds), seeds, words, made))
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            broken.add(type(error).__name__)
    print(f"{name}: {number:,} inputs in {seconds:g} seconds, broken: {', '.join(sorted(broken)) or 'none'}")
    return 1 if broken else 0


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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
