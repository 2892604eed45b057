"""What `track` and `explain` show to people."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from extractor.console import console
from extractor.explain import Explained, Place
from extractor.track import Tracked

_COLOURS = {"met": "green", "on course": "green", "behind": "yellow", "missed": "red", "unknown": "dim"}


def show_tracked(found: Iterable[Tracked]) -> None:
    """A table of targets beside their latest figures."""
    table = Table("indicator", "region", "bar", "by", "status", "arithmetic", title="Targets and later figures",
                  title_justify="left", show_lines=True)
    for entry in found:
        table.add_row(entry.name, entry.region or "–", entry.target["value"]["text"], str(entry.due or "–"),
                      Text(entry.state, style=_COLOURS[entry.state]), entry.arithmetic)
    console().print(table)


def show_explained(found: Iterable[Explained]) -> None:
    """Steps under what they explain, with the places in the document."""
    out = console()
    for entry in found:
        where = f"{entry.place.line}:{entry.place.column}" if entry.place else ""
        out.print(Text.assemble((f"{entry.record or ''} ".lstrip(), "cyan"), (entry.title, "bold"), f"  {where}"),
                  soft_wrap=True)
        for step in entry.steps:
            line = Text.assemble("  ", (f"{step.about:10}", "green"), step.said)
            if step.place is not None:
                line.append(f"  {_told(step.place)}", "dim")
            out.print(line, soft_wrap=True)


def _told(place: Place) -> str:
    return f"{place.line}:{place.column} {place.snippet}"
