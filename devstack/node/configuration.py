"""What containerd, its network plugins and the kubelet are told, as the content of files."""

from pathlib import Path
from typing import Any

from devstack.node.parts import PAUSE, NodeParts
from devstack.node.settings import ADDRESS, BRIDGE, DNS_ADDRESS, POD_RANGE

_CONTAINERD = """\
version = 4
imports = []

[plugins."io.containerd.metadata.v1.bolt"]
no_sync = true

[plugins."io.containerd.cri.v1.images".pinned_images]
sandbox = "{pause}"

[plugins."io.containerd.cri.v1.runtime"]
restrict_oom_score_adj = true
disable_apparmor = true

[plugins."io.containerd.cri.v1.runtime".cni]
bin_dirs = ["{plugins}"]
conf_dir = "{networks}"
use_internal_loopback = true

[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
options = {{BinaryName = "{runc}"}}
"""


def containerd(built: NodeParts, networks: Path) -> str:
    return _CONTAINERD.format(
        pause=PAUSE, plugins=built.containerd, networks=networks, runc=built.runc
    )


def network() -> dict[str, Any]:
    """Pods reach each other and the node's own addresses; there is nothing else to reach."""
    addresses = {
        "type": "host-local",
        "dataDir": "/run/pod-addresses",
        "ranges": [[{"subnet": POD_RANGE}]],
        "routes": [{"dst": "0.0.0.0/0"}],
    }
    bridge = {"type": "bridge", "bridge": BRIDGE, "isGateway": True, "hairpinMode": True}
    return {
        "cniVersion": "1.0.0",
        "name": "pods",
        "plugins": [{**bridge, "ipam": addresses}],
    }


def kubelet(port: int, containerd_socket: Path, volume_plugins: Path) -> dict[str, Any]:
    """Only this machine reaches the port: whoever is on it may use it, as on any test machine."""
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": ADDRESS,
        "port": port,
        "healthzPort": 0,
        "authentication": {"anonymous": {"enabled": True}, "webhook": {"enabled": False}},
        "authorization": {"mode": "AlwaysAllow"},
        "containerRuntimeEndpoint": f"unix://{containerd_socket}",
        "volumePluginDir": str(volume_plugins),
        "clusterDNS": [DNS_ADDRESS],
        "clusterDomain": "cluster.local",
        "resolvConf": "",
        "cgroupDriver": "cgroupfs",
        "failCgroupV1": False,
        "failSwapOn": False,
        "oomScoreAdj": 0,
        "protectKernelDefaults": True,  # or it would change the sysctls of the machine
        "makeIPTablesUtilChains": False,
        # A developer's disk is often nearly full; that is no reason to evict a test's pods.
        "evictionHard": {"memory.available": "100Mi", "nodefs.available": "0%"},
        "imageGCHighThresholdPercent": 100,
        "nodeStatusUpdateFrequency": "5s",
    }
