"""A write that a crash has torn: what is readable is there, from the first entry on."""

import logging
import os
import shutil
from pathlib import Path

import pytest

from tests.engine.journal.entries import entry, opened, positions, snapshot
from zeebe_engine.journal.errors import JournalError
from zeebe_engine.journal.journal import Journal

COUNT = 60


def _copy(source: Path, target: Path) -> Path:
    """As a crash leaves it: the write-ahead log is still beside the file."""
    shutil.copytree(source, target)
    (target / "lock").unlink()
    return target


def _written(journal: Journal) -> None:
    journal.keep(snapshot())
    for position in range(1, COUNT + 1):
        journal.append([entry(position, "n" * 300)])


def test_a_log_that_is_cut_at_any_byte_loses_only_its_end(tmp_path: Path) -> None:
    with opened(tmp_path / "live") as journal:
        _written(journal)
        log = tmp_path / "live" / "journal.db-wal"
        size = log.stat().st_size
        found = []
        for cut in range(0, size, size // 97):
            copy = _copy(tmp_path / "live", tmp_path / f"cut-{cut}")
            os.truncate(copy / "journal.db-wal", cut)
            found.append(positions(copy))
    assert all(one == list(range(1, len(one) + 1)) for one in found)
    counts = [len(one) for one in found]
    assert counts == sorted(counts)
    assert counts[0] == 0
    assert counts[-1] >= COUNT - 2


def test_a_file_that_is_cut_gives_what_is_readable(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(tmp_path / "live") as journal:
        _written(journal)
    size = (tmp_path / "live" / "journal.db").stat().st_size
    copy = _copy(tmp_path / "live", tmp_path / "copy")
    os.truncate(copy / "journal.db", size - 5000)
    with caplog.at_level(logging.WARNING), opened(copy) as journal:
        assert journal.snapshot() == snapshot()
        readable = [one.position for one in journal.entries()]
        assert readable == list(range(1, len(readable) + 1))
        assert COUNT / 2 < len(readable) < COUNT
        journal.append([entry(len(readable) + 1)])
    assert f"was cut off: the first {len(readable)} of its entries could be read" in caplog.text
    assert positions(copy) == [*readable, len(readable) + 1]


def test_a_file_that_is_cut_at_any_byte_is_read_or_refused_in_words(tmp_path: Path) -> None:
    with opened(tmp_path / "live") as journal:
        _written(journal)
    size = (tmp_path / "live" / "journal.db").stat().st_size
    for cut in range(1, size, size // 23):
        copy = _copy(tmp_path / "live", tmp_path / f"cut-{cut}")
        os.truncate(copy / "journal.db", cut)
        try:
            found = positions(copy)
        except JournalError as error:
            assert "is damaged" in str(error)  # noqa: PT017 - either outcome is right
            assert cut < size / 2
        else:
            assert found == list(range(1, len(found) + 1))
