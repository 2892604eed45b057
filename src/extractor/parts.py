"""Parquet output in parts, on any filesystem that pyarrow reaches: what many machines write side by side.

A part is a file in each of the folders `records`, `documents` and `failures`, under a name of its own. It counts once
its name is among those that are kept at the end; `run.json` is written last, so a folder without it is unfinished.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.dataset
import pyarrow.fs
import pyarrow.parquet

from extractor.reading.errors import ReadError
from extractor.reading.remote import locate, shown
from extractor.reading.sources import Failure

FOLDERS = ("records", "documents", "failures")
FAILURES = pa.schema([("where", pa.string()), ("doc_id", pa.string()), ("message", pa.string())])


class OutputError(RuntimeError):
    """The output cannot be written there; the message is a sentence."""


@dataclass(frozen=True)
class Target:
    """An output folder."""

    filesystem: pa.fs.FileSystem
    root: str

    @classmethod
    def new(cls, output: str) -> Target:
        """The folder for a new run. Raises OutputError if there is something in it or it cannot be written."""
        try:
            target = cls(*locate(output))
            held = target.filesystem.get_file_info(pa.fs.FileSelector(target.root, allow_not_found=True))
            if held:
                raise OutputError(f"{shown(output)}: holds '{PurePosixPath(held[0].path).name}' already; give an empty "
                                  "folder with -o, because a run on a cluster begins anew")
            for folder in FOLDERS:
                target.filesystem.create_dir(f"{target.root}/{folder}", recursive=True)
        except ReadError as error:
            raise OutputError(str(error)) from None
        except (pa.ArrowException, OSError) as error:
            raise OutputError(f"{shown(output)}: cannot be written ({' '.join(str(error).split())[:200]}); give a "
                              "folder that may be written to") from None
        return target

    def write(self, part: str, **tables: pa.Table) -> None:
        """Write the tables of a part, by the names of their folders; an empty one is left out. Raises OSError."""
        for folder, table in tables.items():
            if table.num_rows:
                pa.parquet.write_table(table, f"{self.root}/{folder}/{part}.parquet", filesystem=self.filesystem,
                                       compression="zstd")

    def keep_only(self, parts: set[str]) -> None:
        """Remove what belongs to other parts: batches that were begun and then done again elsewhere."""
        for folder in FOLDERS:
            for path in self._files(folder):
                if PurePosixPath(path).stem not in parts:
                    self.filesystem.delete_file(path)

    def doc_ids(self) -> Iterator[str]:
        """The doc_ids of all documents, in no order."""
        found = pa.dataset.dataset(list(self._files("documents")), filesystem=self.filesystem, format="parquet")
        for batch in found.to_batches(columns=["doc_id"]):
            yield from batch.column(0).to_pylist()

    def finish(self, about: dict[str, Any]) -> None:
        """Write run.json, which says that the run is complete."""
        with self.filesystem.open_output_stream(f"{self.root}/run.json") as file:
            file.write(json.dumps(about, ensure_ascii=False, indent=1).encode() + b"\n")

    def _files(self, folder: str) -> Iterator[str]:
        selector = pa.fs.FileSelector(f"{self.root}/{folder}", recursive=True, allow_not_found=True)
        return (info.path for info in self.filesystem.get_file_info(selector) if info.type == pa.fs.FileType.File)


def failure_table(failures: Iterable[Failure]) -> pa.Table:
    """Failures as rows."""
    return pa.Table.from_pylist([{"where": f.where, "doc_id": f.doc_id, "message": f.message} for f in failures],
                                FAILURES)
