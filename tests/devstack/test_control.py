"""What a test does to an engine through its control port, and what a client sees of it."""

import secrets
import time
from collections.abc import Iterator

import grpc
import pytest
from grpc import StatusCode

from devstack.control import Control, Fault
from devstack.engine import Engine
from devstack.errors import ControlError
from tests.devstack.client import Client, plain

pytestmark = pytest.mark.engine

CREATE = "CreateProcessInstance"


@pytest.fixture
def client(own_engine: Engine) -> Iterator[Client]:
    with plain(own_engine, deadline=2.0) as client:
        yield client


@pytest.fixture
def process(client: Client) -> str:
    """It is deployed."""
    name = f"process-{secrets.token_hex(4)}"
    client.deploy(name)
    return name


def starts(engine: Engine, process: str) -> int:
    found = engine.records.all("PROCESS_INSTANCE_CREATION", "CREATED", "EVENT")
    return sum(record.value["bpmnProcessId"] == process for record in found)


def code(client: Client, process: str) -> StatusCode:
    with pytest.raises(grpc.RpcError) as caught:
        client.start(process)
    found: StatusCode = caught.value.code()
    return found


@pytest.mark.parametrize(("when", "done"), [("before", 0), ("after", 1)])
def test_a_status_meets_one_call(
    own_engine: Engine, client: Client, process: str, when: str, done: int
) -> None:
    fault = Fault("status", CREATE, when=when, status="UNAVAILABLE")  # type: ignore[arg-type]
    with own_engine.control.faults(fault):
        assert code(client, process) is StatusCode.UNAVAILABLE
        assert own_engine.control.met() == 1
        assert starts(own_engine, process) == done
        client.start(process)
    assert starts(own_engine, process) == done + 1


def test_faults_that_have_no_number_are_over_with_the_block(
    own_engine: Engine, client: Client, process: str
) -> None:
    with own_engine.control.faults(Fault("status", CREATE, status="INTERNAL", times=0)):
        assert {code(client, process) for _ in range(3)} == {StatusCode.INTERNAL}
    client.start(process)


def test_an_answer_can_be_late(own_engine: Engine, client: Client, process: str) -> None:
    begun = time.monotonic()
    with own_engine.control.faults(Fault("delay", CREATE, seconds=0.5)):
        client.start(process)
    assert time.monotonic() - begun >= 0.5


def test_an_answer_can_be_lost(own_engine: Engine, client: Client, process: str) -> None:
    with own_engine.control.faults(Fault("silence", CREATE, when="after")):
        assert code(client, process) is StatusCode.DEADLINE_EXCEEDED
    assert starts(own_engine, process) == 1


def test_a_connection_can_break(own_engine: Engine, client: Client, process: str) -> None:
    with own_engine.control.faults(Fault("break", CREATE, when="after")):
        assert code(client, process) in {StatusCode.UNAVAILABLE, StatusCode.CANCELLED}
    assert starts(own_engine, process) == 1


def test_overload_refuses_everything_for_a_while(
    own_engine: Engine, client: Client, process: str
) -> None:
    with own_engine.control.overloaded():
        assert code(client, process) is StatusCode.RESOURCE_EXHAUSTED
    client.start(process)
    assert starts(own_engine, process) == 1


def test_a_frozen_one_answers_nobody_and_goes_on(
    own_engine: Engine, client: Client, process: str
) -> None:
    own_engine.control.freeze(3.0)
    assert code(client, process) is StatusCode.DEADLINE_EXCEEDED
    with plain(own_engine) as patient:
        patient.start(process)


def test_a_clock_that_jumps_ends_leases(own_engine: Engine, client: Client, process: str) -> None:
    client.start(process)
    (job,) = client.activate(process)
    assert client.activate(process) == []
    own_engine.control.advance_clock(3601.0)
    assert client.activate(process) == [job]


def test_lost_data_are_as_a_new_cluster(own_engine: Engine, client: Client, process: str) -> None:
    assert client.start(process)
    before = own_engine.control.state()
    own_engine.control.lose_data()
    assert own_engine.control.state()["digest"] != before["digest"]
    assert code(client, process) is StatusCode.NOT_FOUND
    assert len(own_engine.records.all("ENGINE", "DATA_LOST")) == 1
    client.deploy(process)
    assert client.start(process)
    assert starts(own_engine, process) == 2, "the records of before are still there"


def test_what_it_does_not_understand_is_said_in_its_words(own_engine: Engine) -> None:
    with (
        pytest.raises(ControlError, match=r"^The engine refuses POST /faults: .*action"),
        own_engine.control.faults(Fault("explode")),  # type: ignore[arg-type]
    ):
        pass


def test_an_engine_that_is_not_there_is_said_so() -> None:
    with pytest.raises(ControlError, match=r"^The engine does not answer POST /lose-data on"):
        Control("http://127.0.0.1:9").lose_data()
