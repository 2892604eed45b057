"""The peak memory of one process that extracts all reports, against 400 MB."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from commands import EXTRACTOR, peak, write_articles
from timing import arguments, articles, asked, compare, show

LIMIT = 400.0  # megabytes


def main() -> None:
    options = asked(arguments(__doc__, rounds=1))
    given, texts = articles()
    with TemporaryDirectory() as folder:
        file = Path(folder, "articles.jsonl")
        characters = write_articles(file, given)

        def run() -> float:
            with TemporaryDirectory(dir=folder) as out:
                return peak([*EXTRACTOR, "run", str(file), "-o", out, "--jobs", "1", "--quiet"])

        show(compare("memory", "400 MB", run, lambda: LIMIT, rounds=options.rounds, characters=characters, texts=texts,
                     aim=1.0), options.json)


if __name__ == "__main__":
    main()
