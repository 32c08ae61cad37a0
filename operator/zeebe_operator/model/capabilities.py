"""What a gateway can do, told by its version: an older one drops unknown fields without a word."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Decided by `gatewayVersion` of the topology (measured: nothing else tells)."""

    tags: bool
    business_id: bool


def of_version(gateway_version: str) -> Capabilities:
    """An unreadable version counts as an old one: refusing beats dropping a field silently."""
    numbers = re.match(r"(\d+)\.(\d+)", gateway_version)
    minor = (int(numbers[1]), int(numbers[2])) if numbers else (0, 0)
    return Capabilities(tags=minor >= (8, 8), business_id=minor >= (8, 9))
