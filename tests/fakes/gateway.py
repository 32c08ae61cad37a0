"""A gateway on a real port: a gRPC server over the engine in memory, with faults on request.

    async with FakeGateway() as gateway:
        gateway.faults("CreateProcessInstance", lose_reply())
        ...
        assert len(gateway.engine.executed("CreateProcessInstance")) == 1

Each scripted fault meets one call, in the order given. What the engine executed outlives
`stop()` and `start()`, which keep the port.
"""

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Self

import grpc
import grpc.aio
from google.protobuf.message import Message
from grpc import StatusCode

from devstack.certificates import Authority, Certificate
from tests.fakes import gateway_messages
from tests.fakes.zeebe_commands import Commands
from tests.fakes.zeebe_engine import Engine, Executed, Rejection, State
from zeebe_operator.zeebe.pb import gateway_pb2 as pb
from zeebe_operator.zeebe.pb import gateway_pb2_grpc

LARGEST = 4 * 1024 * 1024
CODES = {
    "INVALID_ARGUMENT": StatusCode.INVALID_ARGUMENT,
    "NOT_FOUND": StatusCode.NOT_FOUND,
    "ALREADY_EXISTS": StatusCode.ALREADY_EXISTS,
    "INVALID_STATE": StatusCode.FAILED_PRECONDITION,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What befalls one call: wait, then execute it or not, then answer it or not."""

    code: StatusCode | None = None
    text: str = ""
    delay: float = 0.0
    executes: bool = False
    hangs: bool = False


def refuse(code: StatusCode, text: str) -> Fault:
    return Fault(code, text)


def lose_reply(code: StatusCode = StatusCode.UNAVAILABLE, text: str = "Stream removed") -> Fault:
    """Executed, and the caller never hears of it."""
    return Fault(code, text, executes=True)


def delay(seconds: float) -> Fault:
    return Fault(delay=seconds, executes=True)


def hang(*, executes: bool = False) -> Fault:
    return Fault(hangs=True, executes=executes)


def overload() -> Fault:
    text = (
        "Failed to write client request to partition '1', because the request limit is exhausted."
    )
    return Fault(StatusCode.RESOURCE_EXHAUSTED, text)


@dataclass(frozen=True, slots=True)
class ServerTls:
    """`clients` signed what clients must show; None: nobody is asked for a certificate."""

    own: Certificate
    clients: Authority | None = None

    def credentials(self) -> grpc.ServerCredentials:
        pair = (self.own.key.read_bytes(), self.own.certificate.read_bytes())
        if self.clients is None:
            return grpc.ssl_server_credentials([pair])
        trusted = self.clients.certificate.read_bytes()
        return grpc.ssl_server_credentials([pair], trusted, require_client_auth=True)


class FakeGateway(gateway_pb2_grpc.GatewayServicer):
    """`calls` counts what arrived, `log` what was executed.

    `accepts` holds the `authorization` headers that are let in; None: everybody is, and none is
    looked at. `tenants` not empty: multi-tenancy is on, and these are the caller's.
    """

    def __init__(
        self, gateway_version: str = "8.6.0", partitions: int = 1, tls: ServerTls | None = None
    ) -> None:
        self.gateway_version = gateway_version
        self.tls = tls
        self.accepts: Callable[[str | None], bool] | None = None
        self.tenants: frozenset[str] = frozenset()
        self.engine = Engine(partitions=partitions)
        self.commands = Commands(self.engine)
        self.calls: Counter[str] = Counter()
        self.always: dict[str, Fault] = {}
        """Faults that meet every call of an RPC."""
        self.jobs: deque[list[pb.ActivatedJob]] = deque()
        self.polls = 0
        """How many wait for jobs."""
        self.port = 0
        self._faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._server: grpc.aio.Server | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def log(self) -> list[Executed]:
        return self.engine.log

    def faults(self, rpc: str, *faults: Fault) -> None:
        self._faults[rpc].extend(faults)

    async def start(self) -> None:
        options = (("grpc.so_reuseport", 0), ("grpc.max_receive_message_length", -1))
        self._server = grpc.aio.server(options=options)
        gateway_pb2_grpc.add_GatewayServicer_to_server(self, self._server)  # type: ignore[no-untyped-call]
        self.port = self._bind(self._server, f"127.0.0.1:{self.port}")
        await self._server.start()

    def _bind(self, server: grpc.aio.Server, address: str) -> int:
        if self.tls is None:
            return server.add_insecure_port(address)
        return server.add_secure_port(address, self.tls.credentials())

    async def stop(self) -> None:
        """At once, as a process that is killed."""
        if self._server is not None:
            await self._server.stop(None)
            self._server = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def Topology(self, request: pb.TopologyRequest, context: Any) -> Message:  # noqa: N802
        answer = gateway_messages.topology(self.engine, self.gateway_version)
        return await self._serve("Topology", request, context, lambda _: answer)

    async def DeployResource(self, request: pb.DeployResourceRequest, context: Any) -> Message:  # noqa: N802
        return await self._serve("DeployResource", request, context, self._deploy)

    async def DeleteResource(self, request: pb.DeleteResourceRequest, context: Any) -> Message:  # noqa: N802
        return await self._serve("DeleteResource", request, context, self._delete)

    async def CreateProcessInstance(  # noqa: N802
        self, request: pb.CreateProcessInstanceRequest, context: Any
    ) -> Message:
        return await self._serve("CreateProcessInstance", request, context, self._create)

    async def CreateProcessInstanceWithResult(  # noqa: N802
        self, request: pb.CreateProcessInstanceWithResultRequest, context: Any
    ) -> Message:
        """Never answers for an instance that is terminated, as the real one."""
        rpc = "CreateProcessInstanceWithResult"
        created: Any = await self._serve(rpc, request, context, lambda r: self._create(r.request))
        instance = self.engine.instances[created.processInstanceKey]
        try:
            async with asyncio.timeout(request.requestTimeout / 1000):
                while instance.state is not State.COMPLETED:  # noqa: ASYNC110 - tests end it
                    await asyncio.sleep(0.01)
        except TimeoutError:
            text = "Time out between gateway and broker: Request timed out"
            await context.abort(StatusCode.DEADLINE_EXCEEDED, text)
        return gateway_messages.completed(instance, request.fetchVariables)

    async def CancelProcessInstance(  # noqa: N802
        self, request: pb.CancelProcessInstanceRequest, context: Any
    ) -> Message:
        return await self._serve("CancelProcessInstance", request, context, self._cancel)

    async def PublishMessage(self, request: pb.PublishMessageRequest, context: Any) -> Message:  # noqa: N802
        return await self._serve("PublishMessage", request, context, self._publish)

    async def SetVariables(self, request: Any, context: Any) -> Message:  # noqa: N802
        return await self._serve("SetVariables", request, context, self.commands.set_variables)

    async def ResolveIncident(self, request: Any, context: Any) -> Message:  # noqa: N802
        return await self._serve("ResolveIncident", request, context, self.commands.resolve)

    async def ActivateJobs(self, request: Any, context: Any) -> AsyncIterator[Message]:  # noqa: N802
        if request.requestTimeout > 0:
            async for part in self._wait_for_jobs(request, context):
                yield part
            return
        found: list[pb.ActivateJobsResponse] = []

        def execute(wanted: pb.ActivateJobsRequest) -> pb.ActivateJobsResponse:
            found.extend(self.commands.activate(wanted))
            return pb.ActivateJobsResponse()

        await self._serve("ActivateJobs", request, context, execute)
        for part in found:
            yield part

    async def CompleteJob(self, request: Any, context: Any) -> Message:  # noqa: N802
        return await self._serve("CompleteJob", request, context, self.commands.complete)

    async def FailJob(self, request: Any, context: Any) -> Message:  # noqa: N802
        return await self._serve("FailJob", request, context, self.commands.fail)

    async def ThrowError(self, request: Any, context: Any) -> Message:  # noqa: N802
        return await self._serve("ThrowError", request, context, self.commands.throw)

    async def UpdateJobRetries(self, request: Any, context: Any) -> Message:  # noqa: N802
        return await self._serve("UpdateJobRetries", request, context, self.commands.update_retries)

    async def UpdateJobTimeout(self, request: Any, context: Any) -> Message:  # noqa: N802
        return await self._serve("UpdateJobTimeout", request, context, self.commands.update_timeout)

    async def MigrateProcessInstance(self, request: Any, context: Any) -> Message:  # noqa: N802
        return await self._serve("MigrateProcessInstance", request, context, self.commands.migrate)

    async def ModifyProcessInstance(self, request: Any, context: Any) -> Message:  # noqa: N802
        return await self._serve("ModifyProcessInstance", request, context, self.commands.modify)

    async def BroadcastSignal(self, request: Any, context: Any) -> Message:  # noqa: N802
        return await self._serve("BroadcastSignal", request, context, self.commands.broadcast)

    async def EvaluateDecision(self, request: Any, context: Any) -> Message:  # noqa: N802
        return await self._serve("EvaluateDecision", request, context, self.commands.evaluate)

    async def _wait_for_jobs(
        self, request: pb.ActivateJobsRequest, context: Any
    ) -> AsyncIterator[pb.ActivateJobsResponse]:
        """As a long poll: what a test has put into `jobs`, each of its lists as one part, else
        nothing until the time of the request is up."""
        self.polls += 1
        try:
            fault = self._next_fault("ActivateJobs")
            if fault.hangs:
                await asyncio.get_running_loop().create_future()
            if fault.code is not None:
                await context.abort(fault.code, fault.text)
            if not self.jobs:
                await asyncio.sleep(request.requestTimeout / 1000)
            while self.jobs:
                yield pb.ActivateJobsResponse(jobs=self.jobs.popleft())
        finally:
            self.polls -= 1

    async def _serve(
        self, rpc: str, request: Any, context: Any, execute: Callable[[Any], Message]
    ) -> Message:
        self.calls[rpc] += 1
        await self._authorize(context)
        fault = self._next_fault(rpc)
        await asyncio.sleep(fault.delay)
        answer = None
        if fault.executes:
            answer = await self._execute(rpc, request, context, execute)
        if fault.hangs:
            await asyncio.get_running_loop().create_future()
        if fault.code is not None or answer is None:
            await context.abort(fault.code, fault.text)
            raise AssertionError
        return answer

    async def _authorize(self, context: Any) -> None:
        """In the words of a gateway 8.6 with Identity."""
        header = dict(context.invocation_metadata() or ()).get("authorization")
        if self.accepts is None or self.accepts(header):
            return
        if header is None:
            text = "Expected bearer token at header with key [authorization], but found nothing"
        else:
            text = "Failed to parse bearer token, see cause for details"
        await context.abort(StatusCode.UNAUTHENTICATED, text)

    def _next_fault(self, rpc: str) -> Fault:
        if self._faults[rpc]:
            return self._faults[rpc].popleft()
        return self.always.get(rpc, Fault(executes=True))

    async def _execute(
        self, rpc: str, request: Any, context: Any, execute: Callable[[Any], Message]
    ) -> Message:
        if (size := request.ByteSize()) > LARGEST:
            text = f"gRPC message exceeds maximum size {LARGEST}: {size}"
            await context.abort(StatusCode.RESOURCE_EXHAUSTED, text)
        tenant = getattr(request, "tenantId", "")
        if refusal := self._tenant_refusal(tenant):
            code, reason = refusal
            text = f"Expected to handle gRPC request {rpc} with tenant identifier '{tenant}'"
            await context.abort(code, f"{text}, but {reason}")
        try:
            return execute(request)
        except Rejection as rejection:
            await context.abort(CODES[rejection.kind], rejection.text)
            raise

    def _tenant_refusal(self, tenant: str) -> tuple[StatusCode, str] | None:
        if not self.tenants:
            if tenant in ("", gateway_messages.DEFAULT_TENANT):
                return None
            return StatusCode.INVALID_ARGUMENT, "multi-tenancy is disabled"
        if not tenant:
            return StatusCode.INVALID_ARGUMENT, "no tenant identifier was provided."
        if tenant not in self.tenants:
            return StatusCode.PERMISSION_DENIED, "tenant is not authorized to perform this request"
        return None

    def _deploy(self, request: pb.DeployResourceRequest) -> pb.DeployResourceResponse:
        return gateway_messages.deployment(*self.engine.deploy(request))

    def _delete(self, request: pb.DeleteResourceRequest) -> pb.DeleteResourceResponse:
        self.engine.delete(request)
        return pb.DeleteResourceResponse()

    def _create(self, request: pb.CreateProcessInstanceRequest) -> pb.CreateProcessInstanceResponse:
        return gateway_messages.created(self.engine.create(request))

    def _cancel(self, request: pb.CancelProcessInstanceRequest) -> pb.CancelProcessInstanceResponse:
        self.engine.cancel(request)
        return pb.CancelProcessInstanceResponse()

    def _publish(self, request: pb.PublishMessageRequest) -> pb.PublishMessageResponse:
        key = self.engine.publish(request)
        return pb.PublishMessageResponse(key=key, tenantId=gateway_messages.DEFAULT_TENANT)
