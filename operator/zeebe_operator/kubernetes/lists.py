"""Reads along when kopf lists our kinds: kopf does not tell when a list is complete.

A complete list says two things that single events cannot: that the store is filled, and which
objects vanished while nobody watched. Reading along costs no request of our own.

It also keeps kopf alive. A refusal of a list or a watch ends kopf for good, though a cluster that
starts gives some: 404 before it serves the CRDs, 403 before it knows the roles. To kopf each of
them becomes a lost connection, which it tries to make again for ever.
"""

from collections.abc import Callable, Iterable
from types import SimpleNamespace

import aiohttp
import msgspec
from aiohttp.client_middlewares import ClientHandlerType

from zeebe_operator.model import names
from zeebe_operator.model.names import Kind, ObjectKey

Listed = Callable[[Kind, str | None, frozenset[ObjectKey], str], None]
"""Kind, namespace (None: all), the keys, the resource version of the list."""


class _Metadata(msgspec.Struct):
    name: str = ""
    namespace: str = ""
    resource_version: str = msgspec.field(default="", name="resourceVersion")
    next_page: str = msgspec.field(default="", name="continue")


class _Item(msgspec.Struct):
    metadata: _Metadata


class _Page(msgspec.Struct):
    metadata: _Metadata
    items: list[_Item] = []


class RefusedError(aiohttp.ClientConnectionError):
    """What kopf is told instead of a refusal."""


_HANDLED_BY_KOPF = (401, 429)

_decode = msgspec.json.Decoder(_Page).decode
_PREFIX = f"/apis/{names.API_VERSION}/"


class ListTrace:
    """`on_listed` is called with every complete list, before kopf sees its last page.

    `on_refused` is called when a kind cannot be read, for whatever reason.
    """

    def __init__(self, kinds: Iterable[Kind]) -> None:
        self._kinds = {kind.plural: kind for kind in kinds}
        self._pages: dict[tuple[Kind, str | None], set[ObjectKey]] = {}
        self.on_listed: Listed = lambda *_: None
        self.on_refused: Callable[[Kind], None] = lambda _: None
        self.on_reachable: Callable[..., None] = lambda **_: None
        self.config = aiohttp.TraceConfig()
        self.config.on_response_chunk_received.append(self._read)
        self.config.on_request_end.append(self._ended)
        self.config.on_request_exception.append(self._failed)

    async def shield(
        self, request: aiohttp.ClientRequest, handler: ClientHandlerType
    ) -> aiohttp.ClientResponse:
        """A client middleware for the session that kopf uses."""
        response = await handler(request)
        target = self._target(request.method, request.url)
        if target is None or response.ok or response.status in _HANDLED_BY_KOPF:
            return response
        response.close()
        self.on_refused(target[0])
        raise RefusedError(f"the API server answers {response.status}")

    async def _ended(
        self,
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        _params: aiohttp.TraceRequestEndParams,
    ) -> None:
        self.on_reachable(reachable=True)

    async def _failed(
        self,
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        params: aiohttp.TraceRequestExceptionParams,
    ) -> None:
        if isinstance(params.exception, RefusedError):
            self.on_reachable(reachable=True)
        elif isinstance(params.exception, aiohttp.ClientConnectionError | TimeoutError):
            self.on_reachable(reachable=False)

    async def _read(
        self,
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        params: aiohttp.TraceResponseChunkReceivedParams,
    ) -> None:
        target = self._target(params.method, params.url)
        if target is None or "watch" in params.url.query or "limit" not in params.url.query:
            return
        try:
            page = _decode(params.chunk)
        except msgspec.MsgspecError:
            return  # an error answer, which kopf handles
        self._page(*target, page, first="continue" not in params.url.query)

    def _page(self, kind: Kind, namespace: str | None, page: _Page, *, first: bool) -> None:
        keys = self._pages.setdefault((kind, namespace), set())
        if first:
            keys.clear()
        keys.update(
            ObjectKey(kind, item.metadata.namespace, item.metadata.name) for item in page.items
        )
        if not page.metadata.next_page:
            del self._pages[kind, namespace]
            version = page.metadata.resource_version
            self.on_listed(kind, namespace, frozenset(keys), version)

    def _target(self, method: str, url: object) -> tuple[Kind, str | None] | None:
        """Kind and namespace of a request for a collection of ours, else None."""
        path = url.path  # type: ignore[attr-defined]
        if method.upper() != "GET" or not path.startswith(_PREFIX):
            return None
        match path.removeprefix(_PREFIX).split("/"):
            case [plural] if plural in self._kinds:
                return self._kinds[plural], None
            case ["namespaces", namespace, plural] if plural in self._kinds:
                return self._kinds[plural], namespace
        return None
