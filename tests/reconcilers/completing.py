"""What the tests of waitFor: Completion share."""

from typing import Any

from tests.reconcilers.rig import Rig, bpmn
from zeebe_operator.model.names import Kind, ObjectKey

SPEC = {"processRef": {"name": "order"}, "waitFor": "Completion"}


async def running(rig: Rig, **spec: Any) -> ObjectKey:
    rig.cluster.create(Kind.PROCESS, "order", {"bpmn": bpmn("order")})
    await rig.settle()
    key = rig.cluster.create(Kind.INSTANCE, "one", {**SPEC, **spec})
    await rig.settle()
    return key


def number(rig: Rig) -> int:
    """The key of the only instance."""
    (found,) = rig.gateway.created
    return found


def started(rig: Rig) -> int:
    return sum("create_instance" in method for method in rig.gateway.methods())


def commands(rig: Rig) -> list[str]:
    return [method for method in rig.gateway.methods() if method != "deploy"]


def intact(rig: Rig, key: ObjectKey) -> tuple[list[str], bool]:
    """The finalizers, and whether an intent is written down."""
    return rig.cluster.metadata(key).get("finalizers", []), bool(rig.cluster.intent(key))
