"""How kopf is set up: as an informer and nothing else. docs/decisions/0001 has the reasons."""

from typing import Any

import kopf

IDENTITY: Any = "zeebe-operator"
"""For peering, which is off. Else kopf asks for the name of its user, and an image has none."""


class NoDiffBase(kopf.DiffBaseStorage):
    """Only change handlers need the last handled content of an object; we have none."""

    def build(self, **_: Any) -> kopf.BodyEssence:
        return kopf.BodyEssence({})

    def fetch(self, **_: Any) -> None:
        return None

    def store(self, **_: Any) -> None:
        """Nothing is ever written to an object."""


def settings() -> kopf.OperatorSettings:
    """Measured in reference runs: short-lived workers, paged lists, no scanning, no events."""
    configured = kopf.OperatorSettings()
    configured.posting.enabled = False
    configured.scanning.disabled = True
    configured.persistence.diffbase_storage = NoDiffBase()
    configured.queueing.idle_timeout = 0.2
    configured.watching.chunk_size = 500
    configured.watching.server_timeout = 240
    configured.networking.request_timeout = 30
    configured.networking.connect_timeout = 5
    configured.networking.error_backoffs = (0.2, 0.5, 1, 2, 2, 5, 5, 5)
    return configured
