"""Messages: published, buffered for their time, and correlated once to each process."""

from typing import Any

from zeebe_engine.engine import processes, triggering, values
from zeebe_engine.engine.answers import Correlated, Done
from zeebe_engine.engine.commands import CorrelateMessage, PublishMessage
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.refusals import Rejection, RejectionType
from zeebe_engine.engine.state import CatchUp, Message, NextMessage, Subscription
from zeebe_engine.engine.step import Step, not_found, tenant_of


def publish(step: Step, command: PublishMessage) -> Done:
    tenant = tenant_of(command.tenant_id)
    identity = (tenant, command.name, command.correlation_key, command.message_id)
    if command.message_id and identity in step.lookups.message_ids:
        raise Rejection(
            RejectionType.ALREADY_EXISTS,
            "PUBLISH",
            f"Expected to publish a new message with id '{command.message_id}',"
            " but a message with that id was already published",
        )
    message = _message(step, command, command.time_to_live, command.message_id)
    _tell(step, message, command.time_to_live)
    _reach(step, message)
    if command.time_to_live <= 0:
        _expire(step, message)
    return Done(message.key, tenant)


def correlate(step: Step, command: CorrelateMessage) -> Correlated:
    message = _message(step, command, 0, "")
    _tell(step, message, 0)
    reached = _reach(step, message)
    _expire(step, message)
    if not reached:
        raise not_found(
            "CORRELATE",
            f"Expected to find subscription for message with name '{command.name}' and correlation"
            f" key '{command.correlation_key}', but none was found.",
        )
    told = {**_value(message), "processInstanceKey": reached[0]}
    step.emit(ValueType.MESSAGE_CORRELATION, "CORRELATED", message.key, told)
    return Correlated(message.key, reached[0], message.tenant_id)


def catch_up(step: Step, action: CatchUp) -> None:
    """The oldest buffered message that fits and has not reached this process yet."""
    subscription = step.state.subscriptions.get(action.subscription_key)
    if subscription is None:
        return
    for key in step.lookups.messages.get((subscription.name, subscription.correlation_key), ()):
        message = step.state.messages[key]
        if _fits(message, subscription) and _deliver(step, message, subscription):
            return


def next_message(step: Step, action: NextMessage) -> None:
    """The instance that held the correlation key is over: the next message may start one."""
    if action.name_of_lock in step.state.locks:
        return
    for key in step.lookups.owned(action.definition_key):
        subscription = step.state.subscriptions.get(key)
        if subscription is None or subscription.kind != "MESSAGE":
            continue
        for message in sorted(step.state.messages.values(), key=lambda one: one.key):
            if _lock(message, subscription) == action.name_of_lock and _start(
                step, message, subscription
            ):
                return


def expire_if_due(step: Step, key: int) -> None:
    message = step.state.messages.get(key)
    if message is not None and message.due <= step.time:
        _expire(step, message)


def _message(
    step: Step, command: PublishMessage | CorrelateMessage, time_to_live: int, message_id: str
) -> Message:
    return Message(
        key=step.key_on(partition_for(command.correlation_key, step.state.partitions)),
        name=command.name,
        correlation_key=command.correlation_key,
        message_id=message_id,
        variables=command.variables,
        due=step.time + max(time_to_live, 0),
        tenant_id=tenant_of(command.tenant_id),
        business_id=command.business_id,
    )


def partition_for(correlation_key: str, partitions: int) -> int:
    """All messages of a correlation key are on one partition."""
    number = 0
    for byte in correlation_key.encode():
        number = (number * 31 + byte) & 0xFFFFFFFF
    return number % partitions + 1


def _tell(step: Step, message: Message, time_to_live: int) -> None:
    told = {**_value(message), "timeToLive": time_to_live}
    step.emit(ValueType.MESSAGE, "PUBLISHED", message.key, told)


def _expire(step: Step, message: Message) -> None:
    step.emit(ValueType.MESSAGE, "EXPIRED", message.key, _value(message))


def _value(message: Message) -> dict[str, Any]:
    return {
        "name": message.name,
        "correlationKey": message.correlation_key,
        "messageId": message.message_id,
        "variables": message.variables,
        "deadline": message.due,
        "businessId": message.business_id,
        "tenantId": message.tenant_id,
    }


def _reach(step: Step, message: Message) -> list[int]:
    """Keys of the instances that got it, or that it started."""
    found = []
    keys = step.lookups.subscriptions.get(("MESSAGE", message.name), ())
    for subscription in [step.state.subscriptions[key] for key in keys]:
        if subscription.key in step.state.subscriptions and _fits(
            step.state.messages[message.key], subscription
        ):
            reached = _deliver(step, message, subscription)
            found += [reached] if reached else []
    return found


def _fits(message: Message, subscription: Subscription) -> bool:
    return (
        message.tenant_id == subscription.tenant_id
        and subscription.bpmn_process_id not in message.reached
        and (not subscription.owner_key or message.correlation_key == subscription.correlation_key)
    )


def _deliver(step: Step, message: Message, subscription: Subscription) -> int:
    """The key of the instance that got it; 0: it cannot take it now."""
    if not subscription.owner_key:
        return _start(step, message, subscription)
    if not triggering.can_be_triggered(step, subscription.owner_key):
        return 0
    owner = step.instance(subscription.owner_key)
    told = values.of_subscription(step.state, subscription)
    _correlated(step, ValueType.PROCESS_MESSAGE_SUBSCRIPTION, subscription, message, told)
    triggering.trigger(step, owner, subscription.element_id, dict(message.variables))
    return owner.process_key


def _start(step: Step, message: Message, subscription: Subscription) -> int:
    """One instance at a time for each correlation key that is not empty."""
    lock = _lock(message, subscription)
    if subscription.bpmn_process_id in message.reached or lock in step.state.locks:
        return 0
    definition = step.state.definitions[subscription.definition_key]
    key = step.key_near(message.key)
    told = {**values.of_subscription(step.state, subscription), "processInstanceKey": key}
    told["correlationKey"] = message.correlation_key
    _correlated(step, ValueType.MESSAGE_START_EVENT_SUBSCRIPTION, subscription, message, told)
    how = processes.Beginning(
        start_id=subscription.element_id,
        brought=dict(message.variables),
        lock=lock,
        business_id=message.business_id,
    )
    processes.begin(step, definition, key, how)
    return key


def _lock(message: Message, subscription: Subscription) -> str:
    if not message.correlation_key:
        return ""
    return f"{message.tenant_id}|{subscription.bpmn_process_id}|{message.correlation_key}"


def _correlated(
    step: Step,
    value_type: ValueType,
    subscription: Subscription,
    message: Message,
    told: dict[str, Any],
) -> None:
    told = {**told, "messageKey": message.key, "variables": message.variables}
    step.emit(value_type, "CORRELATED", subscription.key, told)
