"""One real cluster API, and what is asked for beside it, started together and gone together.

This is what tests, benchmarks and the command line use:

    with Environment.start(engine="8.10") as env:
        env.kubectl("apply", "-f", "crds/")
"""

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from types import TracebackType
from typing import Self

from devstack import credentials, home, parts
from devstack.audit import AuditLog
from devstack.controlplane import ControlPlane
from devstack.engine import Engine, Options
from devstack.errors import NotPartOfThisRunError, StartError
from devstack.kubectl import Kubectl
from devstack.node import parts as node_parts
from devstack.node.node import Node
from devstack.node.parts import NodeParts
from devstack.parts import Parts
from devstack.processes import Processes
from devstack.progress import Progress
from devstack.reader import Reader
from devstack.service import Service


class Environment:
    """Made by Environment.start(); stop() or the end of the `with` block ends everything."""

    def __init__(self, built: Parts, directory: Path, *, temporary: bool) -> None:
        self.directory = directory
        self._temporary = temporary
        self._processes = Processes()
        self._plane = ControlPlane(self._processes, built.kube, built.etcd, directory)
        self._engine: Engine | None = None
        self._node: Node | None = None
        self.kubectl = Kubectl(
            built.kube.with_name("kubectl"), self._plane.kubeconfig, directory / "kubectl-cache"
        )
        self.read = Reader(self._plane.kubeconfig)
        self.audit = AuditLog(self._plane.audit_log)

    @classmethod
    def start(
        cls,
        directory: Path | None = None,
        *,
        engine: str | None = None,
        node: bool = False,
        progress: Progress | None = None,
    ) -> Self:
        """Builds what is missing, starts what is asked for, and returns when all of it answers.

        `engine` is the generation that one shall speak, as 8.10. Pods are only run with a node,
        which needs root; without one they stay Pending.
        Without a directory, a temporary one is used and removed at the end, its logs too unless the
        start fails.
        """
        progress = progress or Progress()
        built = parts.ensure(progress)
        built_node = node_parts.ensure(progress) if node else None
        if directory is None:
            own = home.temporary()
        else:
            own = directory.absolute()
            own.mkdir(parents=True, exist_ok=True)
        env = cls(built, own, temporary=directory is None)
        if engine is not None:
            env._engine = env._make_engine(Options(engine))
        env._start(progress)
        if built_node is not None:
            env._start_node(built_node, progress)
        return env

    @property
    def kubeconfig(self) -> Path:
        return self._plane.kubeconfig

    @property
    def kubectl_path(self) -> Path:
        return self.kubectl.program

    @property
    def server(self) -> str:
        return self._plane.server

    @property
    def certificate_authority(self) -> Path:
        return self._plane.ca

    @property
    def etcd(self) -> Service:
        return self._plane.etcd

    @property
    def apiserver(self) -> Service:
        return self._plane.apiserver

    @property
    def controller_manager(self) -> Service:
        return self._plane.manager

    @property
    def engine(self) -> Engine:
        if self._engine is None:
            raise NotPartOfThisRunError("This environment was started without an engine.")
        return self._engine

    @property
    def node(self) -> Node:
        if self._node is None:
            raise NotPartOfThisRunError("This environment was started without a node.")
        return self._node

    @property
    def services(self) -> list[Service]:
        found = [self.etcd, self.apiserver, self.controller_manager]
        if self._node is not None:
            found += [self._node.scheduler, self._node.kubelet]
        return found if self._engine is None else [*found, self._engine]

    @property
    def keeper_pid(self) -> int:
        return self._processes.pid

    def service_account_kubeconfig(self, namespace: str, name: str) -> Path:
        """Makes the account if it is missing; it may do only what RBAC gives it."""
        exists = ("get", "serviceaccount", name, "-n", namespace, "--ignore-not-found", "-o=name")
        if not self.kubectl(*exists):
            self.kubectl("create", "serviceaccount", name, "-n", namespace)
        token = self.kubectl("create", "token", name, "-n", namespace, "--duration=24h").strip()
        return credentials.write_kubeconfig(
            self.directory / f"{namespace}.{name}.kubeconfig",
            server=self.server,
            ca=self._plane.ca,
            token=token,
            namespace=namespace,
        )

    def stop(self) -> None:
        """Kills what runs; harmless when repeated. A directory that was given is kept."""
        self._end(keep_logs=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _make_engine(self, options: Options) -> Engine:
        directory = self.directory / "engine"
        directory.mkdir(exist_ok=True)
        return Engine(self._processes, directory, options)

    def _start(self, progress: Progress) -> None:
        with self._ending_on_error():
            if self._temporary:
                self._processes.remove_at_end(self.directory)
            with progress.step("Starting the control plane", "about 10 s"):
                self._start_side_by_side()

    def _start_node(self, built: NodeParts, progress: Progress) -> None:
        port = None if self._engine is None else self._engine.ports[0]
        with self._ending_on_error():
            self._node = Node(self._processes, built, self._plane, self.directory / "node", port)
            with progress.step("Starting a node", "about 10 s"):
                self._node.start(self.kubectl)

    @contextlib.contextmanager
    def _ending_on_error(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            self._end(keep_logs=isinstance(error, StartError))  # not for a Ctrl-C
            raise

    def _start_side_by_side(self) -> None:
        starts: list[Callable[[], None]] = [self._plane.start]
        if self._engine is not None:
            starts.append(self._engine.start)
        with ThreadPoolExecutor(len(starts)) as pool:
            try:
                running: list[Future[None]] = [pool.submit(start) for start in starts]
                for start in as_completed(running):
                    start.result()
            except BaseException:
                self._end_processes(keep_logs=True)  # so the other start ends too
                raise

    def _end(self, *, keep_logs: bool) -> None:
        self._end_processes(keep_logs=keep_logs)
        if self._temporary:
            home.remove(self.directory, keep_logs=keep_logs)

    def _end_processes(self, *, keep_logs: bool) -> None:
        if keep_logs:
            with contextlib.suppress(StartError):  # already ended
                self._processes.remove_at_end(None)
        self._processes.end()
