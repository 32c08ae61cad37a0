"""The real engine: its records are counted, and it keeps its data over a restart."""

import secrets
from typing import Any

import pytest

from devstack.environment import Environment
from devstack.records import Record


@pytest.fixture
def process() -> str:
    return f"process-{secrets.token_hex(4)}"


def _created(environment: Environment, process: str) -> list[Record]:
    environment.records.settle()
    events = environment.records.all("PROCESS_INSTANCE_CREATION", "CREATED", "EVENT")
    return [record for record in events if record.value["bpmnProcessId"] == process]


def test_every_instance_is_one_record(environment: Environment, engine: Any, process: str) -> None:
    engine.deploy(process)
    keys = [int(engine.create_instance(process)["processInstanceKey"]) for _ in range(3)]
    created = _created(environment, process)
    assert [record.value["processInstanceKey"] for record in created] == keys


def test_commands_and_refusals_are_recorded_too(
    environment: Environment, engine: Any, process: str
) -> None:
    with pytest.raises(AssertionError, match="NOT_FOUND"):
        engine.create_instance(process)
    environment.records.settle()
    refused = environment.records.all("PROCESS_INSTANCE_CREATION", "CREATE", "COMMAND_REJECTION")
    mine = [record for record in refused if process in record.rejection_reason]
    assert [record.rejection_type for record in mine] == ["NOT_FOUND"]


def test_the_bytes_of_a_deployment_are_not_kept(
    environment: Environment, engine: Any, process: str
) -> None:
    engine.deploy(process)
    found = environment.records.wait_for(
        lambda record: record.value["bpmnProcessId"] == process,
        value_type="PROCESS",
        intent="CREATED",
    )
    assert "resource" not in found[0].value
    assert found[0].value["resourceName"] == f"{process}.bpmn"


def test_the_marks_of_settle_are_not_among_the_records(environment: Environment) -> None:
    environment.records.settle()
    signals = environment.records.all("SIGNAL")
    assert not [record for record in signals if "settle" in record.value["signalName"]]


@pytest.mark.parametrize("how", ["kill", "stop"])
def test_a_restart_keeps_ports_data_and_counts(
    environment: Environment, engine: Any, process: str, how: str
) -> None:
    engine.deploy(process)
    engine.create_instance(process)
    address = environment.gateway_address
    getattr(environment.broker, how)()
    environment.broker.start()
    assert environment.gateway_address == address
    engine.create_instance(process)
    assert len(_created(environment, process)) == 2


def test_a_suspended_broker_answers_after_it_is_resumed(
    environment: Environment, engine: Any, process: str
) -> None:
    engine.deploy(process)
    environment.broker.suspend()
    environment.broker.resume()
    engine.create_instance(process)
    assert len(_created(environment, process)) == 1
