"""What the tests of the journal write into it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zeebe_engine.engine.commands import Entry, PublishMessage
from zeebe_engine.journal.journal import Conditions, Journal, Snapshot

CONDITIONS = Conditions("8.10", 3, business_id_uniqueness=False, tenants=[])


def entry(position: int, name: str = "paid") -> Entry:
    return Entry(position, 1000 + position, 2**63 - position, PublishMessage(name=name))


def snapshot(position: int = 0, state: bytes = b"state") -> Snapshot:
    return Snapshot(position, CONDITIONS, record=7, state=state, index=b"index")


@contextmanager
def opened(directory: Path) -> Iterator[Journal]:
    journal = Journal(directory)
    try:
        yield journal
    finally:
        journal.close()


def positions(directory: Path) -> list[int]:
    with opened(directory) as journal:
        return [one.position for one in journal.entries()]
