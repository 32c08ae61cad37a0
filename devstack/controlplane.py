"""How etcd, kube-apiserver and kube-controller-manager are run: flags, readiness, files."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from devstack import credentials, http_probe, ports
from devstack.errors import StartError
from devstack.processes import Command, Processes
from devstack.service import Plan, Service

_AUDIT_POLICY = Path(__file__).with_name("audit-policy.yaml")
_DEADLINE = 120.0
# The API server reaches a kubelet by the name of its node: the port is forwarded (node/outer.py).
NODE_NAME = ports.HOST
_PATIENCE = 3.0  # the API server would wait a minute for its watches to end

# The controllers that an operator and its tests notice.
_CONTROLLERS = (
    "namespace-controller",
    "garbage-collector-controller",
    "serviceaccount-controller",
    "serviceaccount-token-controller",
    "root-ca-certificate-publisher-controller",
    "clusterrole-aggregation-controller",
    "resourcequota-controller",
    "deployment-controller",
    "replicaset-controller",
    "job-controller",
    "disruption-controller",
    "ttl-after-finished-controller",
    "node-lifecycle-controller",  # without it a new node stays tainted
)


class ControlPlane:
    """Three services and the credentials that connect them, in one directory."""

    def __init__(self, processes: Processes, kube: Path, etcd: Path, directory: Path) -> None:
        self._kube = kube
        self._etcd_program = etcd
        self._directory = directory
        self._admin = credentials.new("admin", "system:masters")
        self._manager = credentials.new("system:kube-controller-manager")
        self._scheduler = credentials.new("system:kube-scheduler")
        self._kubelet = credentials.new(f"system:node:{NODE_NAME}", "system:nodes")
        self.etcd = Service(
            "etcd",
            processes,
            Plan(
                ports_needed=2,
                command=self._etcd_command,
                is_ready=lambda own: http_probe.is_ok(own[0], "/health"),
                deadline=_DEADLINE,
                patience=_PATIENCE,
            ),
        )
        self.apiserver = Service(
            "kube-apiserver",
            processes,
            Plan(
                ports_needed=1,
                command=self._apiserver_command,
                is_ready=lambda own: http_probe.is_ok(own[0], "/readyz", tls=True),
                deadline=_DEADLINE,
                patience=_PATIENCE,
            ),
        )
        self.manager = Service(
            "kube-controller-manager",
            processes,
            Plan(
                ports_needed=1,
                command=self._manager_command,
                is_ready=lambda own: http_probe.is_ok(own[0], "/healthz", tls=True),
                deadline=_DEADLINE,
                patience=_PATIENCE,
            ),
        )

    @property
    def server(self) -> str:
        return ports.url(self.apiserver.ports[0], "https")

    @property
    def ca(self) -> Path:
        return self._directory / "certificates" / "apiserver.crt"

    @property
    def audit_log(self) -> Path:
        return self._directory / "audit.log"

    @property
    def kubeconfig(self) -> Path:
        return self._directory / "admin.kubeconfig"

    def start(self) -> None:
        self._write_signing_key()
        known = [self._admin, self._manager, self._scheduler, self._kubelet]
        credentials.write_token_file(self._tokens, known)
        self.etcd.start()
        self.apiserver.start()
        self._write_kubeconfig(self.kubeconfig, self._admin)
        self._write_kubeconfig(self._manager_kubeconfig, self._manager)
        self.manager.start()

    def scheduler_kubeconfig(self) -> Path:
        path = self._directory / "scheduler.kubeconfig"
        self._write_kubeconfig(path, self._scheduler)
        return path

    def kubelet_kubeconfig(self, server: str) -> Path:
        """`server` is what the kubelet sees, from the network that it is in."""
        path, token = self._directory / "kubelet.kubeconfig", self._kubelet.token
        return credentials.write_kubeconfig(path, server=server, ca=self.ca, token=token)

    @property
    def _tokens(self) -> Path:
        return self._directory / "tokens.csv"

    @property
    def _manager_kubeconfig(self) -> Path:
        return self._directory / "manager.kubeconfig"

    @property
    def _signing_key(self) -> Path:
        return self._directory / "service-account.key"

    def _write_signing_key(self) -> None:
        if self._signing_key.exists():
            return
        made = subprocess.run(
            [self._kube, "genkey", self._signing_key], capture_output=True, text=True, check=False
        )
        if made.returncode != 0:
            raise StartError(f"The service account key cannot be made: {made.stderr.strip()}.")

    def _write_kubeconfig(self, path: Path, credential: credentials.Credential) -> None:
        credentials.write_kubeconfig(path, server=self.server, ca=self.ca, token=credential.token)

    def _etcd_command(self, own: tuple[int, ...]) -> Command:
        client, peer = ports.url(own[0]), ports.url(own[1])
        flags = {
            "data-dir": self._directory / "etcd",
            "listen-client-urls": client,
            "advertise-client-urls": client,
            "listen-peer-urls": peer,
            "initial-advertise-peer-urls": peer,
            "initial-cluster": f"default={peer}",
            "unsafe-no-fsync": "true",  # the data need not survive the machine
            "log-level": "warn",
        }
        return self._command("etcd", self._etcd_program, flags)

    def _apiserver_command(self, own: tuple[int, ...]) -> Command:
        flags = {
            "etcd-servers": ports.url(self.etcd.ports[0]),
            "bind-address": ports.HOST,
            "advertise-address": ports.HOST,
            "secure-port": own[0],
            "cert-dir": self._directory / "certificates",
            "token-auth-file": self._tokens,
            "authorization-mode": "Node,RBAC",
            "kubelet-preferred-address-types": "Hostname",
            "service-account-issuer": "https://kubernetes.default.svc",
            "service-account-key-file": self._signing_key,
            "service-account-signing-key-file": self._signing_key,
            "service-cluster-ip-range": "10.96.0.0/16",
            "endpoint-reconciler-type": "none",  # a loopback address is refused as an endpoint
            "audit-policy-file": _AUDIT_POLICY,
            "audit-log-path": self.audit_log,
            "audit-log-maxsize": 100_000,  # MB: never rotated, or the reader loses its place
            "shutdown-delay-duration": "0s",
        }
        return self._command("kube-apiserver", self._kube.with_name("kube-apiserver"), flags)

    def _manager_command(self, own: tuple[int, ...]) -> Command:
        kubeconfig = self._manager_kubeconfig
        flags = {
            "kubeconfig": kubeconfig,
            "authentication-kubeconfig": kubeconfig,
            "authorization-kubeconfig": kubeconfig,
            "bind-address": ports.HOST,
            "secure-port": own[0],
            "cert-dir": self._directory / "manager-certificates",
            "service-account-private-key-file": self._signing_key,
            "root-ca-file": self.ca,
            "use-service-account-credentials": "true",
            "leader-elect": "false",
            "controllers": ",".join(_CONTROLLERS),
            # Namespaces of ended tests are many; the defaults remove them one after the other.
            "concurrent-namespace-syncs": 20,
            "kube-api-qps": 200,
            "kube-api-burst": 400,
        }
        program = self._kube.with_name("kube-controller-manager")
        return self._command("kube-controller-manager", program, flags)

    def _command(self, name: str, program: Path, flags: Mapping[str, object]) -> Command:
        arguments = (f"--{flag}={value}" for flag, value in flags.items())
        return Command(
            argv=(str(program), *arguments),
            environ={"KUBECONFIG": ""},
            directory=self._directory,
            log=self._directory / f"{name}.log",
        )
