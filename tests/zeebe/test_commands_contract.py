"""What the engine makes of the commands of a ZeebeCommand: the fake and the real one alike."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest

from tests.zeebe.processes import decision, working
from tests.zeebe.rig import LONG
from zeebe_operator.model.commands import (
    Activate,
    ActivateJobs,
    BroadcastSignal,
    CancelInstance,
    Command,
    CompleteJob,
    ElementMapping,
    EvaluateDecision,
    FailJob,
    MigrateInstance,
    ModifyInstance,
    ResolveIncident,
    SetVariables,
    ThrowError,
    UpdateJobRetries,
    UpdateJobTimeout,
)
from zeebe_operator.model.engine import CreateInstance
from zeebe_operator.model.errors import (
    InvalidStateError,
    NotFoundError,
    RejectedError,
)
from zeebe_operator.zeebe.client import GatewayClient

UNKNOWN = (1 << 51) + 2**50
MAPPED = [ElementMapping("task", "task")]


@pytest.fixture
def name() -> str:
    """Nobody else works on it."""
    return f"x{uuid4().hex}"


async def started(client: GatewayClient, name: str, catches: str = "") -> int:
    await client.deploy([working(name, name, catches=catches)], None)
    wanted = CreateInstance(bpmn_process_id=name, variables={"a": 1, "b": "x"})
    return (await client.create_instance(wanted)).process_instance_key


async def activated(client: GatewayClient, name: str, *fetch: str) -> Mapping[str, Any]:
    """The job of the one instance, which the engine makes a moment after it."""
    async with asyncio.timeout(LONG):
        while True:
            answer = await client.run(ActivateJobs(name, 5, 300, "tester", fetch))
            if answer["jobs"]:
                (job,) = answer["jobs"]
                assert isinstance(job, dict)
                return job


async def with_job(client: GatewayClient, name: str, catches: str = "") -> int:
    await started(client, name, catches)
    return int((await activated(client, name))["key"])


async def test_a_job_is_activated_with_all_that_a_worker_needs(
    either: GatewayClient, name: str
) -> None:
    key = await started(either, name)
    job = await activated(either, name, "a")
    assert json.loads(job["variables"]) == {"a": 1}
    assert (job["type"], job["worker"], job["retries"]) == (name, "tester", 3)
    assert (job["processInstanceKey"], job["bpmnProcessId"]) == (str(key), name)
    assert (job["elementId"], job["processDefinitionVersion"]) == ("task", 1)
    assert int(job["deadline"])
    assert await either.run(ActivateJobs(name, 5, 300, "tester")) == {"jobs": []}


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (ActivateJobs("", 1, 10, "w"), "type to be present, but it was blank"),
        (ActivateJobs("t", 1, 0, "w"), "timeout to be greater than zero, but it was '0'"),
        (ActivateJobs("t", 1, 1, "w", (), "acme"), "but multi-tenancy is disabled"),
        (BroadcastSignal("s", tenant_id="acme"), "but multi-tenancy is disabled"),
        (EvaluateDecision(decision_id="d", tenant_id="acme"), "but multi-tenancy is disabled"),
    ],
)
async def test_bad_input_is_explained(either: GatewayClient, command: Command, words: str) -> None:
    with pytest.raises(RejectedError, match=words):
        await either.run(command)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (SetVariables(UNKNOWN, {}), "but no such element was found"),
        (CompleteJob(UNKNOWN), "but no such job was found"),
        (FailJob(UNKNOWN, 1), "but no such job was found"),
        (ThrowError(UNKNOWN, "E"), "but no such job was found"),
        (UpdateJobRetries(UNKNOWN, 1), "but no such job was found"),
        (UpdateJobTimeout(UNKNOWN, 1), "but no such job was found"),
        (ResolveIncident(UNKNOWN), "but no such incident was found"),
        (MigrateInstance(UNKNOWN, 1, MAPPED), "no process instance found with key"),
        (ModifyInstance(UNKNOWN, [Activate("task")]), "no process instance found with key"),
        (EvaluateDecision(decision_id="nobody"), "but no decision found for id 'nobody'"),
        (EvaluateDecision(decision_key=UNKNOWN), f"but no decision found for key '{UNKNOWN}'"),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_what_is_unknown_is_not_found(
    either: GatewayClient, command: Command, words: str
) -> None:
    with pytest.raises(NotFoundError, match=words):
        await either.run(command)


async def test_variables_are_set_as_often_as_asked(either: GatewayClient, name: str) -> None:
    key = await started(either, name)
    first = await either.run(SetVariables(key, {"a": 2}))
    again = await either.run(SetVariables(key, {"a": 2}))
    assert first["key"] != again["key"]
    assert json.loads((await activated(either, name))["variables"]) == {"a": 2, "b": "x"}
    await either.run(CancelInstance(key))
    with pytest.raises(NotFoundError):
        await either.run(SetVariables(key, {"a": 2}))


@pytest.mark.parametrize("operation", [CompleteJob, ThrowError])
async def test_a_job_is_ended_once(either: GatewayClient, name: str, operation: type) -> None:
    key = await with_job(either, name, catches="E")
    command = CompleteJob(key, {"c": 1}) if operation is CompleteJob else ThrowError(key, "E")
    assert await either.run(command) == {}
    with pytest.raises(NotFoundError, match="but no such job was found"):
        await either.run(command)


async def test_an_error_that_nobody_catches_is_thrown_once(
    either: GatewayClient, name: str
) -> None:
    key = await with_job(either, name, catches="E")
    await either.run(ThrowError(key, "OTHER"))
    with pytest.raises(InvalidStateError, match="but it is in state 'ERROR_THROWN'"):
        await either.run(ThrowError(key, "OTHER"))


async def test_a_job_fails_once_while_it_waits_and_again_if_it_does_not(
    either: GatewayClient, name: str
) -> None:
    key = await with_job(either, name)
    await either.run(FailJob(key, 2))
    await either.run(FailJob(key, 2))
    await either.run(FailJob(key, 2, retry_back_off=600))
    for command in (FailJob(key, 2), CompleteJob(key), ThrowError(key, "E")):
        with pytest.raises(InvalidStateError, match="but it is in state 'FAILED'"):
            await either.run(command)


async def test_a_job_without_retries_is_for_nobody(either: GatewayClient, name: str) -> None:
    key = await with_job(either, name)
    await either.run(FailJob(key, 0))
    assert await either.run(ActivateJobs(name, 5, 300, "tester")) == {"jobs": []}
    with pytest.raises(InvalidStateError, match="but it is in state 'FAILED'"):
        await either.run(FailJob(key, 0))
    await either.run(UpdateJobRetries(key, 5))
    await either.run(UpdateJobRetries(key, 5))
    with pytest.raises(RejectedError, match="with a positive amount of retries"):
        await either.run(UpdateJobRetries(key, 0))


async def test_only_an_activated_job_gets_more_time(either: GatewayClient, name: str) -> None:
    key = await with_job(either, name)
    await either.run(UpdateJobTimeout(key, 60))
    await either.run(UpdateJobTimeout(key, 60))
    await either.run(FailJob(key, 2))
    with pytest.raises(InvalidStateError, match="but it is not active"):
        await either.run(UpdateJobTimeout(key, 60))


async def test_an_instance_is_migrated_as_its_elements_allow(
    either: GatewayClient, name: str
) -> None:
    key = await started(either, name)
    await activated(either, name)
    other = working(f"{name}-other", name, "other")
    deployed = await either.deploy([other], None)
    target = deployed.processes[0].process_definition_key
    with pytest.raises(InvalidStateError, match="no mapping instruction defined for active"):
        await either.run(MigrateInstance(key, target, []))
    with pytest.raises(NotFoundError, match="no process definition found with key"):
        await either.run(MigrateInstance(key, UNKNOWN, MAPPED))
    wanted = MigrateInstance(key, target, [ElementMapping("task", "other")])
    await either.run(wanted)
    with pytest.raises(RejectedError, match="non-existing source element id 'task'"):
        await either.run(wanted)


async def test_an_instance_is_modified_again_and_again(either: GatewayClient, name: str) -> None:
    key = await started(either, name)
    await activated(either, name)
    for _ in range(2):
        await either.run(ModifyInstance(key, [Activate("task")]))
    with pytest.raises(RejectedError, match="an element that could not be found: 'nowhere'"):
        await either.run(ModifyInstance(key, [Activate("nowhere")]))
    with pytest.raises(RejectedError, match="an element instance that could not be found"):
        await either.run(ModifyInstance(key, [], [UNKNOWN]))


async def test_a_signal_is_broadcast_again_and_again(either: GatewayClient, name: str) -> None:
    first = await either.run(BroadcastSignal(name, {"a": 1}))
    again = await either.run(BroadcastSignal(name, {"a": 1}))
    assert first["key"] != again["key"]
    assert first["tenantId"] == "<default>"


async def test_a_decision_is_evaluated(either: GatewayClient, name: str) -> None:
    deployed = (await either.deploy([decision(name)], None)).decisions[0]
    by_id = EvaluateDecision(decision_id=f"discount-{name}")
    for wanted in (by_id, EvaluateDecision(decision_key=deployed.decision_key)):
        answer = await either.run(wanted)
        assert (answer["decisionOutput"], answer["failureMessage"]) == ("10", "")
        assert answer["decisionKey"] == str(deployed.decision_key)
        assert [step["decisionOutput"] for step in answer["evaluatedDecisions"]] == ["10"]


@pytest.mark.parametrize(
    "command",
    [
        SetVariables(123, {}),
        CompleteJob(123),
        ResolveIncident(123),
        MigrateInstance(123, 1, MAPPED),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_a_key_on_no_partition_is_not_found(either: GatewayClient, command: Command) -> None:
    with pytest.raises(NotFoundError):
        await either.run(command)
