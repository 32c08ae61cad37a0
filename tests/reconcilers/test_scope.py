"""What a pass may look at, and that every look is remembered."""

import pytest

from tests.reconcilers.rig import DEFAULT, Rig
from zeebe_operator.model import resource, spec
from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.model.errors import (
    ClusterUnavailableError,
    DependencyError,
    ForbiddenError,
)
from zeebe_operator.model.names import Kind, ObjectKey
from zeebe_operator.reconcilers.scope import Connection, ConnectionGoneError, Scope

SPEC = {"gatewayAddress": "other:26500", "plaintext": True}
OTHER = GatewaySettings("other:26500", plaintext=True)


async def scope(rig: Rig) -> Scope:
    key = rig.cluster.create(Kind.MESSAGE, "m", {"messageName": "m"})
    await rig.settle()
    return Scope(rig.world, resource.of(Kind.MESSAGE, rig.cluster.objects[key]))


def connection_key(name: str, namespace: str = "shop") -> ObjectKey:
    return ObjectKey(Kind.CONNECTION, namespace, name)


@pytest.mark.parametrize(
    ("existing", "reference", "expected"),
    [
        pytest.param([], None, Connection(None, DEFAULT), id="the operator's own"),
        pytest.param(
            ["default"], None, Connection(connection_key("default"), OTHER), id="the default one"
        ),
        pytest.param(
            ["default", "mine"],
            spec.ConnectionReference("mine"),
            Connection(connection_key("mine"), OTHER),
            id="the one that is named",
        ),
        pytest.param(
            ["default"],
            spec.ConnectionReference(),
            Connection(connection_key("default"), OTHER),
            id="a reference without a name",
        ),
    ],
)
async def test_finds_the_connection(
    rig: Rig, existing: list[str], reference: spec.ConnectionReference | None, expected: Connection
) -> None:
    for name in existing:
        rig.cluster.create(Kind.CONNECTION, name, SPEC)
    assert await (await scope(rig)).connection(reference) == expected


@pytest.mark.parametrize(
    ("own", "reference", "text"),
    [
        pytest.param(
            DEFAULT, spec.ConnectionReference("mine"), "ZeebeConnection 'mine' does not", id="named"
        ),
        pytest.param(None, None, "no connection: name a ZeebeConnection", id="none at all"),
    ],
)
async def test_a_connection_that_is_not_there_is_waited_for(
    own: GatewaySettings | None, reference: spec.ConnectionReference | None, text: str
) -> None:
    rig = Rig(own)
    looking = await scope(rig)
    with pytest.raises(ConnectionGoneError, match=text):
        await looking.connection(reference)
    name = reference.name if reference else "default"
    assert connection_key(str(name)) in looking.looked_at


async def test_connections_of_other_namespaces_do_not_count(rig: Rig) -> None:
    rig.cluster.create(Kind.CONNECTION, "default", SPEC, namespace="bank")
    assert (await (await scope(rig)).connection(None)).key is None


async def test_a_connection_that_cannot_be_used_is_waited_for(rig: Rig) -> None:
    rig.cluster.create(Kind.CONNECTION, "default", {**SPEC, "keepAlive": "1s"})
    with pytest.raises(DependencyError, match="ZeebeConnection 'default' is stalled: spec") as e:
        await (await scope(rig)).connection(None)
    assert not isinstance(e.value, ConnectionGoneError)


async def test_a_gateway_is_looked_at_by_its_settings(rig: Rig) -> None:
    looking = await scope(rig)
    assert looking.gateway(Connection(None, DEFAULT)) is rig.gateway
    assert DEFAULT in looking.looked_at


async def test_a_secret_is_read_anew_each_time_and_never_watched(rig: Rig) -> None:
    key = rig.cluster.create(Kind.SECRET, "s", data={"k": "eA=="})
    looking = await scope(rig)
    for _ in range(2):
        assert (await looking.secret("s"))["data"] == {"k": "eA=="}
    assert rig.cluster.reads == [key, key]
    assert looking.looked_at == set()


async def test_a_config_map_is_looked_at(rig: Rig) -> None:
    key = rig.cluster.create(Kind.CONFIG_MAP, "c", data={"k": "x"})
    looking = await scope(rig)
    assert (await looking.config_map("c"))["data"] == {"k": "x"}
    assert looking.looked_at == {key}


async def test_what_is_missing_is_waited_for_by_its_name(rig: Rig) -> None:
    looking = await scope(rig)
    with pytest.raises(DependencyError, match=r"^Secret 's' does not exist$"):
        await looking.secret("s")
    assert looking.look_again is not None, "nobody tells of its arrival"
    with pytest.raises(DependencyError, match=r"^ConfigMap 'c' does not exist$"):
        await looking.config_map("c")
    assert ObjectKey(Kind.CONFIG_MAP, "shop", "c") in looking.looked_at


async def test_what_the_role_does_not_allow_is_said(rig: Rig) -> None:
    looking = await scope(rig)
    rig.cluster.fail("get", ForbiddenError("403"))
    with pytest.raises(DependencyError, match=r"role .* does not let it read Secret 's'"):
        await looking.secret("s")


async def test_what_cannot_be_read_is_not_missing(rig: Rig) -> None:
    looking = await scope(rig)
    rig.cluster.fail("get", ClusterUnavailableError("away"), times=2)
    with pytest.raises(ClusterUnavailableError):
        await looking.secret("s")
    with pytest.raises(ClusterUnavailableError):
        await looking.config_map("c")
