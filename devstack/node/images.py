"""Packs folders into a container image, as an archive that `Node.load_image` takes."""

import hashlib
import io
import json
import os
import tarfile
from dataclasses import dataclass, field
from pathlib import Path

from devstack.errors import BuildError

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
_EPOCH = "1970-01-01T00:00:00Z"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True)
class Layer:
    """The content of a folder, to be found below `target` in the image."""

    folder: Path
    target: str = "/"


@dataclass(frozen=True, slots=True)
class Image:
    """`name` has a tag. `user` is numeric, `uid` or `uid:gid`; empty is root."""

    name: str
    layers: tuple[Layer, ...]
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    user: str = ""
    environ: dict[str, str] = field(default_factory=dict)


def pack(image: Image, archive: Path) -> Path:
    """The same content gives the same image: owners and times of the files are left out."""
    unpacked = [
        archive.with_name(f"{archive.name}.{number}") for number in range(len(image.layers))
    ]
    try:
        digests = [
            _write_layer(layer, tar) for layer, tar in zip(image.layers, unpacked, strict=True)
        ]
        _write_archive(image, archive, dict(zip(digests, unpacked, strict=True)))
    finally:
        for tar in unpacked:
            tar.unlink(missing_ok=True)
    return archive


def _write_layer(layer: Layer, path: Path) -> str:
    target = layer.target.strip("/")
    with tarfile.open(path, "w") as tar:
        for parent in reversed(Path(target).parents[:-1]):
            tar.addfile(_folder(str(parent)))
        if target:
            tar.addfile(_folder(target))
        for name in sorted(entry.name for entry in layer.folder.iterdir()):
            tar.add(layer.folder / name, f"{target}/{name}".lstrip("/"), filter=_without_owner)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_archive(image: Image, path: Path, layers: dict[str, Path]) -> None:
    """In the form of `docker save`."""
    config = json.dumps(_config(image, list(layers)), sort_keys=True).encode()
    config_name = f"{hashlib.sha256(config).hexdigest()}.json"
    names = {f"{digest}/layer.tar": layer for digest, layer in layers.items()}
    manifest = [{"Config": config_name, "RepoTags": [image.name], "Layers": list(names)}]
    with tarfile.open(path, "w") as tar:
        _add(tar, config_name, config)
        _add(tar, "manifest.json", json.dumps(manifest).encode())
        for name, layer in names.items():
            tar.add(layer, name)


def _config(image: Image, digests: list[str]) -> dict[str, object]:
    return {
        "architecture": _architecture(),
        "os": "linux",
        "created": _EPOCH,
        "config": {
            "Entrypoint": list(image.entrypoint),
            "Cmd": list(image.command),
            "User": image.user,
            "WorkingDir": "/",
            "Env": [f"{name}={value}" for name, value in {"PATH": PATH, **image.environ}.items()],
        },
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}" for digest in digests]},
        "history": [{"created": _EPOCH} for _ in digests],
    }


def _architecture() -> str:
    machine = os.uname().machine
    if machine not in _ARCHITECTURES:
        raise BuildError(f"Images for the processor {machine} cannot be packed.")
    return _ARCHITECTURES[machine]


def _folder(name: str) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = tarfile.DIRTYPE
    info.mode = 0o755
    return info


def _without_owner(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    info.mtime = 0
    return info


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))
