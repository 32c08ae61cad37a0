"""What the fake engine reads out of BPMN, DMN and forms: ids, and what an instance waits for."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from xml.etree import ElementTree as ET

WAITING = frozenset(
    ("serviceTask", "userTask", "receiveTask", "intermediateCatchEvent", "scriptTask", "sendTask")
)


class Kind(StrEnum):
    PROCESS = "process"
    DECISION = "decision"
    REQUIREMENTS = "decisionRequirements"
    FORM = "form"


class BrokenResourceError(Exception):
    """The text is the engine's explanation."""


@dataclass(frozen=True, slots=True)
class Definition:
    """Equal to another one when the engine would call it a duplicate: same name, same bytes."""

    kind: Kind
    id: str
    resource_name: str
    content: bytes
    name: str = ""
    parent: str = ""
    elements: frozenset[str] = frozenset()
    waits: bool = False
    has_none_start: bool = True
    job_type: str = ""
    """Of its first task for a worker, and that task's id; the error codes that it catches."""
    task: str = ""
    catches: frozenset[str] = frozenset()
    output: str = "null"
    """Of a decision: its literal expression."""

    @property
    def identity(self) -> tuple[Kind, str]:
        """What versions are counted for."""
        return self.kind, self.id


def read(resource_name: str, content: bytes) -> list[Definition]:
    """Which reader it is goes by the ending of the name, as in the engine."""
    readers = {"bpmn": _processes, "dmn": _decisions, "form": _forms}
    reader = readers.get(resource_name.rpartition(".")[2])
    if reader is None:
        raise BrokenResourceError(f"\n\n'{resource_name}': unknown resource type")
    try:
        return list(reader(resource_name, content))
    except (ET.ParseError, ValueError) as error:
        raise BrokenResourceError(f"\n'{resource_name}': {error}") from error


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _processes(resource_name: str, content: bytes) -> Iterator[Definition]:
    processes = [
        one
        for one in ET.fromstring(content)
        if _tag(one) == "process" and one.get("isExecutable") == "true"
    ]
    if not processes:
        raise BrokenResourceError(
            f"\n'{resource_name}': Must contain at least one executable process"
        )
    for process in processes:
        yield _process(process, resource_name, content)


def _process(process: ET.Element, resource_name: str, content: bytes) -> Definition:
    starts = [one for one in process if _tag(one) == "startEvent"]
    task = next((one for one in process if _tag(one) == "serviceTask"), ET.Element("none"))
    types = (one.get("type", "") for one in task.iter() if _tag(one) == "taskDefinition")
    errors = (one for one in ET.fromstring(content) if _tag(one) == "error")
    caught = any(_tag(one) == "boundaryEvent" for one in process)
    return Definition(
        Kind.PROCESS,
        process.get("id", ""),
        resource_name,
        content,
        elements=frozenset(one.get("id", "") for one in process.iter()),
        waits=any(_tag(one) in WAITING for one in process.iter()),
        has_none_start=any(not _is_event_start(start) for start in starts),
        job_type=next(types, ""),
        task=task.get("id", ""),
        catches=frozenset(one.get("errorCode", "") for one in errors if caught),
    )


def _is_event_start(start: ET.Element) -> bool:
    return any(_tag(child).endswith("EventDefinition") for child in start)


def _decisions(resource_name: str, content: bytes) -> Iterator[Definition]:
    root = ET.fromstring(content)
    parent = root.get("id", "")
    yield Definition(Kind.REQUIREMENTS, parent, resource_name, content, name=root.get("name", ""))
    for decision in root:
        if _tag(decision) == "decision":
            name = decision.get("name", "")
            number = decision.get("id", "")
            texts = (one.text or "" for one in decision.iter() if _tag(one) == "text")
            yield Definition(
                Kind.DECISION,
                number,
                resource_name,
                content,
                name=name,
                parent=parent,
                output=next(texts, "null"),
            )


def _forms(resource_name: str, content: bytes) -> Iterator[Definition]:
    form = json.loads(content)
    if not isinstance(form, dict) or not form.get("id"):
        raise BrokenResourceError("\nExpected the form id to be present, but none given")
    yield Definition(Kind.FORM, form["id"], resource_name, content)
