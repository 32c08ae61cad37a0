"""The commands that create a resource."""

from pathlib import Path

import pytest

from tests.cli.cluster import FakeCluster
from tests.cli.conftest import Typed
from zeebe_operator.model.names import Kind
from zeebe_operator.model.outcome import Ready, Stalled
from zeebe_operator.model.reasons import Reason

STARTED = Ready(Reason.STARTED, "It runs.", {"processInstanceKey": "42"})
DEPLOYED = Ready(Reason.DEPLOYED, "So it is.", {"bpmnProcessId": "order-process"})


def test_a_zeebeprocess_is_started_by_its_name(cluster: FakeCluster, zeebe: Typed) -> None:
    cluster.add(Kind.PROCESS, "order", DEPLOYED, connectionRef={"name": "far"})
    cluster.then = STARTED
    assert zeebe("start", "order", "--var", "total=120", "--var", "id=a=b", "--wait") == 0
    [made] = cluster.created
    assert made.key.name == "order-x7k2p"
    assert made.spec == {
        "processRef": {"name": "order"},
        "connectionRef": {"name": "far"},
        "variables": {"total": 120, "id": "a=b"},
    }
    assert zeebe.out == ("ZeebeInstance/order-x7k2p created\n✓ Started, processInstanceKey 42\n")


def test_else_the_process_id_is_started(cluster: FakeCluster, zeebe: Typed) -> None:
    assert zeebe("start", "Order_Process", "--version", "3", "--connection", "far") == 0
    [made] = cluster.created
    assert made.key.name == "order-process-x7k2p"
    assert made.spec == {
        "bpmnProcessId": "Order_Process",
        "version": 3,
        "connectionRef": {"name": "far"},
    }
    assert "no ZeebeProcess 'Order_Process' in namespace shop" in zeebe.err
    assert "kubectl get zeebeinstance order-process-x7k2p -n shop" in zeebe.err


def test_another_version_of_a_zeebeprocess(cluster: FakeCluster, zeebe: Typed) -> None:
    cluster.add(Kind.PROCESS, "order", DEPLOYED)
    assert zeebe("start", "order", "--version", "1", "--name", "again") == 0
    [made] = cluster.created
    assert made.key.name == "again"
    assert made.spec == {"bpmnProcessId": "order-process", "version": 1}


def test_a_version_of_what_is_not_deployed_is_refused(cluster: FakeCluster, zeebe: Typed) -> None:
    cluster.add(Kind.PROCESS, "order")
    assert zeebe("start", "order", "--version", "1") == 1
    assert "not deployed yet: start it without --version" in zeebe.err


def test_what_stalls_is_a_failure_with_the_remedy(cluster: FakeCluster, zeebe: Typed) -> None:
    cluster.then = Stalled(Reason.REJECTED, "INVALID_ARGUMENT: no none start event")
    assert zeebe("start", "order", "--wait") == 1
    assert "✗ Rejected" in zeebe.out
    assert "no none start event" in zeebe.err
    assert "delete the resource and apply a correct one" in zeebe.err


def test_what_does_not_come_in_time_is_a_failure(cluster: FakeCluster, zeebe: Typed) -> None:
    assert zeebe("start", "order", "--wait", "--timeout", "2s") == 1
    assert "is not ready after 2 s" in zeebe.err


def test_programs_get_the_key_and_no_variables(cluster: FakeCluster, zeebe: Typed) -> None:
    cluster.then = STARTED
    answer = zeebe.read("start", "order", "--var", "card=c4n4ry", "--wait", "-o", "yaml")
    assert answer["status"]["processInstanceKey"] == "42"
    assert "c4n4ry" not in zeebe.out + zeebe.err


def test_a_message_with_all_that_it_can_have(
    cluster: FakeCluster, zeebe: Typed, tmp_path: Path
) -> None:
    file = tmp_path / "vars.json"
    file.write_text('{"amount": 5, "by": "card"}')
    words = ("--key", "1001", "--ttl", "1h", "--var", "amount=7", "--vars-file", str(file))
    assert zeebe("publish", "order-paid", *words) == 0
    [made] = cluster.created
    assert made.key.kind is Kind.MESSAGE
    assert made.spec == {
        "messageName": "order-paid",
        "correlationKey": "1001",
        "timeToLive": "1h",
        "variables": {"amount": 7, "by": "card"},
    }


def test_a_message_start_event_needs_no_key(cluster: FakeCluster, zeebe: Typed) -> None:
    assert zeebe("publish", "!!!") == 0
    [made] = cluster.created
    assert made.spec == {"messageName": "!!!"}
    assert made.key.name == "zeebe-x7k2p"


def test_an_incident_is_resolved(cluster: FakeCluster, zeebe: Typed) -> None:
    assert zeebe("resolve", "77") == 0
    assert [made.spec for made in cluster.created] == [{"resolveIncident": {"incidentKey": "77"}}]


def test_retries_come_before_the_incident(cluster: FakeCluster, zeebe: Typed) -> None:
    cluster.then = Ready(Reason.EXECUTED, "Done.")
    assert zeebe("resolve", "77", "--job", "5", "--retries", "3", "--connection", "far") == 0
    far = {"connectionRef": {"name": "far"}}
    assert [made.spec for made in cluster.created] == [
        {"updateJobRetries": {"jobKey": "5", "retries": 3}, **far},
        {"resolveIncident": {"incidentKey": "77"}, **far},
    ]


def test_without_retries_the_incident_stays(cluster: FakeCluster, zeebe: Typed) -> None:
    cluster.then = Stalled(Reason.REJECTED, "NOT_FOUND: no such job")
    assert zeebe("resolve", "77", "--job", "5", "--retries", "3") == 1
    assert len(cluster.created) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(("resolve", "77", "--job", "5"), "belong together", id="half of a pair"),
        pytest.param(("start", "p", "--var", "total"), "write NAME=VALUE", id="no value"),
        pytest.param(("start", "p", "--var", "=5"), "write NAME=VALUE", id="no name"),
        pytest.param(("cancel",), "name a ZeebeInstance", id="nothing to cancel"),
        pytest.param(("cancel", "i", "--key", "5"), "name a ZeebeInstance", id="two to cancel"),
        pytest.param(("retry", "order"), "write KIND/NAME", id="no kind"),
        pytest.param(("diagram",), "name a ZeebeProcess", id="nothing to draw"),
    ],
)
def test_what_does_not_fit_together_is_a_wrong_usage(
    zeebe: Typed, words: tuple[str, ...], told: str
) -> None:
    assert zeebe(*words) == 2
    assert told in zeebe.err


@pytest.mark.parametrize("words", [("resolve", "x"), ("publish", "m", "--ttl", "soon"), ("go",)])
def test_what_is_not_understood_exits_with_2(
    zeebe: Typed, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as error:
        zeebe(*words)
    assert error.value.code == 2
    assert "error:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(None, "No such file", id="no file"),
        pytest.param("{", "is not JSON", id="no JSON"),
        pytest.param('{"a": NaN}', "is not JSON", id="NaN"),
        pytest.param("[1]", "must hold a JSON object", id="no object"),
    ],
)
def test_a_bad_file_of_variables(
    zeebe: Typed, tmp_path: Path, content: str | None, told: str
) -> None:
    file = tmp_path / "vars.json"
    if content is not None:
        file.write_text(content)
    assert zeebe("start", "p", "--vars-file", str(file)) == 1
    assert told in zeebe.err


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a=1", 1),
        ("a=true", True),
        ("a=null", None),
        ('a={"b": [1]}', {"b": [1]}),
        ("a=plain text", "plain text"),
        ('a="1"', "1"),
        ("a=NaN", "NaN"),
        ("a=", ""),
    ],
)
def test_values_are_json_or_text(
    cluster: FakeCluster, zeebe: Typed, text: str, value: object
) -> None:
    zeebe("start", "p", "--var", text)
    assert cluster.created[0].spec["variables"] == {"a": value}
