"""What can be read of instances over REST, from 8.8 on: from public descriptions, not recorded.

A cluster tells it some time after it has happened: every test asks until it does.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import pytest

from tests.zeebe.processes import process
from tests.zeebe.rig import LONG, Rig
from tests.zeebe.visitor import TARGET, Visitor, visited
from zeebe_operator.model.commands import ActivateJobs, CancelInstance, CompleteJob, SetVariables
from zeebe_operator.model.engine import CreatedInstance, CreateInstance, FoundInstance

LONGER_THAN_TOLD = "x" * 10_000
"""A search cuts the values of variables."""


@pytest.fixture
async def client(pytestconfig: pytest.Config, rig: Rig, name: str) -> AsyncIterator[Visitor]:
    target = pytestconfig.stash.get(TARGET, None)
    async with visited(rig, name, target, generation="8.8") as visitor:
        if not (await visitor.capabilities()).reads:
            pytest.skip("CAMUNDA_REST_ADDRESS of a cluster of 8.8 or later is needed")
        yield visitor


async def started(client: Visitor, name: str, *tags: str, **variables: object) -> CreatedInstance:
    await client.deploy([process(name)], None)
    wanted = CreateInstance(bpmn_process_id=name, variables=variables, tags=tags)
    return await client.create_instance(wanted)


async def job_of(client: Visitor, name: str, key: int) -> Mapping[str, Any]:
    async with asyncio.timeout(LONG):
        while True:
            answer = await client.run(ActivateJobs(name, 1, 60, "tester"))
            for job in answer["jobs"]:
                if job["processInstanceKey"] == str(key):
                    return dict(job)


async def seen(ask: Callable[[], Awaitable[object]], wanted: object) -> None:
    """It is told, sooner or later."""
    clock = asyncio.get_running_loop().time
    end = clock() + LONG
    while (told := await ask()) != wanted and clock() < end:  # noqa: ASYNC110 - a cluster tells nobody
        await asyncio.sleep(0.1)
    assert told == wanted


async def test_an_instance_is_found_by_its_key(client: Visitor, name: str) -> None:
    created = await started(client, name)
    key = created.process_instance_key
    await seen(lambda: client.find_instance(key), FoundInstance(created, "ACTIVE"))
    await client.run(CancelInstance(key))
    await seen(lambda: client.find_instance(key), FoundInstance(created, "TERMINATED"))


async def test_an_unknown_instance_is_none(client: Visitor) -> None:
    assert await client.find_instance((1 << 51) + 2**50) is None


async def test_instances_are_found_by_a_tag(client: Visitor, name: str) -> None:
    ours = await started(client, name, name, "team:b")
    await started(client, name, f"{name}-other", "team:b")
    wanted = [FoundInstance(ours, "ACTIVE")]
    await seen(lambda: client.find_instances_by_tag(name), wanted)


async def test_variables_are_those_of_the_root_scope_at_the_end(client: Visitor, name: str) -> None:
    first, _ = [await started(client, name, n=n, b={"c": [None]}, d=None) for n in (1, 2)]
    key = first.process_instance_key
    job = await job_of(client, name, key)
    await client.run(SetVariables(int(job["elementInstanceKey"]), {"n": "local"}, local=True))
    await client.run(CompleteJob(int(job["key"]), {"result": LONGER_THAN_TOLD}))
    await seen(lambda: client.find_instance(key), FoundInstance(first, "COMPLETED"))
    known = {"b": {"c": [None]}, "d": None, "result": LONGER_THAN_TOLD}
    await seen(lambda: client.variables_of(key, []), {"n": 1, **known})
    assert await client.variables_of(key, ["d", "nobody"]) == {"d": None}
