"""What is derived from the state to find things fast; made anew when a snapshot is loaded."""

from collections.abc import Hashable
from heapq import heappop, heappush
from typing import TypeVar

from zeebe_engine.engine.state import (
    Definition,
    Incident,
    Instance,
    Job,
    Message,
    State,
    Subscription,
    Timer,
)

_Group = TypeVar("_Group", bound=Hashable)
Keys = dict[int, bool]


class Lookups:
    """Keys of things in the order in which they came, by what they are looked for.

    `listening`: by kind (MESSAGE, SIGNAL, START), name and correlation key. `by_owner`:
    subscriptions and timers of an element instance, or of a definition's start events. `running`,
    `locks`, `business_ids`: process instances, by their definition, and by tenant, process id, and
    correlation key or business id.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self.versions: dict[tuple[str, str, str], Keys] = {}
        self.activatable: dict[str, Keys] = {}
        self.listening: dict[tuple[str, str, str], Keys] = {}
        self.by_owner: dict[int, Keys] = {}
        self.message_ids: dict[tuple[str, str, str, str], Keys] = {}
        self.messages: dict[tuple[str, str], Keys] = {}
        self.incidents: dict[int, Keys] = {}
        self.running: dict[int, Keys] = {}
        self.locks: dict[tuple[str, str, str], Keys] = {}
        self.business_ids: dict[tuple[str, str, str], Keys] = {}
        self._due: list[tuple[int, int]] = []
        for definition in state.definitions.values():
            self.add_definition(definition)
        for instance in state.instances.values():
            self.add_process(instance)
        for job in state.jobs.values():
            self.add_job(job)
        for subscription in state.subscriptions.values():
            self.add_subscription(subscription)
        for timer in state.timers.values():
            self.add_timer(timer)
        for message in state.messages.values():
            self.add_message(message)
        for incident in state.incidents.values():
            self.add_incident(incident)

    def add_definition(self, definition: Definition) -> None:
        """One that drains is no version any more."""
        if not definition.is_draining:
            _add(self.versions, _version(definition), definition.key)

    def remove_definition(self, definition: Definition) -> None:
        _remove(self.versions, _version(definition), definition.key)

    def add_process(self, instance: Instance) -> None:
        """Other element instances are nobody here. The same again for one that is known."""
        if instance.type != "PROCESS":
            return
        _add(self.running, instance.definition_key, instance.key)
        if instance.correlation_key:
            _add(self.locks, self._identity(instance, instance.correlation_key), instance.key)
        if instance.business_id and not instance.caller_key:
            _add(self.business_ids, self._identity(instance, instance.business_id), instance.key)

    def remove_process(self, instance: Instance) -> None:
        if instance.type != "PROCESS":
            return
        _remove(self.running, instance.definition_key, instance.key)
        _remove(self.locks, self._identity(instance, instance.correlation_key), instance.key)
        _remove(self.business_ids, self._identity(instance, instance.business_id), instance.key)

    def add_job(self, job: Job) -> None:
        """Only for one that nobody has, and whose process goes on."""
        is_suspended = self._state.instances[job.process_key].is_suspended
        if job.state == "ACTIVATABLE" and not is_suspended:
            _add(self.activatable, job.type, job.key)
        if job.due:
            self.add_due(job.due, job.key)

    def remove_job(self, job: Job) -> None:
        _remove(self.activatable, job.type, job.key)

    def add_subscription(self, subscription: Subscription) -> None:
        _add(self.listening, _wish(subscription), subscription.key)
        _add(self.by_owner, _owner(subscription), subscription.key)

    def remove_subscription(self, subscription: Subscription) -> None:
        _remove(self.listening, _wish(subscription), subscription.key)
        _remove(self.by_owner, _owner(subscription), subscription.key)

    def add_timer(self, timer: Timer) -> None:
        _add(self.by_owner, _owner(timer), timer.key)
        self.add_due(timer.due, timer.key)

    def remove_timer(self, timer: Timer) -> None:
        _remove(self.by_owner, _owner(timer), timer.key)

    def add_message(self, message: Message) -> None:
        _add(self.messages, (message.name, message.correlation_key), message.key)
        if message.message_id:
            _add(self.message_ids, _identity_of_message(message), message.key)
        self.add_due(message.due, message.key)

    def remove_message(self, message: Message) -> None:
        _remove(self.messages, (message.name, message.correlation_key), message.key)
        _remove(self.message_ids, _identity_of_message(message), message.key)

    def add_incident(self, incident: Incident) -> None:
        _add(self.incidents, incident.element_key, incident.key)

    def remove_incident(self, incident: Incident) -> None:
        _remove(self.incidents, incident.element_key, incident.key)

    def owned(self, owner: int) -> list[int]:
        """Keys of the subscriptions and timers of an element instance, or of a definition."""
        return sorted(self.by_owner.get(owner, ()))

    def add_due(self, due: int, key: int) -> None:
        heappush(self._due, (due, key))

    def next_due(self) -> tuple[int, int] | None:
        """When, and the key of what. What does not hold any more is forgotten on the way."""
        while self._due and not self._holds(*self._due[0]):
            heappop(self._due)
        return self._due[0] if self._due else None

    def pop_due(self) -> None:
        heappop(self._due)

    def _holds(self, due: int, key: int) -> bool:
        state = self._state
        timer = state.timers.get(key)
        if timer is not None:
            return not timer.owner_key or state.can_be_triggered(timer.owner_key)
        waits = state.jobs.get(key) or state.messages.get(key)
        return waits is not None and waits.due == due

    def _identity(self, process: Instance, key: str) -> tuple[str, str, str]:
        definition = self._state.definitions[process.definition_key]
        return (definition.tenant_id, definition.id, key)


def _add(index: dict[_Group, Keys], group: _Group, key: int) -> None:
    index.setdefault(group, {})[key] = True


def _remove(index: dict[_Group, Keys], group: _Group, key: int) -> None:
    keys = index.get(group, {})
    keys.pop(key, None)
    if not keys:
        index.pop(group, None)


def _version(definition: Definition) -> tuple[str, str, str]:
    return (definition.kind, definition.id, definition.tenant_id)


def _wish(subscription: Subscription) -> tuple[str, str, str]:
    """A message starts a process whatever its correlation key is."""
    is_start = subscription.kind == "MESSAGE" and not subscription.owner_key
    kind = "START" if is_start else subscription.kind
    return (kind, subscription.name, subscription.correlation_key)


def _owner(waits: Subscription | Timer) -> int:
    return waits.owner_key or waits.definition_key


def _identity_of_message(message: Message) -> tuple[str, str, str, str]:
    return (message.tenant_id, message.name, message.correlation_key, message.message_id)
