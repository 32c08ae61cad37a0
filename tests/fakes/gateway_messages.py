"""What the fake gateway answers: the fake engine's values as protobuf messages."""

import json
from collections.abc import Sequence

from tests.fakes.zeebe_engine import Deployed, Engine, Instance
from tests.fakes.zeebe_resources import Kind
from zeebe_operator.zeebe.pb import gateway_pb2 as pb

DEFAULT_TENANT = "<default>"


def topology(engine: Engine, gateway_version: str) -> pb.TopologyResponse:
    partitions = [pb.Partition(partitionId=number + 1) for number in range(engine.partitions)]
    broker = pb.BrokerInfo(
        host="127.0.0.1", port=26501, version=gateway_version, partitions=partitions
    )
    return pb.TopologyResponse(
        brokers=[broker],
        clusterSize=1,
        partitionsCount=engine.partitions,
        replicationFactor=1,
        gatewayVersion=gateway_version,
    )


def created(instance: Instance) -> pb.CreateProcessInstanceResponse:
    return pb.CreateProcessInstanceResponse(
        processDefinitionKey=instance.process.key,
        bpmnProcessId=instance.process.definition.id,
        version=instance.process.version,
        processInstanceKey=instance.key,
        tenantId=DEFAULT_TENANT,
    )


def completed(
    instance: Instance, names: Sequence[str]
) -> pb.CreateProcessInstanceWithResultResponse:
    variables = {n: v for n, v in instance.variables.items() if not names or n in names}
    return pb.CreateProcessInstanceWithResultResponse(
        processDefinitionKey=instance.process.key,
        bpmnProcessId=instance.process.definition.id,
        version=instance.process.version,
        processInstanceKey=instance.key,
        variables=json.dumps(variables),
        tenantId=DEFAULT_TENANT,
    )


def deployment(key: int, deployed: Sequence[Deployed]) -> pb.DeployResourceResponse:
    return pb.DeployResourceResponse(
        key=key,
        deployments=[_deployed(one, deployed) for one in deployed],
        tenantId=DEFAULT_TENANT,
    )


def _deployed(one: Deployed, together: Sequence[Deployed]) -> pb.Deployment:
    match one.definition.kind:
        case Kind.PROCESS:
            return pb.Deployment(process=_process(one))
        case Kind.FORM:
            return pb.Deployment(form=_form(one))
        case Kind.REQUIREMENTS:
            return pb.Deployment(decisionRequirements=_requirements(one))
        case Kind.DECISION:
            return pb.Deployment(decision=_decision(one, together))


def _process(one: Deployed) -> pb.ProcessMetadata:
    return pb.ProcessMetadata(
        bpmnProcessId=one.definition.id,
        version=one.version,
        processDefinitionKey=one.key,
        resourceName=one.definition.resource_name,
        tenantId=DEFAULT_TENANT,
    )


def _form(one: Deployed) -> pb.FormMetadata:
    return pb.FormMetadata(
        formId=one.definition.id,
        version=one.version,
        formKey=one.key,
        resourceName=one.definition.resource_name,
        tenantId=DEFAULT_TENANT,
    )


def _requirements(one: Deployed) -> pb.DecisionRequirementsMetadata:
    return pb.DecisionRequirementsMetadata(
        dmnDecisionRequirementsId=one.definition.id,
        dmnDecisionRequirementsName=one.definition.name,
        version=one.version,
        decisionRequirementsKey=one.key,
        resourceName=one.definition.resource_name,
        tenantId=DEFAULT_TENANT,
    )


def _decision(one: Deployed, together: Sequence[Deployed]) -> pb.DecisionMetadata:
    parent = next(
        other.key
        for other in together
        if (other.definition.kind, other.definition.id)
        == (Kind.REQUIREMENTS, one.definition.parent)
    )
    return pb.DecisionMetadata(
        dmnDecisionId=one.definition.id,
        dmnDecisionName=one.definition.name,
        version=one.version,
        decisionKey=one.key,
        dmnDecisionRequirementsId=one.definition.parent,
        decisionRequirementsKey=parent,
        tenantId=DEFAULT_TENANT,
    )
