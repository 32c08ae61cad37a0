"""A full disk: nothing is half written, and all goes on when there is room again."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.engine.journal.entries import entry, opened, positions, snapshot
from zeebe_engine.journal.errors import JournalFullError

LARGE = "n" * 20_000


@contextmanager
def no_file_grows_beyond(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_what_does_not_fit_is_refused_as_a_whole(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal.append([entry(1)])
        with no_file_grows_beyond(100_000), pytest.raises(JournalFullError, match="disk full"):
            journal.append([entry(position, LARGE) for position in range(2, 12)])
        journal.append([entry(2)])
    assert positions(tmp_path) == [1, 2]


def test_a_snapshot_that_does_not_fit_leaves_the_entries(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal.append([entry(1)])
        with no_file_grows_beyond(100_000), pytest.raises(JournalFullError):
            journal.keep(snapshot(1, state=b"s" * 200_000))
        assert journal.snapshot() is None
        journal.keep(snapshot(1))
    assert positions(tmp_path) == []


def test_a_database_that_may_not_grow_is_full(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal._database.execute("PRAGMA max_page_count = 6")
        with pytest.raises(JournalFullError, match=r"journal\.db cannot be written: .* full"):
            journal.append([entry(1, LARGE)])
        journal.append([entry(1)])
    assert positions(tmp_path) == [1]
