"""Two operators with --leader-elect: one works at a time, and the other one follows."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from devstack.audit import AuditEntry
from tests.acceptance import bpmn, engine
from tests.acceptance.cluster import Cluster, Object, eventually, instance, process, ready
from tests.acceptance.operator_process import ROOT, Operator

EACH = 60
ROLE = ROOT / "manifests" / "rbac" / "leader-election.yaml"


class Pair:
    """Two operators with an account each, so that the audit log tells them apart."""

    def __init__(self, cluster: Cluster, home: str, logs: Path) -> None:
        self._cluster = cluster
        self._home = home
        cluster.kubectl("apply", "-f", str(ROLE))
        cluster.env.kubectl("apply", "-f", str(ROLE.with_name("role.yaml")))
        self.one, self.two = (self._operator(name, logs) for name in ("one", "two"))

    def _operator(self, name: str, logs: Path) -> Operator:
        cluster, account = self._cluster, f"{self._cluster.namespace}-{name}"
        kubeconfig = cluster.env.service_account_kubeconfig(self._home, account)
        subject = f"--serviceaccount={self._home}:{account}"
        role = "--role=zeebe-operator-leader-election"
        cluster.kubectl("create", "rolebinding", name, "--clusterrole=zeebe-operator", subject)
        cluster.kubectl("create", "rolebinding", f"{name}-leads", role, subject)
        options = ("--leader-elect", "--leader-elect-namespace", cluster.namespace)
        log = logs / f"{name}.log"
        return Operator(cluster.engine, cluster.namespace, kubeconfig, log, *options)

    def requests(self, name: str) -> list[AuditEntry]:
        """Of one operator, about our kinds."""
        user = f"system:serviceaccount:{self._home}:{self._cluster.namespace}-{name}"
        entries = [e for e in self._cluster.env.audit.entries() if e.user == user]
        assert [e for e in entries if e.code == 403] == []
        return [e for e in entries if e.group == "zeebe-operator.dev"]


@pytest.fixture
def pair(cluster: Cluster, home: str, tmp_path: Path) -> Iterator[Pair]:
    """The first leads, the second stands by."""
    pair = Pair(cluster, home, tmp_path)
    try:
        pair.one.start()
        _is(pair.one, "ok")
        pair.two.start()
        _is(pair.two, "standby")
        yield pair
    finally:
        pair.one.kill()
        pair.two.kill()
        for log in tmp_path.glob("*.log"):
            print(log.read_text())


def test_a_killed_leader_is_followed_and_nothing_is_doubled(cluster: Cluster, pair: Pair) -> None:
    process_id = f"led-{cluster.namespace}"
    cluster.apply(process("p", bpmn.working(process_id)))
    cluster.wait_ready("zproc/p")
    cluster.apply(*(instance(f"i-{n}", processRef={"name": "p"}) for n in range(EACH)))
    eventually(lambda: _count(cluster, "True") >= 5)
    pair.one.kill()
    _is(pair.two, "ok")
    killed = len(pair.requests("one"))  # the log has the ends of its watches by now
    found = eventually(lambda: cluster.all("zinst"), _all_are_settled)
    _nothing_doubled(cluster, found, process_id)
    first, second = pair.requests("one"), pair.requests("two")
    assert killed == len(first)
    assert max(e.timestamp for e in first) < min(e.timestamp for e in second)


def test_a_leader_that_stops_is_followed_at_once(cluster: Cluster, pair: Pair) -> None:
    assert pair.one.stop() == 0
    _is(pair.two, "ok")
    process_id = f"next-{cluster.namespace}"
    cluster.apply(process("p", bpmn.working(process_id)))
    cluster.wait_ready("zproc/p")


def test_a_leader_that_was_frozen_does_nothing_when_it_wakes(cluster: Cluster, pair: Pair) -> None:
    process_id = f"frozen-{cluster.namespace}"
    cluster.apply(process("p", bpmn.working(process_id)))
    cluster.wait_ready("zproc/p")
    os.kill(pair.one.pid, signal.SIGSTOP)
    before = len(pair.requests("one"))
    cluster.apply(*(instance(f"i-{n}", processRef={"name": "p"}) for n in range(EACH)))
    _is(pair.two, "ok")
    os.kill(pair.one.pid, signal.SIGCONT)
    _is(pair.one, "standby")
    found = eventually(lambda: cluster.all("zinst"), _all_are_settled)
    _nothing_doubled(cluster, found, process_id)
    writes = [e for e in pair.requests("one")[before:] if e.verb == "patch" and e.code < 400]
    assert writes == []


def _is(operator: Operator, role: str) -> None:
    eventually(lambda: operator.probe("/readyz"), lambda seen: seen == (200, f"{role}\n"))


def _count(cluster: Cluster, status: str) -> int:
    return sum(ready(found).get("status") == status for found in cluster.all("zinst"))


def _all_are_settled(found: list[Object]) -> bool:
    reasons = {ready(each).get("reason") for each in found}
    return len(found) == EACH and reasons <= {"Started", "OutcomeUnknown"}


def _nothing_doubled(cluster: Cluster, found: list[Object], process_id: str) -> None:
    """Each told instance exists, and beside them only what is in doubt."""
    created = {str(key) for key in engine.instances(cluster.engine, process_id)}
    sure = [each for each in found if ready(each)["reason"] == "Started"]
    told = {each["status"]["processInstanceKey"] for each in sure}
    assert len(told) == len(sure)
    assert told <= created
    assert len(created) <= len(found)
    assert len(created - told) <= len(found) - len(sure)
