"""`extractor mentions` over press text against JioNLP's extraction of times and amounts of money, both with parsing.

Ours finds all quantities, periods and entities in that time; JioNLP's two functions find times and money alone, so
with --alike ours leaves out entities (`extractor mentions --only quantities --only periods`). Both are given the same
texts one after another: paragraphs, or with --whole articles. Ours shares them among all cores, as the command does;
with --jobs 1 both run in one process and the processor's time counts, not the clock's.
"""

from __future__ import annotations

import json
import subprocess
import sys
from io import BytesIO
from time import perf_counter, process_time

from timing import arguments, articles, asked, compare, repeated, show

from extractor.engine import KINDS
from extractor.rulebook import load_rulebook
from extractor.streaming import mention_lines
from extractor.workers import cores

THEIRS = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import jionlp
texts = json.load(sys.stdin)
jionlp.ner.extract_time(texts[0], with_parsing=True)
jionlp.ner.extract_money(texts[0], with_parsing=True)
clock = getattr(time, sys.argv[1])
began = clock()
failed = 0
for text in texts:
    for find in (jionlp.ner.extract_time, jionlp.ner.extract_money):
        try:
            find(text, with_parsing=True)
        except Exception:
            failed += 1
print(json.dumps([clock() - began, failed]))
"""


def main() -> None:
    parser = arguments(__doc__, rounds=3)
    parser.add_argument("--python", default=sys.executable, metavar="PATH", help="a Python that has JioNLP")
    parser.add_argument("--jobs", type=int, default=cores(), metavar="N", help="our processes; all cores by default")
    parser.add_argument("--bytes", type=int, default=1_000_000, metavar="N", help="how much text (1,000,000)")
    parser.add_argument("--alike", action="store_true", help="ours finds quantities and periods alone, as theirs does")
    parser.add_argument("--paragraphs", action="store_true", help="paragraphs in place of whole articles")
    options = asked(parser)
    kinds = ("quantities", "periods") if options.alike else KINDS
    clock = process_time if options.jobs == 1 else perf_counter
    given, name = articles("press")
    texts: list[str] = []
    size = 0
    for article in repeated(given, options.bytes):
        for text in filter(str.strip, article.text.split("\n")) if options.paragraphs else [article.text]:
            if size < options.bytes:
                size += len(text.encode())
                texts.append(text)
    book = load_rulebook()
    lines = [json.dumps({"text": text, "reference": "2022-12-20"}, ensure_ascii=False).encode() for text in texts]
    list(mention_lines(BytesIO(b"\n".join(lines[:20])), "warm-up", book))
    given_lines = b"\n".join(lines) + b"\n"

    def theirs() -> float:
        done = subprocess.run([options.python, "-c", THEIRS, clock.__name__], input=json.dumps(texts),
                              stdout=subprocess.PIPE, text=True, check=True)
        taken, failed = json.loads(done.stdout.splitlines()[-1])
        if failed:
            print(f"JioNLP raised {failed} times", file=sys.stderr)
        return float(taken)

    def ours() -> float:
        began = clock()
        list(mention_lines(BytesIO(given_lines), "lines", book, jobs=options.jobs, kinds=kinds))
        return clock() - began

    ours_run = "one process" if options.jobs == 1 else f"{options.jobs} processes"
    ours_run += f"{', no entities' if options.alike else ''}{', paragraphs' if options.paragraphs else ''}"
    what = f"the time of JioNLP's times and money, {ours_run}"
    show(compare("mentions", what, ours, theirs, rounds=options.rounds, characters=sum(map(len, texts)), texts=name,
                 aim=0.1), options.json)


if __name__ == "__main__":
    main()
