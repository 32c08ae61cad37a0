"""What the chart makes of values."""

import pytest
import yaml

from devstack.chart import CHART, ROOT
from devstack.helm import Helm
from tests.helm.chart import (
    EVERYTHING,
    NAMESPACE,
    NAMESPACED,
    RELEASE,
    SECURED,
    Object,
    Rendered,
    crds,
    render,
    role_rules,
)
from zeebe_operator import settings
from zeebe_operator.model.credentials import OAuth
from zeebe_operator.reconcilers.kinds import KINDS
from zeebe_operator.settings import Settings

CRD = "CustomResourceDefinition"
DRAIN = 26
"""Seconds that the operator takes to stop, at most: docs/configuration.md."""


def settings_of(rendered: Rendered) -> Settings:
    """As the operator itself reads them; for a value from a Secret stands its key there."""
    container = rendered.container
    environ = {
        each["name"]: each.get("value") or each["valueFrom"]["secretKeyRef"]["key"]
        for each in container.get("env", [])
    }
    return settings.parse(container["args"], environ)


def role_of(rendered: Rendered) -> dict[str, list[str]]:
    """The last verbs of each resource."""
    roles = {each["metadata"]["name"]: each for each in rendered.all("ClusterRole")}
    rules = roles[f"{RELEASE}-zeebe-operator"]["rules"]
    return {name: rule["verbs"] for rule in rules for name in rule["resources"]}


def test_it_lints(helm: Helm) -> None:
    assert "0 chart(s) failed" in helm("lint", "--strict", str(CHART))


def test_by_default_it_is_what_the_operator_needs_and_no_more(helm: Helm) -> None:
    rendered = render(helm)
    assert sorted(each["kind"] for each in rendered.objects) == sorted(
        [
            *[CRD] * len(KINDS),
            *("ClusterRole", "ClusterRole", "ClusterRole", "ClusterRoleBinding"),
            *("Deployment", "Service", "ServiceAccount"),
        ]
    )
    assert settings_of(rendered) == Settings()


def test_with_every_switch_on_everything_is_there(helm: Helm) -> None:
    assert render(helm, EVERYTHING).kinds >= {
        "ConfigMap",
        "NetworkPolicy",
        "PodDisruptionBudget",
        "PodMonitor",
        "PrometheusRule",
        "ServiceMonitor",
    }


def test_with_every_switch_off_only_the_operator_is_there(helm: Helm) -> None:
    off = {
        "crds": {"enabled": False},
        "rbac": {"create": False, "aggregate": False},
        "serviceAccount": {"create": False, "name": "mine"},
        "metrics": {"service": {"enabled": False}},
    }
    rendered = render(helm, off)
    assert rendered.kinds == {"Deployment"}
    assert rendered.pod["spec"]["serviceAccountName"] == "mine"


def test_a_namespaced_install_needs_nothing_cluster_wide(helm: Helm) -> None:
    rendered = render(helm, NAMESPACED)
    assert [kind for kind in rendered.kinds if kind.startswith("Cluster") or kind == CRD] == []
    for kind in ("Role", "RoleBinding"):
        assert [each["metadata"]["namespace"] for each in rendered.all(kind)] == [
            "orders",
            "billing",
        ]
    assert all("namespace" in each["metadata"] for each in rendered.objects)
    assert settings_of(rendered) == Settings(namespaces=("orders", "billing"))


@pytest.mark.parametrize(("values", "kind"), [({}, "ClusterRole"), (NAMESPACED, "Role")], ids=str)
def test_the_rights_are_exactly_those_of_the_shipped_role(
    helm4: Helm, values: Object, kind: str
) -> None:
    rendered = render(helm4, values)
    name = f"{RELEASE}-zeebe-operator"
    roles = [each for each in rendered.all(kind) if each["metadata"]["name"] == name]
    assert roles
    assert all(each["rules"] == role_rules() for each in roles)
    for binding in rendered.all(f"{kind}Binding"):
        assert binding["roleRef"]["name"] == name
        [subject] = binding["subjects"]
        assert subject == {"kind": "ServiceAccount", "name": name, "namespace": NAMESPACE}


def test_without_kubernetes_jobs_it_may_neither_start_pods_nor_write_secrets(
    helm4: Helm,
) -> None:
    rendered = render(helm4, {"workers": {"kubernetesJobs": False}})
    rights = role_of(rendered)
    assert rights["secrets"] == ["get"]
    assert set(role_of(render(helm4))) - set(rights) == {"jobs", "pods"}


def test_users_get_rights_on_every_kind_by_the_roles_they_have(helm4: Helm) -> None:
    roles = {each["metadata"]["name"]: each for each in render(helm4).all("ClusterRole")}
    prefix = "rbac.authorization.k8s.io/aggregate-to-"
    for role, into in (("view", {"view", "edit", "admin"}), ("edit", {"edit", "admin"})):
        found = roles[f"{RELEASE}-zeebe-operator-{role}"]
        labels = found["metadata"]["labels"]
        assert {each.removeprefix(prefix) for each in labels if each.startswith(prefix)} == into
        [rule] = found["rules"]
        assert set(rule["resources"]) == {kind.plural for kind in KINDS}


@pytest.mark.parametrize("is_kept", [True, False])
def test_the_crds_are_those_of_the_repository(helm: Helm, *, is_kept: bool) -> None:
    rendered = render(helm, {"crds": {"keep": is_kept}}).all(CRD)
    for each in rendered:
        annotations = each["metadata"].pop("annotations", {})
        assert annotations == ({"helm.sh/resource-policy": "keep"} if is_kept else {})
        assert each["metadata"].pop("labels")
    assert sorted(rendered, key=lambda each: each["metadata"]["name"]) == sorted(
        crds(), key=lambda each: each["metadata"]["name"]
    )


def test_all_objects_have_the_labels_that_people_select_by(helm4: Helm) -> None:
    rendered = render(helm4, EVERYTHING)
    expected = {
        "app.kubernetes.io/name": "zeebe-operator",
        "app.kubernetes.io/instance": RELEASE,
        "app.kubernetes.io/version": "0.1.0",
        "app.kubernetes.io/managed-by": "Helm",
        "helm.sh/chart": "zeebe-operator-0.1.0",
        "team": "flow",
    }
    for each in [*rendered.objects, rendered.pod]:
        assert each["metadata"]["labels"].items() >= expected.items()


def test_whoever_selects_the_pod_selects_by_what_never_changes(helm4: Helm) -> None:
    rendered = render(helm4, EVERYTHING)
    selector = {"app.kubernetes.io/name": "zeebe-operator", "app.kubernetes.io/instance": RELEASE}
    for kind in ("Deployment", "PodDisruptionBudget", "ServiceMonitor", "PodMonitor"):
        assert rendered.one(kind)["spec"]["selector"] == {"matchLabels": selector}
    assert rendered.one("NetworkPolicy")["spec"]["podSelector"] == {"matchLabels": selector}
    assert rendered.one("Service")["spec"]["selector"] == selector


def test_the_operator_reads_its_connection_from_the_values(helm4: Helm) -> None:
    connection = settings_of(render(helm4, SECURED)).connection
    assert connection
    gateway, tls, oauth = connection.settings, connection.settings.tls, connection.settings.auth
    assert (gateway.address, gateway.plaintext) == ("gateway.camunda.svc:26500", False)
    assert gateway.rest_address == "https://gateway.camunda.svc:8080"
    assert tls.server_name == "zeebe.example.com"
    assert oauth == OAuth(
        token_url="https://login.example.com/token",
        client_id="clientId",
        client_secret="clientSecret",
        audience="zeebe",
        scope="all",
    )


def test_the_files_of_the_connection_are_where_its_secrets_are_mounted(helm4: Helm) -> None:
    rendered = render(helm4, SECURED)
    connection = settings_of(rendered).connection
    assert connection
    mounts = {each["name"]: each["mountPath"] for each in rendered.container["volumeMounts"]}
    secrets = {
        each["name"]: each["secret"]["secretName"] for each in rendered.pod["spec"]["volumes"]
    }
    assert secrets == {"ca": "authority", "client-cert": "client"}
    assert connection.files.ca == f"{mounts['ca']}/ca.crt"
    assert connection.files.certificate == f"{mounts['client-cert']}/tls.crt"
    assert connection.files.key == f"{mounts['client-cert']}/tls.key"


@pytest.mark.parametrize(
    ("connection", "address", "is_plaintext"),
    [
        ({"address": "g:1", "plaintext": True}, "g:1", True),
        ({"address": "grpc://g:1"}, "g:1", True),
        ({"address": "g:1"}, "g:1", False),
        (
            {
                "saas": {"clusterId": "c", "region": "r"},
                "oauth": {"existingSecret": "s"},
            },
            "c.r.zeebe.camunda.io:443",
            False,
        ),
        (
            {
                "address": "g:1",
                "plaintext": True,
                "basic": {"existingSecret": "s"},
                "allowPlaintextCredentials": True,
            },
            "g:1",
            True,
        ),
    ],
)
def test_every_way_to_name_a_gateway_is_understood_by_the_operator(
    helm4: Helm, connection: Object, address: str, *, is_plaintext: bool
) -> None:
    found = settings_of(render(helm4, {"connection": connection})).connection
    assert found
    assert (found.settings.address, found.settings.plaintext) == (address, is_plaintext)


def test_all_options_are_understood_by_the_operator(helm4: Helm) -> None:
    values = {
        "watchNamespaces": ["orders"],
        "metrics": {"port": 9090},
        "log": {"format": "console", "level": "debug"},
        "workers": {"httpAllow": ["127.0.0.0/8"]},
    }
    found = settings_of(render(helm4, values))
    assert (found.namespaces, found.metrics_port) == (("orders",), 9090)
    assert (found.log_format, found.log_level) == ("console", "debug")
    assert [str(each) for each in found.worker_http_allow] == ["127.0.0.0/8"]


def test_there_is_one_at_a_time_and_it_may_finish(helm4: Helm) -> None:
    rendered = render(helm4)
    deployment = rendered.one("Deployment")["spec"]
    assert (deployment["replicas"], deployment["strategy"]) == (1, {"type": "Recreate"})
    assert rendered.pod["spec"]["terminationGracePeriodSeconds"] > DRAIN


def test_of_several_one_leads_under_a_lease_of_the_release(helm4: Helm) -> None:
    rendered = render(helm4, {"replicaCount": 2, "podDisruptionBudget": {"enabled": True}})
    name = f"{RELEASE}-zeebe-operator"
    found = settings_of(rendered)
    assert (found.leader_elect, found.leader_elect_lease) == (True, name)
    assert rendered.one("Deployment")["spec"]["strategy"] == {"type": "RollingUpdate"}
    assert rendered.one("PodDisruptionBudget")["spec"]["maxUnavailable"] == 1
    role = rendered.one("Role")
    assert role["metadata"]["namespace"] == NAMESPACE
    assert [rule.get("resourceNames") for rule in role["rules"]] == [None, [name]]
    assert rendered.one("RoleBinding")["roleRef"]["name"] == role["metadata"]["name"]


def test_alerts_and_dashboard_are_those_of_monitoring(helm4: Helm) -> None:
    rendered = render(helm4, EVERYTHING)
    [dashboard] = rendered.one("ConfigMap")["data"].values()
    assert dashboard == (ROOT / "monitoring" / "dashboard.json").read_text()
    alerts = yaml.safe_load((ROOT / "monitoring" / "rules.yaml").read_text())
    assert rendered.one("PrometheusRule")["spec"] == alerts


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ({}, "zeebe-operator:0.1.0"),
        ({"repository": "example/op", "tag": "edge"}, "example/op:edge"),
        ({"tag": "edge", "digest": f"sha256:{'a' * 64}"}, f"zeebe-operator@sha256:{'a' * 64}"),
    ],
)
def test_the_image(helm4: Helm, image: Object, expected: str) -> None:
    assert render(helm4, {"image": image}).container["image"] == expected
