"""What a request says: bounded before it is decoded, in bytes, time and depth."""

import asyncio
import re
from collections.abc import Awaitable
from typing import Final, TypeVar

import msgspec
from aiohttp import web

from zeebe_engine.engine import commands, documents
from zeebe_engine.reading.filters import invalid
from zeebe_engine.rest.bodies import Body

LARGEST: Final = 4 * 1024 * 1024 + 64 * 1024
"""Bytes of a request: a gateway's own default, and what surrounds it in several parts."""
SLOWEST: Final = 30.0
"""Seconds."""

_KEY: Final = re.compile(r"-?[0-9]{1,19}")
_Body = TypeVar("_Body", bound=msgspec.Struct)
_Read = TypeVar("_Read")


async def body(request: web.Request, kind: type[_Body], minor: int) -> _Body:
    """None at all, and null, are the empty object. Raises Refusal."""
    data = await _in_time(request.read())
    try:
        value = documents.decode(data) if data.strip() else {}
        value = {} if value is None else value
        found = msgspec.convert(value, kind)
    except (documents.DocumentError, msgspec.ValidationError) as error:
        raise invalid(f"Request property cannot be parsed: {error}") from None
    for name, since in found.later.items() if isinstance(found, Body) else ():
        if since > minor and name in value:
            raise invalid(f"Request property [{name}] cannot be parsed: unknown field `{name}`")
    return found


async def deployment(request: web.Request) -> tuple[list[commands.Resource], str]:
    """Parts named resources, with the names of files, and a tenant or "". Raises Refusal."""
    if not request.content_type.startswith("multipart/"):
        raise invalid("A deployment is multipart/form-data, with a part resources for each file.")
    parts = await _in_time(request.post())
    if unknown := set(parts) - {"resources", "tenantId"}:
        raise invalid(f"Request part [{min(unknown)}] is unknown.")
    resources = [_resource(part) for part in parts.getall("resources", [])]
    if not resources:
        raise invalid("Required part 'resources' is not present.")
    tenant = parts.get("tenantId", "")
    if not isinstance(tenant, str):
        raise invalid("Request part [tenantId] must be a text.")
    return resources, tenant


def key(request: web.Request) -> int:
    """The one in the path; 0 if there is none. Raises Refusal."""
    told = request.match_info.get("key", "0")
    if not _KEY.fullmatch(told):
        raise invalid(f"The key in the path must be a decimal number, not '{told[:100]}'.")
    return int(told)


def _resource(part: str | bytes | bytearray | web.FileField) -> commands.Resource:
    if not isinstance(part, web.FileField):
        raise invalid("A part resources must have the name of a file.")
    return commands.Resource(part.filename, part.file.read())


async def _in_time(reading: Awaitable[_Read]) -> _Read:
    try:
        async with asyncio.timeout(SLOWEST):
            return await reading
    except TimeoutError:
        raise web.HTTPRequestTimeout(text="The request did not arrive in time.") from None
    except (ValueError, web.RequestPayloadError) as error:
        raise invalid(f"The request cannot be read: {error}") from None
