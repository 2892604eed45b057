"""A run into the store, records.jsonl and run.json included, against extraction alone: one process."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from timing import arguments, articles, asked, compare, seconds, show

from extractor import engine
from extractor.batch import run_into
from extractor.outputs import write_outputs
from extractor.reading.metadata import complete
from extractor.rulebook import load_rulebook
from extractor.schema import record_json
from extractor.store import Store


def main() -> None:
    options = asked(arguments(__doc__))
    given, texts = articles()
    book = load_rulebook()
    lines = "".join(article.model_dump_json() + "\n" for article in given)

    def extract() -> None:
        for article in given:
            for record in engine.extract(complete(article, book), book):
                record_json(record)

    def stored() -> float:
        with TemporaryDirectory() as folder:
            Path(folder, "articles.jsonl").write_text(lines, "utf-8")

            def run() -> None:
                with Store.write(Path(folder, "outputs")) as store:
                    run_into(store, [Path(folder, "articles.jsonl")], book, jobs=1)
                    write_outputs(store, Path(folder, "outputs"))

            return seconds(run)

    engine.extract(given[0].model_copy(update={"text": given[0].text[:2000]}), book)
    show(compare("store", "the time of extraction alone", stored, lambda: seconds(extract), rounds=options.rounds,
                 characters=sum(len(a.text) for a in given), texts=texts, aim=1.25), options.json)


if __name__ == "__main__":
    main()
