"""The XML of DMN, whatever its version: elements by local names, and texts that are FEEL."""

from collections.abc import Callable
from typing import Final, TypeVar
from xml.etree import ElementTree as ET

from zeebe_engine import markup
from zeebe_engine.dmn.errors import UnreadableError, not_executed
from zeebe_engine.feel import (
    Expression,
    FeelError,
    UnaryTests,
    compile_expression,
    compile_unary_tests,
)

LONGEST: Final = 32_768
"""Characters of one expression."""
Compiled = TypeVar("Compiled")


def children(xml: ET.Element, kind: str) -> list[ET.Element]:
    return [one for one in xml if markup.local(one.tag) == kind]


def child(xml: ET.Element, kind: str) -> ET.Element | None:
    return next(iter(children(xml, kind)), None)


def required(xml: ET.Element, name: str) -> str:
    found = xml.get(name, "").strip()
    if not found:
        raise UnreadableError(f"Must have the attribute '{name}' at each {markup.local(xml.tag)}")
    return found


def text(xml: ET.Element | None) -> str:
    """Of the `<text>` within; "": there is none."""
    found = None if xml is None else child(xml, "text")
    return "" if found is None else (found.text or "").strip()


def expression(holder: ET.Element) -> Expression:
    return _compiled(holder, text(holder), compile_expression)


def entry(holder: ET.Element) -> Expression:
    """Of an output: an empty one is null."""
    return _compiled(holder, text(holder) or "null", compile_expression)


def tests(holder: ET.Element) -> UnaryTests:
    """Of an input: an empty one is `-`."""
    return _compiled(holder, text(holder) or "-", compile_unary_tests)


def listed(holder: ET.Element) -> Expression:
    return _compiled(holder, f"[{text(holder)}]", compile_expression)


def function(holder: ET.Element, parameters: list[str]) -> Expression:
    source = f"function({', '.join(parameters)}) {text(holder)}"
    return _compiled(holder, source, compile_expression)


def _compiled(holder: ET.Element, source: str, compile_: Callable[[str], Compiled]) -> Compiled:
    language = holder.get("expressionLanguage", "FEEL")
    if "feel" not in language.lower():
        raise not_executed(f"The expression language '{language}'")
    if len(source) > LONGEST:
        raise UnreadableError(f"Must not have expressions of more than {LONGEST} characters")
    try:
        return compile_(source)
    except FeelError as error:
        where = f"{markup.local(holder.tag)} '{holder.get('id', '')}'"
        raise UnreadableError(f"{where}: failed to parse expression '{source}': {error}") from error
