"""Which version of a process, decision or form is meant."""

from collections.abc import Iterator
from typing import Protocol

from zeebe_engine.bpmn.model import Binding
from zeebe_engine.engine.state import Definition, Instance
from zeebe_engine.engine.step import Step


class Bound(Protocol):
    """What an element says of what it calls."""

    @property
    def binding(self) -> Binding: ...
    @property
    def version_tag(self) -> str: ...


def versions(step: Step, kind: str, name: str, tenant_id: str) -> Iterator[Definition]:
    """Those that are not deleted, the newest first."""
    keys = step.lookups.versions.get((kind, name, tenant_id), {})
    return (step.state.definitions[key] for key in reversed(keys))


def latest(step: Step, kind: str, name: str, tenant_id: str) -> Definition | None:
    return next(versions(step, kind, name, tenant_id), None)


def bound(step: Step, kind: str, name: str, wanted: Bound, caller: Instance) -> Definition | None:
    """As an element of the caller's process binds it."""
    own = step.definition(caller)
    for one in versions(step, kind, name, own.tenant_id):
        match wanted.binding:
            case "latest":
                return one
            case "deployment" if one.deployment_key == own.deployment_key:
                return one
            case "versionTag" if one.version_tag == wanted.version_tag:
                return one
    return None
