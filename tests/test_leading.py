"""Work only while we lead: what is told to the work, and what is done if it does not end."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.memory_leases import MemoryLease, MemoryLeases
from tests.reconcilers.virtual_time import VirtualTimeLoop
from zeebe_operator import leading
from zeebe_operator.kubernetes.election import Election
from zeebe_operator.model.errors import SettingsError
from zeebe_operator.settings import Settings
from zeebe_operator.telemetry.health import Health

ROOT = Path(__file__).parents[1]


class Life:
    """One operator; its work ends when it is halted, unless it is `stubborn`."""

    def __init__(self, *, stubborn: bool = False) -> None:
        self.shared = MemoryLease()
        self.leases = MemoryLeases(self.shared)
        self.health = Health()
        self.stopped = asyncio.Event()
        self.story: list[str] = []
        self._stubborn = stubborn
        self._halted = asyncio.Event()

    async def run(self) -> None:
        election = Election(self.leases, "me", lambda _: None)
        await leading.take_turns(election, self, self.health, self.stopped)

    async def work(self) -> None:
        assert not self.health.standby
        if self._stubborn:
            await asyncio.sleep(3600)
        events = (self._halted, self.stopped)
        tasks = [asyncio.create_task(event.wait()) for event in events]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()

    def resume(self, *, unbroken: bool) -> None:
        self._halted.clear()
        self.story.append("goes on" if unbroken else "starts")

    def halt(self) -> None:
        self._halted.set()
        self.story.append("halts")


async def play(life: Life, *steps: str) -> None:
    """Each step is a method of the Kubernetes API that breaks or heals; half a minute apart."""
    running = asyncio.create_task(life.run())
    for step in steps:
        await asyncio.sleep(30)
        if step == "cut off":
            life.leases.cut_off()
        if step == "another leads":
            await MemoryLeases(life.shared).claim(life.shared.lease, "other")
        if step == "heals":
            life.leases.trouble = None
    await asyncio.sleep(30)
    life.stopped.set()
    await running


@pytest.mark.parametrize(
    ("steps", "story"),
    [
        pytest.param((), ["starts"], id="nothing happens"),
        pytest.param(("cut off", "heals"), ["starts", "halts", "goes on"], id="nobody else led"),
        pytest.param(
            ("cut off", "another leads", "heals"),
            ["starts", "halts", "starts"],
            id="another one led meanwhile",
        ),
    ],
)
def test_the_work_hears_what_it_needs(steps: tuple[str, ...], story: list[str]) -> None:
    async def run() -> Life:
        life = Life()
        await play(life, *steps)
        return life

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        life = runner.run(run())
    assert life.story == story
    assert life.shared.history[-1] == "", "released at the end"


def test_who_stands_by_says_so_and_ends_when_told() -> None:
    async def run() -> Life:
        life = Life()
        others = MemoryLeases(life.shared)
        await others.claim(None, "other")
        running = asyncio.create_task(life.run())
        await asyncio.sleep(10)
        assert life.health.standby
        life.stopped.set()
        await running
        return life

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        life = runner.run(run())
    assert life.story == []
    assert life.shared.history == ["other"]


STUBBORN = """
import asyncio
from tests.reconcilers.virtual_time import VirtualTimeLoop
from tests.test_leading import Life, play

async def run():
    await play(Life(stubborn=True), "cut off")

with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
    runner.run(run())
"""


def test_work_that_does_not_end_ends_with_the_process() -> None:
    paths = f"{ROOT}:{ROOT / 'operator'}"
    done = subprocess.run(
        [sys.executable, "-c", STUBBORN],
        env={"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "the work did not end" in done.stderr
    assert "Traceback" not in done.stderr


def test_outside_of_a_pod_the_namespace_is_asked_for() -> None:
    with pytest.raises(SettingsError, match="--leader-elect-namespace"):
        leading.candidacy(Settings(leader_elect=True), lambda _: None)
    assert leading.candidacy(Settings(), lambda _: None) is None
