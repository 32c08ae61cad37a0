"""The image of these tests is that of the Dockerfile."""

import json
import re
import shlex
import tarfile
from pathlib import Path
from typing import Any

import pytest

from devstack import image
from devstack.chart import ROOT
from devstack.node import images

FINAL = re.sub(r"\\\n", "", (ROOT / "Dockerfile").read_text()).rpartition("FROM ")[2]


def instruction(word: str) -> str:
    [found] = re.findall(rf"^{word} (.*)$", FINAL, re.MULTILINE)
    return str(found)


@pytest.fixture
def config(tmp_path: Path) -> dict[str, Any]:
    """What the archive says about how to start it."""
    with tarfile.open(images.pack(image.operator("1"), tmp_path / "image.tar")) as archive:
        [name] = [name for name in archive.getnames() if name != "manifest.json"]
        found = archive.extractfile(name)
        assert found
        content: dict[str, Any] = json.load(found)["config"]
        return content


def test_it_starts_the_same_as_the_same_user(config: dict[str, Any]) -> None:
    assert config["User"] == instruction("USER")
    assert config["Entrypoint"] == json.loads(instruction("ENTRYPOINT"))
    assert config["Cmd"] == json.loads(instruction("CMD"))


def test_it_has_the_same_folder_and_variables(config: dict[str, Any]) -> None:
    assert instruction("COPY").split() == ["--from=build", image.HOME, image.HOME]
    theirs = dict(word.split("=", 1) for word in shlex.split(instruction("ENV")))
    ours = dict(word.split("=", 1) for word in config["Env"])
    assert theirs.pop("PATH") == f"{image.HOME}/bin:$PATH"
    assert ours.pop("PATH").startswith(f"{image.HOME}/bin:/")
    assert ours == theirs
