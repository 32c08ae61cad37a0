"""The only pod goes while work comes in: nothing is lost, nothing is done twice."""

from devstack import image
from devstack.controlplane import NODE_NAME
from tests.acceptance.cluster import Cluster
from tests.installed.installed import FIRST, SECOND, Installed
from tests.installed.stream import stream

VALUES = {"replicaCount": 1}


def images(operator: Installed) -> list[str]:
    return [pod["spec"]["containers"][0]["image"] for pod in operator.pods()]


def test_its_container_is_killed(cluster: Cluster, operator: Installed) -> None:
    with stream(cluster) as work:
        [name] = operator.names()
        operator.kill(name)
        assert operator.names() == [name]
    work.in_doubt()


def test_it_is_deleted_by_force_and_the_next_one_does_not_wait_for_its_end(
    cluster: Cluster, operator: Installed
) -> None:
    with stream(cluster) as work:
        [name] = operator.names()
        operator.kubectl("delete", "pod", name, "--force", "--grace-period=0")
        operator.wait_available()
        assert operator.names() != [name]
    work.in_doubt()


def test_its_node_is_drained(cluster: Cluster, operator: Installed) -> None:
    with stream(cluster) as work:
        before = operator.names()
        try:
            operator.drain(NODE_NAME)
        finally:
            operator.kubectl("uncordon", NODE_NAME)
        operator.wait_available()
        assert operator.names() != before
    assert work.in_doubt() == 0


def test_it_is_upgraded_and_rolled_back(cluster: Cluster, operator: Installed) -> None:
    with stream(cluster) as work:
        operator.upgrade({"image.tag": SECOND, "log.level": "debug"})
        assert images(operator) == [f"{image.NAME}:{SECOND}"]
        work.wait_for_more()
        operator.rollback()
        assert images(operator) == [f"{image.NAME}:{FIRST}"]
    assert work.in_doubt() == 0
