"""Releases on a real API server: what they leave alone, and what they take over."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from devstack.chart import CHART, ROOT
from devstack.environment import Environment
from devstack.errors import HelmError
from devstack.helm import Helm
from tests.helm.release import CRDS, Releases, new_namespace

MESSAGE = {
    "apiVersion": "zeebe-operator.dev/v1alpha1",
    "kind": "ZeebeMessage",
    "metadata": {"name": "precious"},
    "spec": {"messageName": "paid", "correlationKey": "1"},
}
SECRET_LIMIT = 1024 * 1024
"""Bytes that the API server takes in a Secret."""


def uid(releases: Releases) -> str:
    found: str = releases.get("zeebemessage", "precious")["metadata"]["uid"]
    return found


def categories(releases: Releases) -> list[str]:
    found: list[str] = releases.get("crd", "zeebemessages.zeebe-operator.dev")["spec"]["names"][
        "categories"
    ]
    return found


def next_version(folder: Path) -> Path:
    """The chart with one more category in a CRD."""
    chart = Path(shutil.copytree(CHART, folder / "chart"))
    crd = chart / "files" / "crds" / "zeebemessages.yaml"
    crd.write_text(crd.read_text().replace("categories: [zeebe]", "categories: [zeebe, next]"))
    return chart


def test_crds_and_resources_survive_a_release_and_serve_the_next(releases: Releases) -> None:
    releases.install("op")
    releases.await_crds()
    releases.kubectl("create", "-f", "-", stdin=json.dumps(MESSAGE))
    before = uid(releases)

    assert "zeebemessages.zeebe-operator.dev" in releases.uninstall("op")
    assert releases.get("deployment")["items"] == []
    assert uid(releases) == before

    releases.install("op")
    assert releases.args()
    assert uid(releases) == before


def test_another_release_takes_kept_crds_over_only_when_told_to(releases: Releases) -> None:
    releases.install("op")
    releases.uninstall("op")
    with pytest.raises(HelmError, match=r"meta\.helm\.sh/release-name"):
        releases.install("other")
    assert releases.get("deployment")["items"] == []
    releases.install("other", "--take-ownership")
    annotations = releases.get("crd", CRDS[0])["metadata"]["annotations"]
    assert annotations["meta.helm.sh/release-name"] == "other"


def test_crds_that_kubectl_applied_are_taken_over_only_when_told_to(releases: Releases) -> None:
    releases.kubectl("apply", "--server-side", "-f", str(ROOT / "crds"))
    with pytest.raises(HelmError, match="invalid ownership metadata"):
        releases.install("op")
    releases.install("op", "--take-ownership")
    assert releases.args()


def test_without_keep_the_crds_go_with_the_release(releases: Releases) -> None:
    releases.install("op", values={"crds.keep": False})
    releases.await_crds()
    releases.uninstall("op")
    left = releases.get("crd")["items"]
    assert [each for each in left if "deletionTimestamp" not in each["metadata"]] == []


def test_an_upgrade_upgrades_crds_and_a_rollback_takes_all_back(
    releases: Releases, tmp_path: Path
) -> None:
    releases.install("op")
    releases.upgrade("op", next_version(tmp_path), {"log.level": "debug"})
    assert "--log-level=debug" in releases.args()
    assert categories(releases) == ["zeebe", "next"]
    releases("rollback", "op", "1")
    assert "--log-level=info" in releases.args()
    assert categories(releases) == ["zeebe"]


def test_what_helm_keeps_of_a_release_is_far_from_its_limit(releases: Releases) -> None:
    releases.install("op")
    secret = releases.get("secret", "sh.helm.release.v1.op.v1")
    assert len(secret["data"]["release"]) < SECRET_LIMIT / 4


def test_a_release_of_helm_3_goes_on_with_helm_4(
    own_api_server: Environment, helm3: Helm, helm4: Helm
) -> None:
    with new_namespace(own_api_server) as namespace:
        older = Releases(own_api_server, helm3, namespace)
        older.install("op")
        newer = replace(older, helm=helm4)
        newer.upgrade("op", values={"log.level": "debug"})
        assert "--log-level=debug" in newer.args()
        newer.uninstall("op")
        assert newer.get("deployment")["items"] == []
