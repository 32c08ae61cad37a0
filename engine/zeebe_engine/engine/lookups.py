"""What is derived from the state to find things fast; made anew when a snapshot is loaded."""

from collections.abc import Iterable
from heapq import heappop, heappush

from zeebe_engine.engine.state import Definition, Job, Message, State, Subscription, Timer


class Lookups:
    """`running`: how many instances each definition has."""

    def __init__(self, state: State) -> None:
        self.versions: dict[tuple[str, str, str], list[int]] = {}
        self._activatable = state.activatable
        self.subscriptions: dict[tuple[str, str], dict[int, bool]] = {}
        self.by_owner: dict[int, dict[int, bool]] = {}
        self.message_ids: dict[tuple[str, str, str, str], int] = {}
        self.messages: dict[tuple[str, str], dict[int, bool]] = {}
        self.incidents: dict[int, dict[int, bool]] = {}
        self.running: dict[int, int] = {}
        self._due: list[tuple[int, int]] = []
        for definition in state.definitions.values():
            self.add_definition(definition)
        for job in state.jobs.values():
            if job.due:
                self.add_due(job.due, job.key)
        for subscription in state.subscriptions.values():
            self.add_subscription(subscription)
        for timer in state.timers.values():
            self.add_timer(timer)
        for message in state.messages.values():
            self.add_message(message)
        for incident in state.incidents.values():
            self.incidents.setdefault(incident.element_key, {})[incident.key] = True
        for instance in state.instances.values():
            if instance.key == instance.process_key:
                self.count_running(instance.definition_key, 1)

    def add_definition(self, definition: Definition) -> None:
        identity = (definition.kind, definition.id, definition.tenant_id)
        self.versions.setdefault(identity, []).append(definition.key)

    def remove_definition(self, definition: Definition) -> None:
        self.versions[definition.kind, definition.id, definition.tenant_id].remove(definition.key)

    def job_changed(self, job: Job) -> None:
        if job.state == "ACTIVATABLE" and job.retries > 0:
            self._activatable.setdefault(job.type, {})[job.key] = True
        else:
            self.job_removed(job)
        if job.due:
            self.add_due(job.due, job.key)

    def job_removed(self, job: Job) -> None:
        keys = self._activatable.get(job.type, {})
        keys.pop(job.key, None)
        if not keys:
            self._activatable.pop(job.type, None)

    def add_subscription(self, subscription: Subscription) -> None:
        named = self.subscriptions.setdefault((subscription.kind, subscription.name), {})
        named[subscription.key] = True
        self._own(subscription.owner_key, subscription.definition_key, subscription.key)

    def remove_subscription(self, subscription: Subscription) -> None:
        del self.subscriptions[subscription.kind, subscription.name][subscription.key]
        self._disown(subscription.owner_key, subscription.definition_key, subscription.key)

    def add_timer(self, timer: Timer) -> None:
        self._own(timer.owner_key, timer.definition_key, timer.key)
        self.add_due(timer.due, timer.key)

    def remove_timer(self, timer: Timer) -> None:
        self._disown(timer.owner_key, timer.definition_key, timer.key)

    def add_message(self, message: Message) -> None:
        self.messages.setdefault((message.name, message.correlation_key), {})[message.key] = True
        if message.message_id:
            self.message_ids[message_identity(message)] = message.key
        self.add_due(message.due, message.key)

    def remove_message(self, message: Message) -> None:
        del self.messages[message.name, message.correlation_key][message.key]
        if message.message_id:
            del self.message_ids[message_identity(message)]

    def owned(self, owner: int) -> Iterable[int]:
        """Keys of the subscriptions and timers of an element instance, or of a definition."""
        return tuple(self.by_owner.get(owner, ()))

    def count_running(self, definition_key: int, change: int) -> None:
        self.running[definition_key] = self.running.get(definition_key, 0) + change

    def add_due(self, due: int, key: int) -> None:
        heappush(self._due, (due, key))

    def next_due(self) -> tuple[int, int] | None:
        """When, and the key of what; whoever asks looks whether it still holds."""
        return self._due[0] if self._due else None

    def pop_due(self) -> None:
        heappop(self._due)

    def _own(self, owner: int, definition: int, key: int) -> None:
        self.by_owner.setdefault(owner or definition, {})[key] = True

    def _disown(self, owner: int, definition: int, key: int) -> None:
        keys = self.by_owner.get(owner or definition, {})
        keys.pop(key, None)
        if not keys:
            self.by_owner.pop(owner or definition, None)


def message_identity(message: Message) -> tuple[str, str, str, str]:
    return (message.tenant_id, message.name, message.correlation_key, message.message_id)
