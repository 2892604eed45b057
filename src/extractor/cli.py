"""The command line: which commands there are, and how they end.

Heavy imports stand inside the commands, so that `extractor --help` is there at once. Exit codes: 0 all well; 1 some
documents failed, facts broke or rules are wrong; 2 wrong usage; 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import typer

from extractor.commands import Stop, checks, documents, exchange, outputs, pages, tracking

app = typer.Typer(name="extractor", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
rules_app = typer.Typer(no_args_is_help=True, help="Work on the rules.")

for command in (documents.run, documents.extract, documents.mentions, checks.evaluate, checks.verify,
                pages.report, pages.serve, exchange.mcp):
    app.command()(command)
app.add_typer(rules_app, name="rules")
rules_app.command("check")(checks.rules_check)
labelstudio_app = typer.Typer(no_args_is_help=True, help="To Label Studio and back.")
app.add_typer(labelstudio_app, name="labelstudio")
labelstudio_app.command("export")(exchange.labelstudio_export)
labelstudio_app.command("import")(exchange.labelstudio_import)
app.command()(checks.schema)
app.command()(tracking.explain)
app.command()(tracking.track)
app.command()(outputs.export)


def _tell_version(asked: bool) -> None:
    if asked:
        from extractor.fingerprint import compiled, program_version

        print(f"extractor {program_version()}, {'compiled' if compiled() else 'not compiled'}")
        raise typer.Exit


@app.callback()
def extractor(version: bool = typer.Option(False, "--version", is_eager=True, callback=_tell_version,
                                           help="Tell the version, with a hash of the code, and end.")) -> None:
    """Raw Chinese press text in; grounded records of targets, achievements and initiatives out."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure and (stream.encoding or "").lower().replace("-", "") != "utf8":
            reconfigure(encoding="utf-8")
    code = run_command(arguments)
    if code == _INTERRUPTED:
        # An interrupt that fell into a compile of the interpreter's own makes it end by the signal, handled or not.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


_INTERRUPTED = 130
_CLICK_ERROR: Any = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException")


def run_command(arguments: Sequence[str] | None) -> int:
    """Run the command line and return its exit code; errors are sentences on standard error."""
    try:
        code = app(args=arguments, prog_name="extractor", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except Stop as stop:
        print(stop, file=sys.stderr)
        return stop.code
    except _CLICK_ERROR as error:
        return _usage(error)
    except (KeyboardInterrupt, typer.Abort):
        print("interrupted; nothing was written", file=sys.stderr)
        return _INTERRUPTED
    except SystemExit:
        return 0  # typer's own answer to a reader that has gone away
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        from extractor.reading.errors import fault

        if os.environ.get("EXTRACTOR_TRACEBACK"):
            raise
        print(f"extractor: {fault(error)}", file=sys.stderr)
        return 1


def _usage(error: Any) -> int:
    """One sentence for a wrong option or argument."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "extractor"
    message = " ".join(error.format_message().split()).rstrip(".")
    if message and type(error).__name__ != "NoArgsIsHelpError":
        print(f"{command}: {message}; see '{command} --help'", file=sys.stderr)
    elif context:
        print(context.get_help())
    return int(error.exit_code)


if __name__ == "__main__":
    main()
