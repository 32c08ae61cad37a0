"""`ports.Workers`: one pump for each ZeebeJobWorker, and what they share."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from zeebe_operator.model import spec, worker
from zeebe_operator.model.addresses import Network
from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.model.names import ObjectKey
from zeebe_operator.model.worker import Assignment, Completed, Failed, Progress, Report, Thrown
from zeebe_operator.ports import Gateways, Jobs, Tally
from zeebe_operator.workers.desk import Desk
from zeebe_operator.workers.errands import Post
from zeebe_operator.workers.handler import Answer, Handler
from zeebe_operator.workers.http import HttpClient, HttpHandler
from zeebe_operator.workers.kubernetes_job import KubernetesJobs
from zeebe_operator.workers.pump import Pump

LAST_WORK = 20.0
"""Seconds that jobs under way get to finish when a worker is deleted or the operator ends; with
what comes before and after, it is less than the 30 of a pod's grace."""


class WorkerPool:
    """`wake` is called with the key of a worker whose fortune has changed. Made inside of a running
    event loop."""

    def __init__(
        self,
        gateways: Gateways,
        jobs: Jobs,
        allowed: Sequence[Network],
        wake: Callable[[ObjectKey], None],
        tally: Tally,
    ) -> None:
        self._gateways = gateways
        self._jobs = jobs
        self._http = HttpClient(allowed)
        self._wake = wake
        self._tally = tally
        self._pumps: dict[ObjectKey, Pump] = {}
        self._uids: dict[ObjectKey, str] = {}
        self._desks: dict[GatewaySettings, Desk] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self._closed = False

    def assign(self, assignment: Assignment, since: Progress) -> None:
        key = assignment.key
        if self._closed:
            return
        if self._uids.get(key, assignment.uid) != assignment.uid:
            self.dismiss(key)
        if key not in self._pumps:
            self._uids[key] = assignment.uid
            count = partial(self._tally.worked, key)
            self._pumps[key] = Pump(since, partial(self._wake, key), count)
        pump = self._pumps[key]
        if pump.assignment != assignment:
            handler = self._handler(assignment, pump.errands.complain)
            pump.take(Post(assignment, handler, self._desk(assignment.settings)))

    def pause(self, key: ObjectKey) -> None:
        if key in self._pumps:
            self._pumps[key].take(None)

    def dismiss(self, key: ObjectKey) -> None:
        self._uids.pop(key, None)
        leaving = asyncio.create_task(self._leave(key, self._pumps.pop(key, None)))
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)

    def report(self, key: ObjectKey) -> Report | None:
        pump = self._pumps.get(key)
        if pump is None:
            return None
        return Report(pump.errands.progress, pump.prepared, pump.trouble)

    def namespaces(self) -> set[str]:
        """Where Kubernetes Jobs may be under way."""
        return {key.namespace for key, pump in self._pumps.items() if pump.outlived}

    async def close(self, within: float = LAST_WORK) -> None:
        """Takes no more jobs, and gives those under way their time."""
        self._closed = True
        pumps, self._pumps = self._pumps, {}
        closing = (asyncio.create_task(pump.close(within)) for pump in pumps.values())
        await asyncio.gather(*closing, *self._leaving)
        await self._http.close()

    async def _leave(self, key: ObjectKey, pump: Pump | None) -> None:
        """Its last jobs are still counted; then its counts go, unless there is a new one."""
        if pump:
            await pump.close(LAST_WORK, dismissed=True)
        if key not in self._pumps:
            self._tally.forget(key)

    def _desk(self, settings: GatewaySettings) -> Desk:
        if settings not in self._desks:
            self._desks[settings] = Desk(self._gateways, settings)
        return self._desks[settings]

    def _handler(self, assignment: Assignment, complain: Callable[[str], None]) -> Handler:
        match assignment.handler:
            case spec.KubernetesJobHandler() as wanted:
                return KubernetesJobs(assignment, wanted, self._jobs, complain)
            case worker.Http() as to:
                return HttpHandler(to, self._http)
            case spec.CompleteHandler(variables):
                return Answer(Completed(variables))
            case spec.ThrowErrorHandler(code, message):
                return Answer(Thrown(code, message))
            case spec.FailHandler(message):
                return Answer(Failed("spec.handler.fail says so", message))
