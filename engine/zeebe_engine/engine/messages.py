"""Messages: published, buffered for their time, and correlated once to each process."""

from typing import Any

from zeebe_engine.engine import definitions, processes, triggering, waiting
from zeebe_engine.engine.answers import Correlated, Done
from zeebe_engine.engine.commands import CorrelateMessage, PublishMessage
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.refusals import Rejection, RejectionType
from zeebe_engine.engine.state import CatchUp, Message, NextMessage, Subscription
from zeebe_engine.engine.step import Step, not_found, tenant_of


def publish(step: Step, command: PublishMessage) -> Done:
    tenant = tenant_of(command.tenant_id)
    identity = (tenant, command.name, command.correlation_key, command.message_id)
    if identity in step.lookups.message_ids:
        raise Rejection(
            RejectionType.ALREADY_EXISTS,
            "PUBLISH",
            f"Expected to publish a new message with id '{command.message_id}',"
            " but a message with that id was already published",
        )
    message = _published(step, command, command.time_to_live, command.message_id)
    _reach(step, message)
    if command.time_to_live <= 0:
        expire(step, message)
    return Done(message.key, tenant)


def correlate(step: Step, command: CorrelateMessage) -> Correlated:
    message = _published(step, command, 0, "")
    reached = _reach(step, message)
    expire(step, message)
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
    """The oldest buffered messages that fit and have not reached this process yet: one for what
    completes or is interrupted, all for what goes on."""
    subscription = step.state.subscriptions.get(action.subscription_key)
    if subscription is None or subscription.kind != "MESSAGE":
        return
    buffered = (subscription.name, subscription.correlation_key)
    for key in tuple(step.lookups.messages.get(buffered, ())):
        if subscription.key in step.state.subscriptions:
            _deliver(step, step.state.messages[key], subscription)


def next_message(step: Step, action: NextMessage) -> None:
    """The instance that held the correlation key is over: the oldest buffered message that fits
    the latest version starts another."""
    latest = definitions.latest(step, "PROCESS", action.process_id, action.tenant_id)
    if latest is None:
        return
    found = []
    for key in step.lookups.owned(latest.key):
        subscription = step.state.subscriptions.get(key)
        if subscription is not None and subscription.kind == "MESSAGE":
            buffered = step.lookups.messages.get((subscription.name, action.correlation_key), ())
            found += [(key, subscription) for key in buffered]
    for key, subscription in sorted(found, key=lambda one: one[0]):
        if _start(step, step.state.messages[key], subscription):
            return


def expire(step: Step, message: Message) -> None:
    step.emit(ValueType.MESSAGE, "EXPIRED", message.key, _value(message))


def partition_for(correlation_key: str, partitions: int) -> int:
    """All messages of a correlation key are on one partition."""
    number = 0
    for byte in correlation_key.encode():
        number = (number * 31 + byte) & 0xFFFFFFFF
    return number % partitions + 1


def _published(
    step: Step, command: PublishMessage | CorrelateMessage, time_to_live: int, message_id: str
) -> Message:
    message = Message(
        key=step.key_on(partition_for(command.correlation_key, step.state.partitions)),
        name=command.name,
        correlation_key=command.correlation_key,
        message_id=message_id,
        variables=command.variables,
        due=step.after(max(time_to_live, 0)),
        tenant_id=tenant_of(command.tenant_id),
        business_id=command.business_id,
    )
    told = {**_value(message), "timeToLive": time_to_live}
    step.emit(ValueType.MESSAGE, "PUBLISHED", message.key, told)
    return message


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
    """Keys of the instances that got it, or that it started: those that are there come first."""
    waiting_ones = step.lookups.listening.get(
        ("MESSAGE", message.name, message.correlation_key), ()
    )
    starts = step.lookups.listening.get(("START", message.name, ""), ())
    reached = [
        _deliver(step, message, step.state.subscriptions[key])
        for key in (*waiting_ones, *starts)
        if key in step.state.subscriptions
    ]
    return [key for key in reached if key]


def _deliver(step: Step, message: Message, subscription: Subscription) -> int:
    """The key of the instance that got it; 0: it cannot take it now."""
    if not subscription.owner_key:
        return _start(step, message, subscription)
    can_take = step.state.can_be_triggered(subscription.owner_key)
    if not can_take or not _fits(step, message, subscription):
        return 0
    owner = step.instance(subscription.owner_key)
    event = step.process(owner).elements[subscription.element_id]
    _tell_correlated(step, message, subscription, interrupting=event.interrupting)
    triggering.trigger(step, owner, subscription.element_id, dict(message.variables))
    return owner.process_key


def _start(step: Step, message: Message, subscription: Subscription) -> int:
    """One instance at a time for each correlation key that is not empty."""
    definition = step.state.definitions[subscription.definition_key]
    lock = (definition.tenant_id, definition.id, message.correlation_key)
    is_taken = lock in step.lookups.locks or processes.is_taken(
        step, definition, message.business_id
    )
    if is_taken or not _fits(step, message, subscription):
        return 0
    key = step.key_near(message.key)
    _tell_correlated(step, message, subscription, processInstanceKey=key)
    how = processes.Beginning(
        targets=(subscription.element_id,),
        brought=dict(message.variables),
        correlation_key=message.correlation_key,
        business_id=message.business_id,
    )
    processes.begin(step, definition, key, how)
    return key


def _fits(step: Step, message: Message, subscription: Subscription) -> bool:
    """A message reaches each process once."""
    definition = step.state.definitions[subscription.definition_key]
    known = step.state.messages[message.key].reached
    return message.tenant_id == definition.tenant_id and definition.id not in known


def _tell_correlated(step: Step, message: Message, subscription: Subscription, **more: Any) -> None:
    """What waits for one message only is done with it; a start event goes on."""
    more |= {"messageKey": message.key, "variables": message.variables}
    more["correlationKey"] = message.correlation_key
    waiting.tell(step, "CORRELATED", subscription, **more)
