"""What a gateway can do, told by its version: an older one drops unknown fields without a word."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Decided by `gatewayVersion` of the topology (measured: nothing else tells).

    `reads`: instances can be looked up, by key and by tag, over the REST API.
    """

    tags: bool
    business_id: bool
    reads: bool = False


def of_version(gateway_version: str, *, rest: bool = False) -> Capabilities:
    """`rest`: we know where its REST API is.

    An unreadable version counts as an old one: refusing beats dropping a field silently.
    """
    numbers = re.match(r"(\d+)\.(\d+)", gateway_version)
    minor = (int(numbers[1]), int(numbers[2])) if numbers else (0, 0)
    return Capabilities(
        tags=minor >= (8, 8), business_id=minor >= (8, 9), reads=rest and minor >= (8, 8)
    )
