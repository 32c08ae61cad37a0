"""The Lease that says who leads, in a session of its own: it outlives what a leader does."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from zeebe_operator.kubernetes.client import Client
from zeebe_operator.kubernetes.session import Access, Session
from zeebe_operator.model import leadership
from zeebe_operator.model.errors import ObjectNotFoundError
from zeebe_operator.model.leadership import Lease
from zeebe_operator.model.names import ObjectKey


class Leases:
    """Implements `ports.Leases`: raises ClusterError, and whatever `log_in` raises."""

    def __init__(self, log_in: Callable[[], Awaitable[Access]], key: ObjectKey) -> None:
        self._log_in = log_in
        self._key = key
        self._session: Session | None = None

    async def read(self) -> Lease | None:
        client = await self._client()
        try:
            return _lease(await client.get(self._key))
        except ObjectNotFoundError:
            return None

    async def claim(self, found: Lease | None, holder: str) -> None:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        spec: dict[str, Any] = {
            "holderIdentity": holder,
            "leaseDurationSeconds": int(leadership.DURATION),
            "renewTime": now,  # for people: nobody compares it
        }
        if found is None or found.holder != holder:
            transitions = 0 if found is None else found.transitions + 1
            spec |= {"acquireTime": now, "leaseTransitions": transitions}
        await self._write(found, spec)

    async def release(self, found: Lease) -> None:
        await self._write(found, {"holderIdentity": "", "leaseDurationSeconds": 1})

    async def close(self) -> None:
        """The next request logs in anew: tokens end, and connections die."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _write(self, found: Lease | None, spec: Mapping[str, Any]) -> None:
        client = await self._client()
        if found is None:
            body = {"metadata": {"name": self._key.name}, "spec": spec}
            await client.create(self._key.kind, self._key.namespace, body)
        else:
            lock = {"resourceVersion": found.version}
            await client.patch(self._key, {"metadata": lock, "spec": spec})

    async def _client(self) -> Client:
        if self._session is None:
            access = await self._log_in()
            self._session = Session()
            self._session.open(access)
        return Client(self._session)


def _lease(raw: Mapping[str, Any]) -> Lease:
    spec = raw.get("spec") or {}
    return Lease(
        holder=spec.get("holderIdentity") or "",
        duration=spec.get("leaseDurationSeconds") or leadership.DURATION,
        transitions=spec.get("leaseTransitions") or 0,
        version=raw["metadata"]["resourceVersion"],
    )
