"""Processes, decisions and forms: their versions and their bytes."""

import base64
import hashlib

from zeebe_engine.engine import state as states
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.lookups import Lookups
from zeebe_engine.engine.state import State
from zeebe_engine.engine.taking.registry import Value, on


def checksum(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _keep_content(state: State, value: Value) -> str:
    content = base64.b64decode(value["resource"])
    digest = checksum(content)
    state.contents[digest] = content
    return digest


def _add(state: State, lookups: Lookups, definition: states.Definition) -> None:
    state.definitions[definition.key] = definition
    state.versions[f"{definition.kind}:{definition.id}:{definition.tenant_id}"] = definition.version
    lookups.add_definition(definition)


@on(ValueType.PROCESS, "CREATED")
def _process_created(state: State, lookups: Lookups, key: int, value: Value) -> None:
    definition = states.Definition(
        kind="PROCESS",
        key=key,
        id=value["bpmnProcessId"],
        version=value["version"],
        resource_name=value["resourceName"],
        checksum=_keep_content(state, value),
        version_tag=value["versionTag"],
        deployment_key=value["deploymentKey"],
        tenant_id=value["tenantId"],
    )
    _add(state, lookups, definition)


@on(ValueType.DECISION_REQUIREMENTS, "CREATED")
def _requirements_created(state: State, lookups: Lookups, key: int, value: Value) -> None:
    definition = states.Definition(
        kind="DECISION_REQUIREMENTS",
        key=key,
        id=value["decisionRequirementsId"],
        name=value["decisionRequirementsName"],
        version=value["decisionRequirementsVersion"],
        resource_name=value["resourceName"],
        checksum=_keep_content(state, value),
        deployment_key=value["deploymentKey"],
        tenant_id=value["tenantId"],
    )
    _add(state, lookups, definition)


@on(ValueType.DECISION, "CREATED")
def _decision_created(state: State, lookups: Lookups, key: int, value: Value) -> None:
    parent = state.definitions[value["decisionRequirementsKey"]]
    definition = states.Definition(
        kind="DECISION",
        key=key,
        id=value["decisionId"],
        name=value["decisionName"],
        version=value["version"],
        resource_name=parent.resource_name,
        checksum=parent.checksum,
        version_tag=value["versionTag"],
        deployment_key=value["deploymentKey"],
        requirements_key=parent.key,
        tenant_id=value["tenantId"],
    )
    _add(state, lookups, definition)


@on(ValueType.FORM, "CREATED")
def _form_created(state: State, lookups: Lookups, key: int, value: Value) -> None:
    definition = states.Definition(
        kind="FORM",
        key=key,
        id=value["formId"],
        version=value["version"],
        resource_name=value["resourceName"],
        checksum=_keep_content(state, value),
        version_tag=value["versionTag"],
        deployment_key=value["deploymentKey"],
        tenant_id=value["tenantId"],
    )
    _add(state, lookups, definition)


@on(ValueType.PROCESS, "DELETING")
def _process_drains(state: State, lookups: Lookups, key: int, value: Value) -> None:
    lookups.remove_definition(state.definitions[key])
    state.definitions[key].is_draining = True


@on(ValueType.PROCESS, "DELETED")
@on(ValueType.DECISION, "DELETED")
@on(ValueType.DECISION_REQUIREMENTS, "DELETED")
@on(ValueType.FORM, "DELETED")
def _definition_deleted(state: State, lookups: Lookups, key: int, value: Value) -> None:
    definition = state.definitions.pop(key)
    lookups.remove_definition(definition)
    if all(one.checksum != definition.checksum for one in state.definitions.values()):
        del state.contents[definition.checksum]
