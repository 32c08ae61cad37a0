"""Whether the operator lives, and whether it can do its work: facts from all rooms, one place."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Health:
    """Filled by the composition root. Empty texts are good news."""

    synced: bool = False
    cluster_reachable: bool = False
    missing: str = ""
    """Which kinds the operator cannot watch, and why."""
    stuck: Callable[[], str] = field(default=lambda: "")
    """Names a pass that hangs."""

    def sick(self) -> str:
        """What only a restart can help."""
        return self.stuck()

    def unready(self) -> str:
        """What keeps the operator from its work, in words for an administrator."""
        if not self.cluster_reachable:
            return "the Kubernetes API server cannot be reached"
        if self.missing:
            return self.missing
        return "" if self.synced else "still reading the resources of the cluster"
