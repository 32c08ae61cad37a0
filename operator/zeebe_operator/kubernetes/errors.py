"""What the API server's answers mean: one table. Bodies of answers stay out of the texts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import msgspec
from aiohttp.http_exceptions import HttpProcessingError

from zeebe_operator.model.errors import (
    ClusterUnavailableError,
    ConflictError,
    ForbiddenError,
    ObjectNotFoundError,
    RefusedByClusterError,
)

_BY_STATUS = {
    401: ClusterUnavailableError,  # kopf logs in anew, then it works again
    403: ForbiddenError,
    404: ObjectNotFoundError,
    409: ConflictError,
    410: ConflictError,
    429: ClusterUnavailableError,
}

_NO_ANSWER = (aiohttp.ClientError, TimeoutError, OSError, RuntimeError)
_NOT_OF_THE_API = (HttpProcessingError, msgspec.MsgspecError, ValueError)


@asynccontextmanager
async def mapped() -> AsyncIterator[None]:
    """Around every request: nothing of aiohttp's leaves this room, nor a page of some proxy."""
    try:
        yield
    except (*_NO_ANSWER, *_NOT_OF_THE_API) as error:
        raise ClusterUnavailableError(f"no answer: {type(error).__name__}") from error


async def check(response: aiohttp.ClientResponse, what: str, *, quote: bool = False) -> None:
    """Raises the error for the status of an answer, if it is one. `what` was asked for."""
    if response.status < 400:
        return
    reason = await _said(response, "message" if quote else "reason")
    default = ClusterUnavailableError if response.status >= 500 else RefusedByClusterError
    raise _BY_STATUS.get(response.status, default)(f"{what}: {response.status} {reason}")


async def _said(response: aiohttp.ClientResponse, field: str) -> str:
    """The API's own one-word `reason`; its `message` could quote the object."""
    try:
        body = await response.json()
        return str(body.get(field, ""))
    except (aiohttp.ClientError, ValueError, AttributeError):
        return ""
