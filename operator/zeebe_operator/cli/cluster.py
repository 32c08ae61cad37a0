"""What the commands need of a cluster, as a protocol, and the shapes that they get from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from zeebe_operator.model.errors import OperatorError
from zeebe_operator.model.names import Kind
from zeebe_operator.model.resource import Resource

OWN_KINDS: Sequence[Kind] = tuple(kind for kind in Kind if kind.ours)


class CommandError(OperatorError):
    """A command cannot do what it was asked for; the text says why and what to do."""


class UsageError(CommandError):
    """The words of the command do not fit together."""


@dataclass(frozen=True, slots=True)
class Row:
    """One resource, with the columns that its CRD names for kubectl."""

    resource: Resource
    columns: Mapping[str, str]


class Cluster(Protocol):
    """`namespace` is the one that was asked for, else that of the context.

    Every method raises an error of the family of ClusterError.
    """

    @property
    def namespace(self) -> str: ...

    def words(self) -> Mapping[str, Kind]:
        """Every word for an installed kind, in lower case: name, plural, short names."""

    def list(self, kind: Kind, namespace: str | None) -> Sequence[Row]:
        """`namespace` None: all of them."""

    def get(self, kind: Kind, name: str) -> Resource: ...

    def create(self, kind: Kind, metadata: Mapping[str, Any], spec: Mapping[str, Any]) -> Resource:
        """In the namespace of this cluster; `metadata` has a name or a generateName."""

    def patch(self, kind: Kind, name: str, patch: Mapping[str, Any]) -> Resource:
        """A merge patch."""

    def config_map(self, name: str) -> Mapping[str, Any]: ...


def installed(cluster: Cluster) -> list[Kind]:
    """In the order of `Kind`. Raises CommandError if there is none at all."""
    served = set(cluster.words().values())
    kinds = [kind for kind in OWN_KINDS if kind in served]
    if not kinds:
        raise CommandError(
            "the cluster does not know the kinds of zeebe-operator:"
            " kubectl apply --server-side -f crds/"
        )
    return kinds
