"""Deployment: all or nothing; the same name and bytes as the latest version are that version."""

import base64
from typing import Any

from zeebe_engine.engine import definitions, starts, values, waiting
from zeebe_engine.engine.answers import (
    Deployed,
    DeployedDecision,
    DeployedForm,
    DeployedProcess,
    DeployedRequirements,
    Deployment,
)
from zeebe_engine.engine.commands import Deploy, Resource
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.resources import Found, read_all
from zeebe_engine.engine.state import Definition
from zeebe_engine.engine.step import Step, tenant_of
from zeebe_engine.engine.taking.resources import checksum


def deploy(step: Step, command: Deploy) -> Deployment:
    tenant = tenant_of(command.tenant_id)
    found = read_all(step, command.resources)
    key = step.key_on(1)
    known = [one for one in (_duplicate_of(step, one, tenant) for one in found) if one]
    is_new = len(known) < len(found)
    deployed = _add_all(step, found, key, tenant) if is_new else known
    _tell(step, key, command.resources if is_new else [], deployed)
    return Deployment(key, tuple(_answer(step, one) for one in deployed), tenant)


def _answer(step: Step, one: Definition) -> Deployed:
    match one.kind:
        case "PROCESS":
            return DeployedProcess(one.id, one.version, one.key, one.resource_name, one.tenant_id)
        case "FORM":
            return DeployedForm(one.id, one.version, one.key, one.resource_name, one.tenant_id)
        case "DECISION_REQUIREMENTS":
            return DeployedRequirements(
                one.id, one.name, one.version, one.key, one.resource_name, one.tenant_id
            )
    parent = step.state.definitions[one.requirements_key]
    return DeployedDecision(
        one.id, one.name, one.version, one.key, parent.id, parent.key, one.tenant_id
    )


def _duplicate_of(step: Step, one: Found, tenant: str) -> Definition | None:
    """Compared with the version deployed last; once that is deleted, with nothing."""
    latest = definitions.latest(step, one.kind, one.id, tenant)
    newest = step.state.versions.get(f"{one.kind}:{one.id}:{tenant}")
    if (
        latest is not None
        and latest.version == newest
        and latest.resource_name == one.resource.name
        and latest.checksum == checksum(one.resource.content)
    ):
        return latest
    return None


def _add_all(step: Step, found: list[Found], deployment: int, tenant: str) -> list[Definition]:
    added: list[Definition] = []
    for one in found:
        parent = added[one.parent] if one.parent >= 0 else None
        told = {"deploymentKey": deployment, "tenantId": tenant}
        added.append(_add(step, one, parent, told))
    return added


def _add(step: Step, one: Found, parent: Definition | None, told: dict[str, Any]) -> Definition:
    """The start events of the version before wait no more."""
    before = definitions.latest(step, one.kind, one.id, told["tenantId"])
    key = step.key_on(1)
    version = step.state.versions.get(f"{one.kind}:{one.id}:{told['tenantId']}", 0) + 1
    step.emit(ValueType(one.kind), "CREATED", key, told | _value(one, key, version, parent))
    definition = step.state.definitions[key]
    if one.process is not None:
        step.models.keep(key, one.process)
        if before is not None:
            waiting.close(step, before.key)
        starts.open_(step, definition)
    return definition


def _value(one: Found, key: int, version: int, parent: Definition | None) -> dict[str, Any]:
    told: dict[str, Any] = {"resourceName": one.resource.name, "version": version}
    if one.kind != "DECISION":
        told["resource"] = base64.b64encode(one.resource.content).decode()
    match one.kind:
        case "PROCESS":
            told |= {"bpmnProcessId": one.id, "processDefinitionKey": key}
            told["versionTag"] = one.version_tag
        case "FORM":
            told |= {"formId": one.id, "formKey": key, "versionTag": one.version_tag}
        case "DECISION_REQUIREMENTS":
            told |= {"decisionRequirementsId": one.id, "decisionRequirementsName": one.name}
            told |= {"decisionRequirementsVersion": version, "decisionRequirementsKey": key}
        case _:
            assert parent is not None
            told |= {"decisionId": one.id, "decisionName": one.name, "decisionKey": key}
            told |= {"decisionRequirementsId": parent.id, "versionTag": one.version_tag}
            told["decisionRequirementsKey"] = parent.key
    return told


def _tell(step: Step, key: int, resources: list[Resource], deployed: list[Definition]) -> None:
    """`resources`: those that were new."""
    told = {
        "resources": [{"resourceName": one.name} for one in resources],
        "processesMetadata": [
            {**values.of_definition(one), "duplicate": not resources}
            for one in deployed
            if one.kind == "PROCESS"
        ],
        "tenantId": deployed[0].tenant_id,
    }
    step.emit(ValueType.DEPLOYMENT, "CREATED", key, told)
