"""Commands that show and serve: report, serve, mcp."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from extractor.commands import Rules, Stop, load_rules


def report(outputs: Annotated[Path, typer.Argument(metavar="OUTPUTS", help="The folder of a run.")] = Path("outputs"),
           output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The page to write.")]
           = Path("report.html"),
           per_file: Annotated[int, typer.Option(metavar="N", min=1, help="Articles in one file; more make several "
                                                 "files that link to one another.")] = 100,
           explained: Annotated[bool, typer.Option("--why/--no-why", help="Say with each record why it is there; takes "
                                                   "as long as extracting.")] = True,
           rules: Rules = None) -> None:
    """Write a review page that opens from disk: articles with their records, charts, corrections."""
    from extractor.review.data import ReviewError, load_outputs
    from extractor.review.report import write_report
    from extractor.store import StoreError

    try:
        documents = load_outputs(outputs)
        written = write_report(documents, load_rules(rules), output, per_file, explained)
    except (ReviewError, StoreError) as error:
        raise Stop(str(error)) from None
    except OSError as error:
        raise Stop(f"{output}: cannot be written ({error.strerror}); give a file in a folder that may be written to") \
            from None
    size = sum(path.stat().st_size for path in written) / 1e6
    print(f"{len(documents)} articles, {sum(len(d.records) for d in documents)} records: {written[0]}"
          + (f" and {len(written) - 1} more files" if len(written) > 1 else "") + f" ({size:.1f} MB)", file=sys.stderr)


def serve(outputs: Annotated[Path | None, typer.Argument(metavar="[OUTPUTS]", help="The folder of a run; outputs/ if "
                                                         "there is one. Without any, texts are extracted and not "
                                                         "kept.")] = None,
          host: Annotated[str, typer.Option(help="Address to listen at; any but this machine's own needs a token.")]
          = "127.0.0.1",
          port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8765,
          token: Annotated[str | None, typer.Option(envvar="EXTRACTOR_TOKEN", help="Who asks must know it; made up "
                                                    "where others can reach the server and none is given.")] = None,
          workers: Annotated[int, typer.Option(min=1, max=256, help="Processes that extract.")] = 2,
          waiting: Annotated[int, typer.Option(min=0, help="Texts that may wait for a process.")] = 8,
          time_limit: Annotated[float, typer.Option(min=0.1, metavar="SECONDS", help="For one text.")] = 30.0,
          max_body: Annotated[int, typer.Option(min=1000, metavar="BYTES", help="Of one request; a batch may have "
                                                "eight times that.")] = 8_000_000,
          rules: Rules = None) -> None:
    """Serve the review page and the HTTP API (OpenAPI at /openapi.json)."""
    from extractor.rulebook import RuleError
    from extractor.store import NAME, StoreError

    try:
        from extractor.review.data import ReviewError
        from extractor.review.report import charts_script
        from extractor.web.serve import serve as run
        from extractor.web.settings import Settings

        charts_script()
        import fastapi  # noqa: F401
        import prometheus_client  # noqa: F401
        import uvicorn  # noqa: F401
    except (ModuleNotFoundError, ReviewError) as error:
        raise Stop(f"extractor serve: {error}; install the extra: pip install \".[web]\"") from None
    if outputs is None:
        outputs = next((folder for folder in (Path("outputs"), Path()) if (folder / NAME).is_file()), None)
    settings = Settings(outputs, rules, host, token or None, workers, waiting, max_body, 8 * max_body,
                        time_limit=time_limit)
    try:
        run(settings, port)
    except (RuleError, StoreError) as error:
        raise Stop(str(error)) from None
    except OSError as error:
        raise Stop(f"{host}:{port}: cannot be had ({error.strerror}); give another --port or --host", 1) from None
