"""Fields of a modeler: fixed text, or an expression, which is compiled once, here."""

import re
from collections.abc import Callable
from typing import Final

from zeebe_engine.bpmn.model import Value
from zeebe_engine.bpmn.notation import Node
from zeebe_engine.feel import FeelError, compile_expression

LONGEST: Final = 32_768
"""Characters of one field."""
_PATH: Final = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")

Form = tuple[Callable[[str], bool], str]
"""What a fixed text must hold, and the words for it."""
ANY: Final[Form] = (bool, "a text")


def parse(node: Node, text: str, form: Form = ANY) -> Value:
    """`text` belongs to `node`, which gets the faults; what is returned with one is never used."""
    is_valid, words = form
    if len(text) > LONGEST:
        node.fault(f"Must not have a field of more than {LONGEST} characters, but has {len(text)}")
    elif text.startswith("="):
        return _expression(node, text)
    elif text and not is_valid(text):
        node.fault(f"Expected {words}, or an expression that starts with '=', but found '{text}'")
    return Value(text)


def required(node: Node, name: str) -> Value:
    return parse(node, node.required(name))


def optional(node: Node, name: str, form: Form = ANY) -> Value | None:
    """None: the attribute is absent or blank."""
    found = node.attribute(name)
    return parse(node, found, form) if found else None


def expression(node: Node, name: str = "") -> Value:
    """An attribute, or the text of the element, that cannot be fixed text."""
    text = node.attribute(name) if name else node.text
    if not text:
        node.fault("Expected expression but not found.")
    elif not text.startswith("="):
        node.fault(
            f"Expected expression but found static value '{text}'."
            f" An expression must start with '=' (e.g. '={text}')."
        )
    return parse(node, text)


def variable(node: Node, name: str) -> str:
    """An attribute with a name like `order`, or a path like `order.total`; "": absent."""
    found = node.attribute(name)
    if found and not _PATH.fullmatch(found):
        node.fault(f"Attribute '{name}' must be a variable like 'order.total', but is '{found}'")
    return found


def _expression(node: Node, text: str) -> Value:
    source = text[1:].strip()
    try:
        return Value(text, compile_expression(source))
    except FeelError as error:
        node.fault(f"failed to parse expression '{source}': {error}")
        return Value(text)
