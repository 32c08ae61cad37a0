"""The handler `http`: a job is sent to a service, its answer is the result.

A user names the address, so that this is the one place of the operator that calls whoever it is
told to: no redirects, no addresses of the pod or the node (looked at when it connects, so that no
name can lead elsewhere in between), bounded in time and size.
"""

import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import msgspec

from zeebe_operator.model import addresses, worker
from zeebe_operator.model.engine import Job
from zeebe_operator.model.worker import Completed, Failed, Http, Result, Thrown

LARGEST_ANSWER = 1024 * 1024
BPMN_ERROR = 422


class AddressRefusedError(OSError):
    """The URL leads to an address that workers may not call."""

    def __str__(self) -> str:
        return "refused"


class HttpClient:
    """One session for all workers: no cookies, no proxy from the environment. Made in the loop."""

    def __init__(self, allowed: Sequence[addresses.Network]) -> None:
        self._allowed = allowed
        self.session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, socket_factory=self._socket),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )

    def _socket(self, target: aiohttp.AddrInfoType) -> socket.socket:
        """Called for the very address that is connected to, however it was found."""
        family, kind, protocol, _, address = target
        if not addresses.may_call(str(address[0]).partition("%")[0], self._allowed):
            raise AddressRefusedError
        return socket.socket(family, kind, protocol)

    async def exchange(self, to: Http, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """Status and body. Raises aiohttp.ClientError, TimeoutError, TooLargeError, ValueError."""
        async with self.session.request(
            to.method,
            to.url,
            data=body,
            headers={**headers, **to.headers},
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=to.timeout),
        ) as response:
            return response.status, await _read(response)

    async def close(self) -> None:
        await self.session.close()


class TooLargeError(Exception):
    """The answer has more than LARGEST_ANSWER bytes."""


async def _read(response: aiohttp.ClientResponse) -> bytes:
    parts, size = [], 0
    async for part in response.content.iter_chunked(64 * 1024):
        parts.append(part)
        size += len(part)
        if size > LARGEST_ANSWER:
            raise TooLargeError
    return b"".join(parts)


@dataclass(frozen=True, slots=True)
class HttpHandler:
    """2xx completes, 422 with an errorCode throws that BPMN error, anything else fails."""

    to: Http
    client: HttpClient = field(repr=False)
    outlives: bool = False

    async def prepare(self) -> Sequence[Job]:
        return ()

    async def work(self, job: Job) -> Result:
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "User-Agent": "zeebe-operator",
            "Idempotency-Key": f"{job.key}-{job.retries}",
        }
        try:
            body = msgspec.json.encode(worker.document(job))
            status, answer = await self.client.exchange(self.to, body, headers)
        except TooLargeError:
            return Failed("the answer is larger than 1 MiB")
        except TimeoutError:
            return Failed(f"no answer within {self.to.timeout:g} s")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Failed(_explained(error))
        return _result(status, answer)

    async def settled(self, job: Job) -> None:
        """Nothing is left."""

    async def abandoned(self, job: Job) -> None:
        """Nothing is left."""


def _explained(error: Exception) -> str:
    """Without the text of the error, which has the URL."""
    if isinstance(error, aiohttp.ClientConnectorError):
        if isinstance(error.os_error, AddressRefusedError):
            return "the host of spec.handler.http.url has an address that is not allowed"
        return f"no connection: {error.os_error.strerror or type(error).__name__}"
    return f"no HTTP answer: {type(error).__name__}"


def _result(status: int, answer: bytes) -> Result:
    found = _object(answer)
    if 200 <= status < 300:
        if found is None:
            return Failed(f"HTTP {status}, but the answer is no JSON object")
        return Completed(found)
    if status == BPMN_ERROR and found and isinstance(found.get("errorCode"), str):
        return Thrown(found["errorCode"], str(found.get("errorMessage", "")))
    if 300 <= status < 400:
        return Failed(f"HTTP {status}: redirects are not followed")
    return Failed(f"HTTP {status}", answer.decode(errors="replace"))


def _object(answer: bytes) -> dict[str, Any] | None:
    """An empty answer says nothing, which is an empty object."""
    try:
        return msgspec.json.decode(answer.strip() or b"{}", type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
