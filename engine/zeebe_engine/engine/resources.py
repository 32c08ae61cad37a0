"""What is in the files of a deployment; nothing is deployed here."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from zeebe_engine import bpmn, dmn
from zeebe_engine.bpmn.model import Process
from zeebe_engine.engine import starts
from zeebe_engine.engine.commands import Resource
from zeebe_engine.engine.step import Failure, Step, invalid

_ENDINGS: Final = {".bpmn": "PROCESS", ".xml": "PROCESS", ".dmn": "DMN", ".form": "FORM"}
_WORDS: Final = {
    "PROCESS": "process id",
    "DECISION": "decision id",
    "DECISION_REQUIREMENTS": "decision requirements id",
    "FORM": "form id",
}


@dataclass(frozen=True, slots=True)
class Found:
    """One thing in a resource. `parent`: the place of its requirements among all that is found."""

    kind: str
    id: str
    resource: Resource
    name: str = ""
    version_tag: str = ""
    parent: int = -1
    process: Process | None = None


class _ResourceError(Exception):
    """A file that is nothing that can be deployed; the text says why."""


def read_all(step: Step, resources: list[Resource]) -> list[Found]:
    """Raises Rejection with everything that is wrong, in all of the resources."""
    if not resources:
        raise invalid("CREATE", "Expected to deploy at least one resource, but none given")
    found: list[Found] = []
    faults: list[str] = []
    for resource in resources:
        try:
            found += [_placed(one, len(found)) for one in _read(step, resource)]
        except (bpmn.BpmnError, dmn.DmnError, _ResourceError) as error:
            faults.append(str(error))
        except Failure as failure:
            faults.append(f"\n'{resource.name}': {failure.message}")
    faults += _duplicates(found)
    if faults:
        raise invalid(
            "CREATE",
            "Expected to deploy new resources, but encountered the following errors:"
            + "".join(faults),
        )
    return found


def _read(step: Step, resource: Resource) -> Iterator[Found]:
    """A DMN file gives its requirements first; `parent` 0 is that place within the file."""
    ending = "." + resource.name.rpartition(".")[2]
    match _ENDINGS.get(ending):
        case "PROCESS":
            for one in bpmn.read(resource.name, resource.content):
                starts.check(step, one)
                yield Found("PROCESS", one.id, resource, one.name, one.version_tag, process=one)
        case "DMN":
            read = dmn.read(resource.name, resource.content)
            yield Found("DECISION_REQUIREMENTS", read.id, resource, read.name)
            for decision in read.decisions.values():
                tag = decision.version_tag
                yield Found("DECISION", decision.id, resource, decision.name, tag, parent=0)
        case "FORM":
            yield _read_form(resource)
        case _:
            raise _ResourceError(f"\n\n'{resource.name}': unknown resource type")


def _read_form(resource: Resource) -> Found:
    try:
        form = json.loads(resource.content)
    except (ValueError, RecursionError) as error:
        raise _ResourceError(f"\n'{resource.name}': the form is not JSON: {error}") from error
    form_id = form.get("id") if isinstance(form, dict) else None
    if not isinstance(form_id, str) or not form_id:
        raise _ResourceError(
            f"\n'{resource.name}': Expected the form id to be present, but none given"
        )
    tag = form.get("versionTag")
    return Found("FORM", form_id, resource, version_tag=tag if isinstance(tag, str) else "")


def _placed(one: Found, place: int) -> Found:
    """`place`: how many were found before this file."""
    return one if one.parent < 0 else replace(one, parent=place)


def _duplicates(found: list[Found]) -> Iterator[str]:
    seen: dict[tuple[str, str], Resource] = {}
    for one in found:
        other = seen.setdefault((one.kind, one.id), one.resource)
        if other is not one.resource:
            names = f"'{other.name}' and '{one.resource.name}'"
            yield f"\nDuplicated {_WORDS[one.kind]} in resources {names}"
