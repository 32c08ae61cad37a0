"""JSON documents from outside and from expressions: bounded, and of numbers that can be kept.

Integers of more than 64 bits become floats, as in the real engine's MessagePack.
"""

import re
from typing import Any, Final

import msgspec

DEEPEST: Final = 400
_LARGE = re.compile(rb"\d{19}")


class DocumentError(ValueError):
    """Not JSON, or nested too deep; the text says which."""


def decode(text: bytes | str) -> Any:
    """The JSON value. Raises DocumentError."""
    data = text.encode() if isinstance(text, str) else text
    try:
        value = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DocumentError(str(error)) from error
    except RecursionError as error:
        raise DocumentError(_too_deep()) from error
    _check_depth(data, value)
    return fitting(value) if _LARGE.search(data) else value


def encode(value: Any) -> str:
    """Its JSON text. Raises DocumentError if it is nested too deep."""
    try:
        data = msgspec.json.encode(value)
    except RecursionError as error:
        raise DocumentError(_too_deep()) from error
    _check_depth(data, value)
    return data.decode()


def _check_depth(data: bytes, value: Any) -> None:
    if data.count(b"[") + data.count(b"{") <= DEEPEST:
        return
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise DocumentError(_too_deep())
        level = [child for one in level for child in _children(one)]


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _too_deep() -> str:
    return f"a document may be nested {DEEPEST} levels deep at most"


def fitting(value: Any) -> Any:
    """The value with each integer that cannot be kept as a float."""
    if isinstance(value, dict):
        return {name: fitting(part) for name, part in value.items()}
    if isinstance(value, list):
        return [fitting(part) for part in value]
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return float(value)
    return value
