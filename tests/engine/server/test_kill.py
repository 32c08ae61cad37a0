"""kill -9 at any moment under load: what was answered is there, once, and no key is given twice."""

import asyncio
import json
import random
import signal
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import grpc.aio
import pytest

from tests.engine.processor.engine import DEPLOY
from tests.engine.server.running import engine, outcome, stub
from zeebe_operator.zeebe.pb import gateway_pb2 as pb

pytestmark = pytest.mark.engine

ROUNDS = 20
CALLERS = 8


@dataclass(slots=True)
class Answered:
    """By message id, the key that was answered; instances, and jobs that were completed."""

    messages: dict[str, int] = field(default_factory=dict)
    instances: list[int] = field(default_factory=list)
    jobs: list[int] = field(default_factory=list)


async def _call(gateway: Any, ids: "count[int]", answered: Answered) -> None:
    """Until the engine is gone."""
    try:
        while True:
            name = str(next(ids))
            message = pb.PublishMessageRequest(name="m", messageId=name, timeToLive=3_600_000)
            answered.messages[name] = (await gateway.PublishMessage(message)).key
            work = pb.CreateProcessInstanceRequest(bpmnProcessId="work", version=-1)
            answered.instances.append(
                (await gateway.CreateProcessInstance(work)).processInstanceKey
            )
            wanted = pb.ActivateJobsRequest(
                type="work", worker="w", timeout=3_600_000, maxJobsToActivate=1
            )
            async for part in gateway.ActivateJobs(wanted):
                for job in part.jobs:
                    await gateway.CompleteJob(pb.CompleteJobRequest(jobKey=job.key))
                    answered.jobs.append(job.key)
    except grpc.aio.AioRpcError as error:
        if error.code() is not grpc.StatusCode.UNAVAILABLE:
            raise


def _records(path: Path) -> list[dict[str, Any]]:
    """Of complete lines; there is a torn one while the engine is down."""
    lines = path.read_bytes().split(b"\n")[:-1]
    return [json.loads(line) for line in lines]


def _values(records: list[dict[str, Any]], value_type: str, intent: str) -> list[dict[str, Any]]:
    return [one for one in records if (one["valueType"], one["intent"]) == (value_type, intent)]


async def test_nothing_that_was_answered_is_lost_and_nothing_is_there_twice(tmp_path: Path) -> None:
    arguments = ("--data", str(tmp_path / "data"), "--records", str(tmp_path / "records"))
    answered, ids = Answered(), count()
    for number in range(ROUNDS):
        with engine(*arguments, "--snapshot-every", "2000") as running:
            async with stub(running.grpc_port) as gateway:
                if number == 0:
                    resource = DEPLOY.resources[0]
                    given = [pb.Resource(name=resource.name, content=resource.content)]
                    await gateway.DeployResource(pb.DeployResourceRequest(resources=given))
                callers = [
                    asyncio.create_task(_call(gateway, ids, answered)) for _ in range(CALLERS)
                ]
                await asyncio.sleep(random.uniform(0.02, 0.3))
                running.process.send_signal(signal.SIGKILL)
                await asyncio.gather(*callers)
    with engine(*arguments) as running:
        assert running.end() == 0
    _check(answered, _records(tmp_path / "records"))
    code, out, _ = outcome("replay", str(tmp_path / "data"))
    assert code == 0
    assert "as the engine ended" in out


def _check(answered: Answered, records: list[dict[str, Any]]) -> None:
    assert len(answered.messages) > ROUNDS
    assert [one["position"] for one in records] == list(range(1, len(records) + 1))

    published = _values(records, "MESSAGE", "PUBLISHED")
    by_id = {one["value"]["messageId"]: one["key"] for one in published}
    assert len(by_id) == len(published)
    assert answered.messages.items() <= by_id.items()

    created = Counter(
        one["value"]["processInstanceKey"]
        for one in _values(records, "PROCESS_INSTANCE_CREATION", "CREATED")
    )
    assert set(created.values()) == {1}
    assert set(answered.instances) <= set(created)

    jobs = [one["key"] for one in _values(records, "JOB", "CREATED")]
    completed = Counter(one["key"] for one in _values(records, "JOB", "COMPLETED"))
    assert set(completed.values()) == {1}
    assert set(answered.jobs) <= set(completed) <= set(jobs)

    keys = [one["key"] for one in published] + list(created) + jobs
    assert len(set(keys)) == len(keys)
