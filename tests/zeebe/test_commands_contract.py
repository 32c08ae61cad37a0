"""What an engine makes of the commands of a ZeebeCommand: recorded on a real 8.6.0."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.zeebe.processes import decision, working
from tests.zeebe.rig import LONG
from tests.zeebe.visitor import PREFIX, Visitor
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

UNKNOWN = (1 << 51) + 2**50
NOBODY = f"{PREFIX}nobody"
MAPPED = [ElementMapping("task", "task")]


@pytest.fixture
async def client(visitor: Visitor) -> Visitor:
    return visitor


async def started(client: Visitor, name: str, catches: str = "") -> int:
    await client.deploy([working(name, name, catches=catches)], None)
    wanted = CreateInstance(bpmn_process_id=name, variables={"a": 1, "b": "x"})
    return (await client.create_instance(wanted)).process_instance_key


async def activated(client: Visitor, name: str, *fetch: str) -> Mapping[str, Any]:
    """The job of the one instance, which the engine makes a moment after it."""
    async with asyncio.timeout(LONG):
        while True:
            answer = await client.run(ActivateJobs(name, 5, 300, "tester", fetch))
            if answer["jobs"]:
                (job,) = answer["jobs"]
                assert isinstance(job, dict)
                return job


async def with_job(client: Visitor, name: str, catches: str = "") -> int:
    await started(client, name, catches)
    return int((await activated(client, name))["key"])


async def test_a_job_is_activated_with_all_that_a_worker_needs(client: Visitor, name: str) -> None:
    key = await started(client, name)
    job = await activated(client, name, "a")
    assert json.loads(job["variables"]) == {"a": 1}
    assert (job["type"], job["worker"], job["retries"]) == (name, "tester", 3)
    assert (job["processInstanceKey"], job["bpmnProcessId"]) == (str(key), name)
    assert (job["elementId"], job["processDefinitionVersion"]) == ("task", 1)
    assert int(job["deadline"])
    assert await client.run(ActivateJobs(name, 5, 300, "tester")) == {"jobs": []}


BAD: Sequence[tuple[Command, str]] = (
    (ActivateJobs("", 1, 10, "w"), "type to be present, but it was blank"),
    (ActivateJobs(NOBODY, 1, 0, "w"), "timeout to be greater than zero, but it was '0'"),
    (ActivateJobs(NOBODY, 1, 1, "w", (), "acme"), "but multi-tenancy is disabled"),
    (BroadcastSignal(NOBODY, tenant_id="acme"), "but multi-tenancy is disabled"),
    (EvaluateDecision(decision_id=NOBODY, tenant_id="acme"), "but multi-tenancy is disabled"),
)
NOT_THERE: Sequence[tuple[Command, str]] = (
    (SetVariables(UNKNOWN, {}), "but no such element was found"),
    (CompleteJob(UNKNOWN), "but no such job was found"),
    (FailJob(UNKNOWN, 1), "but no such job was found"),
    (ThrowError(UNKNOWN, "E"), "but no such job was found"),
    (UpdateJobRetries(UNKNOWN, 1), "but no such job was found"),
    (UpdateJobTimeout(UNKNOWN, 1), "but no such job was found"),
    (ResolveIncident(UNKNOWN), "but no such incident was found"),
    (MigrateInstance(UNKNOWN, 1, MAPPED), "no process instance found with key"),
    (ModifyInstance(UNKNOWN, [Activate("task")]), "no process instance found with key"),
    (EvaluateDecision(decision_id=NOBODY), f"but no decision found for id '{NOBODY}'"),
    (EvaluateDecision(decision_key=UNKNOWN), f"but no decision found for key '{UNKNOWN}'"),
)


def names(commands: Sequence[tuple[Command, str]]) -> Sequence[str]:
    return [type(command).__name__ for command, _ in commands]


@pytest.mark.parametrize(("command", "words"), BAD, ids=names(BAD))
async def test_bad_input_is_explained(client: Visitor, command: Command, words: str) -> None:
    with pytest.raises(RejectedError, match=words):
        await client.run(command)


@pytest.mark.parametrize(("command", "words"), NOT_THERE, ids=names(NOT_THERE))
async def test_what_is_unknown_is_not_found(client: Visitor, command: Command, words: str) -> None:
    with pytest.raises(NotFoundError, match=words):
        await client.run(command)


async def test_variables_are_set_as_often_as_asked(client: Visitor, name: str) -> None:
    key = await started(client, name)
    first = await client.run(SetVariables(key, {"a": 2}))
    again = await client.run(SetVariables(key, {"a": 2}))
    assert first["key"] != again["key"]
    assert json.loads((await activated(client, name))["variables"]) == {"a": 2, "b": "x"}
    await client.run(CancelInstance(key))
    with pytest.raises(NotFoundError):
        await client.run(SetVariables(key, {"a": 2}))


@pytest.mark.parametrize("operation", [CompleteJob, ThrowError])
async def test_a_job_is_ended_once(client: Visitor, name: str, operation: type) -> None:
    key = await with_job(client, name, catches="E")
    command = CompleteJob(key, {"c": 1}) if operation is CompleteJob else ThrowError(key, "E")
    assert await client.run(command) == {}
    with pytest.raises(NotFoundError, match="but no such job was found"):
        await client.run(command)


async def test_an_error_that_nobody_catches_is_thrown_once(client: Visitor, name: str) -> None:
    key = await with_job(client, name, catches="E")
    await client.run(ThrowError(key, "OTHER"))
    with pytest.raises(InvalidStateError, match="but it is in state 'ERROR_THROWN'"):
        await client.run(ThrowError(key, "OTHER"))


async def test_a_job_fails_once_while_it_waits_and_again_if_it_does_not(
    client: Visitor, name: str
) -> None:
    key = await with_job(client, name)
    await client.run(FailJob(key, 2))
    await client.run(FailJob(key, 2))
    await client.run(FailJob(key, 2, retry_back_off=600))
    for command in (FailJob(key, 2), CompleteJob(key), ThrowError(key, "E")):
        with pytest.raises(InvalidStateError, match="but it is in state 'FAILED'"):
            await client.run(command)


async def test_a_job_without_retries_is_for_nobody(client: Visitor, name: str) -> None:
    key = await with_job(client, name)
    await client.run(FailJob(key, 0))
    assert await client.run(ActivateJobs(name, 5, 300, "tester")) == {"jobs": []}
    with pytest.raises(InvalidStateError, match="but it is in state 'FAILED'"):
        await client.run(FailJob(key, 0))
    await client.run(UpdateJobRetries(key, 5))
    await client.run(UpdateJobRetries(key, 5))
    with pytest.raises(RejectedError, match="with a positive amount of retries"):
        await client.run(UpdateJobRetries(key, 0))


async def test_only_an_activated_job_gets_more_time(client: Visitor, name: str) -> None:
    key = await with_job(client, name)
    await client.run(UpdateJobTimeout(key, 60))
    await client.run(UpdateJobTimeout(key, 60))
    await client.run(FailJob(key, 2))
    with pytest.raises(InvalidStateError, match="but it is not active"):
        await client.run(UpdateJobTimeout(key, 60))


async def test_an_instance_is_migrated_as_its_elements_allow(client: Visitor, name: str) -> None:
    key = await started(client, name)
    await activated(client, name)
    other = working(f"{name}-other", name, "other")
    deployed = await client.deploy([other], None)
    target = deployed.processes[0].process_definition_key
    with pytest.raises(InvalidStateError, match="no mapping instruction defined for active"):
        await client.run(MigrateInstance(key, target, []))
    with pytest.raises(NotFoundError, match="no process definition found with key"):
        await client.run(MigrateInstance(key, UNKNOWN, MAPPED))
    wanted = MigrateInstance(key, target, [ElementMapping("task", "other")])
    await client.run(wanted)
    with pytest.raises(RejectedError, match="non-existing source element id 'task'"):
        await client.run(wanted)


async def test_an_instance_is_modified_again_and_again(client: Visitor, name: str) -> None:
    key = await started(client, name)
    await activated(client, name)
    for _ in range(2):
        await client.run(ModifyInstance(key, [Activate("task")]))
    with pytest.raises(RejectedError, match="an element that could not be found: 'nowhere'"):
        await client.run(ModifyInstance(key, [Activate("nowhere")]))
    with pytest.raises(RejectedError, match="an element instance that could not be found"):
        await client.run(ModifyInstance(key, [], [UNKNOWN]))


async def test_a_signal_is_broadcast_again_and_again(client: Visitor, name: str) -> None:
    first = await client.run(BroadcastSignal(name, {"a": 1}))
    again = await client.run(BroadcastSignal(name, {"a": 1}))
    assert first["key"] != again["key"]
    assert first["tenantId"] == "<default>"


async def test_a_decision_is_evaluated(client: Visitor, name: str) -> None:
    deployed = (await client.deploy([decision(name)], None)).decisions[0]
    by_id = EvaluateDecision(decision_id=f"{name}-discount")
    for wanted in (by_id, EvaluateDecision(decision_key=deployed.decision_key)):
        answer = await client.run(wanted)
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
async def test_a_key_on_no_partition_is_not_found(client: Visitor, command: Command) -> None:
    with pytest.raises(NotFoundError):
        await client.run(command)
