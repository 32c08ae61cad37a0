"""A pool of workers on an engine and a cluster in memory."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.jobs import MemoryJobs
from tests.fakes.memory_gateway import MemoryGateway, MemoryGateways
from tests.workers.engine_jobs import EngineJobs
from zeebe_operator.model import spec
from zeebe_operator.model.engine import GatewaySettings, Job
from zeebe_operator.model.names import Kind, ObjectKey
from zeebe_operator.model.worker import Assignment, Handler, Progress, Result
from zeebe_operator.workers.desk import Desk
from zeebe_operator.workers.errands import Post
from zeebe_operator.workers.pool import WorkerPool
from zeebe_operator.workers.pump import Pump

SETTINGS = GatewaySettings("zeebe:26500", plaintext=True)
KEY = ObjectKey(Kind.JOB_WORKER, "shop", "w")
TEMPLATE = {"spec": {"containers": [{"name": "c", "image": "busybox"}]}}
PODS = spec.KubernetesJobHandler(template=TEMPLATE, result="TerminationMessage")


def assignment(handler: Handler | None = None, **fields: Any) -> Assignment:
    known: dict[str, Any] = {
        "key": KEY,
        "uid": "uid-w",
        "settings": SETTINGS,
        "job_type": "pay",
        "worker_name": "me",
        "max_jobs_active": 4,
        "timeout": 60.0,
        "retry_back_off": 10.0,
        "handler": handler or spec.CompleteHandler({"a": 1}),
    }
    return Assignment(**{**known, **fields})


@dataclass
class Work:
    """A handler whose jobs take as long as a test wants."""

    result: Result
    takes: float = 0.0
    outlives: bool = False
    left: Sequence[Job] = ()
    begun: list[Job] = field(default_factory=list)
    settled_jobs: list[int] = field(default_factory=list)
    abandoned_jobs: list[int] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    """Raised by the next pieces of work."""

    async def prepare(self) -> Sequence[Job]:
        return self.left

    async def work(self, job: Job) -> Result:
        self.begun.append(job)
        await asyncio.sleep(self.takes)
        if self.errors:
            raise self.errors.pop(0)
        return self.result

    async def settled(self, job: Job) -> None:
        self.settled_jobs.append(job.key)

    async def abandoned(self, job: Job) -> None:
        self.abandoned_jobs.append(job.key)


class Rig:
    """Implements `ports.Tally`. `woken` has the keys of the workers whose fortune changed,
    `results` what became of jobs, `forgotten` how many there were when a worker was forgotten."""

    def __init__(self) -> None:
        self.gateway = MemoryGateway()
        self.gateways = MemoryGateways(self.gateway)
        self.engine = EngineJobs(self.gateway.engine)
        self.jobs = MemoryJobs()
        self.woken: list[ObjectKey] = []
        self.results: Counter[str] = Counter()
        self.forgotten: dict[ObjectKey, int] = {}
        self.pool = WorkerPool(self.gateways, self.jobs, (), self.woken.append, self)
        self.desk = Desk(self.gateways, SETTINGS)

    def name(self, number: int, retries: int = 3) -> str:
        """Of the Kubernetes Job for that attempt at a job."""
        return f"w-{self.engine.key(number)}-{retries}"

    def worked(self, worker: ObjectKey, result: str) -> None:
        self.results[result] += 1

    def forget(self, worker: ObjectKey) -> None:
        self.forgotten[worker] = sum(self.results.values())

    def pump(self) -> Pump:
        return Pump(Progress(), lambda: self.woken.append(KEY), lambda r: self.worked(KEY, r))

    def post(self, work: Work, **fields: Any) -> Post:
        return Post(assignment(**fields), work, self.desk)
