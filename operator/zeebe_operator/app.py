"""The composition root: waits for what the operator needs, runs it, and starts over on a change."""

import asyncio
import logging
import signal
from collections.abc import Collection
from contextlib import suppress

from zeebe_operator import __version__, leading
from zeebe_operator.handlers import configure, login
from zeebe_operator.kubernetes.client import Client
from zeebe_operator.kubernetes.lists import ListTrace
from zeebe_operator.kubernetes.session import Session
from zeebe_operator.model.errors import ClusterError, OperatorError
from zeebe_operator.model.names import Kind
from zeebe_operator.ports import Observer
from zeebe_operator.reconcilers.kinds import KINDS
from zeebe_operator.reconcilers.memory import Memory
from zeebe_operator.settings import Settings
from zeebe_operator.telemetry import observers, server
from zeebe_operator.telemetry.health import Health
from zeebe_operator.telemetry.metrics import Metrics
from zeebe_operator.wiring import Lasting, Run

logger = logging.getLogger(__name__)

CONVINCED = 3
"""Looks in a row that miss a kind before the operator goes on without it: an API server that
starts misses it for a moment."""

LOOK_AGAIN = 2.0
"""Seconds between two looks for what was missing at the last one."""


async def run(settings: Settings) -> None:
    """Until SIGTERM or SIGINT.

    Raises server.PortTakenError, login.NoClusterError, SettingsError.
    """
    await login.access(configure.settings())
    health = Health()
    metrics = Metrics(health)
    with observers.observing(metrics, traced=settings.traces) as observer:
        supervisor = Supervisor(settings, health, metrics, observer)
        runner = await server.start(settings.metrics_port, health, metrics)
        logger.info("zeebe-operator %s starts", __version__)
        try:
            await supervisor.supervise()
        finally:
            await runner.cleanup()
    logger.info("stopped")


class Supervisor:
    """Knows which kinds can be watched; a Run works with just those."""

    def __init__(
        self, settings: Settings, health: Health, metrics: Metrics, observer: Observer
    ) -> None:
        self.health = health
        self._metrics = metrics
        self._observer = observer
        self._settings = settings
        self._election = leading.candidacy(settings, self._elects)
        self._life: Run | None = None
        self._stopped = asyncio.Event()
        self._halted = asyncio.Event()
        """Stopped, or not the leader any more."""
        self._memory = Memory()
        self._refused: set[Kind] = set()
        self._said = ""

    async def supervise(self) -> None:
        """Works; with an election, only while we lead."""
        self._listen_to_signals()
        if self._election is None:
            await self.work()
        else:
            await leading.take_turns(self._election, self, self.health, self._stopped)

    def resume(self, *, unbroken: bool) -> None:
        """What we remember is of no use once another one has led."""
        if not unbroken:
            self._memory = Memory()
        self._halted.clear()

    def halt(self) -> None:
        """In haste: another one may lead soon."""
        self._halted.set()
        if self._life:
            self._life.hurry()

    def _may_act(self) -> bool:
        return self._election is None or self._election.may_act()

    async def work(self) -> None:
        """One run after the other; a second one only if kinds come or go, or kopf dies."""
        while kinds := await self._wait_for_kinds():
            await self._run(kinds)

    async def _run(self, kinds: Collection[Kind]) -> None:
        ready = asyncio.Event()
        trace = ListTrace(KINDS)
        trace.on_refused = self._refused.add
        trace.on_reachable = self._reach
        session = Session([trace.config], [trace.shield], self._may_act)
        lasting = Lasting(self._settings, self.health, self._metrics, self._observer, self._memory)
        self._life = life = Run(kinds, session, trace, lasting)
        watch = asyncio.create_task(self._watch_kinds(kinds, life.stop, ready))
        try:
            await life.until_stopped(ready)
        except Exception as error:  # noqa: BLE001 - whatever kopf dies of, the next run heals
            self._say(f"the watches ended ({type(error).__name__}); starting over")
            await self._pause()
        else:
            if not life.stop.is_set():
                self._stop()
        finally:
            await leading.cancel(watch)
            self._listen_to_signals()

    async def _wait_for_kinds(self) -> Collection[Kind]:
        while not self._halted.is_set():
            if kinds := await self._available():
                return kinds
            await self._pause()
        return ()

    async def _watch_kinds(
        self, kinds: Collection[Kind], stop: asyncio.Event, ready: asyncio.Event
    ) -> None:
        """Ends the run when the operator is to stop, or when a kind has come or gone."""
        await ready.wait()
        self._listen_to_signals()
        gone = 0
        while not self._halted.is_set() and gone < CONVINCED:
            await self._pause()
            if len(kinds) < len(KINDS) or self._refused:
                now = await self._available()
                if set(now or ()) - set(kinds):
                    break
                gone = 0 if now is None or set(now) == set(kinds) else gone + 1
        stop.set()

    async def _available(self) -> Collection[Kind] | None:
        """The kinds that are served and that we may read; None: nobody can tell.

        Says once what is wrong with the others.
        """
        session = Session()
        try:
            session.open(await login.access(configure.settings()))
            client = Client(session)
            served = await client.served_kinds()
            for kind in tuple(self._refused):
                namespace = next(iter(self._settings.namespaces), None)
                if kind.plural in served and await client.may_list(kind, namespace):
                    self._refused.discard(kind)
        except ClusterError:
            self._reach(reachable=False)
            return None
        except OperatorError as error:
            self._say(str(error))
            return None
        finally:
            await session.close()
        self._reach(reachable=True)
        self._explain([kind for kind in KINDS if kind.plural not in served])
        return [k for k in KINDS if k.plural in served and k not in self._refused]

    def _explain(self, missing: Collection[Kind]) -> None:
        texts = []
        if missing:
            plurals = ", ".join(kind.plural for kind in missing)
            texts.append(f"not installed: {plurals}; apply the CRDs (crds/)")
        if forbidden := self._refused - set(missing):
            plurals = ", ".join(sorted(kind.plural for kind in forbidden))
            texts.append(f"not permitted: list and watch of {plurals}; extend the role")
        self.health.missing = "; ".join(texts)
        if texts:
            self._say(f"{self.health.missing}; waiting for it")

    def _reach(self, *, reachable: bool) -> None:
        if reachable and not self.health.cluster_reachable:
            logger.info("the Kubernetes API server answers")
            self._said = ""
        if not reachable:
            self._say("the Kubernetes API server does not answer; waiting for it")
        self.health.cluster_reachable = reachable

    def _say(self, text: str) -> None:
        """Once, until something else is to be said."""
        if text != self._said:
            logger.warning(text)
            self._said = text

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._halted.wait(), LOOK_AGAIN)

    def _listen_to_signals(self) -> None:
        """Again after each start of kopf, which takes the signals for itself."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)

    def _stop(self) -> None:
        self._stopped.set()
        self._halted.set()

    def _elects(self, trouble: str) -> None:
        if trouble:
            self._say(trouble)
        elif self.health.election:
            self._said = ""
        self.health.election = trouble
