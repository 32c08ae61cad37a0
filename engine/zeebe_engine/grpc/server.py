"""The server: its port, its certificates, and the health service that clients ask."""

from typing import Final

import grpc
import grpc.aio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health import aio as health

from zeebe_engine.faults import Faults
from zeebe_engine.grpc.surface import Surface
from zeebe_engine.processing.processor import Gateway
from zeebe_engine.settings import Settings, Tls

SERVICE: Final = "gateway_protocol.Gateway"
MOST_CALLS: Final = 10_000
_MEBIBYTE: Final = 1024 * 1024
_OPTIONS: Final = (
    ("grpc.so_reuseport", 0),
    # Larger than what is accepted, so that the refusal is the gateway's own.
    ("grpc.max_receive_message_length", 64 * _MEBIBYTE),
    # As a gateway: clients ping every 45 seconds, which gRPC would take for abuse.
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 30_000),
)


class GrpcServer:
    def __init__(self, gateway: Gateway, settings: Settings, faults: Faults) -> None:
        self._surface = Surface(gateway, settings, faults)
        self._settings = settings
        self._server: grpc.aio.Server | None = None

    async def start(self) -> int:
        """The port. Raises OSError if that, or a file of the certificates, cannot be had."""
        server = grpc.aio.server(options=_OPTIONS, maximum_concurrent_rpcs=MOST_CALLS)
        handlers = self._surface.handlers()
        service = grpc.method_handlers_generic_handler(SERVICE, handlers)
        server.add_generic_rpc_handlers((service,))
        await _add_health(server)
        port = self._bind(server)
        await server.start()
        self._server = server
        return port

    async def stop(self, grace: float | None = None) -> None:
        """Calls that go on get `grace` seconds, then they are cancelled; None: at once."""
        if self._server is not None:
            await self._server.stop(grace)
            self._server = None

    def _bind(self, server: grpc.aio.Server) -> int:
        host, port, tls = self._settings.host, self._settings.grpc_port, self._settings.tls
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        credentials = _credentials(tls) if tls else None
        try:
            if credentials is None:
                return server.add_insecure_port(address)
            return server.add_secure_port(address, credentials)
        except RuntimeError:  # which tells nothing
            reason = "the port is in use, or the address is none of this machine"
            raise OSError(reason) from None


def _credentials(tls: Tls) -> grpc.ServerCredentials:
    pair = (tls.key.read_bytes(), tls.certificate.read_bytes())
    trusted = tls.client_ca.read_bytes() if tls.client_ca else None
    return grpc.ssl_server_credentials([pair], trusted, require_client_auth=trusted is not None)


async def _add_health(server: grpc.aio.Server) -> None:
    servicer = health.HealthServicer()
    for service in ("", SERVICE):
        await servicer.set(service, health_pb2.HealthCheckResponse.SERVING)
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
