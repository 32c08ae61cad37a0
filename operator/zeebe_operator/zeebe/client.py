"""`ports.Gateway` over gRPC: one method per RPC that we use, model values in and out."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from zeebe_operator.model import engine
from zeebe_operator.model.capabilities import Capabilities, of_version
from zeebe_operator.model.commands import ActivateJobs, Command
from zeebe_operator.model.errors import (
    NotFoundError,
    NotSupportedByGatewayError,
    OutcomeUnknownError,
    ResultTimeoutError,
)
from zeebe_operator.zeebe import commands, errors, messages
from zeebe_operator.zeebe.call import Backoff, Caller, Observe
from zeebe_operator.zeebe.connection import Connection
from zeebe_operator.zeebe.pb import gateway_pb2 as pb
from zeebe_operator.zeebe.rest import RestReader

PARTITION_BITS: Final = 51

ANSWER_MARGIN: Final = 5.0
"""Seconds by which the gateway's own word about a timeout may come late."""


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
    """Made by the pool, one for each connection. `rest` is None if nobody said where it is."""

    def __init__(
        self,
        connection: Connection,
        observe: Observe,
        backoff: Backoff,
        rest: RestReader | None = None,
    ) -> None:
        self._connection = connection
        self._rest = rest
        caller = Caller(connection, observe, backoff)
        self._call, self._poll = caller.call, caller.poll
        self._asked: _Asked | None = None

    async def capabilities(self) -> Capabilities:
        epoch = await self._connection.epoch()
        await self._connection.authorization.header()
        if self._asked is None or not self._asked.holds(epoch):
            self._asked = _Asked(epoch, asyncio.create_task(self._learn_capabilities()))
        return await asyncio.shield(self._asked.answer)

    async def _learn_capabilities(self) -> Capabilities:
        version = (await self.topology()).gateway_version
        return of_version(version, rest=self._rest is not None)

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

    async def create_instance_with_result(
        self, request: engine.CreateInstance, fetch_variables: Sequence[str], within: float
    ) -> engine.CompletedInstance:
        clock = asyncio.get_running_loop().time
        wire = messages.create_with_result_request(request, fetch_variables, within)
        rpc, started = "CreateProcessInstanceWithResult", clock()
        try:
            response = await self._call(rpc, wire, patience=within + ANSWER_MARGIN)
        except OutcomeUnknownError as error:
            if clock() - started < within:
                raise
            raise ResultTimeoutError(str(error)) from None
        return messages.completed_instance(response)

    async def find_instance(self, key: int) -> engine.FoundInstance | None:
        return await self._reader.instance(key)

    async def find_instances_by_tag(self, tag: str) -> Sequence[engine.FoundInstance]:
        return await self._reader.instances_by_tag(tag)

    async def variables_of(self, key: int, names: Sequence[str]) -> engine.Variables:
        return await self._reader.variables(key, names)

    @property
    def _reader(self) -> RestReader:
        if self._rest is None:
            raise NotSupportedByGatewayError(
                "reading from the engine needs spec.restAddress in the ZeebeConnection"
            )
        return self._rest

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

    async def close(self) -> None:
        """Lets the calls under way finish."""
        await self._connection.close()
        if self._rest is not None:
            await self._rest.close()

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
