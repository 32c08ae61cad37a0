"""A Lease in memory, as the API server keeps it: with versions, locks and outages."""

import asyncio
from dataclasses import replace

from zeebe_operator.model.errors import ClusterUnavailableError, ConflictError, OperatorError
from zeebe_operator.model.leadership import DURATION, Lease


class MemoryLease:
    """Shared by several operators; `history` is who held it, one after the other."""

    def __init__(self) -> None:
        self.lease: Lease | None = None
        self.history: list[str] = []

    def write(self, found: Lease | None, new: Lease) -> None:
        if found != self.lease:
            raise ConflictError("409 Conflict")
        version = "1" if self.lease is None else str(int(self.lease.version) + 1)
        self.lease = replace(new, version=version)
        if new.holder not in self.history[-1:]:
            self.history.append(new.holder)


class MemoryLeases:
    """Implements what `kubernetes.leases.Leases` does, for one operator."""

    def __init__(self, shared: MemoryLease) -> None:
        self.shared = shared
        self.trouble: OperatorError | None = None
        self.hangs = False
        self.answer_lost = False
        """Whether what we write is written all the same."""

    def cut_off(self) -> None:
        self.trouble = ClusterUnavailableError("no answer")

    async def read(self) -> Lease | None:
        if self.hangs:
            await asyncio.sleep(3600)
        self._fail()
        return self.shared.lease

    async def claim(self, found: Lease | None, holder: str) -> None:
        self._fail()
        transitions = 0 if found is None else found.transitions + (found.holder != holder)
        self.shared.write(found, Lease(holder, DURATION, transitions, ""))
        if self.answer_lost:
            raise ClusterUnavailableError("no answer")

    async def release(self, found: Lease) -> None:
        self._fail()
        self.shared.write(found, Lease("", 1.0, found.transitions, ""))

    async def close(self) -> None:
        """There is no session."""

    def _fail(self) -> None:
        if self.trouble:
            raise self.trouble
