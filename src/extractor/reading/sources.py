"""Files and folders to documents still to be read.

A folder with an `index.jsonl`, given or found below one that is given, is exactly the files that it names; any other
folder is its .txt, .md, .html, .docx and .pdf files and the .jsonl files of articles in it. `doc_id` is the path below
the folder without its ending, of a single file its name.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from extractor.reading.dates import parse_published
from extractor.reading.decoding import decode, has_half_character
from extractor.reading.errors import ReadError
from extractor.reading.formats import ENDINGS, read_page, too_long
from extractor.reading.jsonl import LONGEST_LINE, byte_lines
from extractor.reading.limits import DEFAULT, Limits
from extractor.reading.mojibake import mend
from extractor.reading.page import Page
from extractor.schema import Article

INDEX = "index.jsonl"
_ENDINGS = (*ENDINGS, ".jsonl")
MAX_CHARACTERS = DEFAULT.characters
_DOUBTFUL = 100


@dataclass(frozen=True, slots=True)
class Source:
    """A document still to be read: a file, or an article that a line of JSON holds."""

    doc_id: str
    where: str
    """File, or `file:line`, for messages and for run.json."""
    path: str | None = None
    text: str | None = None
    published: date | None = None
    region: str | None = None
    title: str | None = None
    source: str | None = None
    page: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that could not be found, read or extracted."""

    where: str
    message: str
    """One sentence that names the file, the place, what is wrong and what would be right."""
    doc_id: str | None = None


class Names:
    """The files and doc_ids that are taken already. A store keeps them on disk instead (`store.StoredNames`)."""

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._ids: dict[str, str] = {}

    def is_new(self, file: str) -> bool:
        """Whether the file is named for the first time."""
        known = len(self._files)
        self._files.add(file)
        return len(self._files) > known

    def holder(self, doc_id: str, source: Source) -> str | None:
        """Where the document stands that has the doc_id already, if it is not free for `source`."""
        return self._ids.get(doc_id)

    def take(self, source: Source) -> None:
        """Give the source its doc_id."""
        self._ids[source.doc_id] = source.where


def find_sources(inputs: Iterable[str | Path], published: date | None = None, region: str | None = None,
                 names: Names | None = None) -> Iterator[Source | Failure]:
    """The documents of the inputs in the order in which they stand.

    Args:
        inputs: files (.txt, .md, .html, .docx, .pdf, .jsonl of articles) and folders.
        published: for documents whose index or line of JSON gives no date of publication.
        region: likewise.
        names: where to remember what is taken; in memory by default.

    What cannot be found comes out as a `Failure` in its place. A file named twice is read once; where two files would
    have one doc_id, the second gets its path as given.
    """
    names = Names() if names is None else names
    for given in inputs:
        for item in _documents(Path(given)):
            if isinstance(item, Source):
                if item.path and not names.is_new(str(Path(item.path).resolve())):
                    continue
                item = with_own_id(item, names)
            if isinstance(item, Source):
                names.take(item)
                item = replace(item, published=item.published or published, region=item.region or region)
            yield item


def read_article(source: Source, limits: Limits = DEFAULT) -> Article:
    """The article of a source, with what its file tells of it; what neither tells stays empty. Raises ReadError."""
    if source.text is not None:
        if len(source.text) > limits.characters:
            raise too_long(source.where, limits)
        page = Page(mend(source.text, source.where))
    else:
        assert source.path is not None
        page = read_page(source.path, source.where, limits)
    return Article(doc_id=source.doc_id, text=page.text, published=source.published or page.published,
                   region=source.region, title=source.title or page.title, source=source.source or page.source,
                   page=source.page)


def with_own_id(item: Source, names: Names) -> Source | Failure:
    """The source with its path for a doc_id if its own is taken; a failure if that is taken too."""
    holder = names.holder(item.doc_id, item)
    if holder is None:
        return item
    path = Path(item.path).with_suffix("").as_posix() if item.path else item.doc_id
    if names.holder(path, item) is None:
        return replace(item, doc_id=path)
    return Failure(item.where, f"{item.where}: has the doc_id '{item.doc_id}' of {holder}; "
                               "give each document a doc_id of its own", item.doc_id)


def _documents(path: Path) -> Iterator[Source | Failure]:
    if path.is_dir():
        yield from _folder(path)
    elif not path.exists():
        yield _failure(path, "there is no such file or folder; check the path")
    elif path.suffix.lower() == ".jsonl":
        yield from jsonl_articles(path, path.stem, asked=True)
    elif path.suffix.lower() in ENDINGS:
        yield Source(path.stem, str(path), str(path))
    elif path.suffix:
        yield _failure(path, f"files ending in {path.suffix} are not read; give {', '.join(_ENDINGS)} or a folder")
    else:
        yield Source(path.name, str(path), str(path))


def _folder(folder: Path) -> Iterator[Source | Failure]:
    found, root = False, folder.resolve()
    for path in sorted(walk(folder)):
        inner = path.relative_to(folder).with_suffix("").as_posix()
        if path.suffix.lower() in _ENDINGS and not path.resolve().is_relative_to(root):
            found = True
            yield _failure(path, "leads out of the folder; put the file itself there")
        elif path.name == INDEX:
            found = True
            yield from _indexed(path.parent)
        elif path.suffix.lower() in ENDINGS:
            found = True
            yield Source(inner, str(path), str(path))
        elif path.suffix.lower() == ".jsonl":
            for item in jsonl_articles(path, inner, asked=False):
                found = True
                yield item
    if not found:
        yield _failure(folder, f"the folder holds no documents; put {', '.join(_ENDINGS)} files into it")


def walk(folder: Path) -> Iterator[Path]:
    """The files below a folder, hidden ones left out; of a folder with an index the index alone."""
    for parent, folders, files in os.walk(folder):
        if INDEX in files:
            folders.clear()
            files = [INDEX]
        folders[:] = [f for f in folders if not f.startswith(".")]
        yield from (Path(parent, f) for f in files if not f.startswith(".") and Path(parent, f).is_file())


def _indexed(folder: Path) -> Iterator[Source | Failure]:
    """The files that a folder's index names, and no others."""
    root = folder.resolve()

    def inside(name: str) -> bool:
        return "\x00" not in name and not Path(name).is_absolute() and (folder / name).resolve().is_relative_to(root)

    for where, entry in json_objects(folder / INDEX):
        if isinstance(entry, Failure):
            yield entry
            continue
        name = indexed_name(entry, where, str(folder), inside, lambda name: (folder / name).is_file())
        if isinstance(name, Failure):
            yield name
        else:
            path = str(folder / name)
            yield described(Source(Path(name).with_suffix("").as_posix(), path, path), entry, where)


def indexed_name(entry: dict[str, Any], where: str, home: str, inside: Callable[[str], bool],
                 there: Callable[[str], bool]) -> str | Failure:
    """The file that an entry of an index names, or what is wrong with it.

    Args:
        entry: the entry, from `where`.
        home: what messages call the folder of the index.
        inside: whether a name stays in that folder.
        there: whether the folder has a file of that name.
    """
    name = entry.get("file")
    if not isinstance(name, str) or not name:
        return Failure(where, f"{where}: names no file; write an object such as {{\"file\": \"a.txt\"}}")
    if not inside(name):
        return Failure(where, f"{where}: '{name}' leads out of the folder; name files inside {home}")
    if not there(name):
        return Failure(where, f"{where}: there is no file '{name}' in {home}; correct the name")
    if PurePosixPath(name).suffix.lower() not in ENDINGS:
        return Failure(where, f"{where}: '{name}' does not end in {', '.join(ENDINGS)}; save its text as one of these")
    return name


def jsonl_articles(path: Path | str, stem: str, *, asked: bool,
                   file: io.BufferedReader | None = None) -> Iterator[Source | Failure]:
    """The articles of a .jsonl file; a file whose first object has no `text` holds something else.

    Of a file that was asked for the first lines may have none: they are failures, and what follows is read.

    Args:
        path: the file, and what messages call it.
        stem: what articles without a doc_id are named after.
        asked: whether the file itself was asked for, so that it is wrong if it holds no articles.
        file: the file, open and buffered, if it is not one of this machine's; it is closed at the end.
    """
    doubtful: list[Failure] | None = []
    """Lines without a text that stand before the first one with it; None once that has come."""
    for where, entry in json_objects(path, file):
        if doubtful is not None:
            if isinstance(entry, Failure) or "text" not in entry:
                if (isinstance(entry, dict) and not asked) or len(doubtful) == _DOUBTFUL:
                    break
                doubtful.append(entry if isinstance(entry, Failure) else _no_article(where))
                continue
            yield from doubtful
            doubtful = None
        yield _article_of_line(where, entry, stem)
    if doubtful is not None and asked:
        yield doubtful[0] if doubtful else _failure(path, "is empty; give one article a line")


def _article_of_line(where: str, entry: dict[str, Any] | Failure, stem: str) -> Source | Failure:
    if isinstance(entry, Failure):
        return entry
    if not isinstance(entry.get("text"), str) or not entry["text"].strip():
        return Failure(where, f"{where}: 'text' is missing or empty; give the article's text")
    if has_half_character(entry["text"]):
        return Failure(where, f"{where}: 'text' holds half a character (a lone surrogate); write whole characters")
    return described(Source(f"{stem}-{where.rsplit(':', 1)[1]}", where, text=entry["text"]), entry, where)


def _no_article(where: str) -> Failure:
    return Failure(where, f"{where}: has no 'text' and so holds no article; write one object a line such as "
                          '{"doc_id": "a", "text": "…", "published": "2022-12-20"}')


def described(source: Source, entry: dict[str, Any], where: str) -> Source | Failure:
    """The source with the metadata of its index line."""
    numbers = {key: str(entry[key]) for key in ("doc_id", "page") if isinstance(entry.get(key), int)}
    entry = {**entry, **numbers}
    for key in ("doc_id", "region", "title", "source", "page"):
        if not isinstance(entry.get(key), str | None):
            return Failure(where, f"{where}: '{key}' is {entry[key]!r}; write a text in quotation marks", source.doc_id)
    try:
        published = parse_published(entry.get("published"))
    except ValueError as error:
        return Failure(where, f"{where}: 'published' is wrong: {error}", entry.get("doc_id") or source.doc_id)
    return replace(source, doc_id=entry.get("doc_id") or source.doc_id, published=published,
                   region=entry.get("region") or None, title=entry.get("title") or None,
                   source=entry.get("source") or None, page=entry.get("page") or None)


def json_objects(path: Path | str,
                 file: io.BufferedReader | None = None) -> Iterator[tuple[str, dict[str, Any] | Failure]]:
    """The JSON objects of a file of lines, each with its `file:line`; no more than one line is held at a time."""
    number = 0
    try:
        for number, line in enumerate(byte_lines(path, file), 1):
            where = f"{path}:{number}"
            if len(line) >= LONGEST_LINE:
                yield where, Failure(where, f"{where}: the line is longer than {LONGEST_LINE:,} bytes; "
                                            "write one article a line")
            elif line.strip(b"\xef\xbb\xbf \t\r\n"):
                yield where, _object(line, where)
    except OSError as error:
        yield str(path), Failure(str(path), str(_unreadable(str(path), error)))
    except UnicodeDecodeError as error:
        where = f"{path}:{number + 1}"
        yield where, Failure(where, f"{where}: is not {error.encoding.upper()} as its mark says; save it as UTF-8")


def _object(line: bytes, where: str) -> dict[str, Any] | Failure:
    try:
        entry = json.loads(decode(line, where))
    except ReadError as error:
        return Failure(where, str(error))
    except (ValueError, RecursionError) as error:
        why = getattr(error, "msg", "nested too deeply")
        return Failure(where, f"{where}: is not JSON ({why}); write one object a line")
    if not isinstance(entry, dict):
        return Failure(where, f"{where}: is no object; write one object in braces a line")
    return entry


def _unreadable(where: str, error: OSError) -> ReadError:
    return ReadError(f"{where}: cannot be read ({error.strerror or error}); check the file and its rights")


def _failure(path: Path | str, problem: str) -> Failure:
    return Failure(str(path), f"{path}: {problem}")
