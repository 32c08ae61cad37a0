"""Events, gateways and containers: what they do when a token enters."""

from typing import Any

from zeebe_engine.bpmn.model import Element, ElementType, Error, Escalation, Signal, Terminate
from zeebe_engine.engine import lifecycle, signals, throwing
from zeebe_engine.engine.behaviour import BEHAVIOURS, Behaviour, Variables
from zeebe_engine.engine.state import Activate, Complete, Instance
from zeebe_engine.engine.step import Step


def pass_through(step: Step, instance: Instance, element: Element, prepared: Any) -> None:
    step.later(Complete(instance.key))


def stay(step: Step, instance: Instance, element: Element, prepared: Any) -> None:
    """What it waits for will come."""


def enter_scope(step: Step, instance: Instance, element: Element, prepared: Any) -> None:
    """Its start event; one that a message started is the one that waited for it."""
    start = element.starts[0] if element.type != ElementType.PROCESS else instance.start_id
    if start:
        lifecycle.activate(step, Activate(start, instance.key, variables=instance.result))


def prepare_throw(step: Step, instance: Instance, element: Element, variables: Variables) -> str:
    """The name or the code of what is thrown."""
    match element.trigger:
        case Signal(name):
            return step.text(name, variables)
        case Error(code) | Escalation(code) if code is not None:
            return step.text(code, variables)
    return ""


def throw(step: Step, instance: Instance, element: Element, name: str) -> None:
    """An error or the end of all leaves nothing to complete."""
    match element.trigger:
        case Error():
            if not throwing.throw_error(step, instance, name, {}):
                raise throwing.unhandled(name)
        case Terminate():
            scope = step.instance(instance.scope_key)
            lifecycle.drop_tokens(step, scope, element.id)
            step.later(Complete(scope.key))
        case Signal():
            step.later(Complete(instance.key))
            signals.broadcast(step, name, dict(step.variables(instance.key)), instance)
        case Escalation():
            step.later(Complete(instance.key))
            throwing.throw_escalation(step, instance, name)
        case _:
            step.later(Complete(instance.key))


BEHAVIOURS.update(
    {
        ElementType.PROCESS: Behaviour(enter_scope),
        ElementType.SUB_PROCESS: Behaviour(enter_scope),
        ElementType.EVENT_SUB_PROCESS: Behaviour(enter_scope),
        ElementType.START_EVENT: Behaviour(pass_through),
        ElementType.BOUNDARY_EVENT: Behaviour(pass_through),
        ElementType.TASK: Behaviour(pass_through),
        ElementType.MANUAL_TASK: Behaviour(pass_through),
        ElementType.EXCLUSIVE_GATEWAY: Behaviour(pass_through),
        ElementType.PARALLEL_GATEWAY: Behaviour(pass_through),
        ElementType.INCLUSIVE_GATEWAY: Behaviour(pass_through),
        ElementType.EVENT_BASED_GATEWAY: Behaviour(stay),
        ElementType.RECEIVE_TASK: Behaviour(stay),
    }
)
