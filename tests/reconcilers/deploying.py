"""One process, deployed, for tests of what happens to it."""

from typing import Any

from tests.reconcilers.rig import Rig, bpmn
from zeebe_operator.model.names import Kind, ObjectKey

ORDER = {"bpmn": bpmn("order")}


async def deployed(rig: Rig, **spec: Any) -> ObjectKey:
    key = rig.cluster.create(Kind.PROCESS, "order", {**ORDER, **spec})
    await rig.settle()
    assert rig.told(key) == ("True", "Deployed")
    return key


def new_bpmn(rig: Rig, key: ObjectKey) -> None:
    rig.cluster.edit(key, bpmn=bpmn("order", "changed"))
