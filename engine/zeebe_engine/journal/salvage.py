"""What is still readable in a journal whose end was cut off, moved into a whole one."""

import logging
import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

_log = logging.getLogger(__name__)


def salvage_if_cut(path: Path, tables: Sequence[str]) -> None:
    """Raises sqlite3.Error when not even the beginning can be read."""
    page, pages = _extent(path)
    size = path.stat().st_size if page else 0
    if size >= page * pages:
        return
    os.truncate(path, size - size % page)  # sqlite3 would read zeros in place of what is missing
    whole = path.with_suffix(".new")
    whole.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as cut, closing(sqlite3.connect(whole)) as new:
        cut.execute("PRAGMA writable_schema = ON")  # or nothing of a cut file is read at all
        for table in tables:
            new.execute(table)
        new.executemany("INSERT INTO meta VALUES (?, ?)", cut.execute("SELECT * FROM meta"))
        new.executemany("INSERT INTO snapshot VALUES (?, ?)", cut.execute("SELECT * FROM snapshot"))
        count = _copy_entries(cut, new)
        new.commit()
    path.with_name(f"{path.name}-wal").unlink(missing_ok=True)
    whole.replace(path)
    _log.warning("%s was cut off: the first %d of its entries could be read.", path, count)


def _extent(path: Path) -> tuple[int, int]:
    """Size of a page and number of pages: bytes 16 and 28 of the header; 0: there is none."""
    header = b""
    with suppress(FileNotFoundError), path.open("rb") as file:
        header = file.read(32)
    if not header.startswith(b"SQLite format 3\0"):
        return 0, 0
    return int.from_bytes(header[16:18]), int.from_bytes(header[28:32])


def _copy_entries(cut: sqlite3.Connection, new: sqlite3.Connection) -> int:
    count = 0
    with suppress(sqlite3.DatabaseError):
        for row in cut.execute("SELECT * FROM entries ORDER BY position"):
            new.execute("INSERT INTO entries VALUES (?, ?, ?, ?)", row)
            count += 1
    return count
