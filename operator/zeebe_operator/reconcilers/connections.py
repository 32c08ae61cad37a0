"""What each ZeebeConnection comes to, its Secrets included, so that other passes read none.

The pass over a ZeebeConnection looks at its Secrets again and again and puts down what it found;
a change wakes everybody who uses the connection.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from zeebe_operator.model import connection
from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.model.errors import (
    ClusterUnavailableError,
    DependencyError,
    ForbiddenError,
    InvalidSpecError,
    ObjectNotFoundError,
    OperatorError,
)
from zeebe_operator.model.names import Kind, ObjectKey
from zeebe_operator.model.resource import Resource
from zeebe_operator.ports import Cluster, Gateways
from zeebe_operator.reconcilers.dependents import Reference

OWN: Final = "the operator's own connection"
"""The reference by which its users are woken."""

Result = GatewaySettings | OperatorError


@dataclass(frozen=True, slots=True)
class _Known:
    """`versions` are those of the Secrets that were read."""

    uid: str
    generation: int
    versions: Mapping[str, str]
    result: Result = field(repr=False)

    def is_of(self, found: Resource) -> bool:
        return (self.uid, self.generation) == (found.uid, found.generation)


class Connections:
    """Settings by connection; under None the operator's own default."""

    def __init__(
        self,
        cluster: Cluster,
        gateways: Gateways,
        own: Result | None,
        wake: Callable[[Reference], None],
    ) -> None:
        self._cluster = cluster
        self._gateways = gateways
        self._own: Result | None = own
        self._wake = wake
        self._known: dict[ObjectKey, _Known] = {}
        self._locks: defaultdict[ObjectKey, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def settings(self, found: Resource) -> GatewaySettings:
        """For whoever uses a connection: what is known of it, read only if nothing is.

        Raises DependencyError while it cannot be used, ClusterError if that cannot be found out.
        """
        known = self._known_of(found) or await self._first_look(found)
        if isinstance(known.result, GatewaySettings):
            return known.result
        stalled = not isinstance(known.result, DependencyError)
        how = "stalled" if stalled else "not ready"
        raise DependencyError(f"ZeebeConnection {found.key.name!r} is {how}: {known.result}")

    async def look(self, found: Resource) -> GatewaySettings:
        """For the connection itself: reads its Secrets anew. Raises what keeps it from working.

        A Secret that cannot be read just now is no reason to give up what was read before.
        """
        async with self._locks[found.key]:
            before = self._known_of(found)
            known = await self._read(found, before)
        if before and not _same(before.result, known.result):
            self._wake(found.key)
        if isinstance(known.result, GatewaySettings):
            return known.result
        raise type(known.result)(str(known.result))

    def known(self, key: ObjectKey | None) -> GatewaySettings | None:
        """Without looking; None also for one that cannot be used."""
        result = self._own if key is None else None
        if key in self._known:
            result = self._known[key].result
        return result if isinstance(result, GatewaySettings) else None

    def own(self) -> GatewaySettings | None:
        """The operator's default; None: it has none. Raises DependencyError while it is broken."""
        if isinstance(self._own, OperatorError):
            raise DependencyError(f"the operator's default connection is not ready: {self._own}")
        return self._own

    def set_own(self, result: Result) -> None:
        """What its files say now. One that cannot be read just now takes nothing back."""
        if isinstance(result, DependencyError) and isinstance(self._own, GatewaySettings):
            return
        if self._own is None or not _same(self._own, result):
            self._own = result
            self._wake(OWN)

    def forget(self, key: ObjectKey) -> None:
        """The connection is gone."""
        self._known.pop(key, None)
        self._locks.pop(key, None)

    def _known_of(self, found: Resource) -> _Known | None:
        """Nothing, if the spec is another one by now."""
        known = self._known.get(found.key)
        return known if known and known.is_of(found) else None

    async def _first_look(self, found: Resource) -> _Known:
        """By one for all who come at the same time."""
        async with self._locks[found.key]:
            return self._known_of(found) or await self._read(found, None)

    async def _read(self, found: Resource, before: _Known | None) -> _Known:
        result: Result
        versions: Mapping[str, str] = {}
        try:
            wanted = connection.read(found.spec)
            secrets = {
                name: await self._get(found, name) for name in connection.secret_names(wanted)
            }
            versions = {name: _version(secret) for name, secret in secrets.items()}
            if before and before.versions == versions:
                return before
            result = connection.settings_of(wanted, secrets)
            self._gateways.check(result)
        except (ForbiddenError, ClusterUnavailableError) as error:
            if before:
                return before
            if isinstance(error, ClusterUnavailableError):
                raise
            result = DependencyError("the role of the operator does not let it read its Secrets")
        except (InvalidSpecError, DependencyError) as error:
            result = error
        self._known[found.key] = known = _Known(found.uid, found.generation, versions, result)
        return known

    async def _get(self, found: Resource, name: str) -> Mapping[str, Any]:
        try:
            return await self._cluster.get(ObjectKey(Kind.SECRET, found.key.namespace, name))
        except ObjectNotFoundError:
            raise DependencyError(f"Secret {name!r} does not exist") from None


def _version(secret: Mapping[str, Any]) -> str:
    return f"{secret['metadata']['uid']}/{secret['metadata']['resourceVersion']}"


def _same(one: Result, other: Result) -> bool:
    """Errors are the same if they say the same."""
    if isinstance(one, OperatorError) and isinstance(other, OperatorError):
        return str(one) == str(other)
    return one == other
