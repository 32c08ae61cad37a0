"""What a node is made of besides the parts of every environment, and how each is built once."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from devstack import cache, golang
from devstack.cache import Recipe
from devstack.golang import GoBuild
from devstack.node import debian, images, requirements
from devstack.node.images import Image, Layer
from devstack.parts import KUBERNETES_VERSION, kubernetes_ldflags
from devstack.progress import Progress

CONTAINERD_VERSION = "2.4.2"
PAUSE = "localhost/pause:1"
BUSYBOX = "localhost/busybox:1"

_HERE = Path(__file__).parent
_BUSYBOX_PACKAGES = ("busybox-static",)
_PYTHON_PACKAGES = (
    "base-files",
    "python3-minimal",
    "libpython3-stdlib",
    "ca-certificates",
    "libstdc++6",  # wheels made of C++ count on it
)
_CERTIFICATES = "etc/ssl/certs/ca-certificates.crt"
# Unlike a plain `sleep` as process 1 it ends when it is told to, and not half a minute later.
_PAUSE_COMMAND = (
    "/bin/sh",
    "-c",
    "trap 'exit 0' TERM INT; while :; do sleep 86400 & wait $!; done",
)


@dataclass(frozen=True, slots=True)
class NodeParts:
    """Programs that are ready to run, and the archives of the images that every node has."""

    kubelet: Path
    scheduler: Path
    containerd: Path  # the folder of containerd, its shim, ctr and the network plugins
    runc: Path
    images: tuple[Path, ...]


def ensure(progress: Progress) -> NodeParts:
    """A missing tool is named before any build."""
    requirements.check()
    kubernetes, runtime, oci, busybox = (cache.ensure(recipe, progress) for recipe in recipes())
    return NodeParts(
        kubelet=kubernetes / "kubelet",
        scheduler=kubernetes / "kube-scheduler",
        containerd=runtime,
        runc=oci / "usr" / "sbin" / "runc",
        images=(busybox / "pause.tar", busybox / "busybox.tar"),
    )


def recipes() -> list[Recipe]:
    return [kubelet(), containerd(), runc(), busybox()]


def kubelet() -> Recipe:
    build = GoBuild(_HERE / "kubelet", kubernetes_ldflags(), links=("kube-scheduler",))
    return build.recipe(2.0, f"Building the kubelet {KUBERNETES_VERSION}", "about a minute")


def containerd() -> Recipe:
    build = GoBuild(_HERE / "containerd", packages="tool")
    return build.recipe(1.0, f"Building containerd {CONTAINERD_VERSION}", "about a minute")


def runc() -> Recipe:
    return Recipe(
        name="runc",
        inputs=(golang.platform(),),
        gigabytes=0.2,
        title="Fetching runc from Debian",
        takes="some seconds, the first time only",
        build=lambda folder, log: debian.unpack(("runc",), folder, log),
    )


def busybox() -> Recipe:
    """Two images of it: one for the Jobs of tests, and the one that holds a pod's network open."""
    return Recipe(
        name="busybox",
        inputs=(PAUSE, BUSYBOX, *_BUSYBOX_PACKAGES, *_PAUSE_COMMAND, golang.platform()),
        gigabytes=0.2,
        title="Fetching busybox from Debian",
        takes="some seconds, the first time only",
        build=_pack_busybox,
    )


def python_rootfs(progress: Progress) -> Path:
    """A folder with Debian's Python 3, the first layer of an image with an application.

    No shell is in it; /usr/lib/python3/dist-packages is where packages go.
    """
    recipe = Recipe(
        name="python",
        inputs=(*_PYTHON_PACKAGES, _CERTIFICATES, golang.platform()),
        gigabytes=0.3,
        title="Fetching Python from Debian",
        takes="some seconds, the first time only",
        build=_unpack_python,
    )
    return cache.ensure(recipe, progress)


def _unpack_python(folder: Path, log: Path) -> None:
    """With the one file of all authorities, which Debian makes when a package is installed."""
    debian.unpack(_PYTHON_PACKAGES, folder, log)
    authorities = sorted((folder / "usr/share/ca-certificates").rglob("*.crt"))
    (folder / _CERTIFICATES).write_text("".join(path.read_text() for path in authorities))


def _pack_busybox(folder: Path, log: Path) -> None:
    rootfs = folder / "rootfs"
    rootfs.mkdir()
    debian.unpack(_BUSYBOX_PACKAGES, rootfs, log)
    programs = rootfs / "bin"
    said = subprocess.run(
        [programs / "busybox", "--list"], capture_output=True, text=True, check=True
    )
    for name in said.stdout.split():
        if name != "busybox":
            (programs / name).symlink_to("busybox")
    (rootfs / "tmp").mkdir(mode=0o777)
    (rootfs / "tmp").chmod(0o1777)
    layers = (Layer(rootfs),)
    images.pack(Image(PAUSE, layers, entrypoint=_PAUSE_COMMAND), folder / "pause.tar")
    images.pack(Image(BUSYBOX, layers), folder / "busybox.tar")
