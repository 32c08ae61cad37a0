"""The few calls that these tests make to an engine, over gRPC."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import grpc

from devstack.engine import Engine
from zeebe_operator.zeebe.pb import gateway_pb2 as pb
from zeebe_operator.zeebe.pb import gateway_pb2_grpc

DEADLINE = 30.0
_BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="test" id="definitions">
  <bpmn:process id="{process}" isExecutable="true">
    <bpmn:startEvent id="start"/>
    <bpmn:sequenceFlow id="flow" sourceRef="start" targetRef="task"/>
    <bpmn:serviceTask id="task">
      <bpmn:extensionElements><zeebe:taskDefinition type="{process}"/></bpmn:extensionElements>
    </bpmn:serviceTask>
  </bpmn:process>
</bpmn:definitions>
"""


class Client:
    """`deadline`: seconds for each call. Raises grpc.RpcError."""

    def __init__(self, channel: grpc.Channel, deadline: float = DEADLINE) -> None:
        self._stub: Any = gateway_pb2_grpc.GatewayStub(channel)  # type: ignore[no-untyped-call]
        self._deadline = deadline

    def topology(self) -> pb.TopologyResponse:
        found: pb.TopologyResponse = self._stub.Topology(
            pb.TopologyRequest(), timeout=self._deadline
        )
        return found

    def deploy(self, process: str) -> None:
        """One with a single task, whose jobs have the process id for their type."""
        model = pb.Resource(name=f"{process}.bpmn", content=_BPMN.format(process=process).encode())
        request = pb.DeployResourceRequest(resources=[model])
        self._stub.DeployResource(request, timeout=self._deadline)

    def start(self, process: str) -> int:
        """The key of the new instance."""
        request = pb.CreateProcessInstanceRequest(bpmnProcessId=process, version=-1)
        answer = self._stub.CreateProcessInstance(request, timeout=self._deadline)
        return int(answer.processInstanceKey)

    def activate(self, process: str) -> list[int]:
        """The keys of the jobs that are there, now ours for an hour."""
        request = pb.ActivateJobsRequest(
            type=process, worker="me", timeout=3_600_000, maxJobsToActivate=100, requestTimeout=-1
        )
        answers = self._stub.ActivateJobs(request, timeout=self._deadline)
        return [job.key for answer in answers for job in answer.jobs]


@contextmanager
def plain(engine: Engine, deadline: float = DEADLINE) -> Iterator[Client]:
    with grpc.insecure_channel(engine.gateway_address) as channel:
        yield Client(channel, deadline)
