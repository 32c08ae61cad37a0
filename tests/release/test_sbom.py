"""`make sbom` lists what the image holds: the packages of its lock, and nothing else."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from devstack.chart import ROOT
from zeebe_operator import __version__

Packages = dict[tuple[str, str], set[str]]


@pytest.fixture(scope="module")
def sbom(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("sbom") / "sbom.cdx.json"
    here = ("BIN=" + str(Path(sys.executable).parent), f"SBOM={path}")
    subprocess.run(["make", "--assume-old=.venv/installed", "sbom", *here], cwd=ROOT, check=True)
    return json.loads(path.read_text())


def locked() -> Packages:
    """By name and version: the hashes."""
    text = (ROOT / "requirements" / "runtime.lock").read_text()
    found = re.findall(r"^([\w.-]+)==(\S+)(.*(?:\n    --hash=.*)+)", text, re.MULTILINE)
    return {
        (name, version): set(re.findall(r"sha256:(\w+)", hashes)) for name, version, hashes in found
    }


def listed(sbom: Any) -> Packages:
    return {
        (component["name"], component["version"]): {
            found["content"]
            for reference in component["externalReferences"]
            for found in reference["hashes"]
        }
        for component in sbom["components"]
    }


def test_it_lists_the_lock_with_versions_and_hashes(sbom: Any) -> None:
    assert listed(sbom) == locked()
    assert all(locked().values())


def test_it_says_of_what_it_is(sbom: Any) -> None:
    about = sbom["metadata"]["component"]
    assert (sbom["bomFormat"], about["name"], about["version"]) == (
        "CycloneDX",
        "zeebe-operator",
        __version__,
    )


def test_the_image_is_made_of_that_lock() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert re.search(r"zeebe-operator/bin/pip install .*-r requirements/runtime\.lock", text)
