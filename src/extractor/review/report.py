"""`extractor report`: the review page as one file that opens from disk, without any network.

The page is a template, a style sheet and scripts of our own (`templates/`, `static/`) and Vega with Vega-Lite for the
charts, taken from the package vl-convert-python when the report is made. Texts and records are in it as compressed
JSON in base64, so that nothing they hold can become markup; the page makes text nodes of them and nothing else, and its
content security policy allows exactly the scripts that are in it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from extractor.review.data import Reviewed, ReviewError, packed, pages
from extractor.review.overview import overview
from extractor.review.why import why_all
from extractor.rulebook.model import Rulebook

SCRIPTS = ("words.js", "dom.js", "model.js", "article.js", "filters.js", "edit.js", "lists.js", "charts.js", "live.js",
           "keys.js", "main.js")
MOST_DOCUMENTS = 100
"""Documents in one file."""

_CLOSING = re.compile(r"</(?=script)|<!--", re.IGNORECASE)


def write_report(documents: Sequence[Reviewed], book: Rulebook, target: Path, most: int = MOST_DOCUMENTS,
                 explained: bool = True) -> list[Path]:
    """Write the report; with more than `most` documents as several files that link to one another.

    Args:
        documents: with text and records.
        book: the rules, for themes and tracking.
        target: the file; further ones are `name-2.html`, `name-3.html` … beside it.
        most: documents in one file.
        explained: say with each record why it is there, which means extracting the documents once more.

    Raises:
        ReviewError: the extra `web` is not installed.
        OSError: a file cannot be written.
    """
    from extractor import caching

    parts = list(pages(documents, most))
    names = [target.name if n == 1 else f"{target.stem}-{n}{target.suffix}" for n in range(1, len(parts) + 1)]
    figures = overview((r for d in documents for r in d.records), {d.doc_id: d.published for d in documents}, book)
    target.parent.mkdir(parents=True, exist_ok=True)
    written = []
    for number, (name, part) in enumerate(zip(names, parts, strict=True)):
        data = {"mode": "report", "pages": names, "page": number, "overview": figures,
                "key": _key(documents), "documents": [_document(d, book, explained) for d in part]}
        path = target.with_name(name)
        caching.write_atomically(path, page(data).encode())
        written.append(path)
    return written


def _document(document: Reviewed, book: Rulebook, explained: bool) -> dict[str, Any]:
    plain = document.plain()
    if explained and plain["records"]:
        steps = why_all(plain["records"], plain, book)
        plain["records"] = [{**r, "why": w} for r, w in zip(plain["records"], steps, strict=True)]
    return plain


def page(data: Mapping[str, Any]) -> str:
    """The page with everything in it.

    Raises:
        ReviewError: the extra `web` is not installed.
    """
    scripts = [_inline(charts_script()), _inline(app_script())]
    policy = ("default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; "
              f"form-action 'none'; script-src {' '.join(map(_source, scripts))}")
    return _render(policy=policy, style=style(), scripts=scripts, payload=packed(data), links=())


def live_page() -> str:
    """The page for the server: style and scripts are files of the server, data come from its API."""
    return _render(policy=None, style=None, scripts=(), payload=None,
                   links=("static/charts.js", "static/app.js"))


def app_script() -> str:
    """The scripts of the page, as one."""
    parts = "\n".join(_read("static", name) for name in SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}\n}})();\n'


def style() -> str:
    """The style sheet."""
    return _read("static", "page.css")


@lru_cache(maxsize=1)
def charts_script() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script (BSD 3-clause, from the package vl-convert-python)."""
    try:
        import vl_convert
    except ModuleNotFoundError:
        raise ReviewError("the page draws its charts with vl-convert-python, which is not installed; "
                          "install the extra: pip install \".[web]\"") from None
    notice = "/* Vega, Vega-Lite, Vega-Embed: (c) University of Washington Interactive Data Lab, BSD-3-Clause */\n"
    return notice + str(vl_convert.javascript_bundle("window.vegaEmbed=vegaEmbed;window.vega=vega;"))


def _render(**values: Any) -> str:
    try:
        import jinja2
        import markupsafe
    except ModuleNotFoundError:
        raise ReviewError("the page is made with Jinja2, which is not installed; install the extra: "
                          "pip install \".[web]\"") from None
    environment = jinja2.Environment(loader=jinja2.PackageLoader("extractor.review"), autoescape=True,
                                     undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    trusted = {key: markupsafe.Markup(values[key]) if values[key] else None for key in ("style",)}
    scripts = [markupsafe.Markup(script) for script in values["scripts"]]
    return environment.get_template("page.html").render({**values, **trusted, "scripts": scripts})


def _inline(script: str) -> str:
    """The script as it may stand in a page: its strings hold nothing that would end it."""
    return _CLOSING.sub(lambda m: m.group().replace("<", "\\x3c"), script)


def _source(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _read(*place: str) -> str:
    return files("extractor.review").joinpath(*place).read_text("utf-8")


def _key(documents: Sequence[Reviewed]) -> str:
    """Under which name the browser keeps corrections of these documents."""
    made = hashlib.sha256()
    for document in documents:
        made.update(f"{document.doc_id}\0{len(document.text)}\0".encode())
    return made.hexdigest()[:16]
