"""Tokens and kubeconfig files for the administrator, the control plane and service accounts."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True, slots=True)
class Credential:
    user: str
    token: str
    group: str = ""


def new(user: str, group: str = "") -> Credential:
    return Credential(user, secrets.token_hex(24), group)


def write_token_file(path: Path, credentials: list[Credential]) -> None:
    lines = [f'{c.token},{c.user},{c.user},"{c.group}"\n' for c in credentials]
    _write_private(path, "".join(lines))


def write_kubeconfig(path: Path, *, server: str, ca: Path, token: str, namespace: str = "") -> Path:
    context = {"cluster": "devstack", "user": "devstack"}
    if namespace:
        context["namespace"] = namespace
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "devstack",
        "contexts": [{"name": "devstack", "context": context}],
        "clusters": [
            {"name": "devstack", "cluster": {"server": server, "certificate-authority": str(ca)}}
        ],
        "users": [{"name": "devstack", "user": {"token": token}}],
    }
    _write_private(path, yaml.safe_dump(content, sort_keys=False))
    return path


def _write_private(path: Path, text: str) -> None:
    """Renamed into place: another thread may be reading it."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    unfinished.rename(path)
