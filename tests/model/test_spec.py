"""Reading specs: defaults, renamed fields, and errors that name the field and hold no value."""

from typing import Any

import pytest

from zeebe_operator.model import spec
from zeebe_operator.model.errors import InvalidSpecError

CANARY = "c4n4ry"


def test_camel_case_becomes_snake_case_and_what_is_left_out_has_its_default() -> None:
    read = spec.read(
        {
            "processRef": {"name": "order", "bpmnProcessId": "a"},
            "variablesFrom": [{"secretKeyRef": {"name": "s", "key": "k"}, "as": "token"}],
            "startInstructions": [{"elementId": "task"}],
        },
        spec.InstanceSpec,
    )
    assert read == spec.InstanceSpec(
        process_ref=spec.ProcessReference("order", "a"),
        variables_from=(
            spec.VariableSource(secret_key_ref=spec.KeyReference("s", "k"), target="token"),
        ),
        start_instructions=(spec.StartInstruction("task"),),
    )
    assert (read.on_uncertain, read.deletion_policy, read.desired_state) == (
        "Stop",
        "Cancel",
        "Running",
    )


@pytest.mark.parametrize("key", [2251799813685249, "2251799813685249"])
def test_a_key_may_be_a_number_or_a_text(key: int | str) -> None:
    assert spec.read({"processDefinitionKey": key}, spec.InstanceSpec).process_definition_key == key


def test_fields_of_a_later_version_are_no_error() -> None:
    read = spec.read({"messageName": "paid", "fromTheFuture": CANARY}, spec.MessageSpec)
    assert read.message_name == "paid"


@pytest.mark.parametrize(
    ("raw", "into", "field"),
    [
        pytest.param({}, spec.MessageSpec, "`messageName`", id="a missing field"),
        pytest.param(
            {"messageName": [CANARY]}, spec.MessageSpec, "`spec.messageName`", id="a list"
        ),
        pytest.param(
            {"messageName": "m", "variables": CANARY},
            spec.MessageSpec,
            "`spec.variables`",
            id="variables that are no object",
        ),
        pytest.param(
            {"messageName": "m", "variablesFrom": [{"secretKeyRef": {"name": CANARY}}]},
            spec.MessageSpec,
            "`spec.variablesFrom[0].secretKeyRef`",
            id="deep inside",
        ),
        pytest.param(
            {"deletionPolicy": CANARY}, spec.ProcessSpec, "`spec.deletionPolicy`", id="no such word"
        ),
        pytest.param({"version": CANARY}, spec.InstanceSpec, "`spec.version`", id="no number"),
    ],
)
def test_an_error_names_the_field_and_holds_no_value(
    raw: dict[str, Any], into: type[spec.Struct], field: str
) -> None:
    with pytest.raises(InvalidSpecError) as refused:
        spec.read(raw, into)
    text = str(refused.value)
    assert text.startswith("spec: ")
    assert field in text
    assert CANARY not in text
    assert refused.value.__suppress_context__
