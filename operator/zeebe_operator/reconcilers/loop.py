"""The one loop: takes a key, passes over the resource, tells the outcome, decides when again."""

import logging
import time
import traceback
from dataclasses import dataclass, replace

from zeebe_operator.model import conditions
from zeebe_operator.model import resource as resources
from zeebe_operator.model.errors import (
    ClusterError,
    ConflictError,
    ObjectNotFoundError,
    OperatorError,
    RefusedByClusterError,
)
from zeebe_operator.model.names import ObjectKey
from zeebe_operator.model.outcome import Again, Outcome, Ready, Removed, Stalled, Unchanged, Waiting
from zeebe_operator.model.resource import Resource
from zeebe_operator.ports import Observer
from zeebe_operator.reconcilers import failures
from zeebe_operator.reconcilers.announcer import Announcer
from zeebe_operator.reconcilers.dependents import Dependents
from zeebe_operator.reconcilers.intents import without_finalizer
from zeebe_operator.reconcilers.kinds import KINDS
from zeebe_operator.reconcilers.queue import WorkQueue
from zeebe_operator.reconcilers.scope import Scope, World

logger = logging.getLogger(__name__)

HUNG = 600.0
"""Seconds: every call has a deadline of minutes at most, and a pass makes few."""


@dataclass(frozen=True, slots=True)
class End:
    """Of a pass. What could not be written down is kept, and written before anything else."""

    resource: Resource
    outcome: Outcome
    look_again: float | None = None
    refused: bool = False

    def still_concerns(self, now: Resource) -> bool:
        """Not another object of that name, and no correction of what the API server refused."""
        same = self.resource.uid == now.uid
        return same and not (self.refused and self.resource.generation != now.generation)


Untold = dict[ObjectKey, End]
"""What could not be written down yet. Outlives a loop: the engine has done it already."""


class Loop:
    """Level-triggered: every pass starts from what is, whatever woke it."""

    def __init__(
        self,
        world: World,
        queue: WorkQueue,
        dependents: Dependents,
        observer: Observer,
        untold: Untold,
    ) -> None:
        self._world = world
        self._queue = queue
        self._dependents = dependents
        self._observer = observer
        self._untold = untold
        self._under_way: dict[ObjectKey, float] = {}
        self._announcer = Announcer(world.cluster)

    async def work(self) -> None:
        """One worker; ends when the queue is stopped."""
        while (key := await self._queue.get()) is not None:
            self._under_way[key] = time.monotonic()
            try:
                await self._handle(key)
            except Exception as error:  # noqa: BLE001 - a poison resource harms only itself
                _log_bug(key, error)
                self._queue.retry(key)
            finally:
                del self._under_way[key]
                self._queue.done(key)

    def stuck(self) -> str:
        """Names a pass that takes longer than any deadline of ours allows; empty: there is none."""
        latest = time.monotonic() - HUNG
        found = (key for key, started in self._under_way.items() if started < latest)
        return next((f"the pass over {key} hangs" for key in found), "")

    async def _handle(self, key: ObjectKey) -> None:
        resource = self._world.store.get(key)
        if resource is None:
            self._forget(key)
            return
        with self._observer.passing(key) as conclude:
            if end := await self._told(key, resource):
                self._schedule(key, end)
                conclude(end.outcome)

    async def _told(self, key: ObjectKey, resource: Resource) -> End | None:
        """Of a pass, or of a former one that is not written down yet. None: nobody is concerned."""
        end = self._untold.get(key)
        if end is None or not end.still_concerns(resource):
            end = await self._end_of_pass(resource)
        try:
            await self._tell(end.resource, end.outcome)
            if self._untold.pop(key, None):
                self._queue.add(key)
        except ObjectNotFoundError:
            self._untold.pop(key, None)
            return None
        except ClusterError as error:
            refused = isinstance(error, RefusedByClusterError)
            if refused:
                logger.error("cannot write the status of %s: %s", key, error)
            self._untold[key] = replace(end, refused=refused)
            return replace(end, outcome=Again())
        return end

    async def _end_of_pass(self, resource: Resource) -> End:
        scope = Scope(self._world, resource)
        outcome = await _pass(scope, resource)
        self._dependents.set(resource.key, scope.looked_at)
        return End(resource, outcome, look_again=scope.look_again)

    async def _tell(self, resource: Resource, outcome: Outcome) -> None:
        """One status patch, or the release of the finalizer, or nothing.

        The status speaks of the spec that the pass saw. It is written under a lock: a patch of
        the status cannot name a uid (the API server drops it, seen in 1.36), and must not reach
        another object of that name.
        """
        latest = self._world.store.get(resource.key)
        if latest is None or latest.uid != resource.uid:
            return
        match outcome:
            case Unchanged() | Again():
                return
            case Removed():
                finalizers = without_finalizer(latest)
                await self._world.intents.set_finalizers(latest, finalizers)
                await self._announcer.tell(latest, outcome, self._world.now())
            case _:
                await self._tell_status(
                    replace(
                        latest, generation=resource.generation, annotations=resource.annotations
                    ),
                    outcome,
                )

    async def _tell_status(self, resource: Resource, outcome: Ready | Waiting | Stalled) -> None:
        row, now = KINDS[resource.key.kind], self._world.now()
        status = conditions.status_of(
            resource, outcome, one_shot=row.one_shot(resource), initial=row.initial, now=now
        )
        patch = conditions.merge_patch(resource.status, status)
        if not patch:
            return
        lock = {"resourceVersion": resource.resource_version}
        body = {"metadata": lock, "status": patch}
        raw = await self._world.cluster.patch_status(resource.key, body)
        self._world.store.refresh(resources.of(resource.key.kind, raw))
        self._world.wake(resource.key)
        logger.info("%s is %s", resource.key, outcome.reason, extra={"reason": str(outcome.reason)})
        await self._announcer.tell(resource, outcome, now)

    def _schedule(self, key: ObjectKey, end: End) -> None:
        match end.outcome:
            case Again() | Waiting(after=None):
                self._queue.retry(key)
                return
            case Waiting(after=after) | Ready(after=after) | Stalled(after=after):
                delays = (after, end.look_again)
            case _:
                delays = (None, end.look_again)
        if due := [delay for delay in delays if delay is not None]:
            self._queue.add_after(key, min(due))
        self._queue.forget(key)

    def _forget(self, key: ObjectKey) -> None:
        """The resource is gone."""
        self._dependents.set(key, ())
        self._untold.pop(key, None)
        self._queue.forget(key)
        KINDS[key.kind].gone(self._world, key)
        for other in self._world.claims.remove(key):
            self._queue.add(other)


async def _pass(scope: Scope, resource: Resource) -> Outcome:
    row = KINDS[resource.key.kind]
    try:
        if not resource.deleting:
            return await row.reconcile(scope, resource)
        if resource.finalizers == without_finalizer(resource):
            row.gone(scope.world, resource.key)
            return Unchanged()
        return await row.remove(scope, resource)
    except ConflictError:
        return Again()
    except OperatorError as error:
        explain = failures.removal_outcome_of if resource.deleting else failures.outcome_of
        return explain(error)
    except Exception as error:  # noqa: BLE001 - the one broad catch: a bug is told, not fatal
        _log_bug(resource.key, error)
        return failures.internal(error)


def _log_bug(key: ObjectKey, error: Exception) -> None:
    """Without the text of the error, which may hold a user's values."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    logger.error("unexpected %s for %s\n%s", type(error).__name__, key, frames)
