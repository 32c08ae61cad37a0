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

UID_TAG: Final = "k8s-uid"
"""Tag of every process instance, before the uid of its resource, where the engine has tags."""
WORKER_UID: Final = f"{GROUP}/worker-uid"
"""Label of a Kubernetes Job that runs for a ZeebeJobWorker: the uid of that worker."""
JOB_KEY: Final = f"{GROUP}/job-key"
JOB_RETRIES: Final = f"{GROUP}/job-retries"
REPORTED: Final = f"{GROUP}/reported"
"""Annotation of a Kubernetes Job whose end the engine knows."""

DEFAULT_CONNECTION: Final = "default"


class Kind(StrEnum):
    """Every kind that a resource can refer to: our own, and those of Kubernetes itself."""

    CONNECTION = "ZeebeConnection"
    PROCESS = "ZeebeProcess"
    MESSAGE = "ZeebeMessage"
    INSTANCE = "ZeebeInstance"
    JOB_WORKER = "ZeebeJobWorker"
    COMMAND = "ZeebeCommand"
    CONFIG_MAP = "ConfigMap"
    SECRET = "Secret"  # noqa: S105 - the name of a kind
    JOB = "Job"
    POD = "Pod"
    LEASE = "Lease"

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
