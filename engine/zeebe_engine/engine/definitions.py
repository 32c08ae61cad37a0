"""Which version of a process, decision or form is meant."""

from typing import Protocol

from zeebe_engine.bpmn.model import Binding
from zeebe_engine.engine.state import Definition, Instance
from zeebe_engine.engine.step import Step


class Bound(Protocol):
    @property
    def binding(self) -> Binding: ...
    @property
    def version_tag(self) -> str: ...


def versions(step: Step, kind: str, name: str, tenant_id: str) -> list[Definition]:
    """Those that are not deleted, the newest last."""
    keys = step.lookups.versions.get((kind, name, tenant_id), ())
    found = [step.state.definitions[key] for key in keys]
    return sorted(found, key=lambda one: one.version)


def latest(step: Step, kind: str, name: str, tenant_id: str) -> Definition | None:
    found = versions(step, kind, name, tenant_id)
    return found[-1] if found else None


def bound(step: Step, kind: str, name: str, wanted: Bound, caller: Instance) -> Definition | None:
    """As an element of the caller's process binds it."""
    found = versions(step, kind, name, caller.tenant_id)
    if wanted.binding == "deployment":
        deployment = step.state.definitions[caller.definition_key].deployment_key
        found = [one for one in found if one.deployment_key == deployment]
    elif wanted.binding == "versionTag":
        found = [one for one in found if one.version_tag == wanted.version_tag]
    return found[-1] if found else None
