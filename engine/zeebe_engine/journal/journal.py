"""A directory with what was commanded: a snapshot of the state, and the entries after it.

sqlite3 in WAL mode without fsync: what was appended outlives the process, however that ends.
After a power failure the newest entries may be missing.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import msgspec

from zeebe_engine.engine.commands import AnyCommand, Entry
from zeebe_engine.journal.errors import JournalError, JournalFullError
from zeebe_engine.journal.lock import DirectoryLock
from zeebe_engine.journal.salvage import salvage_if_cut

FORMAT: Final = 1
"""Of the tables and of everything in them; another one cannot be read."""

FILE: Final = "journal.db"

_TABLES: Final = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID",
    "CREATE TABLE snapshot (id INTEGER PRIMARY KEY, content BLOB)",
    "CREATE TABLE entries (position INTEGER PRIMARY KEY, time INTEGER, chance INTEGER, command)",
)
_FULL: Final = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(AnyCommand)


def as_journalled(command: AnyCommand) -> AnyCommand:
    """What a replay finds. Raises OverflowError, RecursionError and UnicodeEncodeError."""
    found: AnyCommand = _decoder.decode(_encoder.encode(command))
    return found


class Conditions(msgspec.Struct, frozen=True):
    """What decides, beside the state, what an entry does. `generation`: its name, as 8.10."""

    generation: str
    partitions: int
    business_id_uniqueness: bool
    tenants: list[str]


class Snapshot(msgspec.Struct, frozen=True):
    """Of everything after the entry at `position`; `record`: the newest record's position then.

    `conditions` are those of the entries after it.
    """

    position: int
    conditions: Conditions
    record: int
    state: bytes
    index: bytes


class Digest(msgspec.Struct, frozen=True):
    """Of the state after the entry at `position`, as it was when the engine ended in order."""

    position: int
    value: str


class Journal:
    """Raises JournalError: of another format, damaged, in use, not writable."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / FILE
        self._lock = DirectoryLock(directory)
        try:
            with self._in_words():
                salvage_if_cut(self.path, _TABLES)
                self._database = self._open()
        except JournalError:
            self._lock.release()
            raise

    def append(self, entries: Sequence[Entry]) -> None:
        """All or none, in one transaction. Raises JournalFullError."""
        rows = [
            (one.position, one.time, one.chance, _encoder.encode(one.command)) for one in entries
        ]
        with self._transaction():
            self._database.executemany("INSERT INTO entries VALUES (?, ?, ?, ?)", rows)

    def keep(self, snapshot: Snapshot) -> None:
        """In place of all entries. Raises JournalFullError."""
        with self._transaction():
            content = _encoder.encode(snapshot)
            self._database.execute("INSERT OR REPLACE INTO snapshot VALUES (1, ?)", (content,))
            self._database.execute("DELETE FROM entries")

    def snapshot(self) -> Snapshot | None:
        """None: nothing was ever kept here. Raises JournalError."""
        with self._in_words():
            row = self._database.execute("SELECT content FROM snapshot").fetchone()
            return row and msgspec.msgpack.decode(row[0], type=Snapshot)

    def entries(self) -> Iterator[Entry]:
        """Those after the snapshot, in order. Raises JournalError."""
        with self._in_words():
            for position, time, chance, command in self._database.execute(
                "SELECT position, time, chance, command FROM entries ORDER BY position"
            ):
                yield Entry(position, time, chance, _decoder.decode(command))

    def keep_digest(self, digest: Digest | None) -> None:
        """None: forgets it. Raises JournalFullError."""
        with self._transaction():
            if digest is None:
                self._database.execute("DELETE FROM meta WHERE name = 'digest'")
            else:
                row = (msgspec.json.encode(digest),)
                self._database.execute("INSERT OR REPLACE INTO meta VALUES ('digest', ?)", row)

    def digest(self) -> Digest | None:
        value = self._meta("digest")
        return None if value is None else msgspec.json.decode(value, type=Digest)

    def close(self) -> None:
        self._database.close()
        self._lock.release()

    def damaged(self, reason: object) -> JournalError:
        """For what is readable, and makes no sense."""
        return JournalError(
            f"{self.path} is damaged: {reason}. Put a copy in its place, or remove the directory to"
            " begin without data."
        )

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.path, isolation_level=None)
        self._database = database
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = OFF")
        if not database.execute("SELECT 1 FROM sqlite_master").fetchone():
            with self._transaction():
                for table in _TABLES:
                    database.execute(table)
                database.execute("INSERT INTO meta VALUES ('format', ?)", (FORMAT,))
        if (found := self._meta("format")) != FORMAT:
            raise JournalError(
                f"{self.path} was written by another version of zeebe-engine (format {found}, this"
                f" one reads {FORMAT}). Use that version, or remove the directory."
            )
        return database

    def _meta(self, name: str) -> Any:
        with self._in_words():
            found = self._database.execute(
                "SELECT value FROM meta WHERE name = ?", (name,)
            ).fetchone()
            return found and found[0]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._database.execute("BEGIN")
            yield
            self._database.execute("COMMIT")
        except sqlite3.Error as error:
            with suppress(sqlite3.Error):
                self._database.execute("ROLLBACK")
            raise self._error(error) from error

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, msgspec.MsgspecError, TypeError) as error:
            raise self._error(error) from error

    def _error(self, error: Exception) -> JournalError:
        code = getattr(error, "sqlite_errorcode", 0)
        if code & 0xFF in _FULL:
            return JournalFullError(f"{self.path} cannot be written: {error}. Is the disk full?")
        return self.damaged(error)
