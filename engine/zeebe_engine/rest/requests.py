"""What a request says: bounded before it is decoded, in bytes, time and depth."""

import asyncio
import re
from typing import Final, TypeVar

import msgspec
from aiohttp import BodyPartReader, web

from zeebe_engine.engine import commands, documents
from zeebe_engine.engine.refusals import Refusal, Status
from zeebe_engine.reading.filters import invalid
from zeebe_engine.rest.bodies import Body, tenant_name

LARGEST: Final = 4 * 1024 * 1024
"""Bytes of a request; the same as a gateway's own default."""
FRAMING: Final = 64 * 1024
"""What may surround that in a request of several parts."""
SLOWEST: Final = 30.0
"""Seconds."""
MOST_RESOURCES: Final = 1000

_Body = TypeVar("_Body", bound=msgspec.Struct)


async def body(request: web.Request, kind: type[_Body], minor: int) -> _Body:
    """None at all, and null, are the empty object. Raises Refusal."""
    data = await _in_time(request.read())
    try:
        value = documents.decode(data) if data.strip() else {}
        found = msgspec.convert({} if value is None else value, kind)
    except (documents.DocumentError, msgspec.ValidationError) as error:
        raise invalid(f"Request property cannot be parsed: {error}") from None
    for name, since in found.later.items() if isinstance(found, Body) else ():
        if since > minor and name in value:
            raise invalid(f"Request property [{name}] cannot be parsed: unknown field `{name}`")
    return found
