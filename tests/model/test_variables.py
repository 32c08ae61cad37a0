"""Merging variables: who wins, and what never shows."""

import pytest

from zeebe_operator.model import variables
from zeebe_operator.model.errors import InvalidSpecError

CANARY = "c4n4ry"


@pytest.mark.parametrize(
    ("inline", "parts", "expected"),
    [
        pytest.param({}, [], {}, id="nothing"),
        pytest.param({"a": 1}, [], {"a": 1}, id="inline only"),
        pytest.param({}, [("x", None, b'{"a": 1, "b": 2}')], {"a": 1, "b": 2}, id="an object"),
        pytest.param({}, [("x", "a", b'{"b": 1}')], {"a": '{"b": 1}'}, id="as is text"),
        pytest.param({}, [("x", "a", b"")], {"a": ""}, id="as an empty text"),
        pytest.param(
            {}, [("x", None, b'{"a": 1}'), ("y", "a", b"2")], {"a": "2"}, id="a later part wins"
        ),
        pytest.param(
            {}, [("y", "a", b"2"), ("x", None, b'{"a": 1}')], {"a": 1}, id="in this order too"
        ),
        pytest.param({"a": 0}, [("x", "a", b"2")], {"a": 0}, id="inline wins over all"),
        pytest.param(
            {"a": {"y": 1}}, [("x", None, b'{"a": {"x": 1}}')], {"a": {"y": 1}}, id="not deep"
        ),
    ],
)
def test_merges_in_order(
    inline: dict[str, object],
    parts: list[tuple[str, str | None, bytes]],
    expected: dict[str, object],
) -> None:
    assert variables.merged(inline, parts) == expected


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        pytest.param(None, f'["{CANARY}"]'.encode(), id="a list"),
        pytest.param(None, f'"{CANARY}"'.encode(), id="a text"),
        pytest.param(None, b"", id="nothing"),
        pytest.param(None, f'{{"a": {CANARY}}}'.encode(), id="no JSON"),
        pytest.param(None, b'{"a": "\xff' + CANARY.encode(), id="an object of no text"),
        pytest.param("a", b"\xff" + CANARY.encode(), id="no text"),
    ],
)
def test_refuses_other_values_by_where_they_are_from_not_by_what_they_are(
    name: str | None, raw: bytes
) -> None:
    with pytest.raises(
        InvalidSpecError, match=r"^spec\.variablesFrom: key 'k' of Secret 's' is n"
    ) as e:
        variables.merged({}, [("key 'k' of Secret 's'", name, raw)])
    assert CANARY not in str(e.value)
    assert e.value.__cause__ is None
    assert e.value.__suppress_context__
