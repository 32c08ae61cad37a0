"""A gateway that demands what a real one of version 8.6 cannot without Identity: a proxy before it.

Speaks TLS, asks for client certificates, checks the `authorization` header, and passes the bytes of
every call on. All of that can be changed while it runs; connections that are open stay open.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any, Self

import grpc
import grpc.aio

from devstack.certificates import Authority, Certificate

STREAMS = ("ActivateJobs", "StreamActivatedJobs")


class Proxy:
    """`clients` signed the certificates that clients must show; None: nobody is asked for one."""

    def __init__(self, upstream: str, own: Certificate, clients: Authority | None = None) -> None:
        self.accepts: Callable[[str | None], bool] = lambda _: True
        self.delay = 0.0
        self.calls: Counter[str] = Counter()
        self.refused = 0
        self.port = 0
        self._upstream = upstream
        self._own = own
        self._clients = clients

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def rotate(self, own: Certificate, clients: Authority | None) -> None:
        """For every connection from now on."""
        self._own, self._clients = own, clients

    async def __aenter__(self) -> Self:
        self._channel: Any = grpc.aio.insecure_channel(self._upstream)
        self._server = grpc.aio.server()
        self._server.add_generic_rpc_handlers((_Everything(self),))
        credentials = grpc.dynamic_ssl_server_credentials(
            self._configuration(),
            self._configuration,
            require_client_authentication=self._clients is not None,
        )
        self.port = self._server.add_secure_port("127.0.0.1:0", credentials)
        await self._server.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.stop(None)
        await self._channel.close()

    def _configuration(self) -> grpc.ServerCertificateConfiguration:
        pair = (self._own.key.read_bytes(), self._own.certificate.read_bytes())
        trusted = self._clients.certificate.read_bytes() if self._clients else None
        return grpc.ssl_server_certificate_configuration([pair], trusted)

    async def pass_on(self, method: str, request: bytes, context: Any) -> bytes:
        await self._admit(method, context)
        answer: bytes = await self._channel.unary_unary(method)(request)
        return answer

    async def pass_on_parts(
        self, method: str, request: bytes, context: Any
    ) -> AsyncIterator[bytes]:
        await self._admit(method, context)
        async for part in self._channel.unary_stream(method)(request):
            yield part

    async def _admit(self, method: str, context: Any) -> None:
        self.calls[method.rpartition("/")[2]] += 1
        header = dict(context.invocation_metadata() or ()).get("authorization")
        if not self.accepts(header):
            self.refused += 1
            text = "Failed to parse bearer token, see cause for details"
            await context.abort(grpc.StatusCode.UNAUTHENTICATED, text)
        await asyncio.sleep(self.delay)


class _Everything(grpc.GenericRpcHandler):
    """Every method there may be, as bytes."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy

    def service(self, details: grpc.HandlerCallDetails) -> Any:
        method: str = details.method
        if method.endswith(STREAMS):
            return grpc.unary_stream_rpc_method_handler(
                lambda request, context: self._proxy.pass_on_parts(method, request, context)
            )

        async def one(request: bytes, context: Any) -> bytes:
            try:
                return await self._proxy.pass_on(method, request, context)
            except grpc.aio.AioRpcError as error:
                await context.abort(error.code(), error.details())
                raise

        return grpc.unary_unary_rpc_method_handler(one)
