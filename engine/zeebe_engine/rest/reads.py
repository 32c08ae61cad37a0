"""What is read: one document by its key, or a page of those that a search finds."""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from zeebe_engine.engine.refusals import Refusal, Status
from zeebe_engine.reading.catalogue import COLLECTIONS
from zeebe_engine.reading.fields import Collection, Document
from zeebe_engine.reading.filters import invalid
from zeebe_engine.reading.pages import Page, Query
from zeebe_engine.reading.projection import LONGEST
from zeebe_engine.rest import requests
from zeebe_engine.rest.surface import Handler, Surface, json

_FLAGS: Final[Mapping[str, bool]] = {"true": True, "false": False}


def get(name: str) -> Handler:
    of = COLLECTIONS[name]

    async def handle(surface: Surface, request: web.Request) -> web.Response:
        told = of.told(_existing(surface, of, request), surface.minor)
        if of.name == "variables":
            del told["isTruncated"]
        return json(told)

    return handle


def xml(name: str) -> Handler:
    of = COLLECTIONS[name]

    async def handle(surface: Surface, request: web.Request) -> web.Response:
        return web.Response(text=_existing(surface, of, request)["xml"], content_type="text/xml")

    return handle


def search(name: str) -> Handler:
    of = COLLECTIONS[name]

    async def handle(surface: Surface, request: web.Request) -> web.Response:
        query = await requests.body(request, Query, surface.minor)
        truncates = of.name == "variables" and _truncates(request)
        page = surface.index.search(of, query, surface.minor)
        return json(_page(of, page, surface.minor, truncates=truncates))

    return handle


async def incidents_of(surface: Surface, request: web.Request) -> web.Response:
    """Of a process instance, and of those that it called."""
    _existing(surface, COLLECTIONS["process-instances"], request)
    query, of = await requests.body(request, Query, surface.minor), COLLECTIONS["incidents"]
    within = str(requests.key(request))
    page = surface.index.search(of, query, surface.minor, within=within)
    return json(_page(of, page, surface.minor, truncates=False))


def _existing(surface: Surface, of: Collection, request: web.Request) -> Document:
    key = requests.key(request)
    found = surface.index.get(of, str(key))
    if found is None:
        singular = of.name.removesuffix("s").replace("-", " ").title()
        raise Refusal(Status.NOT_FOUND, f"{singular} with key '{key}' not found")
    return found


def _truncates(request: web.Request) -> bool:
    told = request.query.get("truncateValues", "true")
    if told not in _FLAGS:
        raise invalid("The parameter truncateValues must be true or false.")
    return _FLAGS[told]


def _page(of: Collection, page: Page, minor: int, *, truncates: bool) -> Document:
    items = [of.told(one, minor) for one in page.documents]
    if of.name == "variables":
        items = [_shortened(one) if truncates else one | {"isTruncated": False} for one in items]
    cursors = {"startCursor": page.start_cursor, "endCursor": page.end_cursor}
    return {
        "items": items,
        "page": {"totalItems": page.total, "hasMoreTotalItems": False, **cursors},
    }


def _shortened(variable: Document) -> Document:
    return variable | {"value": variable["value"][:LONGEST]}
