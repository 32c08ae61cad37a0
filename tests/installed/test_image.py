"""The image of the tests is that of the Dockerfile."""

import json
import re
import shlex

from devstack import image
from devstack.chart import ROOT

FINAL = re.sub(r"\\\n", "", (ROOT / "Dockerfile").read_text()).rpartition("FROM ")[2]


def instruction(word: str) -> str:
    [found] = re.findall(rf"^{word} (.*)$", FINAL, re.MULTILINE)
    return str(found)


def test_it_starts_the_same_as_the_same_user() -> None:
    ours = image.operator("1")
    assert ours.user == instruction("USER")
    assert list(ours.entrypoint) == json.loads(instruction("ENTRYPOINT"))
    assert list(ours.command) == json.loads(instruction("CMD"))


def test_it_has_the_same_variables_and_folder() -> None:
    theirs = dict(word.split("=", 1) for word in shlex.split(instruction("ENV")))
    ours = image.operator("1").environ
    assert ours.keys() == theirs.keys()
    assert ours["PYTHONDONTWRITEBYTECODE"] == theirs["PYTHONDONTWRITEBYTECODE"]
    first = f"{image.HOME}/bin:"
    assert ours["PATH"].startswith(first)
    assert theirs["PATH"] == f"{first}$PATH"
    assert instruction("COPY").split() == ["--from=build", image.HOME, image.HOME]
