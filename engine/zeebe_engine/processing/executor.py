"""One entry after the other: journalled, executed, told to the reading side and to the records.

Synchronous: what a call has done is on disk when it returns. Only the processor calls it.
"""

import secrets
import time
from collections.abc import Sequence
from contextlib import suppress

from zeebe_engine.engine import state as states
from zeebe_engine.engine.commands import AnyCommand, Entry
from zeebe_engine.engine.machine import Execution, Machine
from zeebe_engine.journal.errors import JournalError, JournalFullError
from zeebe_engine.journal.journal import Digest, Journal, Snapshot
from zeebe_engine.journal.replay import conditions_of, machine_of, outcome
from zeebe_engine.processing.records import Records
from zeebe_engine.reading.index import Index
from zeebe_engine.settings import Settings


class Executor:
    """Without `settings.data` nothing is journalled.

    Raises JournalError when what is there cannot be gone on with.
    """

    def __init__(self, settings: Settings, records: Records) -> None:
        self.machine = Machine(settings)
        self.index = Index(settings.read_lag, time.monotonic)
        self.records = records
        self._settings = settings
        self._journal: Journal | None = None
        self._since_snapshot = 0
        self._ahead = 0
        try:
            if settings.data is not None:
                self._journal = Journal(settings.data)
            self._begin()
        except BaseException:
            self._close_files()
            raise

    @property
    def now(self) -> int:
        """The time of the next entry, ms since 1970: never before that of the last one."""
        return max(self.machine.state.time, time.time_ns() // 1_000_000 + self._ahead)

    def advance(self, milliseconds: int) -> None:
        self._ahead += milliseconds

    def run(self, commands: Sequence[AnyCommand]) -> list[Execution]:
        """Raises JournalFullError, and then nothing was executed."""
        self._flush_records()
        entries = self._entries(commands)
        if self._journal is not None:
            self._journal.append(entries)
        executions = [self._execute(entry) for entry in entries]
        with suppress(JournalFullError):  # before anything else is executed it is tried again
            self._flush_records()
            if self._journal and self._since_snapshot >= self._settings.snapshot_every:
                self._begin_anew(self._journal)
        return executions

    def lose_data(self) -> None:
        """All but the records, which tell of it. Raises JournalFullError."""
        lag = self._settings.read_lag
        self.records.add_data_lost(self.now)
        machine = Machine(self._settings)
        if self._journal is not None:
            self._journal.keep(self._snapshot(machine, Index(lag, time.monotonic)))
        self.machine = machine
        Index.__init__(self.index, lag, time.monotonic)  # in its place: a surface holds it
        self._since_snapshot = 0
        self._flush_records()

    def close(self, *, in_order: bool) -> None:
        """In order: with the digest that a replay must give."""
        with suppress(JournalFullError):
            self._flush_records()
            if in_order and self._journal is not None:
                digest = Digest(self.machine.state.position, self.machine.digest())
                self._journal.keep_digest(digest)
        self._close_files()

    def _begin(self) -> None:
        must_keep = self._journal is not None and self._recover(self._journal)
        if self.records.newest < self.records.written:  # the file knows more than the journal
            self.records.newest = self.records.written
            must_keep = True
        self._flush_records()
        self._ahead = max(0, self.machine.state.time - time.time_ns() // 1_000_000)
        if self._journal is not None:
            if must_keep:
                self._begin_anew(self._journal)
            self._journal.keep_digest(None)

    def _recover(self, journal: Journal) -> bool:
        """Whether a snapshot must be kept before anything is executed."""
        snapshot = journal.snapshot()
        if snapshot is None:
            return True
        self._check_conditions(snapshot)
        self.machine = machine_of(journal, snapshot)
        self.index = Index.restore(snapshot.index, self._settings.read_lag, time.monotonic)
        self.records.newest = snapshot.record
        for entry in journal.entries():
            self._execute(entry)
        if outcome(self.machine, journal).differs:
            raise JournalError(
                f"{journal.path} gives another state than it gave to the engine that wrote it,"
                " which was another version of it. Use that one, or remove the directory."
            )
        return snapshot.conditions != conditions_of(self._settings)

    def _check_conditions(self, snapshot: Snapshot) -> None:
        """A newer generation goes on with the data of an older one; partitions stay."""
        then, data = snapshot.conditions, self._settings.data
        if then.partitions != self._settings.partitions:
            raise JournalError(
                f"{data} has data of {then.partitions} partitions, not of"
                f" {self._settings.partitions}. Start with --partitions {then.partitions}, or give"
                " another directory."
            )
        if int(then.generation.split(".")[1]) > self._settings.generation.minor:
            raise JournalError(
                f"{data} has data of version {then.generation}, and no version goes back to an"
                f" older one. Start with --engine-version {then.generation}, or give another"
                " directory."
            )

    def _entries(self, commands: Sequence[AnyCommand]) -> list[Entry]:
        first, now = self.machine.state.position + 1, self.now
        return [
            Entry(first + index, now, secrets.randbits(63), command)
            for index, command in enumerate(commands)
        ]

    def _execute(self, entry: Entry) -> Execution:
        execution = self.machine.execute(entry)
        self.index.take(entry.position, execution.events)
        self.records.take(entry, execution)
        self._since_snapshot += 1
        return execution

    def _begin_anew(self, journal: Journal) -> None:
        """From what was kept, as after a restart: else what the machine derives from its state
        could be in another order than a replay finds it in."""
        self._since_snapshot = 0
        snapshot = self._snapshot(self.machine, self.index)
        journal.keep(snapshot)
        self.machine = Machine(self._settings, states.decode(snapshot.state))

    def _snapshot(self, machine: Machine, index: Index) -> Snapshot:
        return Snapshot(
            machine.state.position,
            conditions_of(self._settings),
            self.records.newest,
            machine.state.encode(),
            index.snapshot(),
        )

    def _flush_records(self) -> None:
        try:
            self.records.flush()
        except OSError as error:
            text = (
                f"{self._settings.records} cannot be written: {error.strerror}. Is the disk full?"
            )
            raise JournalFullError(text) from error

    def _close_files(self) -> None:
        self.records.close()
        if self._journal is not None:
            self._journal.close()
