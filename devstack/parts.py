"""What an environment is made of, and how each part is built once."""

from dataclasses import dataclass
from pathlib import Path

from devstack import cache, golang, java, maven
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
    broker: Path | None
    java_home: Path | None


def ensure(progress: Progress, *, broker: bool = True) -> Parts:
    """Returns at once when everything is in the cache; a missing tool is named before any build."""
    wanted = [kube(), etcd(), *([zeebe()] if broker else [])]
    missing = [recipe for recipe in wanted if cache.find(recipe) is None]
    _check_tools(missing)
    if len(missing) > 1:
        cache.need_space(cache.directory(), FIRST_BUILD_GIGABYTES, "The first build")
    java_home = java.ensure(progress) if broker else None
    folders = [cache.ensure(recipe, progress) for recipe in wanted]
    return Parts(
        kube=folders[0] / "kube",
        etcd=folders[1] / "etcd",
        broker=broker_in(folders[2]) if broker else None,
        java_home=java_home,
    )


def broker_in(zeebe: Path) -> Path:
    return zeebe / "zeebe" / "bin" / "broker"


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


def zeebe() -> Recipe:
    return Recipe(
        name="zeebe",
        inputs=(maven.ZEEBE_VERSION, maven.ZEEBE_SHA256),
        gigabytes=1.2,
        title=f"Fetching Zeebe {maven.ZEEBE_VERSION} (300 MB)",
        takes="about a minute, the first time only",
        build=maven.fetch_zeebe,
    )


def _check_tools(missing: list[Recipe]) -> None:
    names = {recipe.name for recipe in missing}
    if names & {"kube", "etcd"}:
        golang.version()
    if "zeebe" in names:
        maven.find()
