"""A value that a user entrusts to the operator shows nowhere: whatever goes wrong."""

import base64
import logging
from collections.abc import Callable
from typing import Any

import pytest

from tests.reconcilers.rig import Rig, bpmn
from zeebe_operator.model.errors import (
    BackpressureError,
    CredentialsRejectedError,
    GatewayError,
    InvalidStateError,
    NotFoundError,
    NotSupportedByGatewayError,
    OutcomeUnknownError,
    RejectedError,
)
from zeebe_operator.model.names import Kind, ObjectKey

CANARY = "c4n4ry"
SECRET = base64.b64encode(f'{{"token": "{CANARY}"}}'.encode()).decode()
VARIABLES: dict[str, Any] = {
    "variables": {"a": CANARY, CANARY: 1},
    "variablesFrom": [
        {"secretKeyRef": {"name": "s", "key": "object"}},
        {"secretKeyRef": {"name": "s", "key": "object"}, "as": "text"},
        {"configMapKeyRef": {"name": "c", "key": "k"}, "as": "other"},
    ],
}


def create(rig: Rig, **spec: Any) -> list[ObjectKey]:
    rig.cluster.create(Kind.SECRET, "s", data={"object": SECRET, "list": _list(CANARY)})
    rig.cluster.create(Kind.CONFIG_MAP, "c", data={"k": CANARY})
    rig.cluster.create(Kind.PROCESS, "order", {"bpmn": bpmn("order")})
    message = {"messageName": "m", "timeToLive": "1s", **VARIABLES, **spec}
    instance = {"processRef": {"name": "order"}, **VARIABLES, **spec}
    signal = {"signalName": "s", **VARIABLES, **spec}
    return [
        rig.cluster.create(Kind.MESSAGE, "m", message),
        rig.cluster.create(Kind.INSTANCE, "i", instance),
        rig.cluster.create(Kind.COMMAND, "c", {"broadcastSignal": signal}),
    ]


def _list(text: str) -> str:
    return base64.b64encode(f'["{text}"]'.encode()).decode()


def shown(rig: Rig, keys: list[ObjectKey], caplog: pytest.LogCaptureFixture) -> str:
    """Everything that anybody could read."""
    statuses = [rig.cluster.status(key) for key in keys if key in rig.cluster.objects]
    patches = [write.body for write in rig.cluster.writes]
    logs = [f"{record.__dict__} {record.getMessage()}" for record in caplog.records]
    requests = [repr(command) for command in rig.gateway.calls]
    return f"{statuses} {patches} {rig.cluster.events} {logs} {requests}"


def nothing_goes_wrong(rig: Rig) -> list[ObjectKey]:
    return create(rig)


def a_source_is_no_object(rig: Rig) -> list[ObjectKey]:
    return create(rig, variablesFrom=[{"secretKeyRef": {"name": "s", "key": "list"}}])


def variables_are_no_object(rig: Rig) -> list[ObjectKey]:
    return create(rig, variables=[CANARY])


def a_bug(rig: Rig) -> list[ObjectKey]:
    def fail(_: str) -> None:
        raise ValueError(CANARY)

    rig.gateway.during = fail
    return create(rig)


@pytest.mark.parametrize(
    "scenario", [nothing_goes_wrong, a_source_is_no_object, variables_are_no_object, a_bug]
)
async def test_values_show_nowhere(
    rig: Rig, caplog: pytest.LogCaptureFixture, scenario: Callable[[Rig], list[ObjectKey]]
) -> None:
    caplog.set_level(logging.DEBUG)
    keys = scenario(rig)
    await rig.settle_for(60)
    assert all(rig.cluster.status(key).get("conditions") for key in keys)
    assert CANARY not in shown(rig, keys, caplog)


@pytest.mark.parametrize(
    "error",
    [
        BackpressureError,
        CredentialsRejectedError,
        InvalidStateError,
        NotFoundError,
        NotSupportedByGatewayError,
        OutcomeUnknownError,
        RejectedError,
    ],
)
async def test_the_words_of_the_engine_are_in_the_status_alone(
    rig: Rig, caplog: pytest.LogCaptureFixture, error: type[GatewayError]
) -> None:
    caplog.set_level(logging.DEBUG)
    for method in ("publish_message", "create_instance", "cancel_instance", "broadcast_signal"):
        rig.gateway.fail(method, error(f"the engine quotes {CANARY}"), times=3)
    keys = create(rig)
    await rig.settle_for(60)
    rig.cluster.edit(keys[1], desiredState="Cancelled", onUncertain="Retry")
    await rig.settle_for(60)
    for key in keys:
        rig.cluster.delete(key)
    await rig.settle_for(60)
    assert rig.gateway.calls
    rig.cluster.writes.clear()
    rig.cluster.objects.clear()
    assert CANARY not in shown(rig, keys, caplog)


PEM = base64.b64encode(CANARY.encode()).decode()
TLS = {"caSecretRef": {"name": "p"}, "clientCertSecretRef": {"name": "p"}}
AUTHS: list[dict[str, Any]] = [
    {"basic": {"secretRef": {"name": "p"}}},
    {"oauth": {"tokenUrl": "https://login", "secretRef": {"name": "p"}}},
]
KEYS = ("ca.crt", "tls.crt", "tls.key", "username", "password", "clientId", "clientSecret")


@pytest.mark.parametrize("auth", AUTHS)
@pytest.mark.parametrize("missing", ["", *KEYS])
@pytest.mark.parametrize("error", [None, CredentialsRejectedError("no"), ValueError("bug")])
async def test_credentials_show_nowhere(
    rig: Rig,
    caplog: pytest.LogCaptureFixture,
    auth: dict[str, Any],
    missing: str,
    error: Exception | None,
) -> None:
    caplog.set_level(logging.DEBUG)
    rig.cluster.create(Kind.SECRET, "p", data={key: PEM for key in KEYS if key != missing})
    if error:
        rig.gateway.fail("topology", error, times=3)  # type: ignore[arg-type]
    spec = {"gatewayAddress": "zeebe:26500", "tls": TLS, "auth": auth}
    keys = [
        rig.cluster.create(Kind.CONNECTION, "default", spec),
        rig.cluster.create(Kind.MESSAGE, "m", {"messageName": "m"}),
    ]
    await rig.settle_for(60)
    rig.cluster.delete(ObjectKey(Kind.SECRET, "shop", "p"))
    await rig.settle_for(60)
    assert rig.told(keys[0], "Reconciling") == ("True", "DependencyNotReady")
    assert CANARY not in shown(rig, keys, caplog)
    assert CANARY not in repr(rig.connections._known)
    assert PEM not in shown(rig, keys, caplog)
