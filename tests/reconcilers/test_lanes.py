"""Which lane a resource waits in, and how much room its gateway has."""

import pytest

from tests.reconcilers.rig import Rig
from zeebe_operator.model.names import Kind, ObjectKey
from zeebe_operator.reconcilers import lanes
from zeebe_operator.reconcilers.lanes import Lanes
from zeebe_operator.reconcilers.queue import Lane

SPEC = {"gatewayAddress": "zeebe:26500", "plaintext": True}
DEFAULT = ObjectKey(Kind.CONNECTION, "shop", "default")
MINE = ObjectKey(Kind.CONNECTION, "shop", "mine")


@pytest.fixture
async def made(rig: Rig) -> Lanes:
    return Lanes(rig.store, rig.gateways, rig.connections)


async def message(rig: Rig, reference: dict[str, str] | None) -> ObjectKey:
    spec = {"messageName": "m", **({} if reference is None else {"connectionRef": reference})}
    key = rig.cluster.create(Kind.MESSAGE, "m", spec)
    await rig.settle()
    return key


@pytest.mark.parametrize(
    ("existing", "reference", "gateway"),
    [
        pytest.param([], None, None, id="the operator's own"),
        pytest.param(["default"], None, DEFAULT, id="the default one"),
        pytest.param(["default"], {}, DEFAULT, id="a reference without a name"),
        pytest.param(["default", "mine"], {"name": "mine"}, MINE, id="the one that is named"),
        pytest.param([], {"name": "mine"}, MINE, id="one that is not there yet"),
    ],
)
async def test_a_lane_is_a_namespace_and_a_connection(
    rig: Rig,
    made: Lanes,
    existing: list[str],
    reference: dict[str, str] | None,
    gateway: ObjectKey | None,
) -> None:
    for name in existing:
        rig.cluster.create(Kind.CONNECTION, name, SPEC)
    assert made.lane_of(await message(rig, reference)) == Lane("shop", gateway)


async def test_a_connection_waits_in_its_own_lane(made: Lanes) -> None:
    assert made.lane_of(MINE) == Lane("shop", MINE)


async def test_what_is_gone_has_a_lane_too(made: Lanes) -> None:
    assert made.lane_of(ObjectKey(Kind.MESSAGE, "shop", "gone")) == Lane("shop", None)


async def test_the_room_is_that_of_the_gateway(rig: Rig, made: Lanes) -> None:
    rig.gateways.room = 7
    rig.cluster.create(Kind.CONNECTION, "mine", SPEC)
    await rig.settle()
    assert made.room(None) == 7
    assert made.room(MINE) == 7


@pytest.mark.parametrize("spec", [None, {**SPEC, "tls": {}}, {**SPEC, "keepAlive": "x"}])
async def test_without_a_usable_connection_there_is_room_to_say_so(
    rig: Rig, made: Lanes, spec: dict[str, object] | None
) -> None:
    if spec:
        rig.cluster.create(Kind.CONNECTION, "mine", spec)
        await rig.settle()
    assert made.room(MINE) == lanes._NO_GATEWAY


async def test_without_a_connection_of_its_own_the_operator_has_room_to_say_so() -> None:
    rig = Rig(None)
    assert Lanes(rig.store, rig.gateways, rig.connections).room(None) == lanes._NO_GATEWAY
