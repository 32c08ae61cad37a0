"""Who refers to whom."""

from tests.cli.cluster import FakeCluster
from tests.cli.conftest import Typed
from zeebe_operator.cli.status import MOST
from zeebe_operator.model.names import Kind
from zeebe_operator.model.outcome import Fields, Ready
from zeebe_operator.model.reasons import Reason


def ready(**fields: object) -> Ready:
    told: Fields = fields
    return Ready(Reason.STARTED, "So it is.", told)


def test_a_tree_from_the_connection_to_the_command(cluster: FakeCluster, zeebe: Typed) -> None:
    cluster.add(Kind.CONNECTION, "default", ready())
    cluster.add(Kind.PROCESS, "order", ready(version=2))
    cluster.add(Kind.INSTANCE, "order-1", ready(), processRef={"name": "order"})
    cluster.add(Kind.COMMAND, "approve", ready(), setVariables={"instanceRef": {"name": "order-1"}})
    cluster.add(Kind.MESSAGE, "paid", ready())
    assert zeebe("tree") == 0
    assert zeebe.out.splitlines() == [
        "shop",
        "└── ZeebeConnection/default ✓ Started",
        "    ├── ZeebeProcess/order ✓ Started v2",
        "    │   └── ZeebeInstance/order-1 ✓ Started",
        "    │       └── ZeebeCommand/approve ✓ Started",
        "    └── ZeebeMessage/paid ✓ Started",
    ]


def test_the_words_of_the_engine_are_followed_too(cluster: FakeCluster, zeebe: Typed) -> None:
    cluster.add(Kind.CONNECTION, "default", ready())
    cluster.add(Kind.PROCESS, "p", ready(processes=[{"bpmnProcessId": "order-process"}]))
    started = ready(processInstanceKey="42")
    cluster.add(Kind.INSTANCE, "i", started, bpmnProcessId="order-process")
    cluster.add(Kind.COMMAND, "c", ready(), cancelInstance={"processInstanceKey": 42})
    zeebe("tree")
    depths = {
        line.split("Zeebe")[1].split()[0]: line.index("Zeebe")
        for line in zeebe.out.splitlines()[1:]
    }
    assert depths == {"Connection/default": 4, "Process/p": 8, "Instance/i": 12, "Command/c": 16}


def test_another_connection_has_other_processes(cluster: FakeCluster, zeebe: Typed) -> None:
    cluster.add(Kind.PROCESS, "p", ready(processes=[{"bpmnProcessId": "x"}]))
    far = {"name": "far"}
    cluster.add(Kind.INSTANCE, "i", ready(), bpmnProcessId="x", connectionRef=far)
    zeebe("tree")
    assert zeebe.out.splitlines() == [
        "shop",
        "├── ZeebeConnection/default not there: the connection of the operator itself",
        "│   └── ZeebeProcess/p ✓ Started",
        "└── ZeebeConnection/far ✗ not there",
        "    └── ZeebeInstance/i ✓ Started",
    ]


def test_what_is_referred_to_and_missing_is_drawn(cluster: FakeCluster, zeebe: Typed) -> None:
    cluster.add(Kind.CONNECTION, "default", ready())
    for name in ("i", "j"):
        cluster.add(Kind.INSTANCE, name, ready(), processRef={"name": "gone"})
    cluster.add(Kind.COMMAND, "c", ready(), setVariables={"instanceRef": {"name": "never"}})
    zeebe("tree")
    assert zeebe.out.count("ZeebeProcess/gone ✗ not there") == 1
    assert "ZeebeInstance/never ✗ not there" in zeebe.out
    assert len(zeebe.out.splitlines()) == 7


def test_many_of_a_branch_are_counted(cluster: FakeCluster, zeebe: Typed) -> None:
    cluster.add(Kind.CONNECTION, "default", ready())
    for number in range(MOST + 3):
        cluster.add(Kind.MESSAGE, f"m{number}", ready())
    zeebe("tree")
    assert zeebe.out.splitlines()[-1] == "    └── ... and 3 more"


def test_nothing_is_said_to_be_nothing(zeebe: Typed) -> None:
    assert zeebe("tree") == 0
    assert zeebe.out == "shop: no Zeebe resources\n"


def test_programs_get_it_nested(cluster: FakeCluster, zeebe: Typed) -> None:
    cluster.add(Kind.MESSAGE, "m", ready(), namespace="other", variables={"card": "c4n4ry"})
    [root] = zeebe.read("tree", "-A", "-o", "json")
    assert (root["name"], root["state"]) == ("default", "Missing")
    assert [child["name"] for child in root["children"]] == ["m"]
    assert "c4n4ry" not in zeebe.out
