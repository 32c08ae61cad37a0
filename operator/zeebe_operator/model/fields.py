"""From the engine's values to status fields: camelCase, and keys as decimal strings.

Keys are 64 bits wide; JavaScript, jq and Lua lose the last digits of such numbers.
"""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import Any


def of(value: Any) -> Any:
    """A dataclass becomes a dict, a sequence a list, anything else stays."""
    if is_dataclass(value) and not isinstance(value, type):
        return {_camel(f.name): _field(f.name, getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | dict):
        return [of(item) for item in value]
    return value


def _field(name: str, value: Any) -> Any:
    return str(value) if name.endswith("_key") and value is not None else of(value)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
