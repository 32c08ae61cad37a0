"""The core of the operator on an API server and an engine in memory."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tests.fakes.cluster import MemoryCluster, Object
from tests.fakes.memory_gateway import MemoryGateway, MemoryGateways
from tests.fakes.memory_workers import MemoryWorkers
from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.model.names import Kind, ObjectKey
from zeebe_operator.model.outcome import Outcome
from zeebe_operator.ports import Conclude
from zeebe_operator.reconcilers import process
from zeebe_operator.reconcilers.awaited import Awaited
from zeebe_operator.reconcilers.claims import Claims
from zeebe_operator.reconcilers.connections import Connections
from zeebe_operator.reconcilers.dependents import Dependents, Reference
from zeebe_operator.reconcilers.informer import Informer
from zeebe_operator.reconcilers.intents import Intents
from zeebe_operator.reconcilers.kinds import KINDS
from zeebe_operator.reconcilers.lanes import Lanes
from zeebe_operator.reconcilers.loop import Loop
from zeebe_operator.reconcilers.queue import WorkQueue
from zeebe_operator.reconcilers.scope import World
from zeebe_operator.reconcilers.store import Store

DEFAULT = GatewaySettings("zeebe:26500", plaintext=True)
_MANY, _QUIET = 5000, 3


def bpmn(process_id: str, note: str = "") -> str:
    """A process of one job, whose type is "work"; `note` makes it another content."""
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
        ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t">'
        f'<process id="{process_id}" isExecutable="true"><startEvent id="start"/>'
        '<serviceTask id="task"><extensionElements><zeebe:taskDefinition type="work"/>'
        "</extensionElements></serviceTask>"
        '<sequenceFlow id="flow" sourceRef="start" targetRef="task"/></process>'
        f"<!--{note}--></definitions>"
    )


class Passes:
    """Implements `ports.Observer`."""

    def __init__(self) -> None:
        self.results: Counter[str] = Counter()

    @contextmanager
    def passing(self, key: ObjectKey) -> Iterator[Conclude]:
        def conclude(outcome: Outcome) -> None:
            self.results[type(outcome).__name__.lower()] += 1

        yield conclude

    def called(self, gateway: str, method: str, code: str, seconds: float) -> None:
        """The gateway in memory tells its calls itself."""


class Rig:
    """One operator; `restart` makes the next one, on the same cluster and engine."""

    def __init__(self, default_connection: GatewaySettings | None = DEFAULT) -> None:
        self.cluster = MemoryCluster()
        self.gateway = MemoryGateway()
        self.gateways = MemoryGateways(self.gateway)
        self.now = "2026-02-01T00:00:00Z"
        self.default_connection = default_connection
        self.early = False
        """Whether events of the watch come before the answers to the writes that caused them."""
        self.cluster.watchers.append(self._watched)
        self.workers = MemoryWorkers()
        self._start()

    def _start(self) -> None:
        self.store, self.dependents, self.passes = Store(), Dependents(), Passes()
        self.connections = Connections(
            self.cluster, self.gateways, self.default_connection, self.wake
        )
        lanes = Lanes(self.store, self.gateways, self.connections)
        self.queue = WorkQueue(lanes.lane_of, lanes.room)
        self.world = World(
            store=self.store,
            claims=Claims(),
            intents=Intents(self.cluster, self.store, {}),
            awaited=Awaited(self.queue.add),
            cluster=self.cluster,
            config_maps=self.cluster,
            gateways=self.gateways,
            connections=self.connections,
            workers=self.workers,
            now=lambda: self.now,
            add=self.queue.add,
            wake=self.wake,
            look=self.dependents.add,
        )
        self.loop = Loop(self.world, self.queue, self.dependents, self.passes, {})
        self.informer = Informer(self.world, self.queue, [(kind, None) for kind in KINDS])

    def restart(self) -> None:
        """Nothing in memory survives; everything there is is listed anew."""
        self.queue.stop()
        for key in self.cluster.objects:
            self.world.awaited.forget(self.cluster.metadata(key)["uid"])
        self._start()
        for key, raw in sorted(self.cluster.objects.items()):
            self._see(key, raw, False)
        process.prime(self.world)

    def wake(self, reference: Reference) -> None:
        for key in self.dependents.of(reference):
            self.queue.add(key)

    async def settle(self) -> None:
        """Until there is nothing to do now; what is delayed stays delayed."""
        worker = asyncio.create_task(self.loop.work())
        quiet = 0
        for _ in range(_MANY):
            await asyncio.sleep(0)
            busy = self.queue.depth() or self.queue._active
            quiet = 0 if busy else quiet + 1
            if quiet > _QUIET:
                break
        else:
            raise AssertionError("it never comes to rest")
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)

    async def settle_for(self, seconds: float) -> None:
        """The same, with everything that is due within that time."""
        worker = asyncio.create_task(self.loop.work())
        await asyncio.sleep(seconds)
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
        await self.settle()

    def delay(self, key: ObjectKey) -> float | None:
        """Seconds until its next pass; None: it waits for somebody to wake it."""
        timer = self.queue._timers.get(key)
        return timer.when() - asyncio.get_running_loop().time() if timer else None

    def told(self, key: ObjectKey, condition: str = "Ready") -> tuple[str, str] | None:
        """Status and reason of a condition."""
        found = self._condition(key, condition)
        return (found["status"], found["reason"]) if found else None

    def message(self, key: ObjectKey) -> str:
        return str(self._condition(key, "Ready").get("message", ""))

    def _condition(self, key: ObjectKey, kind: str) -> Mapping[str, Any]:
        found = self.cluster.status(key).get("conditions", ())
        return next((c for c in found if c["type"] == kind), {})

    def _watched(self, key: ObjectKey, raw: Object, deleted: bool) -> None:
        if self.early:
            self._see(key, raw, deleted)
        else:
            asyncio.get_running_loop().call_soon(self._see, key, raw, deleted)

    def _see(self, key: ObjectKey, raw: Object, deleted: bool) -> None:
        if key.kind in KINDS:
            self.informer.seen(key.kind, raw, deleted=deleted)
        elif key.kind is Kind.CONFIG_MAP:
            self.wake(key)
