"""Why no connection comes about, where gRPC only knows that the socket was closed.

With TLS 1.3 a gateway refuses a client certificate after the handshake, in an alert that gRPC does
not pass on, or (gRPC's own servers) without a word. Whoever speaks plaintext to a TLS port is just
cut off, too. A handshake of our own tells.
"""

import asyncio
import ssl
from typing import Final

from zeebe_operator.model.credentials import Tls
from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.model.errors import InvalidSpecError, TlsError
from zeebe_operator.zeebe import tls

PATIENCE: Final = 2.0
"""Seconds for the whole handshake, and as much for an alert after it."""

PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes((0, 0, 0, 4, 0, 0, 0, 0, 0))
"""What an HTTP/2 client begins with. A gateway that takes us begins to talk, too."""

SPEAKS_TLS: Final = "it expects TLS: remove plaintext: true (ZEEBE_INSECURE_CONNECTION)"


async def diagnose(settings: GatewaySettings) -> TlsError | None:
    """None if the handshake tells nothing."""
    found = await _handshake(settings)
    return TlsError(f"cannot talk to the gateway: {found}") if found else None


async def _handshake(settings: GatewaySettings) -> str:
    try:
        if settings.plaintext:
            return await _greet(settings, _trusting())
        return await _greet(settings, tls.context(settings.tls))
    except ssl.SSLError as error:
        return _alert(error, settings.tls)
    except (OSError, TimeoutError, InvalidSpecError):
        return ""


async def _greet(settings: GatewaySettings, context: ssl.SSLContext) -> str:
    host, _, port = settings.address.rpartition(":")
    host = host.strip("[]")
    context.set_alpn_protocols(["h2"])
    async with asyncio.timeout(2 * PATIENCE):
        reader, writer = await asyncio.open_connection(
            host,
            int(port),
            ssl=context,
            server_hostname=settings.tls.server_name or host,
            ssl_handshake_timeout=PATIENCE,
        )
        try:
            if settings.plaintext:
                return SPEAKS_TLS
            writer.write(PREFACE)
            async with asyncio.timeout(PATIENCE):
                taken = await reader.read(1)
            return "" if taken else _refusal(settings.tls, "closed after the handshake")
        finally:
            writer.transport.abort()


def _trusting() -> ssl.SSLContext:
    """Only asks whether somebody speaks TLS, and sends nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _alert(error: ssl.SSLError, used: Tls) -> str:
    """Only an alert is the gateway's word; anything else is known from gRPC."""
    reason = error.reason or ""
    return _refusal(used, reason) if "ALERT" in reason else ""


def _refusal(used: Tls, reason: str) -> str:
    if used.certificate:
        return f"it seems to refuse the client certificate in {used.certificate.origin} ({reason})"
    return (
        "it seems to ask for a client certificate: set tls.clientCertSecretRef"
        f" (CAMUNDA_MTLS_CERT_PATH) ({reason})"
    )
