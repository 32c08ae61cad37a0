"""What holds of a machine between two commands, whatever was commanded."""

from collections import Counter
from collections.abc import Iterator

from tests.engine.machine.rig import Rig
from zeebe_engine.engine import joins, state
from zeebe_engine.engine.events import Event
from zeebe_engine.engine.lookups import Lookups
from zeebe_engine.engine.machine import Machine

_FRESH = ("CREATED", "ELEMENT_ACTIVATING", "SEQUENCE_FLOW_TAKEN", "PUBLISHED", "BROADCASTED")
_ENDED = ("ELEMENT_COMPLETED", "ELEMENT_TERMINATED")
_IN_ORDER = ("versions", "activatable", "listening", "messages", "incidents")
"""Lookups that are gone through one by one."""


def check(rig: Rig) -> None:
    assert list(_faults(rig.machine)) == []
    check_keys(rig)
    check_lookups(rig.machine)


def check_keys(rig: Rig) -> None:
    """None is given twice, and they only grow. Variables and creations go by another's key."""
    ours = [
        one.key
        for one in rig.events
        if one.intent in _FRESH and one.value_type not in ("PROCESS_INSTANCE_CREATION", "VARIABLE")
    ]
    assert [key for key, count in Counter(ours).items() if count > 1] == []
    for number, counter in enumerate(rig.state.counters, start=1):
        on_it = [key & (2**51 - 1) for key in ours if state.partition_of(key) == number]
        assert max(on_it, default=0) <= counter


def check_ended(rig: Rig) -> None:
    """Nothing is left of an instance that has ended."""
    ended = {
        one.key
        for one in rig.events
        if one.intent in _ENDED and one.value["bpmnElementType"] == "PROCESS"
    }
    found = rig.state
    assert not ended & {*found.instances, *found.parked}
    assert not ended & {one.process_key for one in found.instances.values()}
    assert not ended & {one.process_key for one in found.jobs.values()}


def check_lookups(machine: Machine) -> None:
    """Those that were maintained are those that a snapshot gives."""
    rebuilt = Lookups(state.decode(machine.state.encode()))
    for name, index in vars(rebuilt).items():
        if name not in ("_state", "_due"):
            ours = getattr(machine._lookups, name)
            assert ours == index, name
            if name in _IN_ORDER:
                assert [list(keys) for keys in _sorted(ours)] == [list(k) for k in _sorted(index)]
    assert machine._lookups.next_due() == rebuilt.next_due()


def check_replay(rig: Rig, cut: int) -> None:
    """The same entries give the same, also from a snapshot after `cut` of them."""
    machine = Machine(rig.settings)
    events: list[Event] = []
    for number, entry in enumerate(rig.entries):
        if number == cut:
            machine = Machine(rig.settings, state.decode(machine.state.encode()))
        events += machine.execute(entry).events
    assert machine.digest() == rig.machine.digest()
    assert events == rig.events


def _sorted(index: dict[object, dict[int, bool]]) -> list[dict[int, bool]]:
    return [index[group] for group in sorted(index, key=str)]


def _faults(machine: Machine) -> Iterator[str]:
    found = machine.state
    for instance in found.instances.values():
        yield from _of_tree(found, instance)
        if not found.pending:
            yield from _of_tokens(machine, instance)
    yield from _of_work(found)
    yield from _of_owners(found)
    for definition in found.definitions.values():
        if definition.is_draining and definition.key not in machine._lookups.running:
            yield f"{definition.id} {definition.version} drains without an instance"
    for incident in found.incidents.values():
        if incident.element_key not in found.instances:
            yield f"incident {incident.key} has no element instance"
        if incident.job_key and incident.job_key not in found.jobs:
            yield f"incident {incident.key} has no job"


def _of_tree(found: state.State, one: state.Instance) -> Iterator[str]:
    scope = found.instances.get(one.scope_key)
    if one.type == "PROCESS":
        if one.process_key != one.key or one.scope_key:
            yield f"process {one.key} is within something"
        if one.caller_key and found.instances[one.caller_key].called_key != one.key:
            yield f"process {one.key} is not known to its caller"
    elif scope is None or one.key not in scope.children or scope.process_key != one.process_key:
        yield f"{one.element_id} {one.key} is in no scope"
    for child in one.children:
        if child not in found.instances or found.instances[child].scope_key != one.key:
            yield f"{one.element_id} {one.key} has a child that is not there"
    if one.is_ending and (one.children or one.taken):
        yield f"{one.element_id} {one.key} ends with something in it"
    if one.definition_key not in found.definitions:
        yield f"{one.element_id} {one.key} has no definition"


def _of_tokens(machine: Machine, one: state.Instance) -> Iterator[str]:
    """Tokens wait at joins only, and each instance for something."""
    found, lookups = machine.state, machine._lookups
    if found.instances[one.process_key].is_suspended:
        return
    model = machine._models.process(found.definitions[one.definition_key])
    for flow, count in one.taken.items():
        if count < 1 or not joins.is_join(model.elements[model.flows[flow].target]):
            yield f"{count} tokens of {flow} in {one.key} wait at no join"
    waits = one.key in lookups.by_owner or one.key in lookups.incidents
    if not (waits or one.children or one.taken or one.job_key or one.called_key):
        yield f"{one.element_id} {one.key} is {one.state} and waits for nothing"


def _of_work(found: state.State) -> Iterator[str]:
    for job in found.jobs.values():
        owner = found.instances.get(job.element_key)
        if owner is None or owner.job_key != job.key or owner.process_key != job.process_key:
            yield f"job {job.key} has no owner"
        if job.state == "ACTIVATED" and not job.due:
            yield f"job {job.key} is activated for ever"
        if job.state in ("ACTIVATABLE", "ERROR_THROWN") and job.due:
            yield f"job {job.key} is due without a reason"
    for task in found.user_tasks.values():
        owner = found.instances.get(task.element_key)
        if owner is None or owner.job_key != task.key:
            yield f"user task {task.key} has no owner"


def _of_owners(found: state.State) -> Iterator[str]:
    """Who waits is there; of the start events, only those of the latest version do."""
    latest: dict[tuple[str, str], int] = {}
    for one in found.definitions.values():
        if one.kind == "PROCESS" and not one.is_draining:
            latest[one.id, one.tenant_id] = one.key
    everything: list[state.Subscription | state.Timer] = [
        *found.subscriptions.values(),
        *found.timers.values(),
    ]
    for waits in everything:
        owner = found.instances.get(waits.owner_key)
        if not waits.owner_key:
            if waits.definition_key not in latest.values():
                yield f"start event {waits.element_id} {waits.key} is of an older version"
        elif owner is None or owner.definition_key != waits.definition_key:
            yield f"{waits.element_id} {waits.key} has no owner"
