"""The command that takes records out of a run: export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from extractor.commands import MinConfidence, Stop

Several = list[str] | None


def export(folder: Annotated[Path, typer.Argument(metavar="OUTPUTS", help="The folder of a run.")],
           file: Annotated[Path, typer.Argument(metavar="FILE", help="What to write: .csv .xlsx .parquet .jsonl .db "
                                                                     ".duckdb.")],
           type: Annotated[Several, typer.Option("--type", metavar="TYPE", help="target, achievement or initiative.")]
           = None,
           region: Annotated[Several, typer.Option("--region", metavar="PLACE", help="Full name of the claim's place; "
                                                   "* and ? stand for any characters.")] = None,
           indicator: Annotated[Several, typer.Option("--indicator", metavar="NAME", help="Canonical name or the "
                                                      "text's words; * and ? as above.")] = None,
           since: Annotated[str | None, typer.Option(metavar="DATE", help="Claims whose time reaches to DATE or "
                                                                          "beyond.")] = None,
           until: Annotated[str | None, typer.Option(metavar="DATE", help="Claims whose time begins by DATE.")] = None,
           min_confidence: MinConfidence = 0.0,
           document: Annotated[Several, typer.Option("--document", metavar="DOC_ID", help="Of this document; * and ? "
                                                     "as above.")] = None,
           distinct: Annotated[bool, typer.Option("--distinct", help="Leave out repeats within a document.")] = False,
           flat: Annotated[bool, typer.Option("--flat", help="One column a value in Parquet too.")] = False,
           format: Annotated[str | None, typer.Option("--format", metavar="FORMAT", help="If FILE has no such "
                                                      "ending.")] = None) -> None:
    """Write records to a file for other programs: CSV, Excel, Parquet, JSON Lines, SQLite, DuckDB.

    Filters that may be given several times want any of what they name; different filters all count.
    """
    from extractor import export as exports
    from extractor.caching import is_special
    from extractor.store import StoreError

    try:
        chosen = exports.choose(type or (), region or (), indicator or (), since, until, min_confidence, document or (),
                                distinct)
        number = exports.export(folder, file, chosen, format, flat)
    except StoreError as error:
        raise Stop(str(error), error.code) from None
    except ValueError as error:
        raise Stop(f"extractor export: {error}") from None
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Stop(f"{file}: cannot be written ({error.strerror or error}); check the folder and the room on its disk",
                   1) from None
    if not is_special(file):
        print(f"{number} records are in {file}")
