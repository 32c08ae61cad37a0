"""From the engine's values to fields of status."""

from dataclasses import dataclass

import pytest

from zeebe_operator.model import fields
from zeebe_operator.model.engine import Broker, DeployedProcess, Partition, Topology


def test_names_become_camel_case_and_keys_text() -> None:
    process = DeployedProcess("order", 3, 2251799813685249, "order.bpmn")
    assert fields.of(process) == {
        "bpmnProcessId": "order",
        "version": 3,
        "processDefinitionKey": "2251799813685249",
        "resourceName": "order.bpmn",
    }


def test_values_inside_values_are_translated_too() -> None:
    broker = Broker(0, "zeebe-0", 26501, "8.6.0", [Partition(1, "LEADER", "HEALTHY")])
    assert fields.of(Topology(1, 1, 1, "8.6.0", [broker])) == {
        "clusterSize": 1,
        "partitionsCount": 1,
        "replicationFactor": 1,
        "gatewayVersion": "8.6.0",
        "brokers": [
            {
                "nodeId": 0,
                "host": "zeebe-0",
                "port": 26501,
                "version": "8.6.0",
                "partitions": [{"partitionId": 1, "role": "LEADER", "health": "HEALTHY"}],
            }
        ],
    }


@dataclass
class Optional:
    some_key: int | None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param((), [], id="an empty sequence is a list"),
        pytest.param("text", "text", id="a text stays one"),
        pytest.param({"a": 1}, {"a": 1}, id="a mapping stays one"),
        pytest.param(7, 7, id="a number that is no key stays one"),
        pytest.param(Optional(None), {"someKey": None}, id="no key is no text"),
    ],
)
def test_everything_else_stays(value: object, expected: object) -> None:
    assert fields.of(value) == expected
