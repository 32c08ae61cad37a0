"""The node of an environment: scheduler, containerd and kubelet, and the images for its pods."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import yaml

from devstack import http_probe, ports
from devstack.controlplane import NODE_NAME, ControlPlane
from devstack.errors import StartError
from devstack.kubectl import Kubectl
from devstack.node import configuration
from devstack.node.parts import NodeParts
from devstack.node.settings import ADDRESS, Door, Settings
from devstack.processes import Command, Processes
from devstack.service import Plan, Service

_API_ADDRESS = "10.96.0.1"  # of the Service `kubernetes`, which every pod is told
_API_PORT = 443
_GATEWAY_PORT = 26500
_REPOSITORY = Path(__file__).parents[2]
_DEADLINE = 60.0
_PATIENCE = 30.0
_CTR_TIMEOUT = 120.0
_CONTAINERD_NAMESPACE = "k8s.io"  # where the kubelet looks for images


class Node:
    """Belongs to an environment, which starts and ends it; `directory` is its own."""

    def __init__(
        self,
        processes: Processes,
        built: NodeParts,
        plane: ControlPlane,
        directory: Path,
        gateway_port: int | None,
    ) -> None:
        self._built = built
        self._plane = plane
        self._directory = directory
        self._gateway_port = gateway_port
        self.scheduler = Service(
            "kube-scheduler",
            processes,
            Plan(
                ports_needed=1,
                command=self._scheduler_command,
                is_ready=lambda own: http_probe.is_ok(own[0], "/healthz", tls=True),
                deadline=_DEADLINE,
                patience=_PATIENCE,
            ),
        )
        self.kubelet = Service(
            "node",
            processes,
            Plan(
                ports_needed=1,
                command=self._kubelet_command,
                is_ready=lambda own: http_probe.is_ok(own[0], "/healthz", tls=True),
                deadline=_DEADLINE,
                patience=_PATIENCE,
            ),
        )

    @property
    def gateway_address(self) -> str:
        """Of the environment's engine, for pods."""
        return f"{ADDRESS}:{_GATEWAY_PORT}"

    def start(self, kubectl: Kubectl) -> None:
        """Returns when pods can run."""
        self._directory.mkdir(exist_ok=True)
        self.kubelet.start()
        self.scheduler.start()
        for archive in self._built.images:
            self.load_image(archive)
        node = f"node/{NODE_NAME}"
        kubectl("wait", "--for=create", node, f"--timeout={_DEADLINE:.0f}s")
        kubectl("wait", "--for=condition=Ready", node, f"--timeout={_DEADLINE:.0f}s")

    def load_image(self, archive: Path) -> None:
        """What `docker save` or images.pack wrote; pods use it by the name that is in it."""
        self._ctr(f"The image {archive} cannot be loaded", "images", "import", str(archive))

    def tag_image(self, name: str, another: str) -> None:
        """Pods can use it by the other name too."""
        self._ctr(f"The image {name} cannot be tagged", "images", "tag", name, another)

    def kill_container(self, container_id: str) -> None:
        """Its process 1 gets SIGKILL, as from the kernel when memory is out."""
        what = f"The container {container_id} cannot be killed"
        self._ctr(what, "tasks", "kill", "--signal=SIGKILL", container_id)

    def _ctr(self, failure: str, *arguments: str) -> None:
        options = (f"--address={self._socket}", f"--namespace={_CONTAINERD_NAMESPACE}")
        done = subprocess.run(
            [self._built.containerd / "ctr", *options, *arguments],
            capture_output=True,
            text=True,
            timeout=_CTR_TIMEOUT,
            check=False,
        )
        if done.returncode != 0:
            raise StartError(f"{failure}: {done.stderr.strip()}.")

    @property
    def _socket(self) -> Path:
        return self._directory / "containerd.sock"

    def _scheduler_command(self, own: tuple[int, ...]) -> Command:
        kubeconfig = self._plane.scheduler_kubeconfig()
        flags = {
            "kubeconfig": kubeconfig,
            "authentication-kubeconfig": kubeconfig,
            "authorization-kubeconfig": kubeconfig,
            "bind-address": ports.HOST,
            "secure-port": own[0],
            "cert-dir": self._directory / "scheduler-certificates",
            "leader-elect": "false",
        }
        argv = _argv(self._built.scheduler, flags)
        log = self._directory / "kube-scheduler.log"
        return Command(argv, {"KUBECONFIG": ""}, self._directory, log)

    def _kubelet_command(self, own: tuple[int, ...]) -> Command:
        settings = Settings(
            directory=str(self._directory),
            kubelet_port=own[0],
            doors=tuple(self._doors()),
            containerd=self._containerd(),
            containerd_socket=str(self._socket),
            kubelet=self._kubelet(own[0]),
        )
        path = settings.write(self._directory / "settings.json")
        return Command(
            argv=(sys.executable, "-m", "devstack.node.outer", str(path)),
            environ={"PYTHONPATH": str(_REPOSITORY)},
            directory=self._directory,
            log=self._directory / "node.log",
            cleans_up=True,
        )

    def _doors(self) -> list[Door]:
        doors = [Door(_API_ADDRESS, _API_PORT, leads_to=self._plane.apiserver.ports[0])]
        if self._gateway_port is not None:
            doors.append(Door(ADDRESS, _GATEWAY_PORT, leads_to=self._gateway_port))
        return doors

    def _containerd(self) -> tuple[str, ...]:
        networks = self._directory / "networks"
        networks.mkdir(exist_ok=True)
        (networks / "pods.conflist").write_text(json.dumps(configuration.network()))
        config = self._directory / "containerd.toml"
        config.write_text(configuration.containerd(self._built, networks))
        flags = {
            "config": config,
            "address": self._socket,
            "root": self._directory / "containerd",
            "state": "/run/containerd",
        }
        return _argv(self._built.containerd / "containerd", flags)

    def _kubelet(self, port: int) -> tuple[str, ...]:
        config = self._directory / "kubelet.yaml"
        plugins = self._directory / "volume-plugins"
        content = configuration.kubelet(port, self._socket, plugins)
        config.write_text(yaml.safe_dump(content, sort_keys=False))
        flags = {
            "config": config,
            "kubeconfig": self._plane.kubelet_kubeconfig(f"https://{_API_ADDRESS}"),
            "hostname-override": NODE_NAME,
            "node-ip": ADDRESS,
            "root-dir": self._directory / "kubelet",
            "cert-dir": self._directory / "kubelet-certificates",
        }
        return _argv(self._built.kubelet, flags)


def _argv(program: Path, flags: Mapping[str, object]) -> tuple[str, ...]:
    return (str(program), *(f"--{flag}={value}" for flag, value in flags.items()))
