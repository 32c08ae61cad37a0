"""Answers as JSON, as each generation tells them: keys are decimal texts."""

from typing import Any

import msgspec

from zeebe_engine.engine import answers
from zeebe_engine.settings import Settings

Told = dict[str, Any]
BROKER_PORT = 26501
"""What a broker tells of itself; nobody listens there."""


def deployment(answer: answers.Deployment, minor: int) -> Told:
    return {
        "deploymentKey": str(answer.key),
        "tenantId": answer.tenant_id,
        "deployments": [_deployed(one, minor) for one in answer.deployed],
    }


def _deployed(one: answers.Deployed, minor: int) -> Told:
    kinds = ("processDefinition", "decisionDefinition", "decisionRequirements", "form", "resource")
    nothing = dict.fromkeys(kinds) if minor >= 9 else {}
    return nothing | _described(one)


def _described(one: answers.Deployed) -> Told:
    match one:
        case answers.DeployedProcess():
            kind, told = "processDefinition", _process(one)
        case answers.DeployedDecision():
            kind, told = "decisionDefinition", _decision(one)
        case answers.DeployedRequirements():
            kind, told = "decisionRequirements", _requirements(one)
        case answers.DeployedForm():
            kind, told = "form", {"formId": one.id, "formKey": str(one.key), "version": one.version}
    if not isinstance(one, answers.DeployedDecision):
        told["resourceName"] = one.resource_name
    return {kind: told | {"tenantId": one.tenant_id}}


def _process(one: answers.DeployedProcess) -> Told:
    return {
        "processDefinitionId": one.bpmn_process_id,
        "processDefinitionVersion": one.version,
        "processDefinitionKey": str(one.key),
    }


def _decision(one: answers.DeployedDecision) -> Told:
    return {
        "decisionDefinitionId": one.id,
        "decisionDefinitionKey": str(one.key),
        "name": one.name,
        "version": one.version,
        "decisionRequirementsId": one.requirements_id,
        "decisionRequirementsKey": str(one.requirements_key),
    }


def _requirements(one: answers.DeployedRequirements) -> Told:
    return {
        "decisionRequirementsId": one.id,
        "decisionRequirementsName": one.name,
        "decisionRequirementsKey": str(one.key),
        "version": one.version,
    }


def created(answer: answers.Created, minor: int) -> Told:
    told: Told = {
        "processDefinitionId": answer.bpmn_process_id,
        "processDefinitionVersion": answer.version,
        "processDefinitionKey": str(answer.process_definition_key),
        "processInstanceKey": str(answer.process_instance_key),
        "tenantId": answer.tenant_id,
        "variables": {},
    }
    if minor >= 8:
        told["tags"] = list(answer.tags)
    if minor >= 9:
        told["businessId"] = answer.business_id or None
    return told


def result(answer: answers.Result, minor: int) -> Told:
    return created(answer.created, minor) | {"variables": answer.variables}


def deleted(answer: answers.Done, minor: int) -> Told:
    return {"resourceKey": str(answer.key), "batchOperation": None} if minor >= 9 else {}


def published(answer: answers.Done, _: int) -> Told:
    return {"messageKey": str(answer.key), "tenantId": answer.tenant_id}


def correlated(answer: answers.Correlated, _: int) -> Told:
    return {
        "messageKey": str(answer.message_key),
        "processInstanceKey": str(answer.process_instance_key),
        "tenantId": answer.tenant_id,
    }


def broadcast(answer: answers.Done, _: int) -> Told:
    return {"signalKey": str(answer.key), "tenantId": answer.tenant_id}


def activated(answer: answers.ActivatedJobs, minor: int) -> Told:
    return {"jobs": [_job(job, minor) for job in answer.jobs]}


def _job(job: answers.ActivatedJob, minor: int) -> Told:
    told: Told = {
        "jobKey": str(job.key),
        "type": job.type,
        "processInstanceKey": str(job.process_instance_key),
        "processDefinitionId": job.bpmn_process_id,
        "processDefinitionVersion": job.version,
        "processDefinitionKey": str(job.process_definition_key),
        "elementId": job.element_id,
        "elementInstanceKey": str(job.element_instance_key),
        "customHeaders": job.headers,
        "worker": job.worker,
        "retries": job.retries,
        "deadline": job.deadline,
        "variables": job.variables,
        "tenantId": job.tenant_id,
    }
    if minor >= 8:
        told |= {"kind": "BPMN_ELEMENT", "listenerEventType": "UNSPECIFIED", "tags": [*job.tags]}
    if minor >= 9:
        root = job.root_process_instance_key or job.process_instance_key
        told |= {"userTask": None, "rootProcessInstanceKey": str(root)}
    if minor >= 10:
        told |= {"businessId": job.business_id or None, "jobLeaseToken": job.lease or None}
        told |= {"priority": 0, "physicalTenantId": "default"}
    return told


def evaluation(answer: answers.DecisionEvaluation, minor: int) -> Told:
    nobody = None if minor >= 9 else ""
    return {
        "decisionDefinitionId": answer.decision_id,
        "decisionDefinitionKey": str(answer.decision_key),
        "decisionDefinitionName": answer.decision_name,
        "decisionDefinitionVersion": answer.version,
        "decisionRequirementsId": answer.requirements_id,
        "decisionRequirementsKey": str(answer.requirements_key),
        "decisionEvaluationKey": str(answer.key),
        "decisionInstanceKey": str(answer.key),
        "output": _text(answer.output),
        "failedDecisionDefinitionId": answer.failed_id or nobody,
        "failureMessage": answer.failure or nobody,
        "tenantId": answer.tenant_id,
        "evaluatedDecisions": [_evaluated(one) for one in answer.evaluated],
    }


def _evaluated(one: answers.EvaluatedDecision) -> Told:
    return {
        "decisionDefinitionId": one.id,
        "decisionDefinitionKey": str(one.key),
        "decisionDefinitionName": one.name,
        "decisionDefinitionVersion": one.version,
        "decisionDefinitionType": one.kind,
        "decisionEvaluationInstanceKey": one.evaluation_key,
        "output": _text(one.output),
        "tenantId": one.tenant_id,
        "matchedRules": [_rule(rule) for rule in one.rules],
        "evaluatedInputs": [
            {"inputId": it.id, "inputName": it.name, "inputValue": _text(it.value)}
            for it in one.inputs
        ],
    }


def _rule(rule: answers.MatchedRule) -> Told:
    by = {"ruleId": rule.id, "ruleIndex": rule.index}
    outputs = [
        {"outputId": it.id, "outputName": it.name, "outputValue": _text(it.value), **by}
        for it in rule.outputs
    ]
    return {**by, "evaluatedOutputs": outputs}


def topology(settings: Settings, partitions: int) -> Told:
    """One broker leads every partition."""
    minor, version = settings.generation.minor, settings.generation.version
    state = {"state": "active"} if minor >= 10 else {}
    healthy = {"role": "leader", "health": "healthy", **state}
    broker: Told = {
        "nodeId": 0,
        "host": settings.host,
        "port": BROKER_PORT,
        "version": version,
        "partitions": [{"partitionId": one, **healthy} for one in range(1, partitions + 1)],
    }
    told: Told = {
        "brokers": [broker | ({"brokerId": "0"} if minor >= 10 else {})],
        "clusterSize": 1,
        "partitionsCount": partitions,
        "replicationFactor": 1,
        "gatewayVersion": version,
        "lastCompletedChangeId": "-1",
    }
    return told | ({"clusterId": None} if minor >= 9 else {})


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()
