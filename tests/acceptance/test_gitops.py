"""What docs/gitops.md says: applying again, pruning, replacing and restoring, on the real parts."""

import json
from collections.abc import Callable

import pytest
import yaml

from devstack.errors import KubectlError
from devstack.gitops import Judges
from tests.acceptance import bpmn, engine
from tests.acceptance.cluster import (
    Cluster,
    Object,
    command,
    eventually,
    instance,
    message,
    process,
    resource,
)
from tests.acceptance.operator_process import ROOT, Operator

KINDS = ("zconn", "zproc", "zmsg", "zinst", "zcmd")
TYPES = (
    "ZeebeConnection",
    "ZeebeProcess",
    "ZeebeMessage",
    "ZeebeInstance",
    "ZeebeCommand",
)


@pytest.fixture(scope="session")
def judges() -> Judges:
    return Judges()


def everything(cluster: Cluster) -> list[Object]:
    """One of each kind; names in the engine are those of the namespace."""
    own = cluster.namespace
    return [
        resource("ZeebeConnection", "c", gatewayAddress=cluster.gateway_address, plaintext=True),
        process("p", bpmn.working(own), deletionPolicy="Delete"),
        message("m", own),
        instance("i", processRef={"name": "p"}, variables={"n": 1.50, "none": None}),
        command("s", broadcastSignal={"signalName": own}),
    ]


def large(process_id: str) -> str:
    """More than fits into annotations."""
    return bpmn.straight(process_id) + f"<!--{'x' * 300_000}-->"


def bound(objects: list[Object]) -> list[Object]:
    """All but the connection itself belong to it, and do not fall back to the operator's own."""
    connection, *others = objects
    for each in others:
        each["spec"]["connectionRef"] = {"name": connection["metadata"]["name"]}
    return objects


def names(objects: list[Object]) -> list[str]:
    return [f"{each['kind']}/{each['metadata']['name']}" for each in objects]


def in_files(cluster: Cluster, verb: tuple[str, ...], *objects: Object) -> str:
    return cluster.kubectl(*verb, "-f", "-", stdin=yaml.safe_dump_all(objects))


def done(cluster: Cluster) -> dict[str, int]:
    """How often the engine did what `everything` asks for."""
    own = cluster.namespace
    return {
        "deployed": engine.deployments(cluster.engine, "p.bpmn"),
        "published": len(engine.messages(cluster.engine, own)),
        "started": len(engine.instances(cluster.engine, own)),
        "broadcast": len(engine.events(cluster.engine, "SIGNAL", "BROADCASTED", signalName=own)),
    }


def stored(cluster: Cluster) -> list[Object]:
    return [found for kind in KINDS for found in cluster.all(kind)]


def kstatus(judges: Judges, cluster: Cluster) -> dict[str, str]:
    found = stored(cluster)
    return dict(zip(names(found), judges.kstatus(found), strict=True))


def versions(cluster: Cluster) -> dict[str, str]:
    found = stored(cluster)
    read = [each["metadata"]["resourceVersion"] for each in found]
    return dict(zip(names(found), read, strict=True))


def test_kstatus_follows_every_kind_from_its_creation_to_its_end(
    cluster: Cluster, stopped_operator: Operator, judges: Judges
) -> None:
    objects = everything(cluster)
    cluster.apply(*objects)
    assert set(kstatus(judges, cluster).values()) == {"InProgress"}
    stopped_operator.start().wait_ready()
    cluster.wait_ready(*names(objects))
    assert set(kstatus(judges, cluster).values()) == {"Current"}

    stopped_operator.stop()
    cluster.patch("zproc", "p", {"spec": {"bpmn": "<broken"}})
    cluster.delete("zinst", "i", wait=False)
    seen = kstatus(judges, cluster)
    assert (seen["ZeebeProcess/p"], seen["ZeebeInstance/i"]) == ("InProgress", "Terminating")

    cluster.apply(message("late", "m", connectionRef={"name": "nobody"}))
    stopped_operator.start().wait_ready()
    cluster.until_reason("zproc", "p", "Rejected")
    cluster.until_reason("zmsg", "late", "DependencyNotReady")
    seen = kstatus(judges, cluster)
    assert (seen["ZeebeProcess/p"], seen["ZeebeMessage/late"]) == ("Failed", "InProgress")


@pytest.mark.parametrize(
    "verb",
    [
        pytest.param(("apply",), id="kubectl apply"),
        pytest.param(("apply", "--server-side"), id="server-side apply"),
        pytest.param(("replace",), id="replace"),
    ],
)
def test_the_same_manifests_again_do_nothing(
    cluster: Cluster, operator: Operator, verb: tuple[str, ...]
) -> None:
    objects = everything(cluster)
    first = ("create",) if verb == ("replace",) else verb
    in_files(cluster, first, *objects)
    cluster.wait_ready(*names(objects))
    before = done(cluster)
    for _ in range(3):
        in_files(cluster, verb, *objects)
    operator.restart()
    cluster.wait_ready(*names(objects))
    assert done(cluster) == before
    assert (before["published"], before["started"], before["broadcast"]) == (1, 1, 1)
    finalizers = cluster.until("zinst", "i", lambda seen: "finalizers" in seen["metadata"])
    assert finalizers["metadata"]["finalizers"] == ["zeebe-operator.dev/engine-cleanup"]


def test_there_is_no_drift_and_a_sync_writes_nothing(cluster: Cluster, operator: Operator) -> None:
    """`kubectl diff` exits with 1 if there is a difference; so do Argo CD and Flux look."""
    objects = everything(cluster)
    in_files(cluster, ("apply", "--server-side"), *objects)
    cluster.wait_ready(*names(objects))
    cluster.until("zinst", "i", lambda found: found["status"]["state"] == "Active")
    before = versions(cluster)
    assert in_files(cluster, ("diff", "--server-side"), *objects) == ""
    in_files(cluster, ("apply", "--server-side"), *objects)
    assert versions(cluster) == before


def test_a_large_process_needs_server_side_apply(cluster: Cluster, operator: Operator) -> None:
    wanted = process("p", large(cluster.namespace))
    with pytest.raises(KubectlError, match="Too long"):
        in_files(cluster, ("apply",), wanted)
    in_files(cluster, ("apply", "--server-side"), wanted)
    cluster.wait_ready("zproc/p")


def test_the_operator_owns_no_field_of_a_spec_or_a_label(
    cluster: Cluster, operator: Operator
) -> None:
    objects = everything(cluster)
    cluster.apply(*objects)
    cluster.wait_ready(*names(objects))
    for kind in KINDS:
        listed = cluster.kubectl("get", kind, "-o", "json", "--show-managed-fields")
        [found] = json.loads(listed)["items"]
        fields = {
            entry["manager"]: entry["fieldsV1"] for entry in found["metadata"]["managedFields"]
        }
        assert "f:spec" in fields.pop("kubectl")
        assert fields
        assert not any("f:spec" in owned for owned in fields.values())
        meta = {name for owned in fields.values() for name in owned.get("f:metadata", {})}
        assert meta <= {"f:finalizers", "f:annotations"}


def backup(found: Object) -> Object:
    """The object with its status and annotations; the API server will give it another uid."""
    dropped = {"uid", "resourceVersion", "creationTimestamp", "generation", "managedFields"}
    kept = {name: value for name, value in found["metadata"].items() if name not in dropped}
    return {**found, "metadata": kept}


def as_in_git(cluster: Cluster, wanted: Object) -> None:
    cluster.delete("zmsg", "m")
    in_files(cluster, ("apply",), wanted)


def by_force(cluster: Cluster, wanted: Object) -> None:
    """As Argo CD with Replace=true,Force=true and Flux with force do where a change is refused."""
    in_files(cluster, ("replace", "--force"), wanted)


def from_a_backup(cluster: Cluster, wanted: Object) -> None:
    saved = backup(cluster.get("zmsg", "m"))
    cluster.delete("zmsg", "m")
    in_files(cluster, ("create",), saved)


@pytest.mark.parametrize("come_back", [as_in_git, by_force, from_a_backup])
@pytest.mark.parametrize(
    ("fixed", "times"),
    [
        pytest.param({}, 2, id="publishes again"),
        pytest.param({"messageId": "order-1001-paid"}, 1, id="with a message id it does not"),
    ],
)
def test_an_object_that_is_made_anew(
    cluster: Cluster,
    operator: Operator,
    come_back: Callable[[Cluster, Object], None],
    fixed: Object,
    times: int,
) -> None:
    own = cluster.namespace
    wanted = message("m", own, timeToLive="1h", **fixed)
    in_files(cluster, ("apply",), wanted)
    cluster.wait_ready("zmsg/m")
    first = cluster.get("zmsg", "m")["metadata"]["uid"]
    come_back(cluster, wanted)
    cluster.until("zmsg", "m", lambda found: found["metadata"]["uid"] != first)
    cluster.wait_ready("zmsg/m")
    assert len(engine.messages(cluster.engine, own)) == times


def test_a_process_that_is_made_anew_makes_no_new_version(
    cluster: Cluster, operator: Operator
) -> None:
    own = cluster.namespace
    for _ in range(2):
        in_files(cluster, ("apply",), process("p", bpmn.straight(own)))
        cluster.wait_ready("zproc/p")
        cluster.delete("zproc", "p")
    assert [version for version, _ in engine.deployed_versions(cluster.engine, own)] == [1]


def test_a_backup_with_its_status_publishes_and_starts_nothing_again(
    cluster: Cluster, operator: Operator
) -> None:
    """Restored while the operator is stopped, object and status."""
    objects = everything(cluster)
    cluster.apply(*objects)
    cluster.wait_ready(*names(objects))
    before = done(cluster)
    saved = [backup(each) for each in stored(cluster)]
    operator.kill()
    for each in saved:
        kind, name = each["kind"], each["metadata"]["name"]
        cluster.patch(kind, name, {"metadata": {"finalizers": None}})
        cluster.delete(kind, name)
        in_files(cluster, ("create",), each)
        status = json.dumps({"status": each["status"]})
        cluster.kubectl("patch", kind, name, "--subresource=status", "--type=merge", "-p", status)
    operator.start().wait_ready()
    cluster.wait_ready(*names(objects))
    assert done(cluster) == before


def test_a_changed_one_shot_is_refused_and_nothing_happens(
    cluster: Cluster, operator: Operator
) -> None:
    own = cluster.namespace
    in_files(cluster, ("apply",), message("m", own))
    cluster.wait_ready("zmsg/m")
    with pytest.raises(KubectlError, match="correlationKey is immutable"):
        in_files(cluster, ("apply",), message("m", own, "another key"))
    assert cluster.get("zmsg", "m")["spec"]["correlationKey"] == "key"
    assert len(engine.messages(cluster.engine, own)) == 1


def test_a_generated_name_is_for_create_and_not_for_apply(
    cluster: Cluster, operator: Operator
) -> None:
    wanted = message("m", cluster.namespace)
    wanted["metadata"] = {"generateName": "m-"}
    with pytest.raises(KubectlError, match="cannot use generate name with apply"):
        in_files(cluster, ("apply",), wanted)
    for _ in range(2):
        in_files(cluster, ("create",), wanted)
    cluster.wait_ready(*names(cluster.all("zmsg")))
    assert len(engine.messages(cluster.engine, cluster.namespace)) == 2


def test_force_makes_a_second_message_of_a_refused_change(
    cluster: Cluster, operator: Operator
) -> None:
    """`kubectl apply --force`, and what tools call force or recreate, delete and create."""
    own = cluster.namespace
    in_files(cluster, ("apply",), message("m", own))
    cluster.wait_ready("zmsg/m")
    first = cluster.get("zmsg", "m")["metadata"]["uid"]
    in_files(cluster, ("apply", "--force"), message("m", own, "another key"))
    cluster.until("zmsg", "m", lambda found: found["metadata"]["uid"] != first)
    cluster.wait_ready("zmsg/m")
    assert len(engine.messages(cluster.engine, own)) == 2


def pruned(cluster: Cluster, kept: list[Object], objects: list[Object]) -> None:
    """By the label that a tool tracks its objects by: what is in `objects` only goes."""
    for each in [*kept, *objects]:
        each["metadata"]["labels"] = {"app": "shop"}
    in_files(cluster, ("apply",), *kept, *objects)
    cluster.wait_ready(*names([*kept, *objects]))
    allowed = [f"--prune-allowlist=zeebe-operator.dev/v1alpha1/{kind}" for kind in TYPES]
    in_files(cluster, ("apply", "--prune", "-l", "app=shop", *allowed), *kept)
    eventually(lambda: names(stored(cluster)), lambda left: left == names(kept))


def test_a_prune_cleans_up_in_the_engine(cluster: Cluster, operator: Operator) -> None:
    """Instances are cancelled before their process is deleted, in whatever order they go."""
    connection, *others = bound(everything(cluster))
    pruned(cluster, [connection], others)
    own = cluster.namespace
    assert len(engine.ended(cluster.engine, own, "ELEMENT_TERMINATED")) == 1
    keys = {key for _, key in engine.deployed_versions(cluster.engine, own)}
    deleted = engine.events(cluster.engine, "RESOURCE_DELETION", "DELETED")
    assert keys <= {record.value["resourceKey"] for record in deleted}


def test_a_prune_of_everything_in_one_go_ends(cluster: Cluster, operator: Operator) -> None:
    """The connection too: what comes after it is released."""
    pruned(cluster, [message("other", "other")], bound(everything(cluster)))


def test_the_patch_for_argo_cd_leaves_other_settings_alone(cluster: Cluster) -> None:
    cluster.kubectl("create", "configmap", "argocd-cm", "--from-literal=url=https://argo.example")
    patch = ROOT / "manifests" / "argocd" / "argocd-cm.yaml"
    cluster.kubectl("patch", "configmap", "argocd-cm", f"--patch-file={patch}")
    data = cluster.get("configmap", "argocd-cm")["data"]
    assert data["url"] == "https://argo.example"
    assert "resource.customizations.health.zeebe-operator.dev_ZeebeMessage" in data
