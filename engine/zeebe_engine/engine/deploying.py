"""Deployment: all or nothing; the same name and bytes as the latest version are that version."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from zeebe_engine import bpmn, dmn
from zeebe_engine.bpmn.model import Process
from zeebe_engine.engine import definitions, starts, values
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
from zeebe_engine.engine.state import Definition
from zeebe_engine.engine.step import Step, invalid, tenant_of
from zeebe_engine.engine.taking.resources import checksum

_ENDINGS = {".bpmn": "PROCESS", ".xml": "PROCESS", ".dmn": "DMN", ".form": "FORM"}


@dataclass(frozen=True, slots=True)
class _Found:
    """One thing in a resource. `parent`: the place of its requirements among all that is found."""

    kind: str
    id: str
    resource: Resource
    name: str = ""
    version_tag: str = ""
    parent: int = -1
    process: Process | None = None


def deploy(step: Step, command: Deploy) -> Deployment:
    tenant = tenant_of(command.tenant_id)
    found = _read_all(step, command.resources)
    deployment = step.key_on(1)
    known = [_duplicate_of(step, one, tenant) for one in found]
    if all(known):
        deployed = [one for one in known if one is not None]
    else:
        deployed = _add_all(step, found, deployment, tenant)
    _tell(step, deployment, command.resources, deployed, is_new=not all(known))
    for one in found:
        if one.kind == "PROCESS":
            starts.follow(step, one.id, tenant)
    return Deployment(deployment, tuple(answer_of(step, one) for one in deployed), tenant)


def answer_of(step: Step, one: Definition) -> Deployed:
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


def _read_all(step: Step, resources: list[Resource]) -> list[_Found]:
    """Raises Rejection with everything that is wrong, in all of the resources."""
    if not resources:
        raise invalid("CREATE", "Expected to deploy at least one resource, but none given")
    found: list[_Found] = []
    faults: list[str] = []
    for resource in resources:
        try:
            found += [_placed(one, len(found)) for one in _read(step, resource)]
        except (bpmn.BpmnError, dmn.DmnError, starts.StartError, _FormError) as error:
            faults.append(str(error))
    faults += _duplicates(found)
    if faults:
        raise invalid(
            "CREATE",
            "Expected to deploy new resources, but encountered the following errors:"
            + "".join(faults),
        )
    return found


class _FormError(Exception):
    pass


def _read(step: Step, resource: Resource) -> Iterator[_Found]:
    """A DMN file gives its requirements first; `parent` 0 is that place within the file."""
    ending = "." + resource.name.rpartition(".")[2]
    match _ENDINGS.get(ending):
        case "PROCESS":
            for process in bpmn.read(resource.name, resource.content):
                starts.check(step, [process.elements[one] for one in process.root.starts])
                yield _Found(
                    "PROCESS",
                    process.id,
                    resource,
                    process.name,
                    process.version_tag,
                    process=process,
                )
        case "DMN":
            read = dmn.read(resource.name, resource.content)
            yield _Found("DECISION_REQUIREMENTS", read.id, resource, read.name)
            for decision in read.decisions.values():
                yield _Found("DECISION", decision.id, resource, decision.name, parent=0)
        case "FORM":
            yield _read_form(resource)
        case _:
            raise _FormError(f"\n\n'{resource.name}': unknown resource type")


def _read_form(resource: Resource) -> _Found:
    try:
        form = json.loads(resource.content)
    except (ValueError, RecursionError) as error:
        raise _FormError(f"\n'{resource.name}': the form is not JSON: {error}") from error
    if not isinstance(form, dict) or not isinstance(form.get("id"), str) or not form["id"]:
        raise _FormError(f"\n'{resource.name}': Expected the form id to be present, but none given")
    tag = form.get("versionTag")
    return _Found("FORM", form["id"], resource, version_tag=tag if isinstance(tag, str) else "")


def _placed(one: _Found, place: int) -> _Found:
    """`place`: how many were found before this file."""
    return one if one.parent < 0 else replace(one, parent=place)


_WORDS = {
    "PROCESS": "process id",
    "DECISION": "decision id",
    "DECISION_REQUIREMENTS": "decision requirements id",
    "FORM": "form id",
}


def _duplicates(found: list[_Found]) -> Iterator[str]:
    seen: dict[tuple[str, str], str] = {}
    for one in found:
        other = seen.setdefault((one.kind, one.id), one.resource.name)
        if other != one.resource.name:
            yield (
                f"\nDuplicated {_WORDS[one.kind]} in resources '{other}' and '{one.resource.name}'"
            )


def _duplicate_of(step: Step, one: _Found, tenant: str) -> Definition | None:
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


def _add_all(step: Step, found: list[_Found], deployment: int, tenant: str) -> list[Definition]:
    added: list[Definition] = []
    for one in found:
        key = step.key_on(1)
        version = step.state.versions.get(f"{one.kind}:{one.id}:{tenant}", 0) + 1
        parent = added[one.parent] if one.parent >= 0 else None
        told = _value(one, key, version, parent)
        told |= {"deploymentKey": deployment, "tenantId": tenant}
        step.emit(ValueType(one.kind), "CREATED", key, told)
        if one.process is not None:
            step.models.keep(key, one.process)
        added.append(step.state.definitions[key])
    return added


def _value(one: _Found, key: int, version: int, parent: Definition | None) -> dict[str, Any]:
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
            told["decisionRequirementsId"] = parent.id
            told["decisionRequirementsKey"] = parent.key
    return told


def _tell(
    step: Step, key: int, resources: list[Resource], deployed: list[Definition], *, is_new: bool
) -> None:
    told = {
        "resources": [{"resourceName": one.name} for one in resources] if is_new else [],
        "processesMetadata": [
            {**values.of_definition(one), "duplicate": not is_new}
            for one in deployed
            if one.kind == "PROCESS"
        ],
        "tenantId": deployed[0].tenant_id,
    }
    step.emit(ValueType.DEPLOYMENT, "CREATED", key, told)
