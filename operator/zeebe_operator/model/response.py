"""Makes the answer of the engine fit into an API object, which etcd limits to 1.5 MiB."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

LARGEST: Final = 1_250_000
"""Bytes of JSON for spec and answer together; the rest is for metadata and conditions."""

_TEXTS: Final = (65536, 4096, 256, 32)
"""Characters that are left of each text, tried in turn."""


def fitted(answer: Mapping[str, Any], spec: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    """The answer, and whether something is missing from it.

    Its long texts are cut, most of all the variables of jobs; keys never. An answer that is too
    large even so is left out.
    """
    room = LARGEST - _size(spec)
    if _size(answer) <= room:
        return answer, False
    shortened = (_cut(answer, longest) for longest in _TEXTS)
    return next((each for each in shortened if _size(each) <= room), {}), True


def _size(value: Any) -> int:
    return len(msgspec.json.encode(value))


def _cut(value: Any, longest: int) -> Any:
    match value:
        case str() if len(value) > longest:
            return value[:longest] + " ..."
        case Mapping():
            return {name: _cut(each, longest) for name, each in value.items()}
        case list():
            return [_cut(each, longest) for each in value]
    return value
