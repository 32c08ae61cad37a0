"""What each generation of Camunda 8 can do, as far as a client can tell it from its answers.

Facts: recorded on a real 8.6.0; 8.8 to 8.10 from public descriptions and the official client.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Generation:
    """One minor version; `version` is what the topology tells."""

    name: str
    version: str

    @property
    def minor(self) -> int:
        return int(self.name.split(".")[1])

    @property
    def has_reading(self) -> bool:
        """Search and get over REST; tags on instances."""
        return self.minor >= 8

    @property
    def has_tags(self) -> bool:
        return self.minor >= 8

    @property
    def has_business_id(self) -> bool:
        return self.minor >= 9

    @property
    def has_suspension(self) -> bool:
        """Suspend and resume, deletion that drains, business ids on messages, physical tenants."""
        return self.minor >= 10


GENERATIONS: Final = {
    one.name: one
    for one in (
        Generation("8.6", "8.6.0"),
        Generation("8.8", "8.8.0"),
        Generation("8.9", "8.9.0"),
        Generation("8.10", "8.10.0"),
    )
}
NEWEST: Final = GENERATIONS["8.10"]
