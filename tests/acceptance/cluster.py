"""One namespace of the real API server, as a user of kubectl sees it."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import yaml

from devstack.engine import Engine
from devstack.environment import Environment

Object = dict[str, Any]

OURS = {
    "zcmd": "zeebecommands",
    "zconn": "zeebeconnections",
    "zinst": "zeebeinstances",
    "zmsg": "zeebemessages",
    "zproc": "zeebeprocesses",
    "zwork": "zeebejobworkers",
}
DEADLINE = 90.0
"""Seconds; generous, because no test is about time."""


@dataclass(frozen=True, slots=True)
class Cluster:
    env: Environment
    engine: Engine
    namespace: str

    @property
    def gateway_address(self) -> str:
        """Of the engine, as the operator reaches it."""
        return self.engine.gateway_address

    def on(self, engine: Engine) -> Self:
        """The same namespace, with a default connection that leads to another engine."""
        other = replace(self, engine=engine)
        address = engine.gateway_address
        other.apply(resource("ZeebeConnection", "default", gatewayAddress=address, plaintext=True))
        other.wait_ready("zconn/default")
        return other

    def kubectl(self, *arguments: str, stdin: str | None = None, check: bool = True) -> str:
        return self.env.kubectl("-n", self.namespace, *arguments, input=stdin, check=check)

    def apply(self, *objects: Object) -> None:
        self.kubectl("apply", "--server-side", "-f", "-", stdin=yaml.safe_dump_all(objects))

    def get(self, kind: str, name: str) -> Object:
        """Tests poll with it: of our own kinds without a kubectl for each look."""
        if kind in OURS:
            place = f"namespaces/{self.namespace}/{OURS[kind]}/{name}"
            return self.env.read(f"/apis/zeebe-operator.dev/v1alpha1/{place}")
        found: Object = json.loads(self.kubectl("get", kind, name, "-o", "json"))
        return found

    def all(self, kind: str) -> list[Object]:
        if kind in OURS:
            place = f"namespaces/{self.namespace}/{OURS[kind]}"
            return list(self.env.read(f"/apis/zeebe-operator.dev/v1alpha1/{place}")["items"])
        found: list[Object] = json.loads(self.kubectl("get", kind, "-o", "json"))["items"]
        return found

    def patch(self, kind: str, name: str, patch: Object) -> None:
        self.kubectl("patch", kind, name, "--type=merge", "-p", json.dumps(patch))

    def leave_intent(self, kind: str, name: str) -> None:
        """As a crash during the call to the engine does."""
        uid = self.get(kind, name)["metadata"]["uid"]
        intent = {"zeebe-operator.dev/intent": f"{uid}/00000000"}
        self.patch(kind, name, {"metadata": {"annotations": intent}})

    def delete(self, kind: str, *names: str, wait: bool = True) -> None:
        self.kubectl("delete", kind, *names, f"--wait={str(wait).lower()}", "--timeout=90s")

    def wait_ready(self, *names: str) -> None:
        """`names` are KIND/NAME; this is the command that users and pipelines wait with."""
        self.kubectl("wait", "--for=condition=Ready", "--timeout=90s", *names)

    def until(self, kind: str, name: str, holds: Callable[[Object], bool]) -> Object:
        """Polls one object until it is as it should be."""
        found: Object = eventually(lambda: self.get(kind, name), holds)
        return found

    def until_reason(self, kind: str, name: str, reason: str) -> Object:
        return self.until(kind, name, lambda found: ready(found).get("reason") == reason)


def eventually(
    look: Callable[[], Any], holds: Callable[[Any], bool] = bool, within: float = DEADLINE
) -> Any:
    """Polls until what is seen is as it should be; fails with the last sight."""
    deadline = time.monotonic() + within
    while not holds(seen := look()):
        if time.monotonic() > deadline:
            text = yaml.safe_dump(seen) if isinstance(seen, dict | list) else repr(seen)
            raise AssertionError(f"not so after {within:.0f} s; last seen:\n{text[:4000]}")
        time.sleep(0.1)
    return seen


def condition(found: Object, kind: str) -> Object:
    conditions: Sequence[Object] = found.get("status", {}).get("conditions", [])
    return next((c for c in conditions if c["type"] == kind), {})


def ready(found: Object) -> Object:
    """The condition that always tells how things are."""
    return condition(found, "Ready")


def resource(kind: str, name: str, **spec: Any) -> Object:
    """A manifest of one of our kinds."""
    return {
        "apiVersion": "zeebe-operator.dev/v1alpha1",
        "kind": kind,
        "metadata": {"name": name},
        "spec": spec,
    }


def process(name: str, bpmn: str, **spec: Any) -> Object:
    return resource("ZeebeProcess", name, bpmn=bpmn, **spec)


def instance(name: str, **spec: Any) -> Object:
    return resource("ZeebeInstance", name, **spec)


def message(name: str, message_name: str, correlation_key: str = "key", **spec: Any) -> Object:
    return resource(
        "ZeebeMessage", name, messageName=message_name, correlationKey=correlation_key, **spec
    )


def command(name: str, **spec: Any) -> Object:
    return resource("ZeebeCommand", name, **spec)


def config_map(name: str, **data: str) -> Object:
    """Keys with an underscore stand for a dot: order_bpmn is order.bpmn."""
    renamed = {key.replace("_", "."): value for key, value in data.items()}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": renamed}


def secret(name: str, **data: str | bytes) -> Object:
    """As `config_map`; bytes are PEM."""
    texts = {
        key: value.decode() if isinstance(value, bytes) else value for key, value in data.items()
    }
    renamed = {key.replace("_", "."): value for key, value in texts.items()}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name},
        "stringData": renamed,
    }


def worker(name: str, job_type: str, handler: Object, **spec: Any) -> Object:
    return resource("ZeebeJobWorker", name, jobType=job_type, handler=handler, **spec)
