"""A release of the chart whose pods really run."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from devstack import helm, image
from devstack.audit import AuditEntry
from devstack.environment import Environment
from devstack.helm import Helm
from tests.acceptance.cluster import Object, eventually
from tests.helm.release import DEPLOYMENT, Releases, Values, new_namespace

FIRST, SECOND = "1", "2"
"""Tags of the image; both are the operator of this working tree."""

_RELEASE = "op"
_PODS = ("pods", "-l", f"app.kubernetes.io/instance={_RELEASE}")


class Installed:
    """Tests that need only to restart an operator, or what it said, take it for their own one."""

    def __init__(self, releases: Releases, values: Values) -> None:
        self.releases = releases
        self.env = releases.env
        self.namespace = releases.namespace
        self._since = self.env.audit.position()
        self._values: Values = {
            "image.repository": image.NAME,
            "image.tag": FIRST,
            "crds.enabled": False,
            "connection.address": self.env.node.gateway_address,
            "connection.plaintext": True,
            "readinessProbe.periodSeconds": 1,
            **values,
        }
        releases.install(_RELEASE, values=self._values)

    def kubectl(self, *args: str, stdin: str | None = None, check: bool = True) -> str:
        return self.releases.kubectl(*args, stdin=stdin, check=check)

    def upgrade(self, values: Values) -> None:
        self.releases.upgrade(_RELEASE, values={**self._values, **values})
        self.wait_available()

    def rollback(self) -> None:
        """To the revision before."""
        self.releases("rollback", _RELEASE)
        self.wait_available()

    def wait_available(self) -> "Installed":
        """All replicas are those that are asked for, and pass their probes."""
        self.kubectl("rollout", "status", f"deployment/{DEPLOYMENT}", "--timeout=120s")
        return self

    def pods(self) -> list[Object]:
        """Without those that are about to go."""
        found = self.releases.get(*_PODS)["items"]
        return [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]

    def names(self) -> list[str]:
        return [pod["metadata"]["name"] for pod in self.pods()]

    def restart(self) -> "Installed":
        """As a kubelet does; returns when others are in their place."""
        self.kubectl("delete", *_PODS, "--timeout=90s")
        return self.wait_available()

    def kill(self, name: str) -> None:
        """The container of a pod, not the pod: the kubelet starts another one in it."""
        before = self._container(name)
        self.env.node.kill_container(before["containerID"].removeprefix("containerd://"))
        restarts = before["restartCount"]
        eventually(lambda: self._container(name), lambda now: now["restartCount"] > restarts)
        self.wait_available()

    def drain(self, node: str) -> None:
        """Of these pods only; afterwards none can start on it."""
        self.kubectl("drain", node, f"--pod-selector={_PODS[2]}", "--timeout=90s")

    def said(self) -> str:
        """All that the pods logged that are there."""
        return "".join(self.kubectl("logs", name) for name in self.names())

    def requests(self) -> list[AuditEntry]:
        """Of its account, since it was installed."""
        user = f"system:serviceaccount:{self.namespace}:{DEPLOYMENT}"
        return [entry for entry in self.env.audit.entries(self._since) if entry.user == user]

    def describe(self) -> str:
        return self.kubectl("describe", *_PODS, check=False) + self.said()

    def _container(self, pod: str) -> Object:
        found = json.loads(self.kubectl("get", "pod", pod, "-o=json"))
        status: Object = found["status"]["containerStatuses"][0]
        return status


@contextmanager
def installed(env: Environment, values: Values) -> Iterator[Installed]:
    """Available, where only restricted pods may run; it is permitted all that it asks for."""
    with new_namespace(env) as namespace:
        release = Installed(Releases(env, Helm.built(helm.helm4()), namespace), values)
        try:
            yield release.wait_available()
            assert all(json.loads(line) for line in release.said().splitlines())
            forbidden = [entry for entry in release.requests() if not entry.permitted]
            assert not forbidden, f"the shipped role lacks something: {forbidden[:3]}"
        finally:
            print(release.describe())
            release.releases.uninstall(_RELEASE, "--ignore-not-found")
