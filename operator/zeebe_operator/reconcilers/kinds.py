"""The table of kinds: what the loop does for each. A new kind is a new row."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from zeebe_operator.model.names import Kind, ObjectKey
from zeebe_operator.model.outcome import Fields, Outcome
from zeebe_operator.model.resource import Resource
from zeebe_operator.reconcilers import command, connection, instance, jobworker, message, process
from zeebe_operator.reconcilers.scope import Scope, World

Step = Callable[[Scope, Resource], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Row:
    """`remove` runs instead of `reconcile` once the resource is being deleted.

    `one_shot` resources carry the condition Succeeded; `initial` is the status before any outcome;
    `gone` is told when the resource is deleted, or is about to be and has no finalizer of ours.
    """

    reconcile: Step
    remove: Step
    one_shot: Callable[[Resource], bool] = lambda _: False
    initial: Fields = field(default_factory=dict)
    gone: Callable[[World, ObjectKey], None] = lambda _world, _key: None


KINDS: Mapping[Kind, Row] = {
    Kind.CONNECTION: Row(connection.reconcile, connection.remove),
    Kind.PROCESS: Row(process.reconcile, process.remove),
    Kind.MESSAGE: Row(message.reconcile, message.remove, one_shot=lambda _: True),
    Kind.INSTANCE: Row(
        instance.reconcile,
        instance.remove,
        one_shot=lambda resource: resource.spec.get("waitFor") == "Completion",
        initial={"state": "Pending"},
    ),
    Kind.COMMAND: Row(command.reconcile, command.remove, one_shot=lambda _: True),
    Kind.JOB_WORKER: Row(jobworker.reconcile, jobworker.remove, gone=jobworker.gone),
}
