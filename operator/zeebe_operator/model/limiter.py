"""How many commands may be under way at once: additive increase, multiplicative decrease.

A value and two transitions, counted in answers instead of seconds. One decrease per round: the
calls that were under way when the engine turned one away tell the same story once more, so that
their answers do not shrink the limit again.
"""

from dataclasses import dataclass, replace
from typing import Final

LOWEST: Final = 1
HIGHEST: Final = 64
START: Final = 32
SHRINK: Final = 0.7


@dataclass(frozen=True, slots=True)
class Limit:
    """Immutable: each answer makes the next one."""

    size: float = START
    settling: int = 0
    """Answers still to come from calls that were under way at the last decrease."""

    @property
    def calls(self) -> int:
        return int(self.size)

    def after_success(self, under_way: int) -> "Limit":
        """One more call per full round of answers, and only while the limit is being used."""
        if self.settling:
            return replace(self, settling=self.settling - 1)
        if under_way * 2 < self.size:
            return self
        return replace(self, size=min(HIGHEST, self.size + 1 / self.size))

    def after_overload(self, under_way: int) -> "Limit":
        """The engine turned a call away, or did not answer in time.

        `under_way` counts the calls without an answer, this one included.
        """
        if self.settling:
            return replace(self, settling=self.settling - 1)
        return Limit(size=max(LOWEST, self.size * SHRINK), settling=max(0, under_way - 1))
