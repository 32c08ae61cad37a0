"""The main stories once more, with two replicas in pods, the shipped role and leader election."""

import json
from collections import Counter
from pathlib import Path

import pytest

from devstack.certificates import Authority
from devstack.controlplane import NODE_NAME
from devstack.errors import KubectlError
from tests.acceptance import engine
from tests.acceptance.cluster import Cluster, eventually, message, resource, secret, worker
from tests.acceptance.test_any_order import test_everything_in_the_wrong_order_becomes_ready
from tests.acceptance.test_commands import (
    test_a_job_is_activated_and_completed,
    test_an_incident_is_resolved_when_there_are_retries_again,
)
from tests.acceptance.test_completion import test_the_result_arrives
from tests.acceptance.test_deleting import (
    test_cancel_terminates_the_instance_and_retain_does_not,
    test_delete_removes_all_versions_when_their_instances_have_ended,
)
from tests.acceptance.test_deploying import (
    test_an_edit_of_a_config_map_deploys,
    test_an_edit_of_the_content_deploys_one_version,
    test_labels_annotations_policies_and_restarts_deploy_nothing,
)
from tests.acceptance.test_order_process import test_a_complete_order_runs_by_resources_alone
from tests.acceptance.test_samples import test_all_samples_together_become_ready
from tests.acceptance.test_worker_pods import (
    begin,
    completed,
    test_a_deleted_worker_takes_its_pods_along_and_gives_the_jobs_back,
    test_exit_code_zero_completes_with_the_termination_message,
)
from tests.installed import services
from tests.installed.installed import Installed
from tests.installed.stream import stream

__all__ = [
    "test_a_complete_order_runs_by_resources_alone",
    "test_a_deleted_worker_takes_its_pods_along_and_gives_the_jobs_back",
    "test_a_job_is_activated_and_completed",
    "test_all_samples_together_become_ready",
    "test_an_edit_of_a_config_map_deploys",
    "test_an_edit_of_the_content_deploys_one_version",
    "test_an_incident_is_resolved_when_there_are_retries_again",
    "test_cancel_terminates_the_instance_and_retain_does_not",
    "test_delete_removes_all_versions_when_their_instances_have_ended",
    "test_everything_in_the_wrong_order_becomes_ready",
    "test_exit_code_zero_completes_with_the_termination_message",
    "test_labels_annotations_policies_and_restarts_deploy_nothing",
    "test_the_result_arrives",
]

VALUES = {"replicaCount": 2, "podDisruptionBudget.enabled": True}
JOBS = 20


@pytest.fixture
def word(cluster: Cluster) -> str:
    """Process id and job type of a test."""
    return f"in-{cluster.namespace}"


def test_a_service_in_the_cluster_works_on_each_job_once(
    cluster: Cluster, operator: Installed, word: str
) -> None:
    address = services.run(cluster, "service", services.ANSWERING)
    token = {"name": "Authorization", "secretKeyRef": {"name": "token", "key": "value"}}
    handler = {"http": {"url": f"http://{address}/do", "headers": [token]}}
    cluster.apply(secret("token", value="Bearer t"), worker("w", word, handler))
    begin(cluster, word, JOBS)
    done = completed(cluster, word, JOBS)
    assert sorted(record.value["variables"]["result"] for record in done) == list(range(JOBS))
    asked = Counter(cluster.kubectl("logs", "service").splitlines())
    assert asked == {f"{record.key}-{record.value['retries']} Bearer t": 1 for record in done}


def test_a_secret_that_changes_opens_a_connection(
    cluster: Cluster, operator: Installed, tmp_path: Path
) -> None:
    good, stranger = Authority(tmp_path), Authority(tmp_path, "stranger")
    own = good.issue("zeebe.example.com")
    files = {"tls_crt": own.certificate.read_bytes(), "tls_key": own.key.read_bytes()}
    address = services.run(cluster, "tls", services.SPEAKING_TLS, cluster.gateway_address, **files)
    tls = {"caSecretRef": {"name": "ca"}, "serverName": "zeebe.example.com"}
    name = f"secret-{cluster.namespace}"
    cluster.apply(
        secret("ca", ca_crt=stranger.certificate.read_bytes()),
        resource("ZeebeConnection", "default", gatewayAddress=address, tls=tls),
        message("m", name),
    )
    cluster.until_reason("zconn", "default", "TlsFailed")
    assert engine.messages(cluster.engine, name) == []
    cluster.apply(secret("ca", ca_crt=good.certificate.read_bytes()))
    cluster.wait_ready("zconn/default", "zmsg/m")
    assert len(engine.messages(cluster.engine, name)) == 1


def test_the_other_replica_follows_an_evicted_leader_and_stays(
    cluster: Cluster, operator: Installed
) -> None:
    leader = eventually(lambda: _leader(operator), lambda name: name in operator.names())
    [other] = set(operator.names()) - {leader}
    try:
        operator.kubectl("cordon", NODE_NAME)
        eventually(lambda: _evict(operator, leader))
        assert not _evict(operator, other), "nobody has come in place of the first one"
        cluster.apply(message("m", f"m-{cluster.namespace}"))
        cluster.wait_ready("zmsg/m")
        assert _leader(operator) == other
    finally:
        operator.kubectl("uncordon", NODE_NAME)
    operator.wait_available()


def test_replicas_are_rolled_over_while_work_comes_in(
    cluster: Cluster, operator: Installed
) -> None:
    before = operator.names()
    with stream(cluster) as work:
        operator.upgrade({"log.level": "debug"})
    assert not set(before) & set(operator.names())
    assert work.in_doubt() == 0


def _leader(operator: Installed) -> str:
    """A pod's name, of which its identity is made."""
    lease = operator.releases.get("lease", "op-zeebe-operator")
    return str(lease["spec"]["holderIdentity"]).partition("_")[0]


def _evict(operator: Installed, pod: str) -> bool:
    """False: the budget does not allow it now."""
    asked = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": pod, "namespace": operator.namespace},
    }
    where = f"/api/v1/namespaces/{operator.namespace}/pods/{pod}/eviction"
    try:
        operator.kubectl("create", "--raw", where, "-f", "-", stdin=json.dumps(asked))
    except KubectlError as error:
        if "disruption budget" not in str(error):
            raise
        return False
    return True
