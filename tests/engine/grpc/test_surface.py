"""What happens to every call, whatever it is about: on a real port, with a real client."""

import asyncio
import json
import logging
from dataclasses import replace
from typing import Any

import grpc
import pytest
from grpc import StatusCode

from tests.engine.grpc.rig import LONG, Rig, channel, eventually, served
from zeebe_engine.engine import answers, commands
from zeebe_engine.engine.refusals import Refusal, Rejection, RejectionType, Status
from zeebe_engine.faults import Broken
from zeebe_engine.generations import GENERATIONS
from zeebe_engine.grpc.surface import LARGEST
from zeebe_engine.settings import Settings
from zeebe_operator.zeebe.pb import gateway_pb2 as pb
from zeebe_operator.zeebe.pb import gateway_pb2_grpc

SERVICE = pb.DESCRIPTOR.services_by_name["Gateway"]
CREATED = answers.Created(11, "order", 3, 12, tags=("a:1",), business_id="b")


async def refused(call: Any) -> tuple[StatusCode, str]:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await asyncio.wait_for(call, LONG)
    return caught.value.code(), caught.value.details() or ""


def publish(rig: Rig, variables: str, **metadata: str) -> Any:
    request = pb.PublishMessageRequest(name="paid", variables=variables)
    return rig.stub.PublishMessage(request, metadata=tuple(metadata.items()))


@pytest.mark.parametrize("method", list(SERVICE.methods), ids=lambda method: method.name)
async def test_every_rpc_of_the_protocol_is_served(rig: Rig, method: Any) -> None:
    rig.gateway.answer = Refusal(Status.ALREADY_EXISTS, "it was here")
    call: Any = getattr(rig.stub, method.name)(getattr(pb, method.input_type.name)())
    if method.name == "Topology":
        assert (await call).clusterSize == 1
    elif method.name == "StreamActivatedJobs":
        assert [one async for one in call] == []
    elif method.server_streaming:
        assert await refused(anext(aiter(call))) == (StatusCode.ALREADY_EXISTS, "it was here")
    else:
        assert await refused(call) == (StatusCode.ALREADY_EXISTS, "it was here")
    assert rig.faults.trace[0] == ("before", method.name)


async def test_an_unknown_rpc_is_not_implemented(rig: Rig) -> None:
    call: Any = rig.channel.unary_unary("/gateway_protocol.Gateway/AssignProcessInstanceBusinessId")
    assert (await refused(call(b"")))[0] is StatusCode.UNIMPLEMENTED


async def test_a_command_is_answered(rig: Rig) -> None:
    rig.gateway.answer = answers.Done(77)
    answer = await publish(rig, '{"a": [1, null, "ä"]}')
    assert answer == pb.PublishMessageResponse(key=77, tenantId="<default>")
    wanted = commands.PublishMessage(name="paid", variables={"a": [1, None, "ä"]})
    assert rig.gateway.seen == [wanted]


@pytest.mark.parametrize("status", list(Status))
async def test_every_refusal_has_its_status_and_its_text(rig: Rig, status: Status) -> None:
    rig.gateway.answer = Refusal(status, "no: because of 'ä'\nand more")
    assert await refused(publish(rig, "")) == (StatusCode[status], "no: because of 'ä'\nand more")


async def test_a_rejection_has_the_engines_words(rig: Rig) -> None:
    rig.gateway.answer = Rejection(RejectionType.INVALID_STATE, "CREATE", "it sleeps")
    words = "Command 'CREATE' rejected with code 'INVALID_STATE': it sleeps"
    assert await refused(publish(rig, "")) == (StatusCode.FAILED_PRECONDITION, words)


@pytest.mark.parametrize("letter", ["x", "ä", "😀", "\n"])
async def test_a_long_text_is_cut_so_that_a_client_can_read_it(rig: Rig, letter: str) -> None:
    rig.gateway.answer = Refusal(Status.NOT_FOUND, letter * 100_000)
    code, text = await refused(publish(rig, ""))
    assert code is StatusCode.NOT_FOUND
    assert set(text) == {letter}
    assert 600 < len(text) <= 2500


async def test_what_nobody_thought_of_is_a_sentence(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.gateway.answer = KeyError("c4n4ry")
    code, text = await refused(publish(rig, '{"c4n4ry": 1}'))
    assert code is StatusCode.INTERNAL
    assert text == "Unexpected error in the local engine during PublishMessage: its log says where"
    (record,) = (one for one in caplog.records if one.levelno == logging.ERROR)
    assert "PublishMessage failed with a KeyError" in record.getMessage()
    assert "rig.py" in record.getMessage()
    assert "c4n4ry" not in caplog.text


async def test_what_is_no_request_is_refused(rig: Rig) -> None:
    call: Any = rig.channel.unary_unary("/gateway_protocol.Gateway/PublishMessage")
    words = "The request is no PublishMessageRequest"
    for data in (b"\xff", b"\x0a\x02\xff\xfe"):
        assert await refused(call(data)) == (StatusCode.INTERNAL, words)


async def test_4_mib_are_taken_and_one_byte_more_is_not(rig: Rig) -> None:
    rig.gateway.answer = answers.Deployment(1, ())
    resource = pb.Resource(name="x", content=b" " * (LARGEST - 100))
    request = pb.DeployResourceRequest(resources=[resource])
    request.resources[0].content += b" " * (LARGEST - request.ByteSize())
    await rig.stub.DeployResource(request)
    request.resources[0].content += b" "
    words = f"gRPC message exceeds maximum size 4194304: {LARGEST + 1}"
    code = StatusCode.RESOURCE_EXHAUSTED
    assert await refused(rig.stub.DeployResource(request)) == (code, words)
    assert len(rig.gateway.seen) == 1


async def test_what_would_fill_the_memory_is_not_read(rig: Rig) -> None:
    call: Any = rig.channel.unary_unary("/gateway_protocol.Gateway/DeployResource")
    code, _ = await refused(call(bytes(64 * 1024 * 1024 + 1)))
    assert code is StatusCode.RESOURCE_EXHAUSTED
    assert rig.faults.trace == []


DEEP = '{"a":' + "[" * 1000 + "]" * 1000 + "}"


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ("{secret", "Invalid JSON value: {secret"),
        ("{'a': 1}", "Invalid JSON value: {'a': 1}"),
        ('{"a": NaN}', 'Invalid JSON value: {"a": NaN}'),
        ('{"a": 1} x', 'Invalid JSON value: {"a": 1} x'),
        (DEEP, "Invalid JSON value: " + '{"a":['),
        ("[" * 100_000, "Invalid JSON value: [[["),
        ("[]", "Property 'variables' is invalid: Expected document to be a root level object,"),
        ("[]", "but was 'ARRAY'"),
        ('"x"', "but was 'STRING'"),
        ("true", "but was 'BOOLEAN'"),
        ("1", "but was 'INTEGER'"),
        ("1.5", "but was 'FLOAT'"),
    ],
    ids=lambda value: value[:30],
)
async def test_variables_that_are_no_object_are_refused(
    rig: Rig, variables: str, words: str
) -> None:
    code, text = await refused(publish(rig, variables))
    assert code is StatusCode.INVALID_ARGUMENT
    assert words in text
    assert rig.gateway.seen == []


async def test_what_is_nested_too_deep_is_told_in_words(rig: Rig) -> None:
    _, text = await refused(publish(rig, DEEP))
    assert "levels deep at most" in text


@pytest.mark.parametrize("variables", ["", "null", "{}", " { } "])
async def test_no_variables_are_an_empty_object(rig: Rig, variables: str) -> None:
    await publish(rig, variables)
    assert rig.gateway.seen[0].variables == {}


async def test_numbers_stay_what_they_are(rig: Rig) -> None:
    await publish(rig, '{"a": 1, "b": 1.0, "c": 9223372036854775807}')
    told = rig.gateway.seen[0].variables
    assert json.dumps(told) == '{"a": 1, "b": 1.0, "c": 9223372036854775807}'


async def test_faults_are_asked_on_arrival_and_before_the_answer(rig: Rig) -> None:
    async def meanwhile() -> None:
        rig.faults.trace.append(("executed", ""))

    rig.gateway.meanwhile = meanwhile
    await publish(rig, "")
    call = "PublishMessage"
    assert rig.faults.trace == [("before", call), ("executed", ""), ("after", call)]


async def test_a_fault_on_arrival_leaves_nothing_executed(rig: Rig) -> None:
    rig.faults.on_arrival = Refusal(Status.UNAVAILABLE, "gone")
    assert await refused(publish(rig, "")) == (StatusCode.UNAVAILABLE, "gone")
    assert rig.gateway.seen == []


async def test_a_fault_before_the_answer_hides_what_was_done(rig: Rig) -> None:
    rig.faults.on_answer = Refusal(Status.INTERNAL, "lost")
    assert await refused(publish(rig, "")) == (StatusCode.INTERNAL, "lost")
    assert len(rig.gateway.seen) == 1


@pytest.mark.parametrize(("where", "executed"), [("on_arrival", 0), ("on_answer", 1)])
async def test_a_broken_connection_takes_all_of_its_calls_and_no_others(
    rig: Rig, where: str, executed: int
) -> None:
    forever = asyncio.Event()

    async def meanwhile() -> None:
        if len(rig.gateway.seen) <= 2:
            await forever.wait()

    rig.gateway.meanwhile = meanwhile
    async with channel(rig.port) as other:
        stub: Any = gateway_pb2_grpc.GatewayStub(other)  # type: ignore[no-untyped-call]
        elsewhere = stub.PublishMessage(pb.PublishMessageRequest(name="x"))
        beside = publish(rig, "")
        await eventually(lambda: len(rig.gateway.seen) == 2)
        setattr(rig.faults, where, Broken())
        for call in (publish(rig, ""), beside):
            code, text = await refused(call)
            assert code is StatusCode.UNAVAILABLE
            assert "Socket closed" in text
        assert len(rig.gateway.seen) == 2 + executed
        setattr(rig.faults, where, None)
        forever.set()
        await asyncio.wait_for(elsewhere, LONG)
    await publish(rig, "")


@pytest.mark.parametrize(
    ("name", "tags", "business_id"), [("8.6", [], ""), ("8.8", ["a:1"], ""), ("8.10", ["a:1"], "b")]
)
async def test_an_older_gateway_drops_what_it_does_not_know(
    name: str, tags: list[str], business_id: str
) -> None:
    async with served(Settings(generation=GENERATIONS[name])) as rig:
        rig.gateway.answer = CREATED
        request = pb.CreateProcessInstanceRequest(
            bpmnProcessId="order", version=-1, tags=["a:1"], businessId="b"
        )
        answer = await rig.stub.CreateProcessInstance(request)
        wanted = commands.CreateInstance(
            bpmn_process_id="order", tags=tags, business_id=business_id
        )
        assert rig.gateway.seen == [wanted]
        assert (list(answer.tags), answer.businessId) == (tags, business_id)
        topology = await rig.stub.Topology(pb.TopologyRequest())
        assert topology.gatewayVersion == f"{name}.0"
        assert bool(topology.clusterId) == (name != "8.6")


async def test_the_topology_is_one_broker_that_leads_all_partitions(rig: Rig) -> None:
    topology = await rig.stub.Topology(pb.TopologyRequest())
    (broker,) = topology.brokers
    leads = pb.Partition(partitionId=2, role="LEADER", health="HEALTHY")
    assert (topology.partitionsCount, len(broker.partitions)) == (3, 3)
    assert broker.partitions[1] == leads
    assert (broker.host, broker.version) == ("127.0.0.1", "8.10.0")
    assert (topology.clusterSize, topology.replicationFactor) == (1, 1)


TENANTED = [
    pb.DeployResourceRequest(tenantId="acme"),
    pb.CreateProcessInstanceRequest(tenantId="acme"),
    pb.CreateProcessInstanceWithResultRequest(
        request=pb.CreateProcessInstanceRequest(tenantId="acme")
    ),
    pb.PublishMessageRequest(tenantId="acme"),
    pb.BroadcastSignalRequest(tenantId="acme"),
    pb.EvaluateDecisionRequest(tenantId="acme"),
    pb.ActivateJobsRequest(tenantIds=["acme"]),
    pb.StreamActivatedJobsRequest(tenantIds=["acme"]),
]


async def tenant_refusal(rig: Rig, request: Any) -> tuple[StatusCode, str]:
    call = getattr(rig.stub, request.DESCRIPTOR.name.removesuffix("Request"))(request)
    return await refused(anext(aiter(call)) if hasattr(call, "__aiter__") else call)


@pytest.mark.parametrize("request_", TENANTED, ids=lambda one: one.DESCRIPTOR.name)
async def test_a_tenant_is_refused_while_there_are_none(rig: Rig, request_: Any) -> None:
    name = request_.DESCRIPTOR.name.removesuffix("Request")
    words = f"Expected to handle gRPC request {name} with tenant identifier 'acme'"
    code, text = await tenant_refusal(rig, request_)
    assert code is StatusCode.INVALID_ARGUMENT
    assert text == f"{words}, but multi-tenancy is disabled"
    assert rig.gateway.seen == []


async def test_the_default_tenant_may_be_named(rig: Rig) -> None:
    for tenant in ("", "<default>"):
        await rig.stub.PublishMessage(pb.PublishMessageRequest(tenantId=tenant))
    assert [one.tenant_id for one in rig.gateway.seen] == ["", ""]


async def test_with_multi_tenancy_a_tenant_is_wanted_and_it_must_be_the_callers() -> None:
    async with served(Settings(tenants=frozenset({"acme"}))) as rig:
        await rig.stub.PublishMessage(pb.PublishMessageRequest(tenantId="acme"))
        assert rig.gateway.seen[0].tenant_id == "acme"
        code, text = await refused(publish(rig, ""))
        assert code is StatusCode.INVALID_ARGUMENT
        assert text.endswith("but no tenant identifier was provided.")
        call = rig.stub.PublishMessage(pb.PublishMessageRequest(tenantId="umbrella"))
        code, text = await refused(call)
        assert code is StatusCode.PERMISSION_DENIED
        assert text.endswith("but tenant is not authorized to perform this request")
        await rig.stub.CancelProcessInstance(pb.CancelProcessInstanceRequest())
        assert len(rig.gateway.seen) == 2


async def test_jobs_of_all_tenants_of_the_caller_can_be_asked_for() -> None:
    settings = Settings(tenants=frozenset({"b", "a"}))
    request = pb.ActivateJobsRequest(tenantFilter=pb.TenantFilter.ASSIGNED)
    async with served(settings) as rig:
        rig.gateway.answer = answers.ActivatedJobs(())
        assert [one async for one in rig.stub.ActivateJobs(request)] == []
        assert rig.gateway.seen[0][0].tenant_ids == ["a", "b"]
    async with served(replace(settings, generation=GENERATIONS["8.8"])) as rig:
        code, text = await tenant_refusal(rig, request)
        assert code is StatusCode.INVALID_ARGUMENT
        assert text.endswith("but no tenant identifier was provided.")
