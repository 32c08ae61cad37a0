"""What a gateway can do, by its version."""

import pytest

from zeebe_operator.model import capabilities
from zeebe_operator.model.capabilities import Capabilities

OLD = Capabilities(tags=False, business_id=False)
TAGS = Capabilities(tags=True, business_id=False)
ALL = Capabilities(tags=True, business_id=True)


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("8.5.0", OLD),
        ("8.7.12", OLD),
        ("8.8.0", TAGS),
        ("8.8.0-alpha5", TAGS),
        ("8.9.1", ALL),
        ("8.10.0", ALL),
        ("9.0.0", ALL),
        ("10.1.0", ALL),
        pytest.param("", OLD, id="no version"),
        pytest.param("dev", OLD, id="no number"),
    ],
)
def test_the_version_tells_what_a_gateway_can_do(version: str, expected: Capabilities) -> None:
    assert capabilities.of_version(version) == expected


@pytest.mark.parametrize(
    ("version", "rest", "reads"),
    [("8.7.9", True, False), ("8.8.0", True, True), ("8.8.0", False, False)],
)
def test_instances_can_be_read_where_the_api_is_known_and_new_enough(
    version: str, rest: bool, reads: bool
) -> None:
    assert capabilities.of_version(version, rest=rest).reads is reads
