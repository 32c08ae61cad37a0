"""Events, gateways and containers: what they do when a token enters."""

from typing import Any

from zeebe_engine.bpmn.model import Element, ElementType, Error, Escalation, Signal, Terminate
from zeebe_engine.engine import ending, lifecycle, placing, signals, throwing
from zeebe_engine.engine.behaviour import BEHAVIOURS, Behaviour, Variables
from zeebe_engine.engine.state import Activate, Complete, Instance
from zeebe_engine.engine.step import Step


def pass_through(step: Step, instance: Instance, element: Element, prepared: Any) -> None:
    step.later(Complete(instance.key))


def stay(step: Step, instance: Instance, element: Element, prepared: Any) -> None:
    """What it waits for will come."""


def enter_scope(step: Step, instance: Instance, element: Element, prepared: Any) -> None:
    """At its start event, which gets what an event has brought, or at what was asked for."""
    for target in instance.targets or element.starts[:1]:
        if target in element.starts:
            lifecycle.activate(step, Activate(target, instance.key, variables=instance.result))
        else:
            placing.place(step, instance, target, instance.given)


def prepare_throw(step: Step, instance: Instance, element: Element, variables: Variables) -> str:
    """The name or the code of what is thrown."""
    match element.trigger:
        case Signal(name):
            return step.text(name, variables)
        case Error(code) | Escalation(code) if code is not None:
            return step.text(code, variables)
    return ""


def throw(step: Step, instance: Instance, element: Element, name: str) -> None:
    """An error leaves nothing to complete."""
    if isinstance(element.trigger, Error):
        throwing.throw_error(step, instance, name)
        return
    step.later(Complete(instance.key))
    match element.trigger:
        case Terminate():
            scope = step.instance(instance.scope_key)
            ending.drop_tokens(step, scope, element.id, spared=instance.key)
        case Signal():
            signals.broadcast(step, instance, name)
        case Escalation():
            throwing.throw_escalation(step, instance, name)


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
