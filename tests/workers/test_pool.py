"""Workers come and go, and their counts with them."""

import asyncio

from tests.workers.rig import KEY, PODS, Rig, assignment
from zeebe_operator.model.worker import Progress


async def test_a_dismissed_worker_is_forgotten_after_its_last_jobs(rig: Rig) -> None:
    rig.pool.assign(assignment(PODS), Progress())
    rig.engine.offer(2)
    await asyncio.sleep(1)
    rig.pool.dismiss(KEY)
    assert rig.forgotten == {}
    await asyncio.sleep(30)
    assert rig.results == {"returned": 2}
    assert rig.forgotten == {KEY: 2}


async def test_one_whose_name_is_taken_again_is_not(rig: Rig) -> None:
    rig.pool.assign(assignment(), Progress())
    rig.pool.assign(assignment(uid="uid-next"), Progress())
    await asyncio.sleep(30)
    assert rig.forgotten == {}


async def test_one_that_never_began_is_forgotten_too(rig: Rig) -> None:
    """It may have been counted before a kind came or went."""
    rig.pool.dismiss(KEY)
    await asyncio.sleep(1)
    assert rig.forgotten == {KEY: 0}
