"""A client at a cluster that need not be ours: whatever it makes there, it takes away again.

The contract tests talk through it, so that `make conformance` can run them on any cluster.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from tests.zeebe.gateway import LocalGateway
from tests.zeebe.rig import Rig
from zeebe_operator.model.capabilities import Capabilities
from zeebe_operator.model.commands import ActivateJobs, CancelInstance, Command, DeleteResource
from zeebe_operator.model.engine import (
    CompletedInstance,
    CreatedInstance,
    CreateInstance,
    Deployment,
    File,
    FoundInstance,
    GatewaySettings,
    PublishMessage,
    Topology,
    Variables,
)
from zeebe_operator.model.errors import NotFoundError, ResultTimeoutError
from zeebe_operator.ports import Gateway

PREFIX = "zeebe-operator-conformance-"
"""Of the names of everything that is made: whoever owns the cluster can tell what it is."""

TARGET = pytest.StashKey[GatewaySettings]()
"""In the configuration of pytest: the cluster that is visited; not there: one is made."""


class Visitor:
    """Of `ports.Gateway` what leaves something behind, and what looks at that.

    `job_type`: of the jobs of instances whose keys nobody has told.
    """

    def __init__(self, gateway: Gateway, job_type: str) -> None:
        self._gateway = gateway
        self._job_type = job_type
        self._instances: list[int] = []
        self._some_unknown = False
        self._resources: list[int] = []

    async def capabilities(self) -> Capabilities:
        return await self._gateway.capabilities()

    async def topology(self) -> Topology:
        return await self._gateway.topology()

    async def deploy(self, files: Sequence[File], tenant_id: str | None) -> Deployment:
        made = await self._gateway.deploy(files, tenant_id)
        self._resources += [one.process_definition_key for one in made.processes]
        self._resources += [one.decision_requirements_key for one in made.decision_requirements]
        self._resources += [one.form_key for one in made.forms]
        return made

    async def create_instance(self, request: CreateInstance) -> CreatedInstance:
        made = await self._gateway.create_instance(request)
        self._instances.append(made.process_instance_key)
        return made

    async def create_instance_with_result(
        self, request: CreateInstance, fetch_variables: Sequence[str], within: float
    ) -> CompletedInstance:
        try:
            return await self._gateway.create_instance_with_result(request, fetch_variables, within)
        except ResultTimeoutError:
            self._some_unknown = True
            raise

    async def publish_message(self, request: PublishMessage) -> int:
        return await self._gateway.publish_message(request)

    async def run(self, command: Command) -> Mapping[str, Any]:
        return await self._gateway.run(command)

    async def find_instance(self, key: int) -> FoundInstance | None:
        return await self._gateway.find_instance(key)

    async def find_instances_by_tag(self, tag: str) -> Sequence[FoundInstance]:
        return await self._gateway.find_instances_by_tag(tag)

    async def variables_of(self, key: int, names: Sequence[str]) -> Variables:
        return await self._gateway.variables_of(key, names)

    async def leave(self) -> None:
        """Messages alone stay, until their time is over."""
        for key in [*self._instances, *await self._unknown()]:
            with suppress(NotFoundError):  # it has ended
                await self.run(CancelInstance(key))
        for key in dict.fromkeys(self._resources):
            with suppress(NotFoundError):  # a test has done it
                await self.run(DeleteResource(key))

    async def _unknown(self) -> Sequence[int]:
        """Instances that nobody has told the keys of."""
        if not self._some_unknown:
            return ()
        answer = await self.run(ActivateJobs(self._job_type, 100, 60, "visitor"))
        return [int(job["processInstanceKey"]) for job in answer["jobs"]]


@asynccontextmanager
async def visited(
    rig: Rig, name: str, target: GatewaySettings | None, generation: str = "8.6"
) -> AsyncIterator[Visitor]:
    """`target` None: an engine of that generation, in this process. `name`: of what is made."""
    if target is None:
        async with LocalGateway(generation) as gateway:
            ours = rig.settings(gateway.address, rest_address=gateway.rest_address)
            async with visited(rig, name, ours) as visitor:
                yield visitor
        return
    visitor = Visitor(rig.pool.get(target), job_type=name)
    yield visitor
    await visitor.leave()
