"""Extraction, text to validated records, against jieba.lcut over the same text: one process, start-up excluded."""

from __future__ import annotations

import jieba
from timing import arguments, articles, asked, compare, repeated, seconds, show

from extractor import Extractor

LEAST = 450_000


def main() -> None:
    options = asked(arguments(__doc__))
    given, texts = articles()
    work = list(repeated(given, max(LEAST, sum(len(a.text) for a in given))))
    extractor = Extractor()
    jieba.setLogLevel("ERROR")
    jieba.initialize()

    def extract() -> None:
        for article in work:
            _ = extractor(article.text, article.published, article.region, article.doc_id).records

    def cut() -> None:
        for article in work:
            jieba.lcut(article.text)

    _ = extractor(given[0].text[:2000]).records  # what is made at the first use belongs to the start-up
    show(compare("extraction", "the time of jieba.lcut", lambda: seconds(extract), lambda: seconds(cut),
                 rounds=options.rounds, characters=sum(len(a.text) for a in work), texts=texts, aim=1.5), options.json)


if __name__ == "__main__":
    main()
