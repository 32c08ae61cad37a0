"""Deletion of what was deployed. Older generations refuse it while instances run; 8.10 drains."""

from zeebe_engine.engine import starts, values, waiting
from zeebe_engine.engine.answers import Done
from zeebe_engine.engine.commands import DeleteResource
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.state import Definition
from zeebe_engine.engine.step import Step, not_found, wrong_state


def delete(step: Step, command: DeleteResource) -> Done:
    found = step.state.definitions.get(command.key)
    if found is None or found.kind == "DECISION" or found.is_draining:
        raise not_found(
            "DELETE", f"Expected to delete resource but no resource found with key `{command.key}`"
        )
    runs = step.lookups.running.get(found.key, 0) > 0
    if runs and not step.settings.generation.has_suspension:
        raise wrong_state(
            "DELETE",
            f"Expected to delete resource with key `{found.key}`"
            " but there are still running instances",
        )
    step.emit(ValueType.RESOURCE_DELETION, "DELETED", found.key, {"resourceKey": found.key})
    if found.kind == "PROCESS":
        _delete_process(step, found, runs=runs)
    else:
        _delete_decisions(step, found)
    return Done(found.key, found.tenant_id)


def _delete_process(step: Step, found: Definition, *, runs: bool) -> None:
    """The version before it becomes the latest, and its start events wait again."""
    waiting.close(step, found.key)
    intent = "DELETING" if runs else "DELETED"
    step.emit(ValueType.PROCESS, intent, found.key, values.of_definition(found))
    starts.follow(step, found.id, found.tenant_id)


def _delete_decisions(step: Step, found: Definition) -> None:
    for one in tuple(step.state.definitions.values()):
        if one.requirements_key == found.key:
            told = {"decisionId": one.id, "decisionKey": one.key, "tenantId": one.tenant_id}
            step.emit(ValueType.DECISION, "DELETED", one.key, told)
    told = {"tenantId": found.tenant_id, "version": found.version}
    step.emit(ValueType(found.kind), "DELETED", found.key, told)
