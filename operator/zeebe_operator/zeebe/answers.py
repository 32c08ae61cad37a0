"""The body of an HTTP answer, read with a bound: who answers may be anybody."""

import aiohttp


class TooLargeError(ValueError):
    """The answer has more bytes than anybody expects."""


async def read(response: aiohttp.ClientResponse, largest: int) -> bytes:
    """`largest` in bytes. Raises TooLargeError, and whatever aiohttp raises."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > largest:
            raise TooLargeError
    return bytes(body)
