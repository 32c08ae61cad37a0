"""The value of the `authorization` header, for whatever speaks to a gateway: gRPC or REST."""

import base64
from typing import Protocol

from zeebe_operator.model.credentials import Basic, OAuth
from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.zeebe.tokens import TokenSource


class Authorization(Protocol):
    """Belongs to one connection. Raises GatewayError and nothing else."""

    async def header(self) -> str | None:
        """For the next request; None: it carries no credentials."""
        ...

    async def renewed(self, refused: str) -> str | None:
        """Another one than that which the gateway refused; None: there is none."""
        ...

    def close(self) -> None: ...


class Fixed:
    """The same for every request."""

    def __init__(self, header: str | None) -> None:
        self._header = header

    async def header(self) -> str | None:
        return self._header

    async def renewed(self, refused: str) -> str | None:  # noqa: ARG002 - never another one
        return None

    def close(self) -> None:
        pass


def of(settings: GatewaySettings) -> Authorization:
    match settings.auth:
        case OAuth():
            return TokenSource(settings.auth, settings.tls)
        case Basic(username, password):
            pair = base64.b64encode(f"{username}:{password}".encode()).decode()
            return Fixed(f"Basic {pair}")
        case None:
            return Fixed(None)
