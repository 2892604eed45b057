"""From nothing to the first record of a short article, against starting Python and jieba: both as commands."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from commands import EXTRACTOR, took
from timing import arguments, articles, compare, show

JIEBA = [sys.executable, "-c", "import jieba; jieba.setLogLevel('ERROR'); jieba.initialize()"]


def main() -> None:
    options = arguments(__doc__, rounds=7).parse_args()
    given, texts = articles("press")
    article = min(given, key=lambda a: len(a.text))
    with TemporaryDirectory() as folder:
        file = Path(folder, "article.txt")
        file.write_text(article.text, "utf-8")
        extract = [*EXTRACTOR, "extract", str(file)]
        for command in (extract, JIEBA):  # both keep what they made from their dictionaries
            took(command)
        show(compare("cold start", "the time of starting Python and jieba", lambda: took(extract), lambda: took(JIEBA),
                     rounds=options.rounds, characters=len(article.text), texts=texts, aim=1.5), options.json)


if __name__ == "__main__":
    main()
