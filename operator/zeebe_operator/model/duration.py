"""Durations as people write them in manifests: `45s`, `5m`, `1h30m`, `250ms`."""

import re

from zeebe_operator.model.errors import InvalidSpecError

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_WHOLE = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|s|m|h))+")


def seconds(text: str, field: str) -> float:
    """Raises InvalidSpecError, naming `field`, for a text of another form."""
    if not _WHOLE.fullmatch(text):
        raise InvalidSpecError(f"{field}: {text!r} is no duration; write it like 45s, 5m or 1h30m")
    return sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(text))
