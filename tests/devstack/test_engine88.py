"""The engine of Zeebe 8.8 by itself: what the older broker cannot show, and nothing left of it."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait

import grpc
import pytest

from devstack.engine88 import VERSION, Engine88
from zeebe_operator.zeebe.pb import gateway_pb2, gateway_pb2_grpc

BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="test" id="definitions">
  <bpmn:process id="pack" isExecutable="true">
    <bpmn:startEvent id="start"/>
    <bpmn:sequenceFlow id="first" sourceRef="start" targetRef="task"/>
    <bpmn:serviceTask id="task">
      <bpmn:extensionElements><zeebe:taskDefinition type="pack"/></bpmn:extensionElements>
    </bpmn:serviceTask>
  </bpmn:process>
</bpmn:definitions>
"""
DEADLINE = 30.0


@pytest.fixture(scope="module")
def gateway(engine88: Engine88) -> Iterator[gateway_pb2_grpc.GatewayStub]:
    with grpc.insecure_channel(engine88.gateway_address) as channel:
        stub = gateway_pb2_grpc.GatewayStub(channel)  # type: ignore[no-untyped-call]
        model = gateway_pb2.Resource(name="pack.bpmn", content=BPMN.encode())
        stub.DeployResource(gateway_pb2.DeployResourceRequest(resources=[model]), timeout=DEADLINE)
        yield stub


def _creation(*tags: str) -> gateway_pb2.CreateProcessInstanceRequest:
    return gateway_pb2.CreateProcessInstanceRequest(bpmnProcessId="pack", version=-1, tags=tags)


def test_its_gateway_tells_its_version(gateway: gateway_pb2_grpc.GatewayStub) -> None:
    topology = gateway.Topology(gateway_pb2.TopologyRequest(), timeout=DEADLINE)
    assert topology.gatewayVersion == VERSION


def test_tags_are_in_its_records(gateway: gateway_pb2_grpc.GatewayStub, engine88: Engine88) -> None:
    answer = gateway.CreateProcessInstance(_creation("team:a", "k8s-uid:1"), timeout=DEADLINE)
    created = [
        record.value
        for record in engine88.records("PROCESS_INSTANCE_CREATION", "CREATED", "EVENT")
        if record.value["processInstanceKey"] == answer.processInstanceKey
    ]
    assert [set(value["tags"]) for value in created] == [{"team:a", "k8s-uid:1"}]


def test_a_tag_against_its_rules_is_refused(gateway: gateway_pb2_grpc.GatewayStub) -> None:
    with pytest.raises(grpc.RpcError, match="Tags must start with a letter"):
        gateway.CreateProcessInstance(_creation("1 and a space"), timeout=DEADLINE)


def test_jobs_are_pushed_into_a_stream(gateway: gateway_pb2_grpc.GatewayStub) -> None:
    request = gateway_pb2.StreamActivatedJobsRequest(type="pack", worker="me", timeout=60_000)
    stream = gateway.StreamActivatedJobs(request, timeout=DEADLINE)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(next, stream)
        while not first.done():  # only jobs that come after the stream are pushed
            gateway.CreateProcessInstance(_creation(), timeout=DEADLINE)
            wait([first], timeout=0.1)
        assert first.result().bpmnProcessId == "pack"
    stream.cancel()


def test_leaves_no_process_and_no_file_behind(all_gone: Callable[[Iterable[int]], bool]) -> None:
    with Engine88.alone() as engine:
        pid, directory = engine.pid, engine.log.parent
    assert all_gone([pid])
    assert not directory.exists()
