"""What node.py tells the two processes of a node, and the addresses inside of it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

ADDRESS = "10.88.0.1"  # of the node in the network of its pods
POD_RANGE = "10.88.0.0/24"
BRIDGE = "cni0"
DNS_ADDRESS = "10.96.0.10"  # refuses: there is no DNS, but without an address pods get warnings


@dataclass(frozen=True, slots=True)
class Door:
    """An address in the pods' network that leads to a port of this machine."""

    address: str
    port: int
    leads_to: int


@dataclass(frozen=True, slots=True)
class Settings:
    directory: str
    kubelet_port: int  # on this machine and inside: the API server is told only one
    doors: tuple[Door, ...]
    containerd: tuple[str, ...]
    containerd_socket: str
    kubelet: tuple[str, ...]

    def write(self, path: Path) -> Path:
        path.write_text(json.dumps(asdict(self), indent=2))
        return path


def read(path: Path) -> Settings:
    content = json.loads(path.read_text())
    content["doors"] = tuple(Door(**door) for door in content["doors"])
    return Settings(**content)
