"""Fetches Maven artifacts: the Zeebe distribution, which is unpacked, and the jars of a pom."""

import hashlib
import os
import shutil
import tarfile
from collections.abc import Mapping
from pathlib import Path

from devstack import building, java
from devstack.errors import BuildError, MissingToolError

ZEEBE_VERSION = "8.6.0"
ZEEBE_SHA256 = "5c699e86a6c9d290dd7b1f0b2ea648fb57fd1dacf1cab22c874219e58827ea45"
_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
_TIMEOUT = 20 * 60.0


def find() -> Path:
    program = shutil.which("mvn")
    if program is None:
        raise MissingToolError(
            "Maven is missing (no 'mvn' on PATH), it fetches the Zeebe distribution:"
            " install Maven 3.6 or newer."
        )
    return Path(program)


def _java_for_maven() -> dict[str, str]:
    """Maven takes any Java; where there is none, the one that the broker will run on."""
    if shutil.which("java") or os.environ.get("JAVA_HOME"):
        return {}
    home = java.find() or java.fetched()
    return {} if home is None else {"JAVA_HOME": str(home)}


def fetch_zeebe(folder: Path, log: Path) -> None:
    artifact = f"io.camunda:camunda-zeebe:{ZEEBE_VERSION}:tar.gz"
    _run(f"Fetching Zeebe {ZEEBE_VERSION}", "copy", {"artifact": artifact}, folder, log)
    archive = folder / f"camunda-zeebe-{ZEEBE_VERSION}.tar.gz"
    if _digest(archive) != ZEEBE_SHA256:
        raise BuildError(f"Zeebe {ZEEBE_VERSION} came with another content than it should have.")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    archive.unlink()
    (folder / f"camunda-zeebe-{ZEEBE_VERSION}").rename(folder / "zeebe")


def fetch_jars(what: str, pom: Path, sha256: str, folder: Path, log: Path) -> None:
    """What the pom needs at run time. `sha256` is of the lines that sha256sum writes for them."""
    _run(f"Fetching {what}", "copy-dependencies", {"includeScope": "runtime"}, folder, log, pom=pom)
    lines = "".join(f"{_digest(jar)}  {jar.name}\n" for jar in sorted(folder.glob("*.jar")))
    if hashlib.sha256(lines.encode()).hexdigest() != sha256:
        raise BuildError(f"{what} came with another content than it should have.")


def _run(
    what: str,
    goal: str,
    options: Mapping[str, str],
    folder: Path,
    log: Path,
    pom: Path | None = None,
) -> None:
    step = building.Step(
        what=what,
        argv=(
            *(find(), "-B", "-ntp", "-C", f"{_PLUGIN}:{goal}"),
            *(() if pom is None else ("-f", pom)),
            *(f"-D{name}={value}" for name, value in options.items()),
            f"-DoutputDirectory={folder}",
            # Maven itself waits half an hour for a registry that does not answer.
            *("-Dmaven.wagon.http.connectionTimeout=30000", "-Dmaven.wagon.http.readTimeout=60000"),
            *("-Daether.connector.connectTimeout=30000", "-Daether.connector.requestTimeout=60000"),
        ),
        timeout=_TIMEOUT,
        directory=folder,
        environ=_java_for_maven(),
    )
    building.run(step, log)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
