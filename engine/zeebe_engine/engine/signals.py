"""Signals: one broadcast reaches all who listen, and starts what a signal starts."""

from typing import Any

from zeebe_engine.engine import processes, triggering, values
from zeebe_engine.engine.answers import DEFAULT_TENANT, Done
from zeebe_engine.engine.commands import BroadcastSignal
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.state import Instance, Subscription
from zeebe_engine.engine.step import Step, tenant_of


def broadcast_command(step: Step, command: BroadcastSignal) -> Done:
    tenant = tenant_of(command.tenant_id)
    return Done(_broadcast(step, command.name, command.variables, tenant, 1), tenant)


def broadcast(step: Step, name: str, variables: dict[str, Any], source: Instance) -> None:
    """By a throw event."""
    tenant = step.instance(source.process_key).tenant_id or DEFAULT_TENANT
    _broadcast(step, name, variables, tenant, 1)


def _broadcast(
    step: Step, name: str, variables: dict[str, Any], tenant: str, partition: int
) -> int:
    key = step.key_on(partition)
    told = {"signalName": name, "variables": variables, "tenantId": tenant}
    step.emit(ValueType.SIGNAL, "BROADCASTED", key, told)
    for number in tuple(step.lookups.subscriptions.get(("SIGNAL", name), ())):
        subscription = step.state.subscriptions.get(number)
        if subscription is not None and subscription.tenant_id == tenant:
            _reach(step, subscription, variables)
    return key


def _reach(step: Step, subscription: Subscription, variables: dict[str, Any]) -> None:
    if not subscription.owner_key:
        definition = step.state.definitions[subscription.definition_key]
        key = step.key_on(processes.next_partition(step))
        how = processes.Beginning(start_id=subscription.element_id, brought=dict(variables))
        processes.begin(step, definition, key, how)
    elif triggering.can_be_triggered(step, subscription.owner_key):
        owner = step.instance(subscription.owner_key)
        told = values.of_subscription(step.state, subscription)
        step.emit(ValueType.SIGNAL_SUBSCRIPTION, "CORRELATED", subscription.key, told)
        triggering.trigger(step, owner, subscription.element_id, dict(variables))
