"""Between the model's values and protobuf messages: pure, both directions.

A value that cannot be said in the protocol (a key above 64 bits, a variable that is not JSON)
raises RejectedError: the engine would say no as well, and nothing was sent.
"""

import functools
import json
from collections.abc import Callable, Sequence
from typing import ParamSpec, TypeVar

from google.protobuf.message import EncodeError

from zeebe_operator.model import engine
from zeebe_operator.model.errors import RejectedError
from zeebe_operator.zeebe.pb import gateway_pb2 as pb

LATEST = -1

P = ParamSpec("P")
R = TypeVar("R")


def sayable(build: Callable[P, R]) -> Callable[P, R]:
    """Makes a RejectedError of a value that does not fit."""

    @functools.wraps(build)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return build(*args, **kwargs)
        except (ValueError, TypeError, EncodeError) as error:
            # Not the original text: protobuf and json quote the value that they refuse.
            reason = f"a value does not fit into the gateway protocol ({type(error).__name__})"
            raise RejectedError(reason) from None

    return checked


def variables_text(variables: engine.Variables) -> str:
    """JSON as the engine reads it: NaN and infinity are none."""
    return json.dumps(variables, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


@sayable
def deploy_request(files: Sequence[engine.File], tenant_id: str | None) -> pb.DeployResourceRequest:
    resources = [pb.Resource(name=file.name, content=file.content) for file in files]
    return pb.DeployResourceRequest(resources=resources, tenantId=tenant_id or "")


@sayable
def create_request(request: engine.CreateInstance) -> pb.CreateProcessInstanceRequest:
    start = pb.ProcessInstanceCreationStartInstruction
    return pb.CreateProcessInstanceRequest(
        processDefinitionKey=request.process_definition_key or 0,
        bpmnProcessId=request.bpmn_process_id or "",
        version=LATEST if request.version is None else request.version,
        variables=variables_text(request.variables),
        startInstructions=[start(elementId=element) for element in request.start_element_ids],
        tenantId=request.tenant_id or "",
        tags=request.tags,
        businessId=request.business_id,
    )


@sayable
def create_with_result_request(
    request: engine.CreateInstance, fetch_variables: Sequence[str], within: float
) -> pb.CreateProcessInstanceWithResultRequest:
    return pb.CreateProcessInstanceWithResultRequest(
        request=create_request(request),
        requestTimeout=round(within * 1000),
        fetchVariables=fetch_variables,
    )


@sayable
def publish_request(request: engine.PublishMessage) -> pb.PublishMessageRequest:
    return pb.PublishMessageRequest(
        name=request.name,
        correlationKey=request.correlation_key,
        timeToLive=round(request.time_to_live * 1000),
        messageId=request.message_id,
        variables=variables_text(request.variables),
        tenantId=request.tenant_id or "",
    )


def topology(response: pb.TopologyResponse) -> engine.Topology:
    return engine.Topology(
        cluster_size=response.clusterSize,
        partitions_count=response.partitionsCount,
        replication_factor=response.replicationFactor,
        gateway_version=response.gatewayVersion,
        brokers=tuple(_broker(broker) for broker in response.brokers),
    )


def _broker(broker: pb.BrokerInfo) -> engine.Broker:
    return engine.Broker(
        node_id=broker.nodeId,
        host=broker.host,
        port=broker.port,
        version=broker.version,
        partitions=tuple(_partition(partition) for partition in broker.partitions),
    )


def _partition(partition: pb.Partition) -> engine.Partition:
    return engine.Partition(
        partition_id=partition.partitionId,
        role=_name(pb.Partition.PartitionBrokerRole.items(), partition.role),
        health=_name(pb.Partition.PartitionBrokerHealth.items(), partition.health),
    )


def _name(items: Sequence[tuple[str, int]], number: int) -> str:
    """A newer gateway may know more of them than we do."""
    return next((name for name, value in items if value == number), f"UNKNOWN_{number}")


def deployment(response: pb.DeployResourceResponse) -> engine.Deployment:
    deployed = response.deployments
    return engine.Deployment(
        key=response.key,
        processes=tuple(_process(one.process) for one in deployed if one.HasField("process")),
        decisions=tuple(_decision(one.decision) for one in deployed if one.HasField("decision")),
        decision_requirements=tuple(
            _requirements(one.decisionRequirements)
            for one in deployed
            if one.HasField("decisionRequirements")
        ),
        forms=tuple(_form(one.form) for one in deployed if one.HasField("form")),
    )


def _process(process: pb.ProcessMetadata) -> engine.DeployedProcess:
    return engine.DeployedProcess(
        bpmn_process_id=process.bpmnProcessId,
        version=process.version,
        process_definition_key=process.processDefinitionKey,
        resource_name=process.resourceName,
    )


def _decision(decision: pb.DecisionMetadata) -> engine.DeployedDecision:
    return engine.DeployedDecision(
        decision_id=decision.dmnDecisionId,
        decision_name=decision.dmnDecisionName,
        version=decision.version,
        decision_key=decision.decisionKey,
        decision_requirements_id=decision.dmnDecisionRequirementsId,
        decision_requirements_key=decision.decisionRequirementsKey,
    )


def _requirements(
    requirements: pb.DecisionRequirementsMetadata,
) -> engine.DeployedDecisionRequirements:
    return engine.DeployedDecisionRequirements(
        decision_requirements_id=requirements.dmnDecisionRequirementsId,
        decision_requirements_name=requirements.dmnDecisionRequirementsName,
        version=requirements.version,
        decision_requirements_key=requirements.decisionRequirementsKey,
        resource_name=requirements.resourceName,
    )


def _form(form: pb.FormMetadata) -> engine.DeployedForm:
    return engine.DeployedForm(
        form_id=form.formId,
        version=form.version,
        form_key=form.formKey,
        resource_name=form.resourceName,
    )


def created_instance(
    response: pb.CreateProcessInstanceResponse | pb.CreateProcessInstanceWithResultResponse,
) -> engine.CreatedInstance:
    return engine.CreatedInstance(
        process_instance_key=response.processInstanceKey,
        process_definition_key=response.processDefinitionKey,
        bpmn_process_id=response.bpmnProcessId,
        version=response.version,
        tenant_id=response.tenantId,
    )


def completed_instance(
    response: pb.CreateProcessInstanceWithResultResponse,
) -> engine.CompletedInstance:
    return engine.CompletedInstance(
        created_instance(response), json.loads(response.variables or "{}")
    )


def job(activated: pb.ActivatedJob) -> engine.Job:
    return engine.Job(
        key=activated.key,
        type=activated.type,
        retries=activated.retries,
        process_instance_key=activated.processInstanceKey,
        bpmn_process_id=activated.bpmnProcessId,
        process_definition_version=activated.processDefinitionVersion,
        process_definition_key=activated.processDefinitionKey,
        element_id=activated.elementId,
        element_instance_key=activated.elementInstanceKey,
        custom_headers=json.loads(activated.customHeaders or "{}"),
        worker=activated.worker,
        deadline=activated.deadline,
        variables=json.loads(activated.variables or "{}"),
        tenant_id=activated.tenantId,
    )
