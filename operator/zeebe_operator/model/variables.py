"""Variables from several sources, merged. Their values never enter a text of ours."""

from collections.abc import Mapping
from typing import Any

import msgspec

from zeebe_operator.model import digest
from zeebe_operator.model.errors import InvalidSpecError

LARGEST_RESULT = 256 * 1024
"""Bytes of JSON in a status: the API server takes 1.5 MB for the whole object."""


def merged(inline: Mapping[str, Any], parts: list[tuple[str, str | None, bytes]]) -> dict[str, Any]:
    """`parts` are (where it is from, the variable's name or None, the raw value), in order.

    Later parts win over earlier ones, and `inline` over all.
    Raises InvalidSpecError for a part without a name that is no JSON object.
    """
    result: dict[str, Any] = {}
    for origin, name, raw in parts:
        if name is not None:
            result[name] = _text(origin, raw)
        else:
            result.update(_object(origin, raw))
    return {**result, **inline}


def _text(origin: str, raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise InvalidSpecError(f"spec.variablesFrom: {origin} is not UTF-8 text") from None


def _object(origin: str, raw: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(raw, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise InvalidSpecError(
            f"spec.variablesFrom: {origin} is no JSON object; correct it, or name the variable"
            " with 'as' to take it as text"
        ) from None


def changed(wanted: Mapping[str, Any], digests: Mapping[str, str]) -> dict[str, Any]:
    """The variables that are new or differ from those that `digests` speaks of."""
    return {
        name: value
        for name, value in wanted.items()
        if digests.get(digest.short(name)) != digest.short(value)
    }


def fitting(
    result: Mapping[str, Any], largest: int = LARGEST_RESULT
) -> tuple[Mapping[str, Any], list[str]]:
    """What fits into a status, the smallest variables first, and the names of what does not."""
    kept: dict[str, Any] = {}
    left_out: list[str] = []
    room = largest
    for size, name in sorted((len(msgspec.json.encode({n: v})), n) for n, v in result.items()):
        room -= size
        if room < 0:
            left_out.append(name)
        else:
            kept[name] = result[name]
    return kept, left_out
