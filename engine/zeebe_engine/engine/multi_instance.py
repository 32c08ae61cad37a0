"""Multi-instance activities: a body, and an instance of the activity for each item."""

import re
from collections import ChainMap
from dataclasses import dataclass
from typing import Any, Final

from zeebe_engine.bpmn.model import Element, ElementType, Loop
from zeebe_engine.engine.behaviour import BEHAVIOURS, Behaviour, Variables
from zeebe_engine.engine.state import Activate, Complete, Instance
from zeebe_engine.engine.step import Step

_PATH: Final = re.compile(r"\w+(\.\w+)*")


@dataclass(frozen=True, slots=True)
class Items:
    values: list[Any]


@dataclass(frozen=True, slots=True)
class Ended:
    """`output`: what the collection of results gets; `is_enough`: the others need not go on."""

    output: dict[str, Any]
    is_enough: bool = False


def prepare(step: Step, body: Instance, element: Element, variables: Variables) -> Items:
    return Items(step.typed(_loop(element).input_collection, variables, "ARRAY", list))


def enter(step: Step, body: Instance, element: Element, items: Items) -> None:
    if not items.values:
        step.later(Complete(body.key, results(body, element)))
        return
    first = 1 if _loop(element).is_sequential else len(items.values)
    for number in range(1, first + 1):
        step.later(Activate(element.id, body.key, loop_counter=number))


def item_of(step: Step, instance: Instance, element: Element) -> dict[str, Any]:
    """The local variables of one inner instance."""
    if not instance.loop_counter:
        return {}
    loop = _loop(element)
    items = step.instance(instance.scope_key).items
    local: dict[str, Any] = {"loopCounter": instance.loop_counter}
    if loop.input_element:
        local[loop.input_element] = items[instance.loop_counter - 1]
    if (own := _result_variable(loop)) and own not in local:
        local[own] = None
    return local


def ended(step: Step, instance: Instance, element: Element, variables: ChainMap[str, Any]) -> Ended:
    """Of an inner instance that is about to complete. Raises Failure."""
    if not instance.loop_counter:
        return Ended({})
    loop = _loop(element)
    value = None
    if loop.output_element is not None and loop.output_collection:
        value = step.evaluate(loop.output_element, variables)
    if loop.completion_condition is None:
        return Ended({"output": value})
    seen = variables.new_child(_counts(step.instance(instance.scope_key)))
    is_enough = step.typed(loop.completion_condition, seen, "BOOLEAN", bool)
    return Ended({"output": value}, is_enough)


def results(body: Instance, element: Element) -> dict[str, Any]:
    collection = _loop(element).output_collection
    return {collection: list(body.outputs)} if collection else {}


def _counts(body: Instance) -> dict[str, Any]:
    """As they are once this instance has completed."""
    return {
        "numberOfInstances": len(body.items),
        "numberOfActiveInstances": len(body.children) - 1,
        "numberOfCompletedInstances": body.completed + 1,
        "numberOfTerminatedInstances": body.terminated,
    }


def _result_variable(loop: Loop) -> str:
    """Results are collected from a variable that each instance has for itself."""
    if loop.output_element is None or loop.output_element.expression is None:
        return ""
    text = loop.output_element.expression.text.strip()
    return text.split(".")[0] if _PATH.fullmatch(text) else ""


def _loop(element: Element) -> Loop:
    assert element.loop is not None
    return element.loop


BEHAVIOURS[ElementType.MULTI_INSTANCE_BODY] = Behaviour(enter, prepare)
