"""Why a DMN file is not deployed."""

from typing import Final

LONGEST: Final = 1_000
"""Characters: an explanation travels in a trailer of gRPC, which has 8 KiB."""


class DmnError(Exception):
    """A file that is not deployed. The text is the engine's explanation, with a leading newline."""

    def __init__(self, resource_name: str, reason: str) -> None:
        super().__init__(f"\n'{resource_name}': {reason[:LONGEST]}")


class UnreadableError(Exception):
    """Within a file: what is wrong, and with which element."""


def not_executed(what: str) -> UnreadableError:
    """For valid DMN that this engine does not know."""
    words = "is not executed by the local engine; see its documentation for what is"
    return UnreadableError(f"{what} {words}")
