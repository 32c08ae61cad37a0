"""Signals: one broadcast reaches all who listen, and starts what a signal starts."""

from typing import Any

from zeebe_engine.engine import processes, triggering
from zeebe_engine.engine.answers import Done
from zeebe_engine.engine.commands import BroadcastSignal
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.state import Instance, Subscription
from zeebe_engine.engine.step import Step, tenant_of


def broadcast_command(step: Step, command: BroadcastSignal) -> Done:
    tenant = tenant_of(command.tenant_id)
    return Done(_broadcast(step, command.name, command.variables, tenant), tenant)


def broadcast(step: Step, source: Instance, name: str) -> None:
    """By a throw event, with its local variables."""
    _broadcast(step, name, dict(source.variables), step.definition(source).tenant_id)


def _broadcast(step: Step, name: str, variables: dict[str, Any], tenant: str) -> int:
    key = step.key_on(1)
    told = {"signalName": name, "variables": variables, "tenantId": tenant}
    step.emit(ValueType.SIGNAL, "BROADCASTED", key, told)
    for number in tuple(step.lookups.listening.get(("SIGNAL", name, ""), ())):
        subscription = step.state.subscriptions.get(number)
        if subscription is not None:
            definition = step.state.definitions[subscription.definition_key]
            if definition.tenant_id == tenant:
                _reach(step, subscription, dict(variables))
    return key


def _reach(step: Step, subscription: Subscription, variables: dict[str, Any]) -> None:
    if not subscription.owner_key:
        processes.start(step, subscription.definition_key, subscription.element_id, variables)
    elif step.state.can_be_triggered(subscription.owner_key):
        owner = step.instance(subscription.owner_key)
        triggering.trigger(step, owner, subscription.element_id, variables)
