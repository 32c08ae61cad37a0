"""What the loop needs of the world, as protocols. The rooms below implement them."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from zeebe_operator.model import commands, engine
from zeebe_operator.model.capabilities import Capabilities
from zeebe_operator.model.kubernetes_job import State
from zeebe_operator.model.leadership import Lease
from zeebe_operator.model.names import ObjectKey
from zeebe_operator.model.outcome import Outcome
from zeebe_operator.model.worker import Assignment, Progress, Report


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

    async def activate_jobs(
        self, request: commands.ActivateJobs, wait: float
    ) -> Sequence[engine.Job]:
        """Waits up to `wait` seconds for the first job; beside the limit of the gateway.

        A gateway that is too busy is not asked again inside: that raises BackpressureError.
        """
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

    def is_up(self, settings: engine.GatewaySettings) -> bool | None:
        """Whether there is a connection. None: nobody has used it so far."""
        ...


class Cluster(Protocol):
    """The Kubernetes API. Every method raises `model.errors.ClusterError` and nothing else."""

    async def get(self, key: ObjectKey) -> dict[str, Any]: ...

    async def patch(self, key: ObjectKey, patch: Mapping[str, Any]) -> dict[str, Any]:
        """Merge-patches the object; with `metadata.resourceVersion` only if it is unchanged."""
        ...

    async def patch_status(self, key: ObjectKey, patch: Mapping[str, Any]) -> dict[str, Any]: ...

    async def create_event(self, namespace: str, event: Mapping[str, Any]) -> str:
        """Returns its name."""
        ...

    async def patch_event(self, namespace: str, name: str, patch: Mapping[str, Any]) -> None: ...


class ConfigMaps(Protocol):
    """Reads ConfigMaps, and from then on watches their namespace: metadata only, no copies."""

    async def get(self, key: ObjectKey) -> dict[str, Any]:
        """The whole object, fresh. Raises ClusterError like `Cluster`."""
        ...


class Jobs(Protocol):
    """Kubernetes Jobs and what belongs to them. Every method raises ClusterError."""

    async def check(self, namespace: str, manifest: Mapping[str, Any]) -> None:
        """Creates nothing. Raises RefusedByClusterError in the API server's words."""
        ...

    async def create(self, namespace: str, manifest: Mapping[str, Any]) -> State:
        """Raises RefusedByClusterError likewise, and ConflictError if it exists."""
        ...

    async def of_worker(self, namespace: str, uid: str) -> Sequence[State]:
        """All there are, read anew."""
        ...

    def known(self, namespace: str, uid: str) -> Sequence[State]:
        """The same from memory."""
        ...

    async def finished(self, namespace: str, name: str, uid: str) -> State | None:
        """Waits until it is over; None: it was deleted."""
        ...

    async def pods(self, namespace: str, uid: str) -> Sequence[Mapping[str, Any]]: ...

    async def annotate(self, namespace: str, name: str, annotations: Mapping[str, str]) -> None: ...

    async def delete(self, namespace: str, name: str, uid: str) -> None:
        """Its pods too. It is no error if it is gone."""
        ...

    async def create_secret(self, namespace: str, manifest: Mapping[str, Any]) -> None:
        """In place of a former one for that worker. Raises RefusedByClusterError for another one's,
        and without the API server's words, which could quote it."""
        ...

    async def delete_secret(self, namespace: str, name: str, worker_uid: str) -> bool:
        """It is no error if it is gone. False: it was made for somebody else, and stays."""
        ...


class Workers(Protocol):
    """Runs what ZeebeJobWorkers are told to do; a change of fortune wakes the resource."""

    def assign(self, assignment: Assignment, since: Progress) -> None:
        """From now on this is what the worker does; an equal assignment changes nothing.

        `since`: what was counted before this start of the operator.
        """
        ...

    def pause(self, key: ObjectKey) -> None:
        """Takes no more jobs until the next assignment."""
        ...

    def dismiss(self, key: ObjectKey) -> None:
        """The resource is gone. What is under way is brought to an end."""
        ...

    def report(self, key: ObjectKey) -> Report | None:
        """None: there is no such worker, or the operator is about to stop."""
        ...


Conclude = Callable[[Outcome], None]


class Observer(Protocol):
    """Counts what is done, for an administrator, and traces it if asked to."""

    def passing(self, key: ObjectKey) -> AbstractContextManager[Conclude]:
        """Around one pass, which tells its outcome if it comes to one."""
        ...

    def called(self, gateway: str, method: str, code: str, seconds: float) -> None:
        """One answer of the gateway at that address, or none, told when it is over.

        `code` is the name of the gRPC status; the HTTP status for a `method` of REST.
        """
        ...


class Tally(Protocol):
    """Counts the jobs of workers, for an administrator."""

    def worked(self, worker: ObjectKey, result: str) -> None:
        """One job; what became of it is one word."""
        ...

    def forget(self, worker: ObjectKey) -> None:
        """The worker is gone."""
        ...


class Leases(Protocol):
    """The one Lease that says who leads. Every method raises OperatorError."""

    async def read(self) -> Lease | None:
        """None: there is none."""
        ...

    async def claim(self, found: Lease | None, holder: str) -> None:
        """Takes it or renews it. Raises ConflictError if it is another one by now."""
        ...

    async def release(self, found: Lease) -> None:
        """From now on it is nobody's. Raises ConflictError if it is another one by now."""
        ...

    async def close(self) -> None:
        """The next request starts afresh, with a new login."""
        ...
