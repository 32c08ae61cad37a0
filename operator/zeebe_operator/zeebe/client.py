"""`ports.Gateway` over gRPC: one method per RPC that we use, model values in and out."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from zeebe_operator.model import engine
from zeebe_operator.model.capabilities import Capabilities, of_version
from zeebe_operator.model.commands import ActivateJobs, Command
from zeebe_operator.model.errors import NotFoundError
from zeebe_operator.zeebe import commands, errors, messages
from zeebe_operator.zeebe.call import Backoff, Caller, Observe
from zeebe_operator.zeebe.connection import Connection
from zeebe_operator.zeebe.pb import gateway_pb2 as pb

PARTITION_BITS: Final = 51


@dataclass(frozen=True, slots=True)
class _Asked:
    """The one question about capabilities that is asked of each connection."""

    epoch: int
    answer: asyncio.Task[Capabilities]

    def holds(self, epoch: int) -> bool:
        answer = self.answer
        failed = answer.done() and (answer.cancelled() or answer.exception() is not None)
        return self.epoch == epoch and not failed


class GatewayClient:
    """Made by the pool, one for each connection."""

    def __init__(self, connection: Connection, observe: Observe, backoff: Backoff) -> None:
        self._connection = connection
        caller = Caller(connection, observe, backoff)
        self._call, self._poll = caller.call, caller.poll
        self._asked: _Asked | None = None

    async def capabilities(self) -> Capabilities:
        epoch = await self._connection.epoch()
        if self._asked is None or not self._asked.holds(epoch):
            self._asked = _Asked(epoch, asyncio.create_task(self._learn_capabilities()))
        return await asyncio.shield(self._asked.answer)

    async def _learn_capabilities(self) -> Capabilities:
        return of_version((await self.topology()).gateway_version)

    async def topology(self) -> engine.Topology:
        response = await self._call("Topology", pb.TopologyRequest(), repeatable=True)
        return messages.topology(response)

    async def deploy(
        self, files: Sequence[engine.File], tenant_id: str | None
    ) -> engine.Deployment:
        request = messages.deploy_request(files, tenant_id)
        return messages.deployment(await self._call("DeployResource", request))

    async def create_instance(self, request: engine.CreateInstance) -> engine.CreatedInstance:
        response = await self._call("CreateProcessInstance", messages.create_request(request))
        return messages.created_instance(response)

    async def publish_message(self, request: engine.PublishMessage) -> int:
        response: pb.PublishMessageResponse = await self._call(
            "PublishMessage", messages.publish_request(request)
        )
        return response.key

    async def activate_jobs(self, request: ActivateJobs, wait: float) -> Sequence[engine.Job]:
        message = commands.request(request)
        message.requestTimeout = round(wait * 1000)
        parts = await self._poll("ActivateJobs", message, wait)
        return [messages.job(job) for part in parts for job in part.jobs]

    async def run(self, command: Command) -> Mapping[str, Any]:
        row = commands.TABLE[type(command)]
        call = self._call(row.rpc, commands.request(command), repeatable=row.repeatable)
        if row.about is None:
            return commands.answer(await call)
        return commands.answer(await self._about(getattr(command, row.about), call))

    async def _about(self, key: int, call: Coroutine[Any, Any, Any]) -> Any:
        """A key tells its partition. One that no cluster has looks like an outage, and is not."""
        try:
            return await call
        except errors.PartitionUnknownError:
            partitions = (await self.topology()).partitions_count
            if not 1 <= key >> PARTITION_BITS <= partitions:
                reason = f"key {key} is on no partition of this cluster, which has {partitions}"
                raise NotFoundError(reason) from None
            raise
