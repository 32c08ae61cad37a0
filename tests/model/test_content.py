"""The files of a ZeebeProcess."""

import base64
from typing import Any

import pytest

from zeebe_operator.model import content, spec
from zeebe_operator.model.engine import File
from zeebe_operator.model.errors import DependencyError, InvalidSpecError
from zeebe_operator.model.spec import ProcessSpec

BINARY = bytes(range(256))
OBJECTS: dict[str, dict[str, Any]] = {
    "rules": {"data": {"b.dmn": "<b/>", "a.dmn": "<a/>"}},
    "mixed": {
        "data": {"c.form": "{}"},
        "binaryData": {"b.bpmn": base64.b64encode(BINARY).decode()},
    },
    "empty": {"data": None},
}


def sources(*resources: dict[str, Any]) -> ProcessSpec:
    return spec.read({"resources": list(resources)}, ProcessSpec)


def by_key(of: str, key: str, **more: str) -> dict[str, Any]:
    return {"configMapKeyRef": {"name": of, "key": key}, **more}


def whole(name: str) -> dict[str, Any]:
    return {"configMapRef": {"name": name}}


INLINE = {"name": "order.bpmn", "content": "<order/>"}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param(
            spec.read({"bpmn": "<\u00fc/>"}, ProcessSpec),
            [File("shop.bpmn", "<\u00fc/>".encode())],
            id="the short form is named after the resource",
        ),
        pytest.param(sources(INLINE), [File("order.bpmn", b"<order/>")], id="inline"),
        pytest.param(
            sources(by_key("rules", "a.dmn")), [File("a.dmn", b"<a/>")], id="named after the key"
        ),
        pytest.param(
            sources(by_key("rules", "a.dmn", name="x.dmn")),
            [File("x.dmn", b"<a/>")],
            id="named by the source",
        ),
        pytest.param(
            sources(by_key("mixed", "b.bpmn")), [File("b.bpmn", BINARY)], id="binary data"
        ),
        pytest.param(
            sources(whole("rules")),
            [File("a.dmn", b"<a/>"), File("b.dmn", b"<b/>")],
            id="every key, sorted: the API gives them in any order",
        ),
        pytest.param(
            sources(whole("mixed")),
            [File("b.bpmn", BINARY), File("c.form", b"{}")],
            id="every key, of both kinds, sorted together",
        ),
        pytest.param(
            sources(whole("rules"), INLINE),
            [File("a.dmn", b"<a/>"), File("b.dmn", b"<b/>"), File("order.bpmn", b"<order/>")],
            id="the order of the sources is kept",
        ),
        pytest.param(
            sources({"name": "e.bpmn", "content": ""}), [File("e.bpmn", b"")], id="an empty text"
        ),
    ],
)
def test_collects_the_files_in_order(wanted: ProcessSpec, expected: list[File]) -> None:
    assert list(content.files("shop", wanted, OBJECTS)) == expected


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        pytest.param(sources(INLINE, INLINE), "two resources are called 'order.bpmn'", id="twice"),
        pytest.param(
            sources(whole("rules"), by_key("rules", "a.dmn")),
            "two resources are called 'a.dmn'",
            id="once more by key",
        ),
        pytest.param(sources(), "name at least one resource", id="none"),
        pytest.param(sources({"name": "a.bpmn"}), "give name and content", id="no content"),
        pytest.param(sources({"content": "<a/>"}), "give name and content", id="no name"),
    ],
)
def test_refuses_what_cannot_be_deployed(wanted: ProcessSpec, text: str) -> None:
    with pytest.raises(InvalidSpecError, match=f"^spec.resources: {text}"):
        content.files("shop", wanted, OBJECTS)


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        pytest.param(sources(by_key("rules", "z.dmn")), "'rules' has no key 'z.dmn'", id="a key"),
        pytest.param(sources(by_key("empty", "k")), "'empty' has no key 'k'", id="in an empty one"),
        pytest.param(sources(whole("empty")), "'empty' holds no keys", id="all keys"),
    ],
)
def test_a_missing_key_may_come(wanted: ProcessSpec, text: str) -> None:
    with pytest.raises(DependencyError, match=text):
        content.files("shop", wanted, OBJECTS)


def test_tells_which_config_maps_it_needs_each_once() -> None:
    wanted = sources(whole("b"), by_key("a", "k"), INLINE, by_key("b", "k"))
    assert content.config_maps(wanted) == ("b", "a")


def test_inline_content_needs_no_config_map() -> None:
    assert content.config_maps(spec.read({"bpmn": "<a/>"}, ProcessSpec)) == ()
