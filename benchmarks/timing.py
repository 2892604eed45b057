"""What all benchmarks share: the texts, the timing loop, the command line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import count
from statistics import median
from time import perf_counter

from installed import ROOT, run_installed

from extractor.fingerprint import compiled
from extractor.reading.sources import Source, find_sources, read_article
from extractor.schema import Article

SHARED = ROOT.parent / "shared" / "corpus"


@dataclass
class Result:
    """The outcome of a benchmark."""

    name: str
    what: str
    """What is compared, as the rest of a sentence that begins with the ratio."""
    ratio: float
    """The median of the rounds."""
    aim: float | None
    at_most: bool
    met: bool | None
    rounds: list[float]
    seconds: list[tuple[float, float]]
    """What was measured, what it was compared with; in megabytes for memory."""
    characters: int
    texts: str
    build: str = "compiled" if compiled() else "not compiled"
    """Whether the language part was compiled ahead of time."""

    def sentence(self) -> str:
        """For people."""
        aim = "" if self.aim is None else (f" (aim: {'at most' if self.at_most else 'at least'} {self.aim:g}, "
                                           f"{'met' if self.met else 'missed'})")
        spread = f"{min(self.rounds):.2f} to {max(self.rounds):.2f} in {len(self.rounds)} rounds"
        return f"{self.name} ({self.build}): {self.ratio:.2f} times {self.what}{aim}; {spread}, " \
               f"{self.characters:,} characters of {self.texts}"


def articles(folder: str = "reports") -> tuple[list[Article], str]:
    """The articles of a folder of ../shared/corpus, or of corpus/articles, and which it was."""
    place = SHARED / folder
    shared = place.is_dir()
    found = [read_article(s) for s in find_sources([place if shared else ROOT / "corpus" / "articles"])
             if isinstance(s, Source)]
    return found, f"../shared/corpus/{folder}" if shared else "corpus/articles"


def repeated(given: list[Article], characters: int) -> Iterator[Article]:
    """The articles over and over, each time with other doc_ids, until there are so many characters."""
    done = 0
    for copy in count():
        for article in given:
            if done >= characters:
                return
            done += len(article.text)
            yield article.model_copy(update={"doc_id": f"{article.doc_id}-{copy}"}) if copy else article


def seconds(call: Callable[[], object]) -> float:
    """How long a call takes."""
    began = perf_counter()
    call()
    return perf_counter() - began


def compare(name: str, what: str, this: Callable[[], float], that: Callable[[], float], *, rounds: int,
            characters: int, texts: str, aim: float | None = None, at_most: bool = True) -> Result:
    """Measure `this` and `that` in turns; the one that begins changes, so that neither always finds a warm machine."""
    taken = []
    for number in range(rounds):
        if number % 2:
            second = that()
            taken.append((this(), second))
        else:
            first = this()
            taken.append((first, that()))
    ratios = [a / b for a, b in taken]
    ratio = median(ratios)
    met = None if aim is None else (ratio <= aim if at_most else ratio >= aim)
    return Result(name, what, round(ratio, 4), aim, at_most, met, [round(r, 4) for r in ratios],
                  [(round(a, 4), round(b, 4)) for a, b in taken], characters, texts)


def arguments(doc: str | None, rounds: int = 5) -> argparse.ArgumentParser:
    """The options that all benchmarks have."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("--rounds", type=int, default=rounds, metavar="N", help=f"repeat N times ({rounds})")
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    offer_sources(parser)
    return parser


def offer_sources(parser: argparse.ArgumentParser) -> None:
    """The option to measure the checkout."""
    parser.add_argument("--sources", action="store_true",
                        help="measure the sources of the checkout, not the package as pip installs it")


def asked(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """What the command line asks for, once the package that it asks for is the one that runs."""
    options = parser.parse_args()
    if not options.sources:
        run_installed()
    return options


def show(result: Result, as_json: bool) -> None:
    """Print the outcome."""
    print(json.dumps(asdict(result), ensure_ascii=False) if as_json else result.sentence())
    sys.stdout.flush()
