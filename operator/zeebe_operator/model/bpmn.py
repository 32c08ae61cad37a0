"""The process ids in a BPMN text: what a ZeebeProcess claims before the engine has seen it."""

from collections.abc import Callable, Iterable
from xml.parsers import expat

from zeebe_operator.model.engine import File

_PROCESS = "http://www.omg.org/spec/BPMN/20100524/MODEL process"


class _DoctypeError(Exception):
    """Entities could blow a small text up; no modeler writes a DOCTYPE."""


def process_ids(files: Iterable[File]) -> frozenset[str]:
    """Of every executable process. A broken text claims nothing: the engine explains it better."""
    return frozenset(found for file in files for found in _ids(file))


def _ids(file: File) -> list[str]:
    if not file.name.endswith((".bpmn", ".bpmn20.xml", ".xml")):
        return []
    found: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == _PROCESS and attributes.get("isExecutable") == "true" and "id" in attributes:
            found.append(attributes["id"])

    try:
        _parse(file.content, start)
    except (expat.ExpatError, _DoctypeError, LookupError, ValueError):
        return []  # the last two: an encoding that Python does not know
    return found


def _parse(content: bytes, start: Callable[[str, dict[str, str]], None]) -> None:
    def doctype(*_: object) -> None:
        raise _DoctypeError

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = doctype
    parser.Parse(content, True)  # noqa: FBT003 - expat takes it by position only
