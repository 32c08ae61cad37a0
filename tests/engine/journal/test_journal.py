"""The journal by itself: what was appended is there, and what cannot be used is told in words."""

import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.journal.entries import entry, opened, positions, snapshot
from zeebe_engine.engine.commands import Deploy, Entry, MigrateInstance, Resource
from zeebe_engine.journal.errors import JournalError
from zeebe_engine.journal.journal import Digest, as_journalled


def test_entries_are_read_as_they_were_appended(tmp_path: Path) -> None:
    deploy = Entry(2, 5, 0, Deploy(resources=[Resource("a.bpmn", b"\x00\xff")]))
    migrate = Entry(3, 5, 1, MigrateInstance(key=2**51 + 1, target_key=9, mapping=[("a", "b")]))
    with opened(tmp_path) as journal:
        journal.append([entry(1), deploy])
        journal.append([migrate])
    with opened(tmp_path) as journal:
        assert list(journal.entries()) == [entry(1), deploy, migrate]


def test_a_snapshot_stands_for_all_entries_before_it(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        assert journal.snapshot() is None
        journal.append([entry(1), entry(2)])
        journal.keep(snapshot(2))
        journal.append([entry(3)])
    with opened(tmp_path) as journal:
        assert journal.snapshot() == snapshot(2)
        assert [one.position for one in journal.entries()] == [3]


def test_a_digest_is_kept_until_it_is_forgotten(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal.keep_digest(Digest(4, "abc"))
    with opened(tmp_path) as journal:
        assert journal.digest() == Digest(4, "abc")
        journal.keep_digest(None)
        assert journal.digest() is None


def test_a_command_is_executed_as_a_replay_finds_it() -> None:
    pairs = MigrateInstance(key=1, target_key=2, mapping=[("a", "b")])
    assert as_journalled(pairs) == pairs


def test_a_second_process_is_refused_and_told_of_the_first(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib\n"
        "from zeebe_engine.journal.journal import Journal\n"
        "journal = Journal(pathlib.Path(sys.argv[1]))\n"
        "print('open', flush=True)\n"
        "sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    environ = {"PYTHONPATH": ":".join(sys.path)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environ
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        words = rf"in use by another zeebe-engine \(process {other.pid}\)\. End that one"
        with pytest.raises(JournalError, match=words):
            opened(tmp_path).__enter__()
        other.kill()
    assert positions(tmp_path) == []


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(JournalError, match=r"file/data cannot be used for data: Not a directory"):
        opened(tmp_path / "file" / "data").__enter__()


def test_another_format_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path):
        pass
    database = sqlite3.connect(tmp_path / "journal.db")
    with database:
        database.execute("UPDATE meta SET value = 99 WHERE name = 'format'")
    database.close()
    with pytest.raises(JournalError, match=r"another version of zeebe-engine \(format 99, this"):
        opened(tmp_path).__enter__()


def test_what_is_no_journal_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"this is a text, and no database at all" * 50)
    words = re.escape(f"{tmp_path}/journal.db is damaged: file is not a database. Put a copy")
    with pytest.raises(JournalError, match=words):
        opened(tmp_path).__enter__()
    shutil.rmtree(tmp_path)  # which is the remedy
    assert positions(tmp_path) == []


def test_bytes_that_changed_are_an_error_in_words(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        for position in range(1, 500):
            journal.append([entry(position, "n" * 100)])
    file = tmp_path / "journal.db"
    content = bytearray(file.read_bytes())
    content[20_000:40_000] = b"\x5a" * 20_000
    file.write_bytes(content)
    with pytest.raises(JournalError, match=r"journal\.db is damaged: .* remove the directory"):
        positions(tmp_path)
