"""What the operator of a release may do is what it does: no right is missing, none is unused."""

from collections.abc import Iterable

from tests.acceptance import bpmn, engine
from tests.acceptance.cluster import (
    Cluster,
    Object,
    command,
    config_map,
    eventually,
    instance,
    message,
    process,
    resource,
    secret,
    worker,
)
from tests.acceptance.test_worker_pods import ENDLESS, begin, pods
from tests.installed.installed import Installed

VALUES = {"replicaCount": 2}

Right = tuple[str, str, str]
"""Verb, group, and resource with its subresource."""


def granted(rules: Iterable[Object]) -> set[Right]:
    return {
        (verb, group, name)
        for rule in rules
        for group in rule["apiGroups"]
        for name in rule["resources"]
        for verb in rule["verbs"]
    }


def used(operator: Installed) -> set[Right]:
    entries = operator.requests()
    return {(e.verb, e.group, f"{e.resource}/{e.subresource}".rstrip("/")) for e in entries}


def roles(operator: Installed) -> set[Right]:
    """Those of the release that are bound to its account."""
    cluster_role = operator.releases.get("clusterrole", "op-zeebe-operator")
    role = operator.releases.get("role", "op-zeebe-operator-leader-election")
    return granted([*cluster_role["rules"], *role["rules"]])


def test_every_right_is_used(cluster: Cluster, operator: Installed) -> None:
    name = f"all-{cluster.namespace}"
    _deploy_start_and_publish(cluster, name)
    _refuse_twice(cluster)
    _run_pods(cluster, f"pods-{name}")
    may = roles(operator)
    eventually(lambda: may - used(operator), lambda unused: not unused)


def _deploy_start_and_publish(cluster: Cluster, name: str) -> None:
    models = [{"configMapRef": {"name": "models"}}]
    auth = {"basic": {"secretRef": {"name": "login"}}}
    connection = {"gatewayAddress": cluster.gateway_address, "plaintext": True}
    cluster.apply(
        secret("login", username="me", password="c4n4ry"),
        resource("ZeebeConnection", "c", auth=auth, allowPlaintextCredentials=True, **connection),
        config_map("models", model_bpmn=bpmn.straight(name)),
        resource("ZeebeProcess", "p", resources=models, deletionPolicy="Delete"),
        instance("i", processRef={"name": "p"}),
        message("m", name, timeToLive="10s"),
        command("s", broadcastSignal={"signalName": name}),
    )
    cluster.wait_ready("zconn/c", "zproc/p", "zinst/i", "zmsg/m", "zcmd/s")


def _refuse_twice(cluster: Cluster) -> None:
    """The second Event is the first one with a higher count."""
    for _ in range(2):
        cluster.apply(process("bad", "<definitions>"))
        cluster.until_reason("zproc", "bad", "Rejected")
        cluster.apply(process("bad", bpmn.straight(f"good-{cluster.namespace}")))
        cluster.wait_ready("zproc/bad")


def _run_pods(cluster: Cluster, word: str) -> None:
    """One that ends, and one that ends with its worker."""
    cluster.apply(worker("w", word, pods("exit 0", successfulJobsHistoryLimit=0)))
    begin(cluster, word)
    eventually(lambda: engine.jobs(cluster.engine, word, "COMPLETED"))
    cluster.apply(worker("w", word, pods(ENDLESS)))
    engine.start(cluster.engine, word, {"items": [1], "secret": ""})
    eventually(lambda: [job for job in cluster.all("jobs") if job["status"].get("active")])
    cluster.delete("zwork", "w")
