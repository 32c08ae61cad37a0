"""Write-ahead intents: how a command that the engine cannot deduplicate is sent at most once.

Before such a command the resource gets an annotation, under an optimistic lock. Found later
without an outcome beside it, the annotation says that the command may have been sent. It is taken
back when the engine certainly did nothing.
"""

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from zeebe_operator.model import names, resource
from zeebe_operator.model.errors import GatewayError, OutcomeUnknownError
from zeebe_operator.model.resource import Resource
from zeebe_operator.ports import Cluster
from zeebe_operator.reconcilers.store import Store


class Intents:
    """Remembers which intents of its own were certainly not followed by a command."""

    def __init__(self, cluster: Cluster, store: Store, unsent: dict[str, str]) -> None:
        """`unsent`: by uid. It may outlive this object, for as long as the process does."""
        self._cluster = cluster
        self._store = store
        self._unsent = unsent

    def in_doubt(self, of: Resource) -> bool:
        """Whether a command may have been sent whose outcome was never written down."""
        intent = _intent(of)
        return intent is not None and intent != self._unsent.get(of.uid)

    @asynccontextmanager
    async def once(self, of: Resource, finalizers: Sequence[str]) -> AsyncIterator[None]:
        """Around the one call that must not happen twice.

        Intent and finalizers are written before it, in one patch. A definite refusal takes both
        back; a lost answer leaves them. Raises ConflictError, before the call, if there is
        something to write and anybody changed the resource since `of` was read.
        """
        of = await self.declare(of, finalizers)
        try:
            yield
        except OutcomeUnknownError:
            raise
        except GatewayError:
            await self.withdraw(of)
            raise

    async def declare(self, of: Resource, finalizers: Sequence[str]) -> Resource:
        """Writes both down: from now on the command counts as sent."""
        of = await self._declare(of, finalizers)
        self._unsent.pop(of.uid)
        return of

    async def _declare(self, of: Resource, finalizers: Sequence[str]) -> Resource:
        """One that was not sent is used again: its own writing may have been answered or not."""
        intent = self._unsent.setdefault(of.uid, f"{of.uid}/{secrets.token_hex(4)}")
        return await self._patch(of, intent, finalizers)

    async def withdraw(self, of: Resource) -> None:
        """The engine certainly did nothing: nobody shall have to wonder later.

        Until it is done, memory says the same.
        """
        if intent := _intent(of):
            self._unsent[of.uid] = intent
        await self._patch(of, None, without_finalizer(of))
        self._unsent.pop(of.uid, None)

    async def set_finalizers(self, of: Resource, finalizers: Sequence[str]) -> Resource:
        """The same lock without an intent."""
        return await self._patch(of, _intent(of), finalizers)

    def forget(self, uid: str) -> None:
        """The resource is gone."""
        self._unsent.pop(uid, None)

    async def _patch(self, of: Resource, intent: str | None, finalizers: Sequence[str]) -> Resource:
        if tuple(finalizers) == of.finalizers and intent == _intent(of):
            return of
        metadata: dict[str, object] = {"resourceVersion": of.resource_version}
        if tuple(finalizers) != of.finalizers:
            metadata["finalizers"] = list(finalizers)
        if intent != _intent(of):
            metadata["annotations"] = {names.INTENT: intent}
        raw = await self._cluster.patch(of.key, {"metadata": metadata})
        after = resource.of(of.key.kind, raw)
        self._store.refresh(after)
        return after


def _intent(of: Resource) -> str | None:
    """Of this very object: one copied from elsewhere along with the manifest says nothing."""
    intent = of.annotations.get(names.INTENT)
    return intent if intent and intent.startswith(f"{of.uid}/") else None


def with_finalizer(of: Resource) -> tuple[str, ...]:
    """The finalizers with ours."""
    if names.FINALIZER in of.finalizers:
        return of.finalizers
    return (*of.finalizers, names.FINALIZER)


def without_finalizer(of: Resource) -> tuple[str, ...]:
    """The finalizers without ours; those of others stay."""
    return tuple(f for f in of.finalizers if f != names.FINALIZER)
