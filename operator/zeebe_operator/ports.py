"""What the loop needs of the world, as protocols. The rooms below implement them."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from zeebe_operator.model import commands, engine
from zeebe_operator.model.capabilities import Capabilities
from zeebe_operator.model.names import Kind, ObjectKey


class Gateway(Protocol):
    """One Zeebe gateway. Every method raises `model.errors.GatewayError` and nothing else.

    A call that the engine turns away for lack of capacity is repeated inside, with jitter,
    for a few seconds, before it ends in BackpressureError.
    """

    async def capabilities(self) -> Capabilities:
        """What the connected gateway can do.

        Raises GatewayUnavailableError at once while there is no connection, and whatever keeps us
        from a token, so that it is also the question to ask before an intent is written.
        """
        ...

    async def topology(self) -> engine.Topology: ...

    async def deploy(
        self, files: Sequence[engine.File], tenant_id: str | None
    ) -> engine.Deployment: ...

    async def create_instance(self, request: engine.CreateInstance) -> engine.CreatedInstance: ...

    async def create_instance_with_result(
        self, request: engine.CreateInstance, fetch_variables: Sequence[str], within: float
    ) -> engine.CompletedInstance:
        """Answers when the instance has completed; its key is not told earlier.

        `fetch_variables` empty: all of them. After `within` seconds ResultTimeoutError: the
        instance goes on, or was terminated. Takes no room from the other commands.
        """
        ...

    async def find_instance(self, key: int) -> engine.FoundInstance | None:
        """None: unknown, which a new one is for some seconds. Needs `capabilities().reads`."""
        ...

    async def find_instances_by_tag(self, tag: str) -> Sequence[engine.FoundInstance]:
        """Lags some seconds behind the engine. Needs `capabilities().reads`."""
        ...

    async def variables_of(self, key: int, names: Sequence[str]) -> engine.Variables:
        """Of the root scope of an instance; `names` empty: all. Needs `capabilities().reads`."""
        ...

    async def publish_message(self, request: engine.PublishMessage) -> int:
        """Returns the key of the message."""
        ...

    async def run(self, command: commands.Command) -> Mapping[str, Any]:
        """Returns the engine's answer: names as in the gateway protocol, keys as strings."""
        ...


class Gateways(Protocol):
    """All the gateways in use, one channel for each distinct settings."""

    def check(self, settings: engine.GatewaySettings) -> None:
        """Raises InvalidSpecError for certificates or a key that cannot be used."""
        ...

    def get(self, settings: engine.GatewaySettings) -> Gateway: ...

    def limit(self, settings: engine.GatewaySettings) -> int:
        """How many commands may be under way at once; falls when the engine is overloaded."""
        ...


class Cluster(Protocol):
    """The Kubernetes API. Every method raises `model.errors.ClusterError` and nothing else."""

    async def get(self, key: ObjectKey) -> dict[str, Any]: ...

    async def patch(self, key: ObjectKey, patch: Mapping[str, Any]) -> dict[str, Any]:
        """Merge-patches the object; with `metadata.resourceVersion` only if it is unchanged."""
        ...

    async def patch_status(self, key: ObjectKey, patch: Mapping[str, Any]) -> dict[str, Any]: ...

    async def create_event(self, namespace: str, event: Mapping[str, Any]) -> None: ...


class ConfigMaps(Protocol):
    """Reads ConfigMaps, and from then on watches their namespace: metadata only, no copies."""

    async def get(self, key: ObjectKey) -> dict[str, Any]:
        """The whole object, fresh. Raises ClusterError like `Cluster`."""
        ...


class Observer(Protocol):
    """Counts what the loop does, for an administrator."""

    def reconciled(self, kind: Kind, result: str, seconds: float) -> None: ...
