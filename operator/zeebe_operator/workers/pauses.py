"""Delays between tries: short ones, so that whatever returns is at work again within seconds."""

import random
from collections.abc import Iterator

FIRST = 0.1
LONGEST = 2.0


def pauses() -> Iterator[float]:
    """Seconds, without end: doubled up to the longest, and spread, lest all come back at once."""
    delay = FIRST
    while True:
        yield random.uniform(delay / 2, delay)  # noqa: S311 - jitter
        delay = min(delay * 2, LONGEST)
