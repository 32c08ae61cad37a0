"""Reading from the REST API v2 what gRPC cannot read: how an instance is, and its variables.

Everything here changes nothing, so a lost answer is as good as no connection. The API reads from
secondary storage and lags some seconds behind the engine.
"""

import asyncio
import json
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import aiohttp

from zeebe_operator.model import engine
from zeebe_operator.model.errors import (
    BackpressureError,
    CredentialsRejectedError,
    GatewayError,
    GatewayUnavailableError,
    NotFoundError,
    NotSupportedByGatewayError,
    RejectedError,
)
from zeebe_operator.zeebe import answers
from zeebe_operator.zeebe.authorization import Authorization
from zeebe_operator.zeebe.call import Observe

LARGEST_ANSWER: Final = 64 * 1024 * 1024
LONGEST_TEXT: Final = 4096
PAGE: Final = 1000

_BY_STATUS: Final[Mapping[int, type[GatewayError]]] = {
    400: RejectedError,
    401: CredentialsRejectedError,
    403: CredentialsRejectedError,
    404: NotFoundError,
    429: BackpressureError,
}


class RestReader:
    """One cluster's REST API; made inside of a running event loop. `timeout`: seconds a request."""

    def __init__(
        self,
        address: str,
        timeout: float,
        observe: Observe,
        authorization: Authorization,
        tls: ssl.SSLContext,
    ) -> None:
        self._base = f"{address}/v2/"
        self._observe = observe
        self._authorization = authorization
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=tls),
            timeout=aiohttp.ClientTimeout(total=timeout),
        )

    async def instance(self, key: int) -> engine.FoundInstance | None:
        try:
            return _instance(await self._ask("process-instances", "GET", str(key)))
        except NotFoundError:
            return None

    async def instances_by_tag(self, tag: str) -> Sequence[engine.FoundInstance]:
        found = await self._search("process-instances", {"tags": [tag]})
        return [_instance(item) for item in found]

    async def variables(self, key: int, names: Sequence[str]) -> engine.Variables:
        filters: dict[str, Any] = {"processInstanceKey": str(key), "scopeKey": str(key)}
        if names:
            filters["name"] = {"$in": list(names)}
        found = await self._search("variables", filters)
        with _as_described():
            return {item["name"]: await self._value(item) for item in found}

    async def close(self) -> None:
        await self._session.close()

    async def _value(self, item: Mapping[str, Any]) -> Any:
        """A search cuts long values, which are JSON text."""
        if item.get("isTruncated"):
            item = await self._ask("variables", "GET", str(item["variableKey"]))
        return _json(item["value"])

    async def _search(self, what: str, filters: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        items: list[Mapping[str, Any]] = []
        page: dict[str, Any] = {"limit": PAGE}
        while True:
            answer = await self._ask(what, "POST", "search", {"filter": filters, "page": page})
            with _as_described():
                items += answer["items"]
                if len(answer["items"]) < PAGE:
                    return items
                page["after"] = answer["page"]["endCursor"]

    async def _ask(self, what: str, method: str, rest: str, body: object = None) -> Any:
        """Once more with a new token if the API refuses the one that it got."""
        header = await self._authorization.header()
        try:
            return await self._send(what, method, rest, body, header)
        except CredentialsRejectedError:
            renewed = header and await self._authorization.renewed(header)
            if not renewed:
                raise
            return await self._send(what, method, rest, body, renewed)

    async def _send(
        self, what: str, method: str, rest: str, body: object, header: str | None
    ) -> Any:
        clock = asyncio.get_running_loop().time
        started, told = clock(), "UNAVAILABLE"
        try:
            request = self._session.request(
                method,
                f"{self._base}{what}/{rest}",
                json=body,
                headers={"Authorization": header} if header else None,
                allow_redirects=False,
            )
            async with request as response:
                told = str(response.status)
                return _answer(response.status, await answers.read(response, LARGEST_ANSWER))
        except answers.TooLargeError:
            raise GatewayUnavailableError("the answer of the REST API is too large") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            reason = f"no answer from the REST API at {self._base} ({type(error).__name__})"
            raise GatewayUnavailableError(reason) from None
        finally:
            self._observe(f"REST {method} {what}", told, clock() - started)


def _answer(status: int, text: bytes) -> Any:
    """The JSON of a good answer; else the error that the status means, in the engine's words."""
    if status == 200:
        return _json(text)
    detail = _detail(text)
    kind = _BY_STATUS.get(status, GatewayUnavailableError)
    if status == 403 and "secondary" in detail:
        kind = NotSupportedByGatewayError
    if "RESOURCE_EXHAUSTED" in detail:
        kind = BackpressureError
    raise kind(f"the REST API answers {status}: {detail}"[:LONGEST_TEXT])


def _detail(text: bytes) -> str:
    """Of a problem report (RFC 9457), if it is one."""
    try:
        problem = json.loads(text)
        return f"{problem.get('title', '')}: {problem.get('detail', '')}"
    except (ValueError, AttributeError):
        return "no explanation"


def _json(text: bytes | str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise GatewayUnavailableError("what answers is no REST API: not JSON") from None


def _instance(found: Mapping[str, Any]) -> engine.FoundInstance:
    with _as_described():
        created = engine.CreatedInstance(
            process_instance_key=int(found["processInstanceKey"]),
            process_definition_key=int(found["processDefinitionKey"]),
            bpmn_process_id=found["processDefinitionId"],
            version=found["processDefinitionVersion"],
            tenant_id=found.get("tenantId") or "",
        )
        return engine.FoundInstance(created, found["state"])


@contextmanager
def _as_described() -> Iterator[None]:
    """Around every look into an answer: whoever answers JSON need not be this API."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        reason = f"what answers is no REST API of version 2 ({type(error).__name__})"
        raise GatewayUnavailableError(reason) from None
