"""The door of this room: from a DMN file to its decisions, or to the words for what is wrong."""

import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Final
from xml.etree import ElementTree as ET

from zeebe_engine import markup
from zeebe_engine.dmn import tables
from zeebe_engine.dmn.errors import DmnError, UnreadableError, not_executed
from zeebe_engine.dmn.model import Decision, DecisionTable, Literal_, Requirements
from zeebe_engine.dmn.notation import child, children, expression, function, required
from zeebe_engine.feel import Expression

MOST_DECISIONS: Final = 1_000
_BOXED: Final = re.compile(
    "context|relation|invocation|list|functionDefinition|conditional|filter|for|some|every"
)


def read(resource_name: str, content: bytes) -> Requirements:
    """Raises DmnError."""
    try:
        return _requirements(markup.parse(content))
    except (markup.MarkupError, UnreadableError) as error:
        raise DmnError(resource_name, str(error)) from error


def _requirements(root: ET.Element) -> Requirements:
    if "/spec/DMN/" not in root.tag or markup.local(root.tag) != "definitions":
        raise UnreadableError(f"Must be the definitions of DMN, but is '{root.tag[:100]}'")
    for one in children(root, "decisionService"):
        raise not_executed(f"The decisionService '{required(one, 'id')}'")
    found = children(root, "decision")
    if not 0 < len(found) <= MOST_DECISIONS:
        raise UnreadableError(
            f"Must have from 1 to {MOST_DECISIONS} decisions, but has {len(found)}"
        )
    decisions = [_decision(one) for one in found]
    _refuse_wrong_ids(decisions)
    return Requirements(
        id=required(root, "id"),
        name=root.get("name", ""),
        decisions={one.id: one for one in decisions},
        functions=dict(_function(one) for one in children(root, "businessKnowledgeModel")),
    )


def _decision(xml: ET.Element) -> Decision:
    decision_id = required(xml, "id")
    variable = child(xml, "variable")
    try:
        return Decision(
            id=decision_id,
            name=xml.get("name", ""),
            result=(variable is not None and variable.get("name")) or decision_id,
            logic=_logic(xml),
            required=tuple(_required(xml)),
            version_tag=_version_tag(xml),
        )
    except UnreadableError as error:
        raise UnreadableError(f"decision '{decision_id}': {error}") from error


def _version_tag(xml: ET.Element) -> str:
    """Of the modeler's own extension."""
    extensions = child(xml, "extensionElements")
    found = None if extensions is None else child(extensions, "versionTag")
    return "" if found is None else found.get("value", "")


def _function(xml: ET.Element) -> tuple[str, Expression]:
    """Its name, and what gives it."""
    model_id, variable = required(xml, "id"), child(xml, "variable")
    logic = child(xml, "encapsulatedLogic")
    body = None if logic is None else child(logic, "literalExpression")
    if logic is None or body is None or logic.get("kind", "FEEL") != "FEEL":
        raise not_executed(f"The businessKnowledgeModel '{model_id}' without FEEL as its logic")
    parameters = [required(one, "name") for one in children(logic, "formalParameter")]
    name = (variable is not None and variable.get("name")) or xml.get("name") or model_id
    return name, function(body, parameters)


def _logic(xml: ET.Element) -> DecisionTable | Literal_:
    for one in xml:
        match markup.local(one.tag):
            case "decisionTable":
                return tables.read(one)
            case "literalExpression":
                return Literal_(expression(one))
            case kind if _BOXED.fullmatch(kind):
                raise not_executed(f"A {kind} as its logic")
    raise UnreadableError("Must have a decision table or a literal expression")


def _required(xml: ET.Element) -> Iterator[str]:
    for requirement in children(xml, "informationRequirement"):
        for one in children(requirement, "requiredDecision"):
            file, _, decision_id = required(one, "href").rpartition("#")
            if file:
                raise not_executed(f"A decision of another file, '{file}',")
            yield decision_id


def _refuse_wrong_ids(decisions: list[Decision]) -> None:
    """Ids are unique, and no decision requires an unknown one, or itself in the end."""
    graph: dict[str, tuple[str, ...]] = {}
    for one in decisions:
        if one.id in graph:
            raise UnreadableError(f"decision '{one.id}': Must have an id of its own")
        graph[one.id] = one.required
    for decision_id, needed in graph.items():
        for one_id in needed:
            if one_id not in graph:
                raise UnreadableError(
                    f"decision '{decision_id}': requires '{one_id}', which is none"
                )
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        path = " -> ".join(error.args[1])
        raise UnreadableError(f"Must not require each other in a circle: {path}") from error
