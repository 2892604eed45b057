"""Commands for other people's tools: mcp, labelstudio export, labelstudio import."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from extractor.commands import Rules, Stop

Output = Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The file to write; - is standard "
                                                                             "output.")]


def mcp(outputs: Annotated[Path | None, typer.Argument(metavar="[OUTPUTS]", help="The folder of a run; outputs/ if "
                                                       "there is one.")] = None,
        rules: Rules = None) -> None:
    """Serve assistants over the Model Context Protocol on standard input and output."""
    from extractor.rulebook import RuleError
    from extractor.store import NAME, StoreError

    try:
        from extractor.mcp_server import make_server
    except ModuleNotFoundError as error:
        raise Stop(f"extractor mcp: {error}; install the extra: pip install \".[mcp]\"") from None
    if outputs is None:
        outputs = next((folder for folder in (Path("outputs"), Path()) if (folder / NAME).is_file()), None)
    try:
        server = make_server(outputs, rules)
    except (RuleError, StoreError) as error:
        raise Stop(str(error)) from None
    server.run("stdio")


def labelstudio_export(outputs: Annotated[Path, typer.Argument(metavar="OUTPUTS", help="The folder of a run.")]
                       = Path("outputs"), output: Output = Path("labelstudio.json"),
                       config: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the labelling "
                                                                   "interface of the project, as XML.")] = None,
                       ) -> None:
    """Write tasks with predictions that Label Studio imports."""
    from extractor.review.data import load_outputs
    from extractor.review.labelstudio import CONFIG, tasks
    from extractor.store import StoreError

    try:
        documents = load_outputs(outputs)
    except StoreError as error:
        raise Stop(str(error)) from None
    _write(output, json.dumps(list(tasks(documents)), ensure_ascii=False, indent=1) + "\n")
    if config is not None:
        _write(config, CONFIG)


def labelstudio_import(file: Annotated[Path, typer.Argument(metavar="EXPORT", help="What Label Studio exported as "
                                                        "JSON.")],
                       output: Output = Path("gold.jsonl")) -> None:
    """Turn annotations made in Label Studio into gold that `extractor evaluate` reads."""
    from extractor.review.labelstudio import LabelStudioError, gold

    try:
        exported = json.loads(file.read_text("utf-8"))
        if not isinstance(exported, list):
            raise LabelStudioError("is no list of tasks; export the project as JSON")
        lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in gold(exported)]
    except OSError as error:
        raise Stop(f"{file}: cannot be read ({error.strerror}); check the path") from None
    except LabelStudioError as error:
        raise Stop(f"{file}: {error}") from None
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise Stop(f"{file}: is no export of Label Studio ({type(error).__name__}: {error}); export the project "
                   "as JSON") from None
    _write(output, "".join(lines))


def _write(file: Path, text: str) -> None:
    if str(file) == "-":
        sys.stdout.write(text)
        return
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        raise Stop(f"{file}: cannot be written ({error.strerror}); give a file in a folder that may be written to") \
            from None
