"""One request to a token server, and the one table of what its answers mean."""

import re
from dataclasses import dataclass, field
from typing import Final

import aiohttp
import msgspec

from zeebe_operator.model.credentials import OAuth, Tls
from zeebe_operator.model.errors import (
    CredentialsRejectedError,
    GatewayError,
    GatewayUnavailableError,
    InvalidSpecError,
    TlsError,
)
from zeebe_operator.zeebe import answers
from zeebe_operator.zeebe import tls as certificates

TIMEOUT: Final = aiohttp.ClientTimeout(total=10, sock_connect=5)
LARGEST_ANSWER: Final = 64 * 1024
LONGEST_WORDS: Final = 300

_BUSY: Final = (408, 425, 429)
_HEADER_SAFE: Final = re.compile(r"[\x21-\x7e]+")


class Answer(msgspec.Struct, frozen=True):
    """Of RFC 6749, 5.1. A server that does not tell how long a token lives means a short time."""

    access_token: str
    expires_in: float = 300.0

    def __repr__(self) -> str:
        return f"Answer(expires_in={self.expires_in})"

    @property
    def lifetime(self) -> float:
        return max(self.expires_in, 1.0)


class Refusal(msgspec.Struct, frozen=True):
    """Of RFC 6749, 5.2."""

    error: str = ""
    error_description: str = ""


@dataclass(frozen=True, slots=True)
class _Response:
    status: int
    body: bytes = field(repr=False)


async def ask(oauth: OAuth, tls: Tls) -> Answer | GatewayError:
    """A failure is returned: as an exception it would carry what the HTTP client knows."""
    where = f"the token server {oauth.token_url}"
    try:
        return _read(await _post(oauth, tls), oauth, where)
    except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientSSLError) as error:
        reason = getattr(error, "strerror", "") or "the handshake failed"
        failure: GatewayError = TlsError(f"{where} cannot be trusted: {_cut(str(reason))}")
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        failure = GatewayUnavailableError(f"{where} does not answer ({type(error).__name__})")
    except InvalidSpecError as error:
        failure = TlsError(str(error))
    return failure


async def _post(oauth: OAuth, tls: Tls) -> _Response:
    """With a session of its own: it is needed once in a token's life. No redirect is followed."""
    fields = {
        "grant_type": "client_credentials",
        "client_id": oauth.client_id,
        "client_secret": oauth.client_secret,
        "audience": oauth.audience,
        "scope": oauth.scope,
    }
    form = {name: value for name, value in fields.items() if value is not None}
    trusted = certificates.context(tls, show_certificate=False)
    async with (
        aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=trusted), timeout=TIMEOUT, trust_env=True
        ) as session,
        session.post(oauth.token_url, data=form, allow_redirects=False) as response,
    ):
        return _Response(response.status, await answers.read(response, LARGEST_ANSWER))


def _read(response: _Response, oauth: OAuth, where: str) -> Answer | GatewayError:
    status = response.status
    if status >= 500 or status in _BUSY:
        return GatewayUnavailableError(f"{where} answers {status}")
    if status >= 300:
        words = _words(response.body, oauth)
        remedy = words or "check the URL; redirects are not followed"
        return CredentialsRejectedError(f"{where} answers {status}: {remedy}")
    try:
        answer = msgspec.json.decode(response.body, type=Answer)
    except (msgspec.MsgspecError, ValueError):
        return GatewayUnavailableError(f"{where} answers {status} without a token")
    if not _HEADER_SAFE.fullmatch(answer.access_token):
        return GatewayUnavailableError(f"{where} answers {status} with what is no token")
    return answer


def _words(body: bytes, oauth: OAuth) -> str:
    """The server's own explanation; a secret that it quotes is taken out."""
    try:
        refusal = msgspec.json.decode(body, type=Refusal)
    except (msgspec.MsgspecError, ValueError):
        return ""
    parts = (part for part in (refusal.error, refusal.error_description) if part)
    return _cut(": ".join(parts).replace(oauth.client_secret, "***"))


def _cut(words: str) -> str:
    return " ".join(words.split())[:LONGEST_WORDS]
