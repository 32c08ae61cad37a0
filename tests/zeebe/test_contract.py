"""What an engine makes of each call of the port: recorded on a real 8.6.0."""

from dataclasses import replace

import pytest

from tests.zeebe.processes import bpmn, decision, form, process
from tests.zeebe.visitor import PREFIX, Visitor
from zeebe_operator.model.commands import CancelInstance, DeleteResource, SetVariables
from zeebe_operator.model.engine import CreateInstance, File, PublishMessage
from zeebe_operator.model.errors import (
    AlreadyExistsError,
    InvalidStateError,
    NotFoundError,
    RejectedError,
    ResultTimeoutError,
)

MEBIBYTE = 1024 * 1024
NOBODY = f"{PREFIX}nobody"


@pytest.fixture
async def client(visitor: Visitor) -> Visitor:
    return visitor


async def deploy(client: Visitor, *files: File) -> list[int]:
    """The versions of the processes."""
    deployment = await client.deploy(files, None)
    return [one.version for one in deployment.processes]


async def test_the_topology_is_told(client: Visitor) -> None:
    topology = await client.topology()
    assert topology.cluster_size == len(topology.brokers)
    assert topology.gateway_version == topology.brokers[0].version
    partitions = [one for broker in topology.brokers for one in broker.partitions]
    leaders = [one.partition_id for one in partitions if one.role == "LEADER"]
    assert sorted(leaders) == list(range(1, topology.partitions_count + 1))
    assert {one.health for one in partitions} == {"HEALTHY"}


async def test_a_process_is_deployed(client: Visitor, name: str) -> None:
    deployment = await client.deploy([process(name)], None)
    (deployed,) = deployment.processes
    assert (deployed.bpmn_process_id, deployed.version) == (name, 1)
    assert deployed.resource_name == f"{name}.bpmn"
    assert deployment.key >> 51 == deployed.process_definition_key >> 51 == 1


async def test_the_same_bytes_are_the_same_version(client: Visitor, name: str) -> None:
    first = await client.deploy([process(name)], None)
    again = await client.deploy([process(name)], None)
    assert again.processes == first.processes
    assert again.key != first.key


async def test_a_change_of_any_byte_or_of_the_name_is_a_new_version(
    client: Visitor, name: str
) -> None:
    old, new = process(name), process(name, note="changed")
    assert await deploy(client, old) == [1]
    assert await deploy(client, new) == [2]
    assert await deploy(client, old) == [3]
    assert await deploy(client, replace(old, name="other.bpmn")) == [4]


async def test_one_changed_file_gives_all_a_new_version(client: Visitor, name: str) -> None:
    one, two = process(f"{name}-1"), process(f"{name}-2")
    assert await deploy(client, one, two) == [1, 1]
    assert await deploy(client, one, two) == [1, 1]
    assert await deploy(client, one, process(f"{name}-2", note="changed")) == [2, 2]


async def test_decisions_and_forms_are_deployed_with_a_process(client: Visitor, name: str) -> None:
    files = [process(name), decision(name), form(name)]
    deployment = await client.deploy(files, None)
    assert [one.bpmn_process_id for one in deployment.processes] == [name]
    (rules,) = deployment.decision_requirements
    (discount,) = deployment.decisions
    (deployed_form,) = deployment.forms
    assert (rules.decision_requirements_id, rules.version) == (f"{name}-rules", 1)
    assert (discount.decision_id, discount.version) == (f"{name}-discount", 1)
    assert discount.decision_name == "Discount"
    assert discount.decision_requirements_key == rules.decision_requirements_key
    assert (deployed_form.form_id, deployed_form.version) == (name, 1)
    again = await client.deploy(files, None)
    assert replace(again, key=deployment.key) == deployment


NOT_EXECUTABLE = bpmn(f"{PREFIX}idle").replace(b'isExecutable="true"', b'isExecutable="false"')


@pytest.mark.parametrize(
    ("files", "explanation"),
    [
        pytest.param([], "Expected to deploy at least one resource", id="nothing"),
        pytest.param([File("broken.bpmn", b"<x")], r"'broken\.bpmn': ", id="broken XML"),
        pytest.param([File("notes.txt", b"x")], "'notes.txt': unknown resource type", id="text"),
        pytest.param(
            [File("idle.bpmn", NOT_EXECUTABLE)],
            r"(?s)'idle\.bpmn': .*Must contain at least one executable process",
            id="not executable",
        ),
        pytest.param(
            [process(f"{PREFIX}twice"), replace(process(f"{PREFIX}twice"), name="other.bpmn")],
            f"Duplicated process id in resources '{PREFIX}twice.bpmn' and 'other.bpmn'",
            id="one id in two files",
        ),
        pytest.param([File("none.form", b"{}")], "Expected the form id to be present", id="form"),
        pytest.param(
            [File("large.bpmn", bpmn(f"{PREFIX}large") + b" " * 5 * MEBIBYTE)],
            r"^gRPC message exceeds maximum size 4194304: \d+$",
            id="5 MiB",
        ),
    ],
)
async def test_a_broken_deployment_is_explained(
    client: Visitor, files: list[File], explanation: str
) -> None:
    with pytest.raises(RejectedError, match=explanation):
        await client.deploy(files, None)


async def test_tenants_are_off(client: Visitor, name: str) -> None:
    await client.deploy([process(name)], "<default>")
    message = "with tenant identifier 'acme', but multi-tenancy is disabled"
    with pytest.raises(RejectedError, match=message):
        await client.deploy([process(name)], "acme")
    with pytest.raises(RejectedError, match=message):
        await client.create_instance(CreateInstance(bpmn_process_id=name, tenant_id="acme"))
    with pytest.raises(RejectedError, match=message):
        await client.publish_message(PublishMessage(name, "", 0, "", tenant_id="acme"))


async def test_an_instance_is_created_of_the_latest_or_the_wanted_version(
    client: Visitor, name: str
) -> None:
    first = (await client.deploy([process(name)], None)).processes[0]
    await client.deploy([process(name, note="changed")], None)
    latest = await client.create_instance(CreateInstance(bpmn_process_id=name))
    by_version = await client.create_instance(CreateInstance(bpmn_process_id=name, version=1))
    by_key = await client.create_instance(CreateInstance(first.process_definition_key))
    assert [one.version for one in (latest, by_version, by_key)] == [2, 1, 1]
    assert by_key.process_definition_key == first.process_definition_key
    assert {one.bpmn_process_id for one in (latest, by_version, by_key)} == {name}
    assert latest.tenant_id == "<default>"
    assert len({one.process_instance_key for one in (latest, by_version, by_key)}) == 3


async def test_an_instance_starts_with_variables_at_an_element(client: Visitor, name: str) -> None:
    await client.deploy([process(name)], None)
    wanted = CreateInstance(
        bpmn_process_id=name, variables={"ä": [1, None, {"b": 0.5}]}, start_element_ids=["task"]
    )
    assert (await client.create_instance(wanted)).version == 1


@pytest.mark.parametrize(
    ("wanted", "explanation"),
    [
        pytest.param(
            CreateInstance(bpmn_process_id=NOBODY),
            f"process ID '{NOBODY}', but none found",
            id="id",
        ),
        pytest.param(
            CreateInstance(bpmn_process_id=NOBODY, version=3),
            f"process ID '{NOBODY}' and version '3', but none found",
            id="version",
        ),
        pytest.param(CreateInstance(123), "key '123', but none found", id="key"),
    ],
)
async def test_an_unknown_process_is_not_found(
    client: Visitor, wanted: CreateInstance, explanation: str
) -> None:
    form = "Command 'CREATE' rejected with code 'NOT_FOUND': Expected to find process definition"
    with pytest.raises(NotFoundError, match=f"^{form} with {explanation}$"):
        await client.create_instance(wanted)


async def test_a_start_at_an_unknown_element_is_rejected(client: Visitor, name: str) -> None:
    await client.deploy([process(name)], None)
    wanted = CreateInstance(bpmn_process_id=name, start_element_ids=["nowhere"])
    with pytest.raises(RejectedError, match="no element found with id 'nowhere'"):
        await client.create_instance(wanted)


async def test_a_process_that_only_a_message_starts_cannot_be_started(
    client: Visitor, name: str
) -> None:
    await client.deploy([process(name, message=name)], None)
    with pytest.raises(InvalidStateError, match="none start event"):
        await client.create_instance(CreateInstance(bpmn_process_id=name))


async def test_an_instance_is_cancelled_once(client: Visitor, name: str) -> None:
    await client.deploy([process(name)], None)
    created = await client.create_instance(CreateInstance(bpmn_process_id=name))
    await client.run(CancelInstance(created.process_instance_key))
    with pytest.raises(NotFoundError, match="but no such process was found"):
        await client.run(CancelInstance(created.process_instance_key))


async def test_the_result_comes_with_the_completion(client: Visitor, name: str) -> None:
    await client.deploy([process(name, waits=False)], None)
    wanted = CreateInstance(bpmn_process_id=name, variables={"a": [1, None], "b": None, "c": 3})
    completed = await client.create_instance_with_result(wanted, [], 10)
    assert completed.variables == wanted.variables
    assert (completed.created.bpmn_process_id, completed.created.version) == (name, 1)
    with pytest.raises(NotFoundError):
        await client.run(CancelInstance(completed.created.process_instance_key))
    fetched = await client.create_instance_with_result(wanted, ["c", "nobody"], 10)
    assert fetched.variables == {"c": 3}


async def test_a_result_that_takes_too_long_leaves_no_key(client: Visitor, name: str) -> None:
    await client.deploy([process(name)], None)
    wanted = CreateInstance(bpmn_process_id=name)
    with pytest.raises(ResultTimeoutError, match=r"^Time out between gateway and broker"):
        await client.create_instance_with_result(wanted, [], 0.5)


async def test_a_refusal_needs_no_waiting(client: Visitor) -> None:
    with pytest.raises(NotFoundError, match=f"process ID '{NOBODY}', but none found"):
        await client.create_instance_with_result(CreateInstance(bpmn_process_id=NOBODY), [], 10)


async def test_variables_that_fit_the_wire_and_not_the_engine_are_rejected(
    client: Visitor, name: str
) -> None:
    """It answers UNKNOWN, with an empty reason behind the rejection type."""
    await client.deploy([process(name)], None)
    wanted = CreateInstance(bpmn_process_id=name, variables={"a": "x" * 4_100_000})
    with pytest.raises(RejectedError, match="EXCEEDED_BATCH_RECORD_SIZE"):
        await client.create_instance(wanted)


async def test_variables_are_set_while_it_runs(client: Visitor, name: str) -> None:
    await client.deploy([process(name)], None)
    key = (await client.create_instance(CreateInstance(bpmn_process_id=name))).process_instance_key
    assert await client.run(SetVariables(key, {"a": None}))
    assert await client.run(SetVariables(key, {}))
    await client.run(CancelInstance(key))
    with pytest.raises(NotFoundError, match="but no such element was found"):
        await client.run(SetVariables(key, {}))


@pytest.mark.parametrize(
    "key",
    [
        pytest.param((1 << 51) + 2**50, id="on our partition"),
        pytest.param(123, id="on no partition"),
        pytest.param((9 << 51) + 1, id="on a partition of a larger cluster"),
        pytest.param(-1, id="negative"),
    ],
)
async def test_an_unknown_key_is_not_found(client: Visitor, key: int) -> None:
    with pytest.raises(NotFoundError):
        await client.run(CancelInstance(key))
    with pytest.raises(NotFoundError):
        await client.run(DeleteResource(key))


async def test_a_process_is_deleted_once(client: Visitor, name: str) -> None:
    key = (await client.deploy([process(name)], None)).processes[0].process_definition_key
    await client.run(DeleteResource(key))
    with pytest.raises(NotFoundError, match="no resource found with key"):
        await client.run(DeleteResource(key))
    with pytest.raises(NotFoundError):
        await client.create_instance(CreateInstance(bpmn_process_id=name))


async def test_a_deleted_version_uncovers_the_one_before_and_is_never_given_again(
    client: Visitor, name: str
) -> None:
    old, new = process(name), process(name, note="changed")
    await client.deploy([old], None)
    deployed = (await client.deploy([new], None)).processes[0]
    await client.run(DeleteResource(deployed.process_definition_key))
    created = await client.create_instance(CreateInstance(bpmn_process_id=name))
    assert created.version == 1
    assert await deploy(client, old) == [3]


async def test_a_message_with_a_used_id_is_refused_while_the_first_is_buffered(
    client: Visitor, name: str
) -> None:
    message = PublishMessage(name, "42", time_to_live=60, message_id="uid", variables={"a": 1})
    key = await client.publish_message(message)
    with pytest.raises(AlreadyExistsError, match="with id 'uid'"):
        await client.publish_message(message)
    assert await client.publish_message(replace(message, correlation_key="43")) != key
    assert await client.publish_message(replace(message, message_id="other")) != key


async def test_a_message_that_is_not_buffered_is_published_twice(
    client: Visitor, name: str
) -> None:
    message = PublishMessage(name, "42", time_to_live=0, message_id="uid")
    assert await client.publish_message(message) != await client.publish_message(message)
