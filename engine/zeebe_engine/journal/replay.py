"""A machine as it was: from the snapshot, under the conditions of then, by the entries after it."""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from zeebe_engine.engine import state as states
from zeebe_engine.engine.machine import Machine
from zeebe_engine.generations import GENERATIONS
from zeebe_engine.journal.errors import JournalError
from zeebe_engine.journal.journal import FILE, Conditions, Journal, Snapshot
from zeebe_engine.settings import Settings


def conditions_of(settings: Settings) -> Conditions:
    return Conditions(
        settings.generation.name,
        settings.partitions,
        settings.business_id_uniqueness,
        sorted(settings.tenants),
    )


def machine_of(journal: Journal, snapshot: Snapshot) -> Machine:
    """Raises JournalError."""
    then = snapshot.conditions
    settings = Settings(
        generation=GENERATIONS[then.generation],
        partitions=then.partitions,
        business_id_uniqueness=then.business_id_uniqueness,
        tenants=frozenset(then.tenants),
    )
    try:
        return Machine(settings, states.decode(snapshot.state))
    except msgspec.MsgspecError as error:
        raise journal.damaged(error) from error


@dataclass(frozen=True, slots=True)
class Replayed:
    """`kept`: the digest at the engine's end in order; "": it did not end in order."""

    position: int
    digest: str
    kept: str

    @property
    def differs(self) -> bool:
        return self.kept not in ("", self.digest)


def replay(directory: Path) -> Replayed:
    """Changes nothing there. Raises JournalError."""
    if not (directory / FILE).exists():
        raise JournalError(f"{directory} has no {FILE}: it is not a directory of zeebe-engine.")
    journal = Journal(directory)
    try:
        snapshot = journal.snapshot()
        if snapshot is None:
            raise JournalError(f"{journal.path} is empty: there is nothing to replay.")
        machine = machine_of(journal, snapshot)
        for entry in journal.entries():
            machine.execute(entry)
        return outcome(machine, journal)
    finally:
        journal.close()


def outcome(machine: Machine, journal: Journal) -> Replayed:
    kept = journal.digest()
    is_of_here = kept is not None and kept.position == machine.state.position
    digest = machine.digest()
    return Replayed(machine.state.position, digest, kept.value if kept and is_of_here else "")
