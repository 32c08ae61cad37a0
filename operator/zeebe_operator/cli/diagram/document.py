"""Reads XML of unknown origin into a tree.

Names of BPMN and of its diagrams lose their namespace, all others keep it. Nothing is ever
fetched or expanded: a document type is refused, as in model/bpmn.py.
"""

from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from zeebe_operator.model.errors import OperatorError

_KNOWN = frozenset(
    {
        "http://www.omg.org/spec/BPMN/20100524/MODEL",
        "http://www.omg.org/spec/BPMN/20100524/DI",
        "http://www.omg.org/spec/DD/20100524/DC",
        "http://www.omg.org/spec/DD/20100524/DI",
        "http://bpmn.io/schema/bpmn/biocolor/1.0",
        "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
    }
)


class DiagramError(OperatorError):
    """The text cannot be drawn; the message says why and what to do."""


def parse(content: bytes) -> Element:
    """The root element. Raises DiagramError for what is no XML or brings a document type."""
    builder = TreeBuilder()

    def start(name: str, attributes: dict[str, str]) -> None:
        builder.start(_short(name), {_short(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        builder.end(_short(name))

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(content, True)  # noqa: FBT003 - expat takes it by position only
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise DiagramError(f"this is no XML: {error}") from None
    return builder.close()


def _short(name: str) -> str:
    namespace, _, local = name.rpartition(" ")
    return local if namespace in _KNOWN else name


def _refuse(*_: object) -> None:
    raise DiagramError("the text has a document type (DOCTYPE), which no modeler writes: remove it")
