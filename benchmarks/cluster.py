"""`extractor run --engine ray` on this machine alone against the local engine with as many processes."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from commands import EXTRACTOR, took, write_articles
from timing import arguments, articles, asked, compare, repeated, show


def main() -> None:
    parser = arguments(__doc__, rounds=1)
    parser.add_argument("--characters", type=int, default=5_000_000, metavar="N", help="how much text (5,000,000)")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes or actors (2)")
    options = asked(parser)
    given, texts = articles()
    with TemporaryDirectory() as folder:
        file = Path(folder, "articles.jsonl")
        characters = write_articles(file, repeated(given, options.characters))

        def run(*more: str) -> float:
            with TemporaryDirectory(dir=folder) as out:
                return took([*EXTRACTOR, "run", str(file), "-o", out, "--jobs", str(options.jobs), "--quiet", *more])

        show(compare("cluster", "the time of the local engine", lambda: run("--engine", "ray"), run,
                     rounds=options.rounds, characters=characters, texts=texts), options.json)


if __name__ == "__main__":
    main()
