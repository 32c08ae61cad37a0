"""What is waited for: messages, subscriptions and timers."""

from zeebe_engine.engine import state as states
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.lookups import Lookups
from zeebe_engine.engine.state import State
from zeebe_engine.engine.taking.registry import Value, on


@on(ValueType.MESSAGE, "PUBLISHED")
def _message_published(state: State, lookups: Lookups, key: int, value: Value) -> None:
    message = states.Message(
        key=key,
        name=value["name"],
        correlation_key=value["correlationKey"],
        message_id=value["messageId"],
        variables=value["variables"],
        due=value["deadline"],
        tenant_id=value["tenantId"],
        business_id=value["businessId"],
    )
    state.messages[key] = message
    lookups.add_message(message)


@on(ValueType.MESSAGE, "EXPIRED")
def _message_expired(state: State, lookups: Lookups, key: int, value: Value) -> None:
    lookups.remove_message(state.messages.pop(key))


@on(ValueType.PROCESS_MESSAGE_SUBSCRIPTION, "CREATED")
@on(ValueType.MESSAGE_START_EVENT_SUBSCRIPTION, "CREATED")
@on(ValueType.SIGNAL_SUBSCRIPTION, "CREATED")
def _subscribed(state: State, lookups: Lookups, key: int, value: Value) -> None:
    is_message = "messageName" in value
    subscription = states.Subscription(
        key=key,
        kind="MESSAGE" if is_message else "SIGNAL",
        name=value["messageName"] if is_message else value["signalName"],
        element_id=value["elementId"],
        owner_key=value["elementInstanceKey"],
        definition_key=value["processDefinitionKey"],
        correlation_key=value["correlationKey"],
    )
    state.subscriptions[key] = subscription
    lookups.add_subscription(subscription)


@on(ValueType.PROCESS_MESSAGE_SUBSCRIPTION, "DELETED")
@on(ValueType.MESSAGE_START_EVENT_SUBSCRIPTION, "DELETED")
@on(ValueType.SIGNAL_SUBSCRIPTION, "DELETED")
def _unsubscribed(state: State, lookups: Lookups, key: int, value: Value) -> None:
    lookups.remove_subscription(state.subscriptions.pop(key))


@on(ValueType.PROCESS_MESSAGE_SUBSCRIPTION, "CORRELATED")
def _correlated(state: State, lookups: Lookups, key: int, value: Value) -> None:
    _reached(state, value)
    if value["interrupting"]:
        lookups.remove_subscription(state.subscriptions.pop(key))


@on(ValueType.MESSAGE_START_EVENT_SUBSCRIPTION, "CORRELATED")
def _started(state: State, lookups: Lookups, key: int, value: Value) -> None:
    _reached(state, value)


def _reached(state: State, value: Value) -> None:
    """A message reaches each process once."""
    state.messages[value["messageKey"]].reached[value["bpmnProcessId"]] = True


@on(ValueType.PROCESS_MESSAGE_SUBSCRIPTION, "MIGRATED")
@on(ValueType.SIGNAL_SUBSCRIPTION, "MIGRATED")
def _subscription_migrated(state: State, lookups: Lookups, key: int, value: Value) -> None:
    subscription = state.subscriptions[key]
    subscription.element_id = value["elementId"]
    subscription.definition_key = value["processDefinitionKey"]


@on(ValueType.TIMER, "CREATED")
def _timer_created(state: State, lookups: Lookups, key: int, value: Value) -> None:
    timer = states.Timer(
        key=key,
        element_id=value["targetElementId"],
        due=value["dueDate"],
        owner_key=value["elementInstanceKey"],
        definition_key=value["processDefinitionKey"],
        repetitions=value["repetitions"],
        cycle=value["cycle"],
    )
    state.timers[key] = timer
    lookups.add_timer(timer)


@on(ValueType.TIMER, "TRIGGERED", "CANCELED")
def _timer_over(state: State, lookups: Lookups, key: int, value: Value) -> None:
    lookups.remove_timer(state.timers.pop(key))


@on(ValueType.TIMER, "MIGRATED")
def _timer_migrated(state: State, lookups: Lookups, key: int, value: Value) -> None:
    state.timers[key].element_id = value["targetElementId"]
    state.timers[key].definition_key = value["processDefinitionKey"]
