"""`extractor mentions` over press text against JioNLP's extraction of times and amounts of money, both with parsing.

Ours finds all quantities, periods and entities in that time; JioNLP's two functions find times and money alone.
"""

from __future__ import annotations

import json
import subprocess
import sys
from io import BytesIO

from timing import arguments, articles, compare, repeated, seconds, show

from extractor.rulebook import load_rulebook
from extractor.streaming import mention_lines

THEIRS = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import jionlp
texts = json.load(sys.stdin)
jionlp.ner.extract_time(texts[0], with_parsing=True)
jionlp.ner.extract_money(texts[0], with_parsing=True)
began = time.perf_counter()
failed = 0
for text in texts:
    for find in (jionlp.ner.extract_time, jionlp.ner.extract_money):
        try:
            find(text, with_parsing=True)
        except Exception:
            failed += 1
print(json.dumps([time.perf_counter() - began, failed]))
"""


def main() -> None:
    parser = arguments(__doc__, rounds=3)
    parser.add_argument("--python", default=sys.executable, metavar="PATH", help="a Python that has JioNLP")
    parser.add_argument("--bytes", type=int, default=1_000_000, metavar="N", help="how much text (1,000,000)")
    options = parser.parse_args()
    given, texts = articles("press")
    paragraphs: list[str] = []
    size = 0
    for article in repeated(given, options.bytes):
        for paragraph in filter(str.strip, article.text.split("\n")):
            if size < options.bytes:
                size += len(paragraph.encode())
                paragraphs.append(paragraph)
    book = load_rulebook()
    lines = [json.dumps({"text": p, "reference": "2022-12-20"}, ensure_ascii=False).encode() for p in paragraphs]
    list(mention_lines(BytesIO(lines[0]), "warm-up", book))
    given_lines = b"\n".join(lines)

    def theirs() -> float:
        done = subprocess.run([options.python, "-c", THEIRS], input=json.dumps(paragraphs), stdout=subprocess.PIPE,
                              text=True, check=True)
        taken, failed = json.loads(done.stdout.splitlines()[-1])
        if failed:
            print(f"JioNLP raised {failed} times", file=sys.stderr)
        return float(taken)

    show(compare("mentions", "the time of JioNLP's times and money", lambda: seconds(
        lambda: list(mention_lines(BytesIO(given_lines), "lines", book))), theirs, rounds=options.rounds,
        characters=sum(map(len, paragraphs)), texts=texts), options.json)


if __name__ == "__main__":
    main()
