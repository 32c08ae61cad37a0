"""Nothing that a user entrusts to us shows when a value is printed."""

import pytest

from zeebe_operator.model.engine import CreateInstance, File, PublishMessage

CANARY = "c4n4ry"


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(File("a.bpmn", CANARY.encode()), id="a file"),
        pytest.param(CreateInstance(variables={"a": CANARY}), id="an instance"),
        pytest.param(PublishMessage("paid", "", 60, "id", variables={"a": CANARY}), id="a message"),
    ],
)
def test_a_printed_value_keeps_its_content_to_itself(value: object) -> None:
    assert CANARY not in f"{value!r} {value}"
