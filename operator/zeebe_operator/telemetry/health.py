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
    standby: bool = False
    """Another operator leads: there is nothing to do, and nothing wrong."""
    election: str = ""
    """What keeps us from renewing or taking the lease."""
    stuck: Callable[[], str] = field(default=lambda: "")
    """Names a pass that hangs."""

    def sick(self) -> str:
        """What only a restart can help."""
        return self.stuck()

    def role(self) -> str:
        """What a healthy operator is."""
        return "standby" if self.standby else "ok"

    def unready(self) -> str:
        """What keeps the operator from its work, in words for an administrator."""
        if self.election or self.standby:
            return self.election
        if not self.cluster_reachable:
            return "the Kubernetes API server cannot be reached"
        if self.missing:
            return self.missing
        return "" if self.synced else "still reading the resources of the cluster"
