"""Files and folders on any filesystem that pyarrow reaches, to pieces that machines can read apart from one another.

What is a document and what it is called is as in `sources`: the same folder gives the same doc_ids here and there.
Beside its documents and .jsonl files a folder may hold Parquet files of articles.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePosixPath
from tempfile import NamedTemporaryFile
from typing import Any, Literal
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.fs
import pyarrow.parquet

from extractor.reading.errors import ReadError
from extractor.reading.formats import ENDINGS, read_page
from extractor.reading.limits import DEFAULT, Limits
from extractor.reading.sources import (
    INDEX,
    Failure,
    Names,
    Source,
    described,
    indexed_name,
    json_objects,
    jsonl_articles,
    with_own_id,
)

_LINES, _TABLE = ".jsonl", ".parquet"
_ENDINGS = (*ENDINGS, _LINES, _TABLE)
_COLUMNS = ("doc_id", "text", "published", "region", "title", "source", "page")


@dataclass(frozen=True)
class Piece:
    """What is read in one go: a file that is one document, a .jsonl file, or a row group of a Parquet file."""

    kind: Literal["text", "lines", "rows"]
    filesystem: pa.fs.FileSystem
    path: str
    """On the filesystem."""
    source: Source
    """Of a document all but its text. Of articles `doc_id` is what those without one are named after, `where` the
    file, and the metadata what goes for articles that do not tell."""
    size: int
    """In bytes, about."""
    asked: bool = False
    """Whether the very file was asked for."""
    group: int = 0
    """The number of the row group."""
    first: int = 1
    """The number of its first row in the file."""


def locate(place: str) -> tuple[pa.fs.FileSystem, str]:
    """The filesystem of a path or URI (`s3://bucket/folder`, `gs://`, `hdfs://`, `file://`) and the path on it.

    Raises:
        ReadError: pyarrow knows no such filesystem or cannot reach it.
    """
    if "://" not in place:
        return pa.fs.LocalFileSystem(), Path(place).absolute().as_posix()
    try:
        filesystem, path = pa.fs.FileSystem.from_uri(place)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise ReadError(f"{shown(place)}: cannot be reached ({_brief(error)}); give a path, or a URI that pyarrow "
                        "knows, such as s3://bucket/folder") from None
    return filesystem, path


def shown(place: str) -> str:
    """What messages call a place: a URI without passwords and options."""
    if "://" not in place:
        return str(Path(place))
    parts = urlsplit(place)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}".rstrip("/")


def find_pieces(inputs: Iterable[str], published: date | None = None, region: str | None = None
                ) -> Iterator[Piece | Failure]:
    """The pieces of the inputs. What cannot be found comes out as a `Failure` in its place.

    Args:
        inputs: paths or URIs of files (.txt, .md, .html, .docx, .pdf, .jsonl, .parquet) and folders.
        published: for documents that give no date of publication.
        region: likewise.
    """
    names, seen = Names(), set()
    for given in inputs:
        try:
            found = list(_Place(given).pieces())
        except ReadError as error:
            found = [Failure(shown(given), str(error))]
        except (pa.ArrowException, OSError) as error:
            found = [Failure(shown(given), f"{shown(given)}: cannot be read ({_brief(error)}); check the place and "
                                           "your rights")]
        for item in found:
            if isinstance(item, Piece):
                key = (item.filesystem.type_name, item.path, item.group)
                if key in seen:
                    continue
                seen.add(key)
                item = _named(item, names, published, region)
            yield item


def read_piece(piece: Piece, limits: Limits = DEFAULT) -> Iterator[Source | Failure]:
    """The documents of a piece, with their texts; no more than one row group or line is held at a time."""
    where = piece.source.where
    try:
        if piece.kind == "text":
            yield _whole(piece, limits)
        elif piece.kind == "lines":
            stream = io.BufferedReader(piece.filesystem.open_input_stream(piece.path))
            for item in jsonl_articles(where, piece.source.doc_id, asked=piece.asked, file=stream):
                yield _with_defaults(item, piece.source)
        else:
            for item in _rows(piece):
                yield _with_defaults(item, piece.source)
    except ReadError as error:
        yield Failure(where, str(error), piece.source.doc_id if piece.kind == "text" else None)
    except (pa.ArrowException, OSError) as error:
        yield Failure(where, f"{where}: cannot be read ({_brief(error)}); check the file and your rights",
                      piece.source.doc_id if piece.kind == "text" else None)


@dataclass
class _Place:
    """An input: a file, or a folder with all that is below it."""

    given: str
    filesystem: pa.fs.FileSystem = field(init=False)
    root: str = field(init=False)

    def __post_init__(self) -> None:
        self.filesystem, self.root = locate(self.given)

    def where(self, inner: str = "") -> str:
        return "/".join(part for part in (shown(self.given).rstrip("/"), inner) if part)

    def pieces(self) -> Iterator[Piece | Failure]:
        info = self.filesystem.get_file_info(self.root)
        if info.type == pa.fs.FileType.NotFound:
            yield self._failure("", "there is no such file or folder; check the path")
        elif info.type == pa.fs.FileType.Directory:
            yield from self._folder()
        else:
            ending = PurePosixPath(self.root).suffix.lower()
            if ending and ending not in _ENDINGS:
                yield self._failure("", f"files ending in {ending} are not read; give {', '.join(_ENDINGS)} or a "
                                        "folder")
            else:
                yield from self._file(info, "", PurePosixPath(self.root).stem, asked=True)

    def _folder(self) -> Iterator[Piece | Failure]:
        infos = self.filesystem.get_file_info(pa.fs.FileSelector(self.root, recursive=True))
        files = {str(PurePosixPath(info.path).relative_to(self.root)): info for info in infos
                 if info.type == pa.fs.FileType.File}
        folders = {str(PurePosixPath(name).parent) for name in files if PurePosixPath(name).name == INDEX}
        found = False
        for name in sorted(files, key=lambda n: PurePosixPath(n).parts):
            path = PurePosixPath(name)
            if any(part.startswith(".") for part in path.parts):
                continue
            indexed = [str(parent) for parent in reversed(path.parents) if str(parent) in folders]
            if indexed:
                if name == str(PurePosixPath(indexed[0], INDEX)):
                    found = True
                    yield from self._indexed(indexed[0], files)
            elif path.suffix.lower() in _ENDINGS:
                found = True
                yield from self._file(files[name], name, str(path.with_suffix("")), asked=False)
        if not found:
            yield self._failure("", f"the folder holds no documents; put {', '.join(_ENDINGS)} files into it")

    def _file(self, info: pa.fs.FileInfo, inner: str, stem: str, *, asked: bool) -> Iterator[Piece | Failure]:
        where = self.where(inner)
        ending = PurePosixPath(info.path).suffix.lower()
        if ending == _TABLE:
            yield from self._table(info, Source(stem, where), asked)
        else:
            kind: Literal["text", "lines"] = "lines" if ending == _LINES else "text"
            path = where if kind == "text" else None
            yield Piece(kind, self.filesystem, info.path, Source(stem, where, path), info.size or 0, asked)

    def _table(self, info: pa.fs.FileInfo, source: Source, asked: bool) -> Iterator[Piece | Failure]:
        try:
            with pa.parquet.ParquetFile(info.path, filesystem=self.filesystem) as file:
                about, columns = file.metadata, file.schema_arrow.names
        except (pa.ArrowException, OSError) as error:
            yield Failure(source.where, f"{source.where}: is no Parquet file that can be read ({_brief(error)}); "
                                        "write it again")
            return
        if "text" not in columns:
            if asked:
                yield Failure(source.where, f"{source.where}: has no column 'text', so it holds no articles; name the "
                                            "column of their texts 'text'")
            return
        first = 1
        for group in range(about.num_row_groups):
            rows = about.row_group(group)
            yield Piece("rows", self.filesystem, info.path, source, rows.total_byte_size, asked, group, first)
            first += rows.num_rows

    def _indexed(self, folder: str, files: dict[str, pa.fs.FileInfo]) -> Iterator[Piece | Failure]:
        """The files that a folder's index names, and no others."""
        inside = "" if folder == "." else f"{folder}/"
        home = self.where(inside.rstrip("/"))
        index = io.BufferedReader(self.filesystem.open_input_stream(files[f"{inside}{INDEX}"].path))
        for where, entry in json_objects(self.where(f"{inside}{INDEX}"), index):
            if isinstance(entry, Failure):
                yield entry
                continue
            name = indexed_name(entry, where, home, _stays, lambda name: f"{inside}{PurePosixPath(name)}" in files)
            if isinstance(name, Failure):
                yield name
                continue
            path = PurePosixPath(name)
            shown_as, info = self.where(f"{inside}{path}"), files[f"{inside}{path}"]
            source = described(Source(str(path.with_suffix("")), shown_as, shown_as), entry, where)
            yield source if isinstance(source, Failure) else Piece("text", self.filesystem, info.path, source,
                                                                   info.size or 0)

    def _failure(self, inner: str, problem: str) -> Failure:
        return Failure(self.where(inner), f"{self.where(inner)}: {problem}")


def _named(piece: Piece, names: Names, published: date | None, region: str | None) -> Piece | Failure:
    """The piece with what was given for all documents and, of a text file, with a doc_id of its own."""
    source: Source | Failure = piece.source
    if piece.kind == "text":
        source = with_own_id(piece.source, names)
        if isinstance(source, Failure):
            return source
        names.take(source)
    assert isinstance(source, Source)
    return replace(piece, source=replace(source, published=source.published or published,
                                         region=source.region or region))


def _whole(piece: Piece, limits: Limits) -> Source:
    """A file that is one document, with its text and what it tells of itself. Raises ReadError, OSError."""
    where, source = piece.source.where, piece.source
    if isinstance(piece.filesystem, pa.fs.LocalFileSystem):
        page = read_page(piece.path, where, limits)
    else:
        with (piece.filesystem.open_input_stream(piece.path) as file,
              NamedTemporaryFile(suffix=PurePosixPath(piece.path).suffix) as copy):
            shutil.copyfileobj(file, copy)
            copy.flush()
            page = read_page(copy.name, where, limits)
    return replace(source, text=page.text, published=source.published or page.published,
                   title=source.title or page.title, source=source.source or page.source)


def _rows(piece: Piece) -> Iterator[Source | Failure]:
    with pa.parquet.ParquetFile(piece.path, filesystem=piece.filesystem) as file:
        present = [name for name in _COLUMNS if name in file.schema_arrow.names]
        number = piece.first
        for batch in file.iter_batches(batch_size=1000, row_groups=[piece.group], columns=present):
            for row in batch.to_pylist():
                yield _article(row, piece.source, number)
                number += 1


def _article(row: dict[str, Any], source: Source, number: int) -> Source | Failure:
    where = f"{source.where}:{number}"
    if not isinstance(row["text"], str) or not row["text"].strip():
        return Failure(where, f"{where}: 'text' is missing or empty; give the article's text")
    return described(Source(f"{source.doc_id}-{number}", where, text=row["text"]), row, where)


def _with_defaults(item: Source | Failure, defaults: Source) -> Source | Failure:
    if isinstance(item, Failure):
        return item
    return replace(item, published=item.published or defaults.published, region=item.region or defaults.region)


def _stays(name: str) -> bool:
    """Whether a name stays in the folder of the index that it stands in."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _brief(error: BaseException) -> str:
    return " ".join(str(error).split())[:200].rstrip(".")
