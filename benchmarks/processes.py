"""`extractor run` with one process against two: how many times as fast two are."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from commands import EXTRACTOR, took, write_articles
from timing import arguments, articles, asked, compare, repeated, show


def main() -> None:
    parser = arguments(__doc__, rounds=1)
    parser.add_argument("--characters", type=int, default=20_000_000, metavar="N", help="how much text (20,000,000)")
    options = asked(parser)
    given, texts = articles()
    with TemporaryDirectory() as folder:
        file = Path(folder, "articles.jsonl")
        characters = write_articles(file, repeated(given, options.characters))

        def run(jobs: int) -> float:
            with TemporaryDirectory(dir=folder) as out:
                return took([*EXTRACTOR, "run", str(file), "-o", out, "--jobs", str(jobs), "--quiet"])

        show(compare("processes", "the time of two processes", lambda: run(1), lambda: run(2), rounds=options.rounds,
                     characters=characters, texts=texts, aim=1.7, at_most=False), options.json)


if __name__ == "__main__":
    main()
