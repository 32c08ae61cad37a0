"""Processes, decisions and forms: their versions and their bytes."""

import base64
import hashlib
from typing import Any

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


def _add(state: State, lookups: Lookups, key: int, value: Value, **own: Any) -> None:
    """`own`: what the values of the kinds say each in its own words."""
    definition = states.Definition(
        key=key,
        version=value["version"],
        resource_name=value["resourceName"],
        version_tag=value.get("versionTag", ""),
        deployment_key=value["deploymentKey"],
        tenant_id=value["tenantId"],
        **own,
    )
    state.definitions[key] = definition
    state.versions[f"{definition.kind}:{definition.id}:{definition.tenant_id}"] = definition.version
    lookups.add_definition(definition)


@on(ValueType.PROCESS, "CREATED")
def _process_created(state: State, lookups: Lookups, key: int, value: Value) -> None:
    content = _keep_content(state, value)
    _add(state, lookups, key, value, kind="PROCESS", id=value["bpmnProcessId"], checksum=content)


@on(ValueType.DECISION_REQUIREMENTS, "CREATED")
def _requirements_created(state: State, lookups: Lookups, key: int, value: Value) -> None:
    own = {"id": value["decisionRequirementsId"], "name": value["decisionRequirementsName"]}
    own["checksum"] = _keep_content(state, value)
    _add(state, lookups, key, value, kind="DECISION_REQUIREMENTS", **own)


@on(ValueType.DECISION, "CREATED")
def _decision_created(state: State, lookups: Lookups, key: int, value: Value) -> None:
    parent = state.definitions[value["decisionRequirementsKey"]]
    own = {"id": value["decisionId"], "name": value["decisionName"], "checksum": parent.checksum}
    _add(state, lookups, key, value, kind="DECISION", requirements_key=parent.key, **own)


@on(ValueType.FORM, "CREATED")
def _form_created(state: State, lookups: Lookups, key: int, value: Value) -> None:
    content = _keep_content(state, value)
    _add(state, lookups, key, value, kind="FORM", id=value["formId"], checksum=content)


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
