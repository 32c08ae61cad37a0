"""XML from outside, as a tree: without DOCTYPE, entities, or more nesting than a model has."""

from typing import Final
from xml.etree import ElementTree as ET
from xml.parsers import expat

DEEPEST: Final = 200


class MarkupError(Exception):
    """The text says where and why."""


def parse(content: bytes) -> ET.Element:
    """The root; names are `{namespace}local`. Raises MarkupError."""
    builder = ET.TreeBuilder()
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise MarkupError(f"elements are nested more than {DEEPEST} deep")
        builder.start(_qualified(name), {_qualified(k): v for k, v in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_qualified(name))

    def doctype(*_: object) -> None:
        raise MarkupError("a DOCTYPE is not allowed")

    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(content, True)  # noqa: FBT003 - expat takes it by position only
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise MarkupError(str(error)) from error
    return builder.close()


def local(name: str) -> str:
    """The name of an element or attribute without its namespace."""
    return name.rpartition("}")[2]


def _qualified(name: str) -> str:
    return "{" + name if "}" in name else name
