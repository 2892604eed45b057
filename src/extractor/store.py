"""The store: an SQLite file that knows what was extracted from which document, by which rules.

A document is one transaction: its row, its records and what went wrong with it are replaced together or not at all, so
a run that is killed at any moment leaves whole documents. docs/outputs.md describes the tables; they may be read with
any SQLite tool, also while a run writes. Only runs write, one at a time.
"""

from __future__ import annotations

import json
import os
import socket
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import quote

from extractor.fingerprint import Fingerprint, file_of, program_version
from extractor.locking import Held, Lock
from extractor.reading.sources import Failure, Names, Source
from extractor.schema import Record, record_bytes

NAME = "extractor.db"
APPLICATION_ID = 0x7A687063  # "zhpc", so that `file` and we know a store when we see one

MIGRATIONS: list[str] = ["""
CREATE TABLE documents (
    doc_id TEXT PRIMARY KEY, path TEXT NOT NULL, file TEXT NOT NULL, content_hash TEXT NOT NULL, given TEXT NOT NULL,
    rules TEXT NOT NULL, extractor TEXT NOT NULL, status TEXT NOT NULL CHECK (status IN ('done', 'failed')),
    title TEXT, source TEXT, published TEXT, region TEXT, characters INTEGER, run INTEGER NOT NULL, text TEXT);
CREATE TABLE records (
    doc_id TEXT NOT NULL, place INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, kind TEXT, indicator TEXT,
    indicator_name TEXT, region TEXT, start_date TEXT, end_date TEXT, confidence REAL NOT NULL, repeats TEXT,
    json TEXT NOT NULL, PRIMARY KEY (doc_id, place));
CREATE TABLE failures (path TEXT NOT NULL, message TEXT NOT NULL, doc_id TEXT, run INTEGER NOT NULL,
    PRIMARY KEY (path, message));
CREATE INDEX failures_by_document ON failures (doc_id);
CREATE TABLE runs (
    id INTEGER PRIMARY KEY, status TEXT NOT NULL, started TEXT NOT NULL, seconds REAL, inputs TEXT NOT NULL,
    rules TEXT NOT NULL, extractor TEXT NOT NULL, pid INTEGER NOT NULL, host TEXT NOT NULL, work TEXT);
CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO state VALUES ('changes', '0');
""", "ALTER TABLE documents ADD COLUMN page TEXT"]
"""Each brings the tables one version further; `PRAGMA user_version` counts those that were done."""


class StoreError(Exception):
    """The store cannot be used. The message is a sentence; `code` the exit code of a command that it ends."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


class Row(NamedTuple):
    """A record as it is stored; `json` is its line in records.jsonl, in UTF-8."""

    doc_id: str
    place: int
    id: str
    type: str
    kind: str | None
    indicator: str | None
    indicator_name: str | None
    region: str | None
    start_date: str | None
    end_date: str | None
    confidence: float
    repeats: str | None
    json: bytes


def row_of(place: int, record: Record) -> Row:
    """The row of a document's record number `place`."""
    period, indicator = record.period, record.indicator
    start, end = (period.start_date, period.end_date) if period else (None, None)
    return Row(record.doc_id, place, record.id, record.type, record.kind, indicator.text if indicator else None,
               indicator.name if indicator else None, record.region.name if record.region else None,
               start.isoformat() if start else None, end.isoformat() if end else None, record.confidence,
               record.repeats, record_bytes(record))


class Store:
    """The store of an output folder. Use `Store.write` for a run and `Store.read` for everything else."""

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: Lock | None = None) -> None:
        self.path = path
        self._connection = connection
        self._lock = lock

    @classmethod
    def write(cls, folder: Path, wait: bool = False, say: Callable[[str], None] = lambda holder: None) -> Self:
        """Open the store of `folder` for a run, made if there is none and brought up to date.

        Args:
            folder: the output folder; made if there is none.
            wait: wait for a run that has the store.
            say: told who that is.

        Raises:
            StoreError: another run has it, it cannot be written, it is damaged or no store.
        """
        path = folder / NAME
        lock = Lock(folder / f"{NAME}.lock")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock.acquire(wait, say)
        except Held as held:
            raise StoreError(f"{path}: is held by a run, {held}; wait for it with --wait, or give another folder "
                             "with -o") from None
        except OSError as error:
            raise StoreError(f"{folder}: cannot be written ({error.strerror}); give a folder that may be written to",
                             2) from None
        try:
            with _said(path):
                connection = sqlite3.connect(path, timeout=60, isolation_level=None)
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
                store = cls(path, connection, lock)
                store._migrate()
        except BaseException:
            lock.release()
            raise
        return store

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Open the store of `folder` for reading, also while a run writes to it.

        Raises:
            StoreError: there is none, it is damaged or of another version.
        """
        path = folder / NAME
        if not path.is_file():
            raise StoreError(f"{path}: there is no such file; make it with 'extractor run INPUT... -o {folder}'", 2)
        address = f"file:{quote(str(path.absolute()))}?mode=ro"
        if not os.access(folder, os.W_OK) and not Path(f"{path}-wal").exists():
            address += "&immutable=1"  # SQLite would want to put a file beside it
        with _said(path):
            connection = sqlite3.connect(address, uri=True, timeout=60, isolation_level=None)
            store = cls(path, connection)
            version = store._version()
        if version < len(MIGRATIONS):
            connection.close()
            raise StoreError(f"{path}: was written by an older extractor; run 'extractor run' on it once")
        return store

    def close(self) -> None:
        """Close the store and let the next run have it."""
        try:
            self._connection.close()
        finally:
            if self._lock is not None:
                self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _version(self) -> int:
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        (application,) = self._connection.execute("PRAGMA application_id").fetchone()
        (tables,) = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and application != APPLICATION_ID:
            raise StoreError(f"{self.path}: is a database of another program; move it away or give another folder", 2)
        if version > len(MIGRATIONS):
            raise StoreError(f"{self.path}: was written by a newer extractor (version {version} of its tables, known "
                             f"are {len(MIGRATIONS)}); update extractor or give another folder with -o", 2)
        return int(version)

    def _migrate(self) -> None:
        for number, script in enumerate(MIGRATIONS[self._version():], self._version() + 1):
            with self._transaction():
                for statement in script.split(";\n"):
                    self._connection.execute(statement)
                self._connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                self._connection.execute(f"PRAGMA user_version = {number}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with _said(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def query(self, sql: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        """The rows of a SELECT, as they come. Raises StoreError."""
        with _said(self.path):
            yield from self._connection.execute(sql, values)

    # --- a run ------------------------------------------------------------------------------------------------------

    def begin(self, inputs: Sequence[str], rules: str) -> int:
        """The number of a new run."""
        with self._transaction():
            self._connection.execute("UPDATE runs SET status = 'killed' WHERE status = 'running'")
            started = datetime.now().astimezone().isoformat(" ", "seconds")
            made = self._connection.execute(
                "INSERT INTO runs (status, started, inputs, rules, extractor, pid, host) "
                "VALUES ('running', ?, ?, ?, ?, ?, ?)",
                (started, json.dumps(list(inputs), ensure_ascii=False), rules, program_version(), os.getpid(),
                 socket.gethostname()))
        return int(made.lastrowid or 0)

    def finish(self, run: int, status: str, seconds: float, work: dict[str, int]) -> None:
        """The run is over: `done` or `interrupted`. Failures that belong to no document are kept for the last run."""
        with self._transaction():
            self._connection.execute("UPDATE runs SET status = ?, seconds = ?, work = ? WHERE id = ?",
                                     (status, round(seconds, 3), json.dumps(work), run))
            self._connection.execute("DELETE FROM failures WHERE doc_id IS NULL AND run <> ?", (run,))

    def is_current(self, source: Source, found: Fingerprint, rules: str) -> bool:
        """Whether the document is in the store as it would come out now. One that failed never is."""
        with _said(self.path):
            row = self._connection.execute(
                "SELECT status, content_hash, given, rules, extractor, path, file FROM documents WHERE doc_id = ?",
                (source.doc_id,)).fetchone()
        if not found.content_hash or row is None or row[:5] != ("done", *found[:2], rules, program_version()):
            return False
        if row[5:] != (source.where, file_of(source)):  # it was moved, no more
            with self._transaction():
                self._connection.execute("UPDATE documents SET path = ?, file = ? WHERE doc_id = ?",
                                         (source.where, file_of(source), source.doc_id))
        return True

    def save(self, source: Source, found: Fingerprint, rules: str, run: int, about: dict[str, Any], text: str,
             rows: Iterable[Row]) -> bool:
        """Put a document with its records in the place of what was known of it; whether anything was."""
        with self._transaction():
            known = self._forget(source.doc_id)
            self._document(source, found, rules, run, "done", about, text)
            self._connection.executemany(f"INSERT INTO records VALUES ({'?, ' * 12}CAST(? AS TEXT))", rows)
        return known

    def fail(self, source: Source, found: Fingerprint, rules: str, run: int, failure: Failure) -> None:
        """The document failed: what it held before is no longer what it says."""
        with self._transaction():
            self._forget(source.doc_id)
            self._document(source, found, rules, run, "failed", {}, None)
            self._connection.execute("INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?)",
                                     (failure.where, failure.message, source.doc_id, run))

    def fail_input(self, failure: Failure, run: int) -> None:
        """Something among the inputs is no document at all."""
        with self._transaction():
            self._connection.execute("INSERT OR REPLACE INTO failures VALUES (?, ?, NULL, ?)",
                                     (failure.where, failure.message, run))

    def _forget(self, doc_id: str) -> bool:
        known = self._connection.execute("DELETE FROM documents WHERE doc_id = ?", (doc_id,)).rowcount > 0
        if known:
            self._connection.execute("DELETE FROM records WHERE doc_id = ?", (doc_id,))
            self._connection.execute("DELETE FROM failures WHERE doc_id = ?", (doc_id,))
        self._connection.execute("UPDATE state SET value = value + 1 WHERE key = 'changes'")
        return known

    def _document(self, source: Source, found: Fingerprint, rules: str, run: int, status: str, about: dict[str, Any],
                  text: str | None) -> None:
        known = (about.get(key) for key in ("title", "source", "published", "region", "characters"))
        self._connection.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (source.doc_id, source.where, file_of(source), *found[:2], rules, program_version(), status, *known, run,
             text, about.get("page")))

    # --- names and leftovers ----------------------------------------------------------------------------------------

    def names(self) -> StoredNames:
        """What is taken in this run, kept on disk."""
        return StoredNames(self)

    def prune(self, inputs: Iterable[str]) -> int:
        """Remove documents that this run did not come across and whose file is gone or lies in the inputs.

        Call it after a run with `names`. Returns their number.
        """
        places = [os.path.abspath(given) for given in inputs]
        left = self.query("SELECT doc_id, file FROM documents WHERE doc_id NOT IN (SELECT doc_id FROM temp.seen)")
        gone = [doc_id for doc_id, file in left if not os.path.exists(file)
                or any(file == place or file.startswith(place.rstrip(os.sep) + os.sep) for place in places)]
        for doc_id in gone:
            with self._transaction():
                self._forget(doc_id)
        return len(gone)

    # --- what is in it ----------------------------------------------------------------------------------------------

    def state(self, key: str) -> str | None:
        """A value that was kept under a name."""
        return next((str(value) for (value,) in self.query("SELECT value FROM state WHERE key = ?", key)), None)

    def keep(self, key: str, value: str) -> None:
        """Keep a value under a name."""
        with self._transaction():
            self._connection.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (key, value))

    def failures(self, run: int | None = None) -> Iterator[Failure]:
        """What failed and stands, sorted; of one run only, if asked."""
        for path, message, doc_id in self.query("SELECT path, message, doc_id FROM failures WHERE run = ? OR ? IS NULL "
                                                "ORDER BY path, message", run, run):
            yield Failure(path, message, doc_id)


class StoredNames(Names):
    """Names kept in temporary tables on disk, however many; a doc_id of an earlier run stays with its file."""

    def __init__(self, store: Store) -> None:
        self._store = store
        with _said(store.path):
            self._run = store._connection.execute
            for statement in ("DROP TABLE IF EXISTS temp.seen", "DROP TABLE IF EXISTS temp.files",
                              "CREATE TEMP TABLE seen (doc_id TEXT PRIMARY KEY, path TEXT NOT NULL) WITHOUT ROWID",
                              "CREATE TEMP TABLE files (file TEXT PRIMARY KEY) WITHOUT ROWID"):
                self._run(statement)

    def is_new(self, file: str) -> bool:
        """Whether the file is named for the first time."""
        with _said(self._store.path):
            return self._run("INSERT OR IGNORE INTO temp.files VALUES (?)", (file,)).rowcount > 0

    def holder(self, doc_id: str, source: Source) -> str | None:
        """Where the document stands that has the doc_id already: of this run, or of another file of an earlier one."""
        with _said(self._store.path):
            row = self._run("SELECT path FROM temp.seen WHERE doc_id = ?", (doc_id,)).fetchone()
            if row is None and source.path is not None:
                row = self._run("SELECT path, file FROM documents WHERE doc_id = ?", (doc_id,)).fetchone()
                if row is not None and (row[1] == file_of(source) or not os.path.exists(row[1])):
                    return None
        return str(row[0]) if row else None

    def take(self, source: Source) -> None:
        """Give the source its doc_id."""
        with _said(self._store.path):
            self._run("INSERT OR REPLACE INTO temp.seen VALUES (?, ?)", (source.doc_id, source.where))


@contextmanager
def _said(path: Path) -> Iterator[None]:
    """SQLite's errors as sentences."""
    try:
        yield
    except sqlite3.Error as error:
        primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if primary in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            said = StoreError(f"{path}: cannot be written any further ({error}), the disk may be full; what is done is "
                              "kept, so make room and run again")
        elif primary in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
            said = StoreError(f"{path}: cannot be written ({error}); give a folder that may be written to", 2)
        elif primary == sqlite3.SQLITE_BUSY:
            said = StoreError(f"{path}: another program has been writing to it for a minute; close it and run again")
        else:
            said = StoreError(f"{path}: is damaged ({error}); move it away and run again, which extracts everything "
                              "anew")
        raise said from None
