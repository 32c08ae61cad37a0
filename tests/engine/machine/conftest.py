"""After each test: what always holds of a machine, and that its entries give it again."""

from collections.abc import Iterator

import pytest

from tests.engine.machine import invariants
from tests.engine.machine.rig import Rig


@pytest.fixture(autouse=True)
def _every_run_is_sound_and_can_be_replayed(
    caplog: pytest.LogCaptureFixture,
) -> Iterator[None]:
    Rig.made.clear()
    yield
    assert not caplog.records
    for rig in Rig.made:
        invariants.check(rig)
        invariants.check_ended(rig)
        invariants.check_replay(rig, len(rig.entries))
        invariants.check_replay(rig, len(rig.entries) // 2)
