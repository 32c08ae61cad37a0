"""The fixed words of the API: group, annotations, finalizer. Nothing else spells them out."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

GROUP: Final = "zeebe-operator.dev"
VERSION: Final = "v1alpha1"
API_VERSION: Final = f"{GROUP}/{VERSION}"

FINALIZER: Final = f"{GROUP}/engine-cleanup"
INTENT: Final = f"{GROUP}/intent"
REQUESTED_AT: Final = f"{GROUP}/requestedAt"

DEFAULT_CONNECTION: Final = "default"


class Kind(StrEnum):
    """Every kind that a resource can refer to: our own, and those of Kubernetes itself."""

    CONNECTION = "ZeebeConnection"
    PROCESS = "ZeebeProcess"
    MESSAGE = "ZeebeMessage"
    INSTANCE = "ZeebeInstance"
    COMMAND = "ZeebeCommand"
    CONFIG_MAP = "ConfigMap"
    SECRET = "Secret"  # noqa: S105 - the name of a kind

    @property
    def plural(self) -> str:
        """The name in URLs: both Kubernetes and we build it the same way."""
        return f"{self.lower()}es" if self.endswith("s") else f"{self.lower()}s"

    @property
    def ours(self) -> bool:
        """Whether it is one of our custom resources."""
        return self.startswith("Zeebe")


@dataclass(frozen=True, slots=True, order=True)
class ObjectKey:
    """The identity of one object in the cluster, of whatever kind."""

    kind: Kind
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}"
