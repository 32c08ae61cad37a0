"""What the kinds of elements do in their life; each kind has one row in the table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from zeebe_engine.bpmn.model import Element, ElementType
from zeebe_engine.engine.state import Instance
from zeebe_engine.engine.step import Step

Variables = Mapping[str, Any]
Prepare = Callable[[Step, Instance, Element, Variables], Any]
Enter = Callable[[Step, Instance, Element, Any], None]


def nothing_to_prepare(
    step: Step, instance: Instance, element: Element, variables: Variables
) -> None:
    """For elements that need no value of an expression."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """`prepare` evaluates, before anything has happened, and may raise Failure. `enter` acts on
    what it found, once the element is active."""

    enter: Enter
    prepare: Prepare = nothing_to_prepare


BEHAVIOURS: Final[dict[ElementType, Behaviour]] = {}
