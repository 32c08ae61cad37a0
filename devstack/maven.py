"""Fetches the Zeebe distribution, a Maven artifact, and unpacks it."""

import hashlib
import os
import shutil
import tarfile
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
    step = building.Step(
        what=f"Fetching Zeebe {ZEEBE_VERSION}",
        argv=(
            *(find(), "-B", "-ntp", "-C", f"{_PLUGIN}:copy"),
            f"-Dartifact=io.camunda:camunda-zeebe:{ZEEBE_VERSION}:tar.gz",
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
    archive = folder / f"camunda-zeebe-{ZEEBE_VERSION}.tar.gz"
    with archive.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != ZEEBE_SHA256:
        raise BuildError(f"Zeebe {ZEEBE_VERSION} came with another content than it should have.")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    archive.unlink()
    (folder / f"camunda-zeebe-{ZEEBE_VERSION}").rename(folder / "zeebe")
