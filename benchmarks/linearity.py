"""A character of one document of 1,000,000 characters against one of ten documents of 100,000: the same text."""

from __future__ import annotations

from timing import arguments, articles, asked, compare, repeated, seconds, show

from extractor import Extractor

LONG, SHORT = 1_000_000, 100_000


def main() -> None:
    options = asked(arguments(__doc__, rounds=3))
    given, texts = articles()
    text = "\n".join(article.text for article in repeated(given, LONG))[:LONG]
    pieces = [text[start:start + SHORT] for start in range(0, LONG, SHORT)]
    extractor = Extractor()

    def extract(documents: list[str]) -> None:
        for document in documents:
            _ = extractor(document, "2026-02-01", "青岛市").records

    extract([text[:2000]])
    show(compare("linearity", "the time of the same text in documents of 100,000 characters",
                 lambda: seconds(lambda: extract([text])), lambda: seconds(lambda: extract(pieces)),
                 rounds=options.rounds, characters=LONG, texts=texts, aim=1.1), options.json)


if __name__ == "__main__":
    main()
