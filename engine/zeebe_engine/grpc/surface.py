"""What every call goes through: who calls, how large, what it means, what it is told."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, cast

import grpc
from google.protobuf.message import DecodeError, Message

from zeebe_engine.access import authenticate
from zeebe_engine.engine import answers
from zeebe_engine.engine.commands import AnyCommand
from zeebe_engine.engine.refusals import Refusal, Status
from zeebe_engine.faults import Faults
from zeebe_engine.grpc import fields, requests, responses, tenants
from zeebe_engine.grpc.endings import end
from zeebe_engine.processing.processor import Gateway
from zeebe_engine.settings import Settings
from zeebe_operator.zeebe.pb import gateway_pb2 as pb

LARGEST: Final = 4 * 1024 * 1024
"""Bytes of a request; the same as a gateway's own default."""


Single = Callable[[Any], Awaitable[Message]]
Stream = Callable[[Any], AsyncGenerator[Message, None]]

# Their types know nothing of coroutines.
_answering: Final[Any] = grpc.unary_unary_rpc_method_handler
_streaming: Final[Any] = grpc.unary_stream_rpc_method_handler


@dataclass(frozen=True, slots=True)
class Row:
    """An RPC that is one command with one answer."""

    command: Callable[[Any], AnyCommand]
    response: Callable[[Any], Message]


def _empty(kind: type[Message]) -> Callable[[Any], Message]:
    return lambda _: kind()


ROWS: Final[Mapping[str, Row]] = {
    "DeployResource": Row(requests.deploy, responses.deployment),
    "DeleteResource": Row(requests.delete_resource, responses.deleted),
    "CreateProcessInstance": Row(requests.create, responses.created),
    "CancelProcessInstance": Row(requests.cancel, _empty(pb.CancelProcessInstanceResponse)),
    "ModifyProcessInstance": Row(requests.modify, _empty(pb.ModifyProcessInstanceResponse)),
    "MigrateProcessInstance": Row(requests.migrate, _empty(pb.MigrateProcessInstanceResponse)),
    "SetVariables": Row(requests.set_variables, responses.variables_set),
    "ResolveIncident": Row(requests.resolve, _empty(pb.ResolveIncidentResponse)),
    "PublishMessage": Row(requests.publish, responses.published),
    "BroadcastSignal": Row(requests.broadcast, responses.broadcast),
    "EvaluateDecision": Row(requests.evaluate, responses.evaluation),
    "CompleteJob": Row(requests.complete_job, _empty(pb.CompleteJobResponse)),
    "FailJob": Row(requests.fail_job, _empty(pb.FailJobResponse)),
    "ThrowError": Row(requests.throw_error, _empty(pb.ThrowErrorResponse)),
    "UpdateJobRetries": Row(requests.update_retries, _empty(pb.UpdateJobRetriesResponse)),
    "UpdateJobTimeout": Row(requests.update_timeout, _empty(pb.UpdateJobTimeoutResponse)),
}


class Surface:
    """Requests arrive and responses leave as bytes: a size is known before anything is decoded."""

    def __init__(self, gateway: Gateway, settings: Settings, faults: Faults) -> None:
        self._gateway = gateway
        self._settings = settings
        self._faults = faults
        self._unknown = fields.unknown_to(settings.generation)

    def handlers(self) -> dict[str, Any]:
        """As gRPC takes them, one for each RPC of the protocol."""
        single: dict[str, Single] = {
            **{name: partial(self._submit, row) for name, row in ROWS.items()},
            "Topology": self._topology,
            "CreateProcessInstanceWithResult": self._create_with_result,
        }
        streams: dict[str, Stream] = {
            "ActivateJobs": self._activate,
            "StreamActivatedJobs": self._stream,
        }
        return {
            **{name: _answering(partial(self._answer, name, do)) for name, do in single.items()},
            **{name: _streaming(partial(self._tell, name, do)) for name, do in streams.items()},
        }

    async def _answer(self, call: str, execute: Single, data: bytes, context: Any) -> bytes:
        try:
            return await self._leave(call, await execute(await self._arrive(call, data, context)))
        except Exception as error:  # noqa: BLE001 - a client gets a sentence, never a traceback
            await end(call, error, context)

    async def _tell(
        self, call: str, execute: Stream, data: bytes, context: Any
    ) -> AsyncIterator[bytes]:
        """A client that goes away closes what executes its call."""
        try:
            async with aclosing(execute(await self._arrive(call, data, context))) as messages:
                async for message in messages:
                    yield await self._leave(call, message)
        except Exception as error:  # noqa: BLE001 - as above
            await end(call, error, context)

    async def _arrive(self, call: str, data: bytes, context: Any) -> Any:
        """The request, if it may be made at all."""
        if self._settings.auth:
            header = dict(context.invocation_metadata() or ()).get("authorization")
            authenticate(self._settings.auth, header)
        await self._faults.before(call)
        request = self._decoded(call, data)
        fields.forget(request, self._unknown)
        tenants.check(call, request, self._settings.tenants)
        return request

    async def _leave(self, call: str, message: Message) -> bytes:
        await self._faults.after(call)
        fields.forget(message, self._unknown)
        return message.SerializeToString()

    @staticmethod
    def _decoded(call: str, data: bytes) -> Message:
        if len(data) > LARGEST:
            text = f"gRPC message exceeds maximum size {LARGEST}: {len(data)}"
            raise Refusal(Status.RESOURCE_EXHAUSTED, text)
        kind: type[Message] = getattr(pb, f"{call}Request")
        try:
            return kind.FromString(data)
        except DecodeError:
            raise Refusal(Status.INTERNAL, f"The request is no {kind.__name__}") from None

    async def _submit(self, row: Row, request: Any) -> Message:
        return row.response(await self._gateway.submit(row.command(request)))

    async def _topology(self, _: pb.TopologyRequest) -> Message:
        return responses.topology(self._settings, self._gateway.partitions)

    async def _create_with_result(
        self, request: pb.CreateProcessInstanceWithResultRequest
    ) -> Message:
        wanted, timeout = requests.create_with_result(request), request.requestTimeout / 1000
        return responses.result(await self._gateway.create_with_result(wanted, max(timeout, 0)))

    async def _activate(self, request: pb.ActivateJobsRequest) -> AsyncGenerator[Message, None]:
        wanted = requests.activate_jobs(request, self._settings.tenants)
        found = await self._gateway.activate_jobs(wanted, request.requestTimeout / 1000)
        if found.jobs:
            yield responses.activated(found)

    async def _stream(
        self, request: pb.StreamActivatedJobsRequest
    ) -> AsyncGenerator[Message, None]:
        wanted = requests.activate_jobs(request, self._settings.tenants)
        jobs = cast("AsyncGenerator[answers.ActivatedJob, None]", self._gateway.stream_jobs(wanted))
        async with aclosing(jobs):
            async for job in jobs:
                yield responses.job(job)
