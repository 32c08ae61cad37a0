"""Faults of the engine itself: told without details, logged, and nobody else's."""

import pytest

from tests.engine.machine.models import document, line, work
from tests.engine.machine.rig import START
from zeebe_engine.engine.commands import (
    AnyCommand,
    CompleteJob,
    CreateInstance,
    Deploy,
    Entry,
    Resource,
    Tick,
)
from zeebe_engine.engine.machine import Execution, Machine
from zeebe_engine.engine.refusals import RejectionType, Status
from zeebe_engine.engine.state import Activate
from zeebe_engine.settings import Settings


class Broken:
    """A machine whose state has been tampered with."""

    def __init__(self) -> None:
        self.machine = Machine(Settings(partitions=1))
        content = document(line(work("task"))).encode()
        self.execute(Deploy(resources=[Resource("p.bpmn", content)]))
        self.execute(CreateInstance(bpmn_process_id="p", variables={"secret": "s3cr3t"}))

    def execute(self, command: AnyCommand) -> Execution:
        position = self.machine.state.position + 1
        return self.machine.execute(Entry(position, START, 1, command))


def test_a_command_that_meets_a_fault_is_rejected(caplog: pytest.LogCaptureFixture) -> None:
    broken = Broken()
    (job,) = broken.machine.state.jobs.values()
    job.element_key = 0
    rejection = broken.execute(CompleteJob(key=job.key)).rejection
    assert rejection is not None
    assert (rejection.kind, rejection.status) == (RejectionType.PROCESSING_ERROR, Status.INTERNAL)
    assert "KeyError. This is a fault of the local engine." in rejection.text
    assert "s3cr3t" not in rejection.text
    assert "CompleteJob cannot be executed" in caplog.text
    caplog.clear()


def test_a_token_that_meets_a_fault_stops_nobody_else(caplog: pytest.LogCaptureFixture) -> None:
    broken = Broken()
    (scope,) = [one for one in broken.machine.state.instances.values() if one.type == "PROCESS"]
    broken.machine.state.pending.append(Activate("nowhere", scope.key))
    answered = broken.execute(CreateInstance(bpmn_process_id="p"))
    assert answered.rejection is None
    assert len(broken.machine.state.jobs) == 2
    assert "Activate cannot be executed" in caplog.text
    caplog.clear()
    assert not broken.execute(Tick()).events


def test_a_record_that_is_too_large_cannot_be_written() -> None:
    """Seen on 8.6.0, without a reason."""
    large = CreateInstance(bpmn_process_id="p", variables={"a": "x" * 4_000_000})
    rejection = Broken().execute(large).rejection
    assert rejection is not None
    assert rejection.kind == RejectionType.EXCEEDED_BATCH_RECORD_SIZE
