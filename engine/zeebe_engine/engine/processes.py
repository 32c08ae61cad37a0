"""How an instance of a process begins, whoever wants it."""

from dataclasses import dataclass, field
from typing import Any

from zeebe_engine.bpmn.model import ElementType
from zeebe_engine.engine import lifecycle, values, variables
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.state import Definition, Instance
from zeebe_engine.engine.step import Step, not_found, wrong_state


@dataclass(frozen=True, slots=True)
class Beginning:
    """`targets`: its start event, or other elements. `brought`: by the event that started it,
    None: it was no event. `correlation_key`: of the message that did."""

    targets: tuple[str, ...]
    variables: dict[str, Any] = field(default_factory=dict)
    brought: dict[str, Any] | None = None
    caller: Instance | None = None
    tags: tuple[str, ...] = ()
    business_id: str = ""
    correlation_key: str = ""
    awaits: bool = False
    fetch_variables: tuple[str, ...] = ()
    terminate_after: tuple[str, ...] = ()


def begin(step: Step, definition: Definition, key: int, how: Beginning) -> None:
    told = _told(step, definition, key, how)
    step.emit(ValueType.PROCESS_INSTANCE, "ELEMENT_ACTIVATING", key, told)
    variables.set_local(step, step.instance(key), how.variables)
    lifecycle.attempt(step, key, lifecycle.begin)


def start(step: Step, definition_key: int, start_id: str, brought: dict[str, Any]) -> None:
    """A timer or a signal has happened to that start event."""
    definition = step.state.definitions[definition_key]
    how = Beginning((start_id,), brought=brought)
    begin(step, definition, step.key_on(next_partition(step)), how)


def none_start(step: Step, definition: Definition) -> str:
    """The id of the start event that needs no event; "": there is none."""
    model = step.models.process(definition)
    starts = (model.elements[one] for one in model.root.starts)
    return next((one.id for one in starts if one.trigger is None), "")


def is_taken(step: Step, definition: Definition, business_id: str) -> bool:
    """Whether another instance has it, where business ids are unique."""
    identity = (definition.tenant_id, definition.id, business_id)
    return step.settings.business_id_uniqueness and identity in step.lookups.business_ids


def existing(step: Step, key: int, intent: str, verb: str) -> Instance:
    instance = step.state.instances.get(key)
    if instance is None or instance.type != "PROCESS":
        raise not_found(
            intent,
            f"Expected to {verb} process instance but no process instance found with key '{key}'",
        )
    return instance


def going_on(step: Step, key: int, intent: str, verb: str) -> Instance:
    """One that is not suspended."""
    instance = existing(step, key, intent, verb)
    if instance.is_suspended:
        raise wrong_state(
            intent, f"Expected to {verb} process instance with key '{key}', but it is suspended"
        )
    return instance


def next_partition(step: Step) -> int:
    """Instances go to the partitions in turn."""
    step.state.turn += 1
    return (step.state.turn - 1) % step.state.partitions + 1


def _told(step: Step, definition: Definition, key: int, how: Beginning) -> dict[str, Any]:
    caller = how.caller
    parent = step.process_of(caller.key) if caller else None
    return {
        **values.of_definition(definition),
        "bpmnElementType": ElementType.PROCESS,
        "bpmnEventType": "UNSPECIFIED",
        "elementId": definition.id,
        "processInstanceKey": key,
        "flowScopeKey": values.NOBODY,
        "parentProcessInstanceKey": parent.key if parent else values.NOBODY,
        "parentElementInstanceKey": caller.key if caller else values.NOBODY,
        "rootProcessInstanceKey": parent.root_key if parent else key,
        "depth": parent.depth + 1 if parent else 1,
        "tags": list(how.tags),
        "businessId": how.business_id or (parent.business_id if parent else ""),
        "correlationKey": how.correlation_key,
        "awaits": how.awaits,
        "fetchVariables": list(how.fetch_variables),
        "terminateAfter": list(how.terminate_after),
        "flows": (),
        "loopCounter": 0,
        "result": how.brought,
        "targets": list(how.targets),
        "given": {},
    }
