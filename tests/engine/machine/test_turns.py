"""Random commands to an engine that does only two things at a time: what is still on its way goes
on with the next entry, whatever that commands."""

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import rule

from tests.engine.machine.rig import Rig
from tests.engine.machine.test_stateful import Commands
from zeebe_engine.engine import commands, machine
from zeebe_engine.engine.refusals import RejectionType


class Turns(Commands):
    def do(self, command: commands.AnyCommand) -> Any:
        execution = self.rig.execute(command)
        if execution.rejection is not None:
            assert execution.rejection.kind != RejectionType.PROCESSING_ERROR
        return execution.answer

    @rule()
    def let_all_go_on(self) -> None:
        for _ in range(200):
            if not self.state.pending:
                break
            self.do(commands.Tick())

    def teardown(self) -> None:
        """Later, an engine that does more at a time would end elsewhere."""
        super().teardown()
        Rig.made.clear()


@pytest.fixture(autouse=True)
def _two_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_AT_ONCE", 2)


TestTurns = Turns.TestCase
TestTurns.settings = settings(
    max_examples=30,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
