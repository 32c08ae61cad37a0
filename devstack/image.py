"""The image of the Dockerfile, made without a container engine, so that tests run it as a pod.

A venv in the same place, with the packages of the lock file and the operator of this working tree;
the Python below it is Debian's.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from devstack import building, cache, golang
from devstack.cache import Recipe
from devstack.node import images, parts
from devstack.node.images import Image, Layer
from devstack.progress import Progress

NAME = "localhost/zeebe-operator"
HOME = "/opt/zeebe-operator"

_ROOT = Path(__file__).parents[1]
_LOCK = _ROOT / "requirements" / "runtime.lock"
_INSTALL_TIMEOUT = 10 * 60.0
_PIP = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
# Bytecode is then valid by the content of its source: an image has no times of files.
_REPRODUCIBLE = {"SOURCE_DATE_EPOCH": "315532800"}


def operator(tag: str, layers: tuple[Layer, ...] = ()) -> Image:
    """What a container of it is started with; tests hold it to the Dockerfile."""
    return Image(
        f"{NAME}:{tag}",
        layers,
        entrypoint=("zeebe-operator",),
        command=("run",),
        user="65532:65532",
        environ={"PATH": f"{HOME}/bin:{images.PATH}", "PYTHONDONTWRITEBYTECODE": "1"},
    )


def pack(tag: str, archive: Path, progress: Progress) -> Path:
    """The first time, Python and the packages are fetched into the cache."""
    rootfs = parts.python_rootfs(progress)
    python = (rootfs / "usr/bin/python3").readlink().name
    packages = cache.ensure(_packages(python), progress)
    with TemporaryDirectory(prefix="zeebe-operator-image-") as folder:
        own = Path(folder)
        _install_operator(own, python)
        layers = (Layer(rootfs), Layer(packages, HOME), Layer(own, HOME))
        return images.pack(operator(tag, layers), archive)


def _packages(python: str) -> Recipe:
    """A venv with what the operator needs; wheels only, each with the hash of the lock file."""
    return Recipe(
        name="packages",
        inputs=(_LOCK, python, *_PIP[1:], golang.platform()),
        gigabytes=0.5,
        title="Fetching the operator's Python packages",
        takes="some seconds, the first time only",
        build=lambda folder, log: _make_venv(folder, python, log),
    )


def _make_venv(folder: Path, python: str, log: Path) -> None:
    programs = folder / "bin"
    programs.mkdir()
    (programs / python).symlink_to(f"/usr/bin/{python}")
    for name in ("python", "python3"):
        (programs / name).symlink_to(python)
    version = python.removeprefix("python")
    (folder / "pyvenv.cfg").write_text(f"home = /usr/bin\nversion = {version}\n")
    wheels = ("--only-binary=:all:", f"--python-version={version}")
    what = ("--require-hashes", "--requirement", str(_LOCK))
    _install("the packages of runtime.lock", (*wheels, *what), _site(folder, python), log)


def _install_operator(folder: Path, python: str) -> None:
    """What pip puts beside the packages are programs, which begin with the Python that ran pip."""
    site = _site(folder, python)
    own = ("--no-deps", "--no-build-isolation", str(_ROOT))
    _install("the operator", own, site, cache.logs() / "image.log")
    for program in (site / "bin").iterdir():
        _, code = program.read_text().split("\n", 1)
        program.write_text(f"#!{HOME}/bin/python\n{code}")
    (site / "bin").rename(folder / "bin")


def _site(folder: Path, python: str) -> Path:
    return folder / "lib" / python / "site-packages"


def _install(what: str, arguments: tuple[str, ...], site: Path, log: Path) -> None:
    argv: tuple[str | Path, ...] = (*_PIP, "--target", site, *arguments)
    step = building.Step(f"Installing {what}", argv, _INSTALL_TIMEOUT, _ROOT, _REPRODUCIBLE)
    building.run(step, log)
