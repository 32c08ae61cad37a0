"""Everything at a glance."""

from tests.cli.cluster import FakeCluster
from tests.cli.conftest import Typed
from zeebe_operator.cli.status import MOST
from zeebe_operator.model.names import Kind
from zeebe_operator.model.outcome import Ready, Stalled, Waiting
from zeebe_operator.model.reasons import Reason

READY = Ready(Reason.DEPLOYED, "It is there.", {"version": 3})


def test_an_empty_namespace_is_said_to_be_empty(zeebe: Typed) -> None:
    assert zeebe("status") == 0
    assert zeebe.out == "shop: no Zeebe resources. Samples to apply: manifests/samples\n"


def test_a_settled_namespace_is_a_line_and_a_table(cluster: FakeCluster, zeebe: Typed) -> None:
    cluster.add(Kind.PROCESS, "order", READY)
    assert zeebe("status") == 0
    assert zeebe.out.splitlines() == [
        "shop: 1 resource: ✓ 1 ready",
        "",
        "ZEEBEPROCESS   VERSION   READY        AGE",
        "order          3         ✓ Deployed   5m",
    ]


def test_what_is_stalled_comes_with_the_message_and_what_to_do(
    cluster: FakeCluster, zeebe: Typed
) -> None:
    cluster.add(Kind.PROCESS, "order", READY)
    cluster.add(Kind.PROCESS, "late", Stalled(Reason.CONFLICT, "It is owned by 'order'."))
    zeebe("status")
    lines = zeebe.out.splitlines()
    assert lines[0] == "shop: 2 resources: ✓ 1 ready, ✗ 1 stalled"
    assert lines[lines.index("NEEDS ATTENTION") + 1 :] == [
        "✗ ZeebeProcess/late: Conflict, for 5m",
        "  It is owned by 'order'.",
        "  → Give the process another id, or delete one of the two.",
    ]


def test_what_is_uncertain_comes_with_the_command_that_settles_it(
    cluster: FakeCluster, zeebe: Typed
) -> None:
    cluster.add(Kind.INSTANCE, "order-1", Stalled(Reason.OUTCOME_UNKNOWN, "Nobody knows."))
    zeebe("status")
    assert "→ kubectl zeebe retry ZeebeInstance/order-1 -n shop" in zeebe.out


def test_waiting_needs_attention_only_after_a_while(cluster: FakeCluster, zeebe: Typed) -> None:
    waiting = Waiting(Reason.PROCESS_NOT_FOUND, "Process 'x' is not there.")
    cluster.add(Kind.INSTANCE, "new", waiting, ago=59)
    assert zeebe("status", "--exit-code") == 0
    cluster.add(Kind.INSTANCE, "old", waiting, ago=60)
    assert zeebe("status", "--exit-code") == 1
    assert "… ZeebeInstance/old: ProcessNotFound, for 60s" in zeebe.out
    assert "ZeebeInstance/new: " not in zeebe.out


def test_without_exit_code_trouble_is_no_failure(cluster: FakeCluster, zeebe: Typed) -> None:
    cluster.add(Kind.PROCESS, "p", Stalled(Reason.REJECTED, "No."))
    assert zeebe("status") == 0


def test_what_the_operator_has_not_looked_at_asks_whether_it_runs(
    cluster: FakeCluster, zeebe: Typed
) -> None:
    cluster.add(Kind.MESSAGE, "m")
    zeebe("status")
    assert "? ZeebeMessage/m: Not seen, for 5m" in zeebe.out
    assert "Is it running, and does it watch this namespace?" in zeebe.out


def test_what_was_edited_since_is_not_called_ready(cluster: FakeCluster, zeebe: Typed) -> None:
    cluster.add(Kind.PROCESS, "p", READY)
    cluster.objects[Kind.PROCESS, "shop", "p"]["metadata"]["generation"] = 2
    zeebe("status")
    assert "? Not seen" in zeebe.out


def test_a_kind_that_is_not_installed_is_no_error(cluster: FakeCluster, zeebe: Typed) -> None:
    cluster.add(Kind.PROCESS, "p", READY)
    cluster.kinds = [Kind.PROCESS]
    assert zeebe("status") == 0


def test_a_cluster_without_any_kind_is_told_how_to_get_them(
    cluster: FakeCluster, zeebe: Typed
) -> None:
    cluster.kinds = []
    assert zeebe("status") == 1
    assert "kubectl apply --server-side -f crds/" in zeebe.err


def test_all_namespaces_are_told_apart(cluster: FakeCluster, zeebe: Typed) -> None:
    cluster.add(Kind.PROCESS, "p", READY)
    cluster.add(Kind.PROCESS, "p", READY, namespace="other")
    zeebe("status", "-A")
    assert "All namespaces: 2 resources" in zeebe.out
    assert "other/p " in zeebe.out
    assert "shop/p " in zeebe.out
    zeebe("status")
    assert "other" not in zeebe.out


def test_a_long_table_is_cut_but_hides_no_trouble(cluster: FakeCluster, zeebe: Typed) -> None:
    for number in range(MOST):
        cluster.add(Kind.PROCESS, f"p{number:03}", READY)
    cluster.add(Kind.PROCESS, "zzz", Stalled(Reason.REJECTED, "No."))
    zeebe("status")
    assert "... and 1 more" in zeebe.out
    assert zeebe.out.splitlines()[3].startswith("zzz")


def test_programs_get_everything_but_variables(cluster: FakeCluster, zeebe: Typed) -> None:
    answer = {"response": {"variables": "c4n4ry"}, "result": "c4n4ry", "messageKey": "17"}
    executed = Ready(Reason.EXECUTED, "Done.", answer)
    cluster.add(Kind.COMMAND, "c", executed, setVariables={"variables": {"card": "c4n4ry"}})
    cluster.add(Kind.PROCESS, "p", Stalled(Reason.REJECTED, "No."))
    for form in ("json", "yaml"):
        content = zeebe.read("status", "-o", form)
        assert content["summary"] == {"Ready": 1, "Waiting": 0, "Stalled": 1, "Not seen": 0}
        assert [each["name"] for each in content["resources"]] == ["p", "c"]
        assert content["resources"][1]["status"]["messageKey"] == "17"
        assert [each["name"] for each in content["needsAttention"]] == ["p"]
        assert "c4n4ry" not in zeebe.out


def test_colours_are_for_terminals(cluster: FakeCluster, zeebe: Typed) -> None:
    cluster.add(Kind.PROCESS, "p", Stalled(Reason.REJECTED, "No."))
    zeebe("status")
    assert "\x1b" not in zeebe.out
    zeebe.colored = True
    zeebe("status")
    assert "\x1b[31m✗ Rejected" in zeebe.out
