"""What an environment is made of, and how each part is built once."""

from dataclasses import dataclass
from pathlib import Path

from devstack import cache, golang
from devstack.cache import Recipe
from devstack.golang import GoBuild
from devstack.progress import Progress

KUBERNETES_VERSION = "1.36.3"
ETCD_VERSION = "3.7.3"
FIRST_BUILD_GIGABYTES = 4.0

_HERE = Path(__file__).parent
_LINKS = ("kube-apiserver", "kube-controller-manager", "kubectl")
# Without a version, clients cannot parse the API server's, and kubectl has none in its user agent.
_VERSION_PACKAGES = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")


@dataclass(frozen=True, slots=True)
class Parts:
    """Programs that are ready to run."""

    kube: Path
    etcd: Path


def ensure(progress: Progress) -> Parts:
    """Returns at once when everything is in the cache; a missing Go is named before any build."""
    missing = [recipe for recipe in (kube(), etcd()) if cache.find(recipe) is None]
    if missing:
        golang.version()
    if len(missing) > 1:
        cache.need_space(cache.directory(), FIRST_BUILD_GIGABYTES, "The first build")
    return Parts(
        kube=cache.ensure(kube(), progress) / "kube", etcd=cache.ensure(etcd(), progress) / "etcd"
    )


def module(name: str) -> Path:
    return _HERE / name


def kube() -> Recipe:
    build = GoBuild(module("kube"), kubernetes_ldflags(), links=_LINKS)
    return build.recipe(3.0, f"Building Kubernetes {KUBERNETES_VERSION}", "about 5 minutes")


def kubernetes_ldflags() -> str:
    major, minor, _ = KUBERNETES_VERSION.split(".")
    version = {"gitVersion": f"v{KUBERNETES_VERSION}", "gitMajor": major, "gitMinor": minor}
    flags = [f"-X {package}.{k}={v}" for package in _VERSION_PACKAGES for k, v in version.items()]
    return "-s -w " + " ".join(flags)


def etcd() -> Recipe:
    build = GoBuild(module("etcd"))
    return build.recipe(0.7, f"Building etcd {ETCD_VERSION}", "about a minute")
