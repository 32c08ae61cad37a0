"""Builds the rooms of one run and connects them: for a fixed set of kinds, until told to stop."""

import asyncio
import contextlib
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import kopf

from zeebe_operator.handlers import configure, register
from zeebe_operator.kubernetes.client import Client
from zeebe_operator.kubernetes.config_maps import ConfigMaps
from zeebe_operator.kubernetes.jobs import Jobs
from zeebe_operator.kubernetes.lists import ListTrace
from zeebe_operator.kubernetes.session import Session
from zeebe_operator.model import times
from zeebe_operator.model.census import Census
from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.model.environment import OwnConnection
from zeebe_operator.model.errors import OperatorError
from zeebe_operator.model.names import Kind, ObjectKey
from zeebe_operator.ports import Observer
from zeebe_operator.reconcilers import process
from zeebe_operator.reconcilers.awaited import Awaited
from zeebe_operator.reconcilers.census import Registrar
from zeebe_operator.reconcilers.claims import Claims
from zeebe_operator.reconcilers.connections import Connections
from zeebe_operator.reconcilers.dependents import Dependents, Reference
from zeebe_operator.reconcilers.informer import Informer
from zeebe_operator.reconcilers.intents import Intents
from zeebe_operator.reconcilers.lanes import Lanes
from zeebe_operator.reconcilers.loop import Loop
from zeebe_operator.reconcilers.memory import Memory
from zeebe_operator.reconcilers.queue import WorkQueue
from zeebe_operator.reconcilers.scope import World
from zeebe_operator.reconcilers.store import Store
from zeebe_operator.settings import Settings
from zeebe_operator.telemetry.health import Health
from zeebe_operator.telemetry.metrics import Metrics
from zeebe_operator.workers.pool import LAST_WORK, WorkerPool
from zeebe_operator.zeebe import files
from zeebe_operator.zeebe.pool import GatewayPool

logger = logging.getLogger(__name__)

WORKERS = 64
"""Passes at once, over all gateways; each gateway has a limit of its own below that."""

DRAIN = 26.0
"""Seconds that passes under way get to finish when the operator stops: more than a call to a
gateway may take by default, repetitions included, and less than the 30 of a pod's grace."""

HASTE = 2.0
"""The same when another operator may take over soon."""

KOPF_PATIENCE = 2.0
"""Seconds that kopf may take to stop; it takes a tenth of one."""

TIDY_UP = 60.0
RESYNC = 600.0
FILES = 10.0
"""Seconds between two looks at the files with the certificates of the operator's connection."""


@dataclass(frozen=True, slots=True)
class Lasting:
    """What outlives a run."""

    settings: Settings
    health: Health
    metrics: Metrics
    observer: Observer
    memory: Memory


class Run:
    """One life between two changes of the set of kinds. Make it inside a running event loop."""

    def __init__(
        self, kinds: Collection[Kind], session: Session, trace: ListTrace, lasting: Lasting
    ) -> None:
        settings, metrics, memory = lasting.settings, lasting.metrics, lasting.memory
        self._kinds = kinds
        self._namespaces = settings.namespaces
        self._session = session
        self._health = lasting.health
        self._metrics = metrics
        self._patience = DRAIN
        self.stop = asyncio.Event()
        self._store = Store()
        self._dependents = Dependents()
        self._gateways = GatewayPool(lasting.observer.called, self._gateway_changed)
        client = Client(session)
        self._own = settings.connection
        self._connections = Connections(client, self._gateways, _settings_of(self._own), self._wake)
        lanes = Lanes(self._store, self._gateways, self._connections)
        self._queue = WorkQueue(lanes.lane_of, lanes.room)
        self._config_maps = ConfigMaps(client, session, self._wake)
        self._jobs = Jobs(client, session)
        self._workers = WorkerPool(
            self._gateways,
            self._jobs,
            settings.worker_http_allow,
            wake=self._queue.add,
            tally=metrics,
        )
        self._world = World(
            store=self._store,
            claims=Claims(),
            intents=Intents(client, self._store, memory.unsent),
            awaited=Awaited(self._queue.add),
            cluster=client,
            config_maps=self._config_maps,
            gateways=self._gateways,
            connections=self._connections,
            workers=self._workers,
            now=lambda: times.text(datetime.now(UTC)),
            add=self._queue.add,
            wake=self._wake,
            look=self._dependents.add,
            first_sent=memory.first_sent,
        )
        self._loop = Loop(
            self._world, self._queue, self._dependents, lasting.observer, memory.untold
        )
        lists: list[tuple[Kind, str | None]] = [
            (kind, namespace) for kind in kinds for namespace in (settings.namespaces or (None,))
        ]
        self._informer = Informer(self._world, self._queue, lists)
        trace.on_listed = self._informer.listed
        registrar = Registrar(self._store, self._queue, self._gateways, self._connections)
        metrics.read_from(registrar.take)
        self._health.stuck = self._loop.stuck

    async def until_stopped(self, ready: asyncio.Event) -> None:
        """Runs kopf until `stop` is set; raises what kopf dies of.

        The passes end first, while the session to the API server still works: kopf closes it.
        """
        workers = asyncio.create_task(self._work())
        chores = [asyncio.create_task(chore) for chore in (self._tidy_up(), self._follow_files())]
        before = asyncio.all_tasks()
        kopf_stop = asyncio.Event()
        informing = asyncio.create_task(self._inform(kopf_stop, ready))
        try:
            await first_of(informing, self.stop)
            self._health.synced = False
            for chore in chores:
                chore.cancel()
            await self._drain(workers)
            kopf_stop.set()
            await _end(informing, before)
        finally:
            self._metrics.read_from(Census)
            await self._session.close()

    def hurry(self) -> None:
        """Stops it, without the time of a pod's grace."""
        self._patience = HASTE
        self.stop.set()

    async def _inform(self, stop: asyncio.Event, ready: asyncio.Event) -> None:
        await kopf.operator(
            registry=register.registry(self._kinds, self._informer.seen, self._session),
            settings=configure.settings(),
            identity=configure.IDENTITY,
            standalone=True,
            clusterwide=not self._namespaces,
            namespaces=self._namespaces,
            stop_flag=stop,
            ready_flag=ready,
        )

    async def _work(self) -> None:
        """Nothing is decided before everything that was there at the start is known."""
        await self._informer.synced.wait()
        process.prime(self._world)
        self._health.synced = True
        logger.info("all resources are read; at work")
        await asyncio.gather(*(self._loop.work() for _ in range(WORKERS)))

    async def _drain(self, workers: asyncio.Task[None]) -> None:
        self._queue.stop()
        last_jobs = asyncio.create_task(self._workers.close(min(self._patience, LAST_WORK)))
        if self._informer.synced.is_set():
            await asyncio.wait([workers], timeout=self._patience)
        workers.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await workers
        await last_jobs
        await self._world.awaited.close()
        await self._jobs.close()
        await self._config_maps.close()
        await self._gateways.close()

    async def _tidy_up(self) -> None:
        """Drops what nobody uses any more, and looks at everything anew once in a while."""
        ticks = 0
        while True:
            await asyncio.sleep(TIDY_UP)
            ticks += 1
            used = list(self._dependents.references())
            self._config_maps.keep(_config_map_namespaces(used))
            self._jobs.keep(self._workers.namespaces())
            self._gateways.keep([r for r in used if isinstance(r, GatewaySettings)])
            if ticks % int(RESYNC / TIDY_UP) == 0:
                for kind in self._kinds:
                    for resource in self._store.of_kind(kind):
                        self._queue.add(resource.key)

    async def _follow_files(self) -> None:
        """Mounted certificates are replaced while we run."""
        while self._own is not None:
            await asyncio.sleep(FILES)
            found = await asyncio.to_thread(_settings_of, self._own)
            if found is not None:
                self._connections.set_own(found)

    def _wake(self, reference: Reference) -> None:
        for key in self._dependents.of(reference):
            self._queue.add(key)

    def _gateway_changed(self, settings: GatewaySettings, up: bool) -> None:  # noqa: FBT001
        logger.info("gateway %s is %s", settings.address, "connected" if up else "away")
        self._wake(settings)


async def first_of(task: asyncio.Task[Any], stop: asyncio.Event) -> None:
    """Waits for either, and ends neither."""
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([task, stopped], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()


async def _end(informing: asyncio.Task[None], before: Collection[asyncio.Task[Any]]) -> None:
    """Waits for the end of kopf, and brings it about if it does not come.

    A watch of kopf that is about to reconnect swallows its cancellation and goes on, and kopf
    waits for it for ever (1.45.2). The next cancellation meets it elsewhere.
    """
    while not informing.done():
        await asyncio.wait([informing], timeout=KOPF_PATIENCE)
        if not informing.done():
            for task in asyncio.all_tasks() - set(before) - {informing}:
                task.cancel()
    if not informing.cancelled():
        informing.result()


def _settings_of(own: OwnConnection | None) -> GatewaySettings | OperatorError | None:
    """With what its files hold now, or what is wrong with them."""
    if own is None:
        return None
    try:
        return files.complete(own.settings, own.files)
    except OperatorError as error:
        return error


def _config_map_namespaces(references: Sequence[Reference]) -> set[str]:
    return {
        reference.namespace
        for reference in references
        if isinstance(reference, ObjectKey) and reference.kind is Kind.CONFIG_MAP
    }
