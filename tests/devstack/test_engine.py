"""The local engine as this package runs it: its records, its data, its ports and its end."""

import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing

import pytest

from devstack import http_probe
from devstack.engine import Engine, Options
from devstack.errors import ReplayError, StartError
from devstack.pytest_plugin import EngineOf
from devstack.records import Record
from tests.devstack.client import Client, plain

pytestmark = pytest.mark.engine

VERSIONS = ["8.6", "8.8", "8.9", "8.10"]


@pytest.fixture
def process() -> str:
    return f"process-{secrets.token_hex(4)}"


@pytest.fixture
def client(engine: Engine) -> Iterator[Client]:
    with plain(engine) as client:
        yield client


def created(engine: Engine, process: str) -> list[Record]:
    events = engine.records.all("PROCESS_INSTANCE_CREATION", "CREATED", "EVENT")
    return [record for record in events if record.value["bpmnProcessId"] == process]


def test_every_instance_is_one_record(engine: Engine, client: Client, process: str) -> None:
    client.deploy(process)
    keys = [client.start(process) for _ in range(3)]
    assert [record.value["processInstanceKey"] for record in created(engine, process)] == keys


def test_commands_and_refusals_are_recorded_too(
    engine: Engine, client: Client, process: str
) -> None:
    with pytest.raises(Exception, match="NOT_FOUND"):
        client.start(process)
    refused = engine.records.all("PROCESS_INSTANCE_CREATION", "CREATE", "COMMAND_REJECTION")
    mine = [record for record in refused if process in record.rejection_reason]
    assert [record.rejection_type for record in mine] == ["NOT_FOUND"]


def test_the_bytes_of_a_deployment_are_not_kept(
    engine: Engine, client: Client, process: str
) -> None:
    client.deploy(process)
    found = [
        record.value
        for record in engine.records.all("PROCESS", "CREATED")
        if record.value["bpmnProcessId"] == process
    ]
    assert [value["resourceName"] for value in found] == [f"{process}.bpmn"]
    assert "resource" not in found[0]


@pytest.mark.parametrize("how", ["kill", "stop"])
def test_a_restart_keeps_ports_data_and_records(own_engine: Engine, process: str, how: str) -> None:
    address = own_engine.gateway_address
    with plain(own_engine) as client:
        client.deploy(process)
        keys = [client.start(process)]
        getattr(own_engine, how)()
        own_engine.start()
        assert own_engine.gateway_address == address
        keys.append(client.start(process))
    assert [record.value["processInstanceKey"] for record in created(own_engine, process)] == keys


def test_a_suspended_one_answers_after_it_is_resumed(own_engine: Engine, process: str) -> None:
    with plain(own_engine) as client:
        client.deploy(process)
        own_engine.suspend()
        own_engine.resume()
        client.start(process)
    assert len(created(own_engine, process)) == 1


@pytest.mark.parametrize("version", VERSIONS)
def test_it_speaks_the_generation_that_is_asked_for(engine_of: EngineOf, version: str) -> None:
    with plain(engine_of(version)) as client:
        assert client.topology().gatewayVersion.startswith(f"{version}.")


def test_several_run_at_once_and_know_nothing_of_each_other(process: str) -> None:
    with ExitStack() as stack:
        engines = [stack.enter_context(Engine.alone()) for _ in range(3)]
        for engine in engines:
            with plain(engine) as client:
                client.deploy(process)
                client.start(process)
        assert [len(created(engine, process)) for engine in engines] == [1, 1, 1]


def test_the_partitions_are_those_that_are_asked_for() -> None:
    with Engine.alone(Options(partitions=2)) as engine, plain(engine) as client:
        assert client.topology().partitionsCount == 2


def test_its_rest_api_is_there_too(engine: Engine) -> None:
    assert http_probe.is_ok(engine.ports[1], "/v2/topology")
    assert engine.rest_address.startswith("http://")


def test_options_that_it_does_not_know_are_said_in_its_words() -> None:
    with (
        pytest.raises(StartError, match="unrecognized arguments: --nonsense"),
        Engine.alone(Options(extra=["--nonsense"])),
    ):
        pass


def test_leaves_no_process_and_no_file_behind(all_gone: Callable[[Iterable[int]], bool]) -> None:
    with Engine.alone() as engine:
        pid, directory = engine.pid, engine.log.parent
    assert all_gone([pid])
    assert not directory.exists()


def test_a_journal_that_gives_another_state_is_found() -> None:
    with Engine.alone() as own:
        with plain(own) as client:
            client.deploy("one")
            client.deploy("two")
        own.stop()
        own.replay()
        with closing(sqlite3.connect(own.data / "journal.db")) as journal, journal:
            journal.execute("DELETE FROM entries WHERE position = 1")
        with pytest.raises(ReplayError, match="ended with another digest"):
            own.replay()
