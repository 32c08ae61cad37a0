"""Nothing in this repository fetches, builds or starts the vendor's broker, or what contains it."""

import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
EXEMPT: Final = Path("docs/decisions/0012-local-engine.md")
"""The one page that says why. This file is none: it writes the names with a gap."""

ARTIFACT: Final = re.compile(
    r"""
    \bio\.[c]amunda:[\w-]                          # of Maven: group:artifact
    | \borg\.[c]amunda(\.[\w-]+)*:[\w-]+:          # group:artifact:version
    | <groupId>\s*(io|org)\.[c]amunda
    | \bcamunda-[z]eebe\b
    | \bzeebe-[pwb](rocess-test|orkflow-engine|roker)
    | \bcamunda/(zeebe|camunda)[:@]              # images
    | \b(artifacts|downloads|helm)\.camunda\.\w
    | \b[j]dk4py\b
    """,
    re.VERBOSE,
)


def files() -> list[Path]:
    """All that git knows, and what it would be told of next."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = (Path(name) for name in listed.split("\0") if name)
    return [path for path in found if (ROOT / path).is_file()]


def test_no_file_names_an_artifact_of_the_vendor() -> None:
    assert files()
    named = {
        str(path): found[0]
        for path in files()
        if path != EXEMPT
        if (found := ARTIFACT.search((ROOT / path).read_text(errors="replace")))
    }
    assert named == {}


@pytest.mark.parametrize(
    "text",
    [
        "io.ca~munda:ca~munda-zeebe:8.6.0:tar.gz",
        "io.ca~munda:ze~ebe-process-test-engine:8.8.21",
        "org.ca~munda.bpm:ca~munda-engine:7.23.0",
        "<groupId>io.ca~munda</groupId>",
        "ze~ebe-workflow-engine-8.8.21.jar",
        "image: ca~munda/zeebe:8.6.0",
        "https://ar~tifacts.ca~munda.com/artifactory/zeebe-io/",
        "jd~k4py==21.0.8.2",
    ],
)
def test_an_artifact_is_recognised(text: str) -> None:
    assert ARTIFACT.search(text.replace("~", ""))


@pytest.mark.parametrize(
    "text",
    [
        "http://camunda.org/schema/zeebe/1.0",
        "io.camunda.zeebe:userTask",
        "zeebe-gateway.camunda.svc:26500",
        "https://docs.camunda.io/docs/components/zeebe/",
        "https://github.com/camunda/camunda/issues/1",
        "camunda-orchestration-sdk==10.0.1",
    ],
)
def test_words_of_the_protocol_and_links_are_not(text: str) -> None:
    assert not ARTIFACT.search(text)
