"""Answers to messages: pure. What a generation does not know yet is dropped elsewhere."""

from typing import Any

from zeebe_engine.engine import answers
from zeebe_engine.engine.documents import encode
from zeebe_engine.settings import Settings
from zeebe_operator.zeebe.pb import gateway_pb2 as pb

_INTERNAL_PORT = 26501
_CLUSTER = "local"


def topology(settings: Settings, partitions: int) -> pb.TopologyResponse:
    """One broker, which leads all partitions: their role and health are the first of each enum."""
    version = settings.generation.version
    led = [pb.Partition(partitionId=number) for number in range(1, partitions + 1)]
    broker = pb.BrokerInfo(host=settings.host, port=_INTERNAL_PORT, partitions=led, version=version)
    return pb.TopologyResponse(
        brokers=[broker],
        clusterSize=1,
        partitionsCount=partitions,
        replicationFactor=1,
        gatewayVersion=version,
        clusterId=_CLUSTER,
    )


def deployment(answer: answers.Deployment) -> pb.DeployResourceResponse:
    return pb.DeployResourceResponse(
        key=answer.key,
        deployments=[_deployed(one) for one in answer.deployed],
        tenantId=answer.tenant_id,
    )


def _deployed(one: answers.Deployed) -> pb.Deployment:
    match one:
        case answers.DeployedProcess():
            return pb.Deployment(process=_process(one))
        case answers.DeployedRequirements():
            return pb.Deployment(decisionRequirements=_requirements(one))
        case answers.DeployedDecision():
            return pb.Deployment(decision=_decision(one))
        case answers.DeployedForm():
            return pb.Deployment(form=_form(one))


def _process(one: answers.DeployedProcess) -> pb.ProcessMetadata:
    return pb.ProcessMetadata(
        bpmnProcessId=one.bpmn_process_id,
        version=one.version,
        processDefinitionKey=one.key,
        resourceName=one.resource_name,
        tenantId=one.tenant_id,
    )


def _requirements(one: answers.DeployedRequirements) -> pb.DecisionRequirementsMetadata:
    return pb.DecisionRequirementsMetadata(
        dmnDecisionRequirementsId=one.id,
        dmnDecisionRequirementsName=one.name,
        version=one.version,
        decisionRequirementsKey=one.key,
        resourceName=one.resource_name,
        tenantId=one.tenant_id,
    )


def _decision(one: answers.DeployedDecision) -> pb.DecisionMetadata:
    return pb.DecisionMetadata(
        dmnDecisionId=one.id,
        dmnDecisionName=one.name,
        version=one.version,
        decisionKey=one.key,
        dmnDecisionRequirementsId=one.requirements_id,
        decisionRequirementsKey=one.requirements_key,
        tenantId=one.tenant_id,
    )


def _form(one: answers.DeployedForm) -> pb.FormMetadata:
    return pb.FormMetadata(
        formId=one.id,
        version=one.version,
        formKey=one.key,
        resourceName=one.resource_name,
        tenantId=one.tenant_id,
    )


def created(answer: answers.Created) -> pb.CreateProcessInstanceResponse:
    return pb.CreateProcessInstanceResponse(**_created(answer))


def result(answer: answers.Result) -> pb.CreateProcessInstanceWithResultResponse:
    told, variables = _created(answer.created), encode(answer.variables)
    return pb.CreateProcessInstanceWithResultResponse(**told, variables=variables)


def _created(answer: answers.Created) -> dict[str, Any]:
    return {
        "processDefinitionKey": answer.process_definition_key,
        "bpmnProcessId": answer.bpmn_process_id,
        "version": answer.version,
        "processInstanceKey": answer.process_instance_key,
        "tenantId": answer.tenant_id,
        "tags": answer.tags,
        "businessId": answer.business_id or None,
    }


def deleted(answer: answers.Done) -> pb.DeleteResourceResponse:
    """Without a batch operation: the engine does not delete the history of a definition."""
    return pb.DeleteResourceResponse(resourceKey=str(answer.key))


def variables_set(answer: answers.Done) -> pb.SetVariablesResponse:
    return pb.SetVariablesResponse(key=answer.key)


def published(answer: answers.Done) -> pb.PublishMessageResponse:
    return pb.PublishMessageResponse(key=answer.key, tenantId=answer.tenant_id)


def broadcast(answer: answers.Done) -> pb.BroadcastSignalResponse:
    return pb.BroadcastSignalResponse(key=answer.key, tenantId=answer.tenant_id)


def evaluation(answer: answers.DecisionEvaluation) -> pb.EvaluateDecisionResponse:
    return pb.EvaluateDecisionResponse(
        decisionKey=answer.decision_key,
        decisionId=answer.decision_id,
        decisionName=answer.decision_name,
        decisionVersion=answer.version,
        decisionRequirementsId=answer.requirements_id,
        decisionRequirementsKey=answer.requirements_key,
        decisionOutput=encode(answer.output),
        evaluatedDecisions=[_evaluated(one) for one in answer.evaluated],
        failedDecisionId=answer.failed_id,
        failureMessage=answer.failure,
        tenantId=answer.tenant_id,
        decisionInstanceKey=answer.key,
        decisionEvaluationKey=answer.key,
    )


def _evaluated(one: answers.EvaluatedDecision) -> pb.EvaluatedDecision:
    told = pb.EvaluatedDecision(
        decisionKey=one.key,
        decisionId=one.id,
        decisionName=one.name,
        decisionVersion=one.version,
        decisionType=one.kind,
        decisionOutput=encode(one.output),
        matchedRules=[_rule(rule) for rule in one.rules],
        tenantId=one.tenant_id,
        decisionEvaluationInstanceKey=one.evaluation_key,
    )
    for given in one.inputs:
        value = encode(given.value)
        told.evaluatedInputs.add(inputId=given.id, inputName=given.name, inputValue=value)
    return told


def _rule(rule: answers.MatchedRule) -> pb.MatchedDecisionRule:
    told = pb.MatchedDecisionRule(ruleId=rule.id, ruleIndex=rule.index)
    for one in rule.outputs:
        value = encode(one.value)
        told.evaluatedOutputs.add(outputId=one.id, outputName=one.name, outputValue=value)
    return told


def activated(answer: answers.ActivatedJobs) -> pb.ActivateJobsResponse:
    return pb.ActivateJobsResponse(jobs=[job(one) for one in answer.jobs])


def job(one: answers.ActivatedJob) -> pb.ActivatedJob:
    return pb.ActivatedJob(
        key=one.key,
        type=one.type,
        processInstanceKey=one.process_instance_key,
        bpmnProcessId=one.bpmn_process_id,
        processDefinitionVersion=one.version,
        processDefinitionKey=one.process_definition_key,
        elementId=one.element_id,
        elementInstanceKey=one.element_instance_key,
        customHeaders=encode(one.headers),
        worker=one.worker,
        retries=one.retries,
        deadline=one.deadline,
        variables=encode(one.variables),
        tenantId=one.tenant_id,
        listenerEventType=pb.ActivatedJob.UNSPECIFIED,
        tags=one.tags,
    )
