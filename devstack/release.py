"""The files of a release: `python -m devstack.release v0.1.0 REGISTRY` writes them to build/.

A released chart and manifest name the image where it was pushed to, which only a release knows.
build/release/ has what people download, build/chart/ the chart before it is packaged.
"""

import re
import shutil
import sys
from pathlib import Path

from devstack.chart import CHART, INSTALL, NAME, ROOT
from devstack.errors import ReleaseError
from zeebe_operator import __version__

_SECTION = re.compile(r"^## \[(.+?)\].*\n((?:(?!## ).*\n)*)", re.MULTILINE)


def notes(tag: str, changelog: str) -> str:
    """What is new, for people. Raises ReleaseError unless all is ready for this very tag."""
    if tag != f"v{__version__}":
        raise ReleaseError(f"the tag is {tag!r}, and __version__ says {__version__!r}")
    found = _SECTION.search(changelog)
    if found is None or found[1] != __version__:
        raise ReleaseError(f"CHANGELOG.md does not begin with a section [{__version__}]")
    return found[2].strip() + "\n"


def write(tag: str, registry: str, changelog: str, into: Path) -> None:
    """Raises ReleaseError."""
    text = notes(tag, changelog)
    if not registry:
        raise ReleaseError("REGISTRY is empty; say where the image is pushed to")
    release, chart = into / "release", into / "chart"
    release.mkdir(parents=True, exist_ok=True)
    (into / "notes.md").write_text(text)
    crds = sorted((ROOT / "crds").glob("*.yaml"))
    (release / "crds.yaml").write_text("---\n".join(crd.read_text() for crd in crds))
    image = f'image: "{registry}/{NAME}:{__version__}"'
    (release / "install.yaml").write_text(
        _replaced(INSTALL.read_text(), f'image: "{NAME}:{__version__}"', image)
    )
    shutil.rmtree(chart, ignore_errors=True)
    shutil.copytree(CHART, chart)
    values = chart / "values.yaml"
    place = f"repository: {registry}/{NAME}\n"
    values.write_text(_replaced(values.read_text(), f"repository: {NAME}\n", place))


def _replaced(text: str, old: str, new: str) -> str:
    """The one place where it is."""
    if text.count(old) != 1:
        raise ReleaseError(f"{old.strip()!r} is not there exactly once; run make generate")
    return text.replace(old, new)


def main() -> int:
    tag, registry = sys.argv[1:]
    try:
        write(tag, registry, (ROOT / "CHANGELOG.md").read_text(), ROOT / "build")
    except ReleaseError as error:
        print(f"devstack: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
