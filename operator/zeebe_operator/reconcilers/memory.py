"""What the operator knows and nobody else does: it outlives a run, though not the process."""

from dataclasses import dataclass, field

from zeebe_operator.reconcilers.loop import Untold


@dataclass(frozen=True, slots=True)
class Memory:
    """`unsent` and `first_sent` are explained where they are used: intents and scope."""

    untold: Untold = field(default_factory=dict)
    unsent: dict[str, str] = field(default_factory=dict)
    first_sent: dict[str, float] = field(default_factory=dict)
