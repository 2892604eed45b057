"""From nothing to the first record of a short article, against starting Python and jieba: both as commands."""

from __future__ import annotations

import sys

from commands import EXTRACTOR, took
from timing import ROOT, arguments, asked, compare, show

JIEBA = [sys.executable, "-c", "import jieba; jieba.setLogLevel('ERROR'); jieba.initialize()"]


def main() -> None:
    options = asked(arguments(__doc__, rounds=7))
    file = min((ROOT / "corpus" / "articles").glob("*.txt"), key=lambda path: path.stat().st_size)
    extract = [*EXTRACTOR, "extract", str(file)]
    for command in (extract, JIEBA):  # both keep what they made of their dictionaries
        took(command)
    show(compare("cold start", "the time of starting Python and jieba", lambda: took(extract), lambda: took(JIEBA),
                 rounds=options.rounds, characters=len(file.read_text("utf-8")), texts="corpus/articles", aim=1.5),
         options.json)


if __name__ == "__main__":
    main()
