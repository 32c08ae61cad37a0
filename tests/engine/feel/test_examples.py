"""Expressions of the kind that people write in their models, and the values that they must have."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.engine.feel.evaluating import value

EXAMPLES = json.loads((Path(__file__).parent / "feel.json").read_text())


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_an_expression_of_a_model_has_its_value(example: dict[str, Any]) -> None:
    result = value(example["expression"], **example["variables"])

    assert result == example["value"]
    assert type(result) is type(example["value"])
