"""What an evaluation may take: steps, and the room of what it makes.

A text of 64 KiB can ask for an endless loop or for lists that double; both end here.
"""

from typing import Any

STEPS = 1_000_000
_UNITS: dict[type, int] = {str: 4, list: 2, dict: 2}
"""How far the length is shifted: 16 characters are one step, and 4 items."""


class StoppedError(Exception):
    """The whole evaluation ends: its value is null, and the warning says why."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text


class Budget:
    """`left`: steps that may still be taken."""

    __slots__ = ("left",)

    def __init__(self, steps: int = STEPS) -> None:
        self.left = steps

    def spend(self, steps: int) -> None:
        """Raises StoppedError."""
        self.left -= steps
        if self.left < 0:
            raise StoppedError("LIMIT_EXCEEDED", f"The evaluation takes more than {STEPS} steps")

    def charge(self, value: Any) -> None:
        """Pay for reading or making `value`, by its length. Raises StoppedError."""
        unit = _UNITS.get(type(value))
        if unit is not None:
            self.spend(len(value) >> unit)
