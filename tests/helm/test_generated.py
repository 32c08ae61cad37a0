"""What `make generate` writes for the chart, and from it, is never edited and never stale."""

from devstack import chart
from devstack.environment import Environment
from devstack.helm import Helm
from tests.helm.release import CRDS


def test_the_chart_holds_the_copies_and_nothing_else() -> None:
    found = (path for path in (chart.CHART / "files").rglob("*") if path.is_file())
    assert {path: path.read_text() for path in found} == chart.copies()


def test_the_manifest_to_install_is_the_chart(helm4: Helm) -> None:
    assert chart.INSTALL.read_text() == chart.install(helm4)


def test_the_manifest_to_install_has_no_mark_of_helm() -> None:
    assert "helm.sh" not in chart.INSTALL.read_text()
    assert "managed-by" not in chart.INSTALL.read_text()


def test_the_manifest_to_install_is_taken_by_kubectl(own_api_server: Environment) -> None:
    env = own_api_server
    env.kubectl("apply", "-k", str(chart.INSTALL.parent))
    env.kubectl("wait", "--for=condition=Established", "--timeout=60s", "crd", *CRDS)
    assert env.kubectl("get", "deployment", chart.NAME, "-n", chart.NAME, "-o=name")
