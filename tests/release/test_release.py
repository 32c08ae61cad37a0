"""One version everywhere, and the files of a release made of it."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from devstack import release
from devstack.chart import CHART, ROOT
from devstack.errors import ReleaseError
from zeebe_operator import __version__

TAG = f"v{__version__}"
REGISTRY = "registry.example.com/team"
IMAGE = f"{REGISTRY}/zeebe-operator"
CHANGELOG = f"# Changelog\n\n## [{__version__}] - 2026-12-01\n\n- One.\n\n## [0.0.1]\n\n- Old.\n"


@pytest.fixture
def made(tmp_path: Path) -> Path:
    release.write(TAG, REGISTRY, CHANGELOG, tmp_path)
    return tmp_path


def test_there_is_one_version() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert {chart["version"], chart["appVersion"], project["version"]} == {__version__}
    headings = re.findall(r"^## \[(.+)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0] in ("Unreleased", __version__)


def test_the_notes_are_the_section_of_the_changelog(made: Path) -> None:
    assert (made / "notes.md").read_text() == "- One.\n"


@pytest.mark.parametrize(
    ("tag", "registry", "changelog", "words"),
    [
        pytest.param("v9.9.9", REGISTRY, CHANGELOG, "the tag is 'v9.9.9'", id="another version"),
        pytest.param(TAG, REGISTRY, "## [Unreleased]\n", "does not begin with", id="no section"),
        pytest.param(TAG, "", CHANGELOG, "REGISTRY is empty", id="no registry"),
    ],
)
def test_what_is_not_ready_is_not_released(
    tmp_path: Path, tag: str, registry: str, changelog: str, words: str
) -> None:
    with pytest.raises(ReleaseError, match=re.escape(words)):
        release.write(tag, registry, changelog, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_manifest_and_the_chart_name_the_image_where_it_is(made: Path) -> None:
    objects = list(yaml.safe_load_all((made / "release" / "install.yaml").read_text()))
    [deployment] = [each for each in objects if each["kind"] == "Deployment"]
    [container] = deployment["spec"]["template"]["spec"]["containers"]
    assert container["image"] == f"{IMAGE}:{__version__}"
    values = yaml.safe_load((made / "chart" / "values.yaml").read_text())
    assert values["image"]["repository"] == IMAGE


def test_all_crds_are_in_one_file(made: Path) -> None:
    found = list(yaml.safe_load_all((made / "release" / "crds.yaml").read_text()))
    assert len(found) == len(list((ROOT / "crds").glob("*.yaml")))
    assert {each["kind"] for each in found} == {"CustomResourceDefinition"}
