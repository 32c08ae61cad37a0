"""A node runs pods as any other does, and leaves the machine as it was."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from devstack.environment import Environment
from devstack.errors import MissingToolError, StartError
from devstack.node import images, parts, requirements
from devstack.node.images import Image, Layer
from devstack.progress import Progress

pytestmark = pytest.mark.node

AllGone = Callable[[Iterable[int]], bool]
WaitUntil = Callable[[Callable[[], bool]], bool]

_TIMEOUT = "--timeout=60s"
_HOLDER = """
import json, signal
from devstack.environment import Environment
with Environment.start(node=True) as env:
    env.kubectl("run", "sleeper", "--image=localhost/busybox:1", "--command", "--", "sleep", "1000")
    env.kubectl("wait", "pod/sleeper", "--for=condition=Ready", "--timeout=60s")
    print(json.dumps({"node": env.node.kubelet.pid, "directory": str(env.directory)}), flush=True)
    signal.pause()
"""
_ASK_BOTH = """
import json, os, socket, ssl, sys, urllib.request
account = "/var/run/secrets/kubernetes.io/serviceaccount"
server = f"https://{os.environ['KUBERNETES_SERVICE_HOST']}:{os.environ['KUBERNETES_SERVICE_PORT']}"
review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
request = urllib.request.Request(
    f"{server}/apis/authentication.k8s.io/v1/selfsubjectreviews",
    data=json.dumps(review).encode(),
    headers={
        "Authorization": f"Bearer {open(f'{account}/token').read()}",
        "Content-Type": "application/json",
    },
)
trusted = ssl.create_default_context(cafile=f"{account}/ca.crt")
with urllib.request.urlopen(request, context=trusted) as answer:
    print(json.load(answer)["status"]["userInfo"]["username"])
host, port = sys.argv[1].split(":")
with socket.create_connection((host, int(port))) as gateway:
    gateway.sendall(b"PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n")  # how HTTP/2 begins
    gateway.sendall(bytes([0, 0, 0, 4, 0, 0, 0, 0, 0]))
    print("HTTP/2 settings" if gateway.recv(9)[3] == 4 else "something else")
"""


class Pods:
    """Jobs and pods in one namespace of an environment with a node."""

    def __init__(self, env: Environment, namespace: str) -> None:
        self._env = env
        self._namespace = namespace

    def kubectl(self, *args: str, input: str | None = None) -> str:  # noqa: A002
        return self._env.kubectl("-n", self._namespace, *args, input=input)

    def job(
        self,
        name: str,
        script: str = "true",
        *,
        container: Any = None,
        deadline: int | None = None,
        **pod: Any,
    ) -> None:
        """Tried once."""
        main = {"name": "main", "image": parts.BUSYBOX, "command": ["sh", "-c", script]}
        template = {"restartPolicy": "Never", "containers": [{**main, **(container or {})}], **pod}
        job = {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {"name": name},
            "spec": {
                "backoffLimit": 0,
                "activeDeadlineSeconds": deadline,
                "template": {"spec": template},
            },
        }
        self.kubectl("create", "-f", "-", input=json.dumps(job))

    def wait(self, what: str, condition: str) -> None:
        self.kubectl("wait", what, f"--for={condition}", _TIMEOUT)

    def ended(self, job: str) -> dict[str, Any]:
        """How the container of the Job's only pod ended."""
        listed = json.loads(self.kubectl("get", "pods", "-l", f"job-name={job}", "-o", "json"))
        (pod,) = listed["items"]
        end: dict[str, Any] = pod["status"]["containerStatuses"][0]["state"]["terminated"]
        return end


@pytest.fixture
def pods(node: Environment, node_namespace: str) -> Pods:
    return Pods(node, node_namespace)


def test_the_node_is_ready_and_has_its_images(node: Environment) -> None:
    (found,) = json.loads(node.kubectl("get", "nodes", "-o", "json"))["items"]
    conditions = {c["type"]: c["status"] for c in found["status"]["conditions"]}
    assert conditions["Ready"] == "True"
    assert not found["spec"].get("taints")


def test_a_job_that_succeeds(pods: Pods) -> None:
    pods.job("fine", "echo done")
    pods.wait("job/fine", "condition=Complete")
    assert pods.ended("fine")["exitCode"] == 0
    assert pods.kubectl("logs", "job/fine") == "done\n"


def test_a_job_that_fails_tells_its_code_and_message(pods: Pods) -> None:
    pods.job("failing", "echo '{\"total\": 7}' > /dev/termination-log; exit 3")
    pods.wait("job/failing", "condition=Failed")
    end = pods.ended("failing")
    assert (end["exitCode"], end["message"]) == (3, '{"total": 7}\n')


def test_a_job_that_takes_too_much_memory(pods: Pods) -> None:
    limits = {"resources": {"limits": {"memory": "32Mi"}}}
    pods.job("hungry", "tail /dev/zero", container=limits)
    pods.wait("job/hungry", "condition=Failed")
    assert pods.ended("hungry")["reason"] == "OOMKilled"


def test_a_job_with_a_deadline(pods: Pods) -> None:
    pods.job("slow", container={"image": parts.PAUSE, "command": None}, deadline=2)
    pods.wait("job/slow", "condition=Failed")
    query = "jsonpath={.status.conditions[?(@.type=='Failed')].reason}"
    assert pods.kubectl("get", "job/slow", "-o", query) == "DeadlineExceeded"


def test_secrets_and_config_maps_are_files(pods: Pods) -> None:
    pods.kubectl("create", "secret", "generic", "hidden", "--from-literal=password=s3cret")
    pods.kubectl("create", "configmap", "open", "--from-literal=colour=green")
    volumes = [
        {"name": "hidden", "secret": {"secretName": "hidden"}},
        {"name": "open", "configMap": {"name": "open"}},
    ]
    mounts = [{"name": name, "mountPath": f"/etc/{name}"} for name in ("hidden", "open")]
    pods.job(
        "reader",
        "cat /etc/hidden/password /etc/open/colour",
        container={"volumeMounts": mounts},
        volumes=volumes,
    )
    pods.wait("job/reader", "condition=Complete")
    assert pods.kubectl("logs", "job/reader") == "s3cretgreen"


def test_a_pod_can_be_looked_into_and_deleted(pods: Pods) -> None:
    pods.kubectl("run", "open", f"--image={parts.PAUSE}")
    pods.wait("pod/open", "condition=Ready")
    assert pods.kubectl("exec", "open", "--", "echo", "inside") == "inside\n"
    pods.kubectl("delete", "pod", "open", _TIMEOUT)
    assert pods.kubectl("get", "pods", "-o", "name") == ""


def test_an_image_that_nobody_has_is_said_to_be_missing(pods: Pods) -> None:
    pods.kubectl("run", "missing", "--image=localhost/nothing:1")
    waiting = "jsonpath={.status.containerStatuses[0].state.waiting.reason}=ErrImagePull"
    pods.wait("pod/missing", waiting)


def test_a_packed_image_reaches_the_api_server_and_the_engine(
    node: Environment, pods: Pods, tmp_path: Path
) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "ask.py").write_text(_ASK_BOTH)
    layers = (Layer(parts.python_rootfs(Progress())), Layer(tmp_path / "app", "/srv/app"))
    image = Image("localhost/ask:1", layers, entrypoint=("python3", "/srv/app/ask.py"), user="1000")
    node.node.load_image(images.pack(image, tmp_path / "ask.tar"))
    restricted = {
        "readOnlyRootFilesystem": True,
        "allowPrivilegeEscalation": False,
        "runAsNonRoot": True,
        "capabilities": {"drop": ["ALL"]},
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    container = {"image": image.name, "command": None, "securityContext": restricted}
    address = node.node.gateway_address
    pods.job("ask", container={**container, "args": [address]})
    pods.wait("job/ask", "condition=Complete")
    account, gateway = pods.kubectl("logs", "job/ask").splitlines()
    assert account.startswith("system:serviceaccount:test-")
    assert gateway == "HTTP/2 settings"


def test_an_archive_that_is_no_image(node: Environment, tmp_path: Path) -> None:
    (tmp_path / "wrong.tar").write_bytes(b"not an archive")
    with pytest.raises(StartError, match="cannot be loaded"):
        node.node.load_image(tmp_path / "wrong.tar")


def test_two_run_side_by_side_and_nothing_is_left_of_one_that_is_killed(
    pods: Pods, all_gone: AllGone, wait_until: WaitUntil
) -> None:
    before = _machine()
    with _held() as (holder, held):
        inside = _processes_of(held["node"])
        assert len(inside) > 4  # process 1, containerd, the kubelet, the pod
        holder.send_signal(signal.SIGKILL)
    assert all_gone([held["node"], *inside])
    assert wait_until(lambda: not Path(held["directory"]).exists())
    assert _cgroups_of(held["node"]) == []
    assert _machine() == before
    pods.job("other")
    pods.wait("job/other", "condition=Complete")


def test_nothing_is_left_after_the_end(all_gone: AllGone) -> None:
    before = _machine()
    with Environment.start(node=True) as env:
        node = env.node.kubelet.pid
        inside = _processes_of(node)
    assert not any(Path(f"/proc/{pid}").exists() for pid in inside)
    assert not env.directory.exists()
    assert _cgroups_of(node) == []
    assert _machine() == before


def test_a_killed_node_comes_back_and_clears_away_what_it_left(
    node: Environment, pods: Pods, all_gone: AllGone
) -> None:
    killed = node.node.kubelet.pid
    inside = _processes_of(killed)
    node.node.kubelet.kill()
    assert all_gone([killed, *inside])
    assert _cgroups_of(killed)
    node.node.kubelet.start()
    assert _cgroups_of(killed) == []
    pods.job("after")
    pods.wait("job/after", "condition=Complete")


def test_a_kubelet_that_dies_at_its_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "kubelet"
    script.write_text("#!/bin/sh\necho 'the flux compensator is missing' >&2\nexit 3\n")
    script.chmod(0o755)
    broken = replace(parts.ensure(Progress()), kubelet=script)
    monkeypatch.setattr(parts, "ensure", lambda progress: broken)
    with pytest.raises(StartError, match=r"(?s)node ended at its start.*flux compensator"):
        Environment.start(tmp_path / "home", node=True)


def test_needs_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(MissingToolError, match="needs root"):
        requirements.check()


def test_a_missing_tool_is_named_with_its_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingToolError, match=r"'unshare' is missing.*util-linux"):
        requirements.check()


@contextmanager
def _held() -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as holder:
        assert holder.stdout
        yield holder, json.loads(holder.stdout.readline())


def _processes_of(node: int) -> list[int]:
    return [int(pid) for group in _cgroups_of(node) for pid in _members(group)]


def _members(group: Path) -> list[str]:
    return [pid for procs in group.rglob("cgroup.procs") for pid in procs.read_text().split()]


def _cgroups_of(node: int) -> list[Path]:
    return list(Path("/sys/fs/cgroup").glob(f"**/zeebe-operator-node-{node}"))


def _machine() -> dict[str, Any]:
    """What a node could change of it."""
    sysctls = (
        "vm/overcommit_memory",
        "kernel/panic",
        "kernel/panic_on_oops",
        "net/ipv4/ip_forward",
    )
    folders = ("/opt", "/run", "/var/lib", "/var/log", "/sys/class/net")
    return {
        "mounts": Path("/proc/self/mountinfo").read_text(),
        "sysctls": [Path("/proc/sys", name).read_text() for name in sysctls],
        "folders": {folder: sorted(Path(folder).iterdir()) for folder in folders},
    }
