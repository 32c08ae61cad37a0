"""A gateway that answers a poll for jobs as no engine of ours does: in several parts, as told."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import grpc.aio

from zeebe_operator.zeebe.pb import gateway_pb2 as pb
from zeebe_operator.zeebe.pb import gateway_pb2_grpc


class _Servicer(gateway_pb2_grpc.GatewayServicer):
    def __init__(self, parts: Sequence[Sequence[pb.ActivatedJob]]) -> None:
        self._parts = parts

    async def ActivateJobs(  # noqa: N802
        self, request: pb.ActivateJobsRequest, context: object
    ) -> AsyncIterator[pb.ActivateJobsResponse]:
        for part in self._parts:
            yield pb.ActivateJobsResponse(jobs=part)


@asynccontextmanager
async def answering(*parts: Sequence[pb.ActivatedJob]) -> AsyncIterator[str]:
    """The address of a server that answers every poll so."""
    server = grpc.aio.server()
    gateway_pb2_grpc.add_GatewayServicer_to_server(_Servicer(parts), server)  # type: ignore[no-untyped-call]
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        await server.stop(None)
