"""The handler `kubernetesJob`: one Kubernetes Job for each job of the engine.

Everything that it knows of an attempt is in the name and the annotations of that Job, so that a
new operator goes on where the former one was killed, and no attempt is made twice.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from zeebe_operator.model import job_manifest, kubernetes_job, names
from zeebe_operator.model.engine import Job
from zeebe_operator.model.errors import (
    ClusterError,
    ClusterUnavailableError,
    ConflictError,
    DependencyError,
    ForbiddenError,
    InvalidSpecError,
    ObjectNotFoundError,
    OperatorError,
    RefusedByClusterError,
)
from zeebe_operator.model.kubernetes_job import State
from zeebe_operator.model.spec import KubernetesJobHandler
from zeebe_operator.model.worker import Assignment, Failed, Result
from zeebe_operator.ports import Jobs
from zeebe_operator.workers.pauses import pauses

ANOTHER_CAUSE = 2.0
"""Seconds: a Job that vanishes may be the first sign of the deletion of its worker, which makes
no attempt fail."""

LOOK_AT_PODS = 15.0
"""Seconds between two looks at why a Job has not ended yet."""


@dataclass(frozen=True, slots=True)
class KubernetesJobs:
    """`complain` is told what keeps a pod from starting."""

    assignment: Assignment
    wanted: KubernetesJobHandler = field(repr=False)
    jobs: Jobs = field(repr=False)
    complain: Callable[[str], None] = field(repr=False)
    outlives: bool = True

    @property
    def _namespace(self) -> str:
        return self.assignment.key.namespace

    async def prepare(self) -> Sequence[Job]:
        """Asks the API server whether it would take such Jobs, and adopts those that there are."""
        try:
            probe = job_manifest.manifest(self.assignment, self.wanted, Job(0, "", 0))
            await self.jobs.check(self._namespace, probe)
        except (RefusedByClusterError, ForbiddenError) as error:
            raise _explained(error) from None
        found = await self.jobs.of_worker(self._namespace, self.assignment.uid)
        return [seen.job for seen in found if not seen.reported]

    async def work(self, job: Job) -> Result:
        """Raises InvalidSpecError, DependencyError for what would befall any other job as well."""
        name = job_manifest.name_of(self.assignment.key.name, job)
        started = self._under_way(name) or await self._start(name, job)
        if isinstance(started, Failed):
            return started
        ended = await self._end_of(started)
        if ended is None:
            await self._drop_secret(name)
            await asyncio.sleep(ANOTHER_CAUSE)
            return Failed(f"Kubernetes Job {name} was deleted")
        pods = await _patiently(lambda: self.jobs.pods(self._namespace, ended.uid))
        return kubernetes_job.result(self.wanted, ended, pods)

    async def settled(self, job: Job) -> None:
        """Written down at the Job, so that no later operator reports it again."""
        name = job_manifest.name_of(self.assignment.key.name, job)
        if self._under_way(name):
            await self._drop_secret(name)
            told = {names.REPORTED: "true"}
            await _patiently(lambda: self.jobs.annotate(self._namespace, name, told))
        known = self.jobs.known(self._namespace, self.assignment.uid)
        for old in kubernetes_job.superfluous(self.wanted, known):
            await _patiently(partial(self.jobs.delete, self._namespace, old.name, old.uid))

    async def abandoned(self, job: Job) -> None:
        """What has ended by now may have been reported, just before a former operator ended."""
        name = job_manifest.name_of(self.assignment.key.name, job)
        started = self._under_way(name)
        if started and started.finished:
            await self.settled(job)
            return
        if started:
            await _patiently(lambda: self.jobs.delete(self._namespace, name, started.uid))
        await self._drop_secret(name)

    async def _drop_secret(self, name: str) -> None:
        uid = self.assignment.uid
        await _patiently(lambda: self.jobs.delete_secret(self._namespace, name, uid))

    def _under_way(self, name: str) -> State | None:
        known = self.jobs.known(self._namespace, self.assignment.uid)
        return next((s for s in known if s.name == name and not s.reported), None)

    async def _start(self, name: str, job: Job) -> State | Failed:
        """The Secret first: no pod has to wait for it. Of what was made twice, one is there."""
        if job.adopted:  # nobody here knows its variables
            return Failed(f"Kubernetes Job {name} was deleted")
        secret = job_manifest.secret(self.assignment, job)
        try:
            await _patiently(lambda: self.jobs.create_secret(self._namespace, secret))
        except RefusedByClusterError as error:
            why = f"the Secret {name} for the variables is refused ({error})"
            return Failed(f"{why}; if they are too large, ask for fewer with fetchVariables")
        except ForbiddenError as error:
            raise _explained(error) from None
        try:
            started = await _patiently(lambda: self._create(name, job))
        except (RefusedByClusterError, ForbiddenError) as error:
            await self._drop_secret(name)
            raise _explained(error) from None
        if isinstance(started, Failed):
            await self._drop_secret(name)
        return started

    async def _create(self, name: str, job: Job) -> State | Failed:
        manifest = job_manifest.manifest(self.assignment, self.wanted, job)
        try:
            return await self.jobs.create(self._namespace, manifest)
        except ConflictError:
            ours = await self.jobs.of_worker(self._namespace, self.assignment.uid)
        found = next((seen for seen in ours if seen.name == name), None)
        if found is None:
            return Failed(f"Kubernetes Job {name} belongs to somebody else")
        if not found.reported:
            return found
        # A former attempt with as many retries: they were set anew after an incident.
        await self.jobs.delete(self._namespace, name, found.uid)
        return await self.jobs.create(self._namespace, manifest)

    async def _end_of(self, started: State) -> State | None:
        """In between, somebody may want to know why it takes so long."""
        while True:
            try:
                async with asyncio.timeout(LOOK_AT_PODS):
                    return await self.jobs.finished(self._namespace, started.name, started.uid)
            except TimeoutError:
                pods = await _patiently(lambda: self.jobs.pods(self._namespace, started.uid))
            if complaint := kubernetes_job.complaint(pods):
                self.complain(complaint)


def _explained(error: ClusterError) -> OperatorError:
    if isinstance(error, RefusedByClusterError):
        what = "spec.handler.kubernetesJob.template: the API server refuses it"
        return InvalidSpecError(f"{what}: {error}")
    return DependencyError(f"the operator may not create what a job needs: {error}")


T = TypeVar("T")


async def _patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """Until the API server answers. Raises what it answers."""
    for pause in pauses():
        try:
            return await ask()
        except (ClusterUnavailableError, ConflictError, ObjectNotFoundError):
            await asyncio.sleep(pause)
    raise AssertionError
