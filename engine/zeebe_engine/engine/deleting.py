"""Deletion of what was deployed. Older generations refuse it while instances run; 8.10 drains."""

from zeebe_engine.engine import definitions, starts, values, waiting
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
    runs = found.key in step.lookups.running
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
        _delete_with_decisions(step, found)
    return Done(found.key, found.tenant_id)


def _delete_process(step: Step, found: Definition, *, runs: bool) -> None:
    """If it was the latest, the version before it becomes that, and its start events wait again."""
    latest = definitions.latest(step, "PROCESS", found.id, found.tenant_id)
    waiting.close(step, found.key)
    intent = "DELETING" if runs else "DELETED"
    step.emit(ValueType.PROCESS, intent, found.key, values.of_definition(found))
    before = definitions.latest(step, "PROCESS", found.id, found.tenant_id)
    if latest is found and before is not None:
        starts.open_(step, before)


def _delete_with_decisions(step: Step, found: Definition) -> None:
    """Requirements with their decisions; or a form, which has none."""
    for one in tuple(step.state.definitions.values()):
        if one.requirements_key == found.key:
            told = {"decisionId": one.id, "decisionKey": one.key, "tenantId": one.tenant_id}
            step.emit(ValueType.DECISION, "DELETED", one.key, told)
    told = {"tenantId": found.tenant_id, "version": found.version}
    step.emit(ValueType(found.kind), "DELETED", found.key, told)
