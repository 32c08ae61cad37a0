"""Values are documented, typed, and refused in words that say what to change."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from devstack.chart import CHART
from devstack.errors import HelmError
from devstack.helm import Helm
from tests.helm.chart import EVERYTHING, NAMESPACED, SECURED, Object, render

README = (CHART / "README.md").read_text()
VALUES: Object = yaml.safe_load((CHART / "values.yaml").read_text())
SCHEMA: Object = json.loads((CHART / "values.schema.json").read_text())
WHOLE = {"resources", "metrics.grafanaDashboard.labels"}
"""Defaults of objects that are one value."""
ONLY_AS_SUBCHART = {"global", "enabled"}

REFUSED_BY_SCHEMA: list[tuple[Object, str]] = [
    ({"replicas": 1}, "additional properties 'replicas' not allowed"),
    ({"replicaCount": 6}, "/replicaCount"),
    ({"watchNamespaces": "orders"}, "/watchNamespaces"),
    ({"watchNamespaces": ["Orders"]}, "/watchNamespaces/0"),
    ({"watchNamespaces": ["orders", "orders"]}, "/watchNamespaces"),
    ({"connection": {"address": "gateway"}}, "/connection/address"),
    ({"connection": {"password": "x"}}, "additional properties 'password' not allowed"),
    ({"connection": {"restAddress": "gateway:8080"}}, "/connection/restAddress"),
    ({"log": {"level": "trace"}}, "/log/level"),
    ({"image": {"digest": "0123"}}, "/image/digest"),
    ({"image": {"pullPolicy": "Sometimes"}}, "/image/pullPolicy"),
    ({"terminationGracePeriodSeconds": 10}, "/terminationGracePeriodSeconds"),
    ({"metrics": {"port": 80}}, "/metrics/port"),
    ({"metrics": {"serviceMonitor": {"interval": "often"}}}, "/metrics/serviceMonitor/interval"),
    ({"workers": {"httpAllow": ["localhost"]}}, "/workers/httpAllow/0"),
    ({"podLabels": {"a": 1}}, "/podLabels/a"),
    ({"resources": {"cpu": 1}}, "additional properties 'cpu' not allowed"),
]

REFUSED_TOGETHER: list[tuple[Object, str]] = [
    ({"rbac": {"namespaced": True}}, "name the namespaces there"),
    ({"connection": {"oauth": {"existingSecret": "s"}}}, "say where the gateway is"),
    ({"connection": {"restAddress": "http://g:1"}}, "say where the gateway is"),
    ({"connection": {"saas": {"clusterId": "c"}}}, "set both, or neither"),
    (
        {"connection": {"address": "g:1", "saas": {"clusterId": "c", "region": "r"}}},
        "both say where the gateway is",
    ),
    (
        {
            "connection": {
                "address": "g:1",
                "oauth": {"existingSecret": "s", "tokenUrl": "https://t"},
                "basic": {"existingSecret": "s"},
            }
        },
        "only one kind of credentials",
    ),
    (
        {"connection": {"address": "g:1", "oauth": {"existingSecret": "s"}}},
        "connection.oauth.tokenUrl: is needed",
    ),
    (
        {"connection": {"address": "grpc://g:1", "tls": {"ca": {"existingSecret": "s"}}}},
        "the connection is without",
    ),
    (
        {
            "connection": {
                "address": "g:1",
                "plaintext": True,
                "basic": {"existingSecret": "s"},
            }
        },
        "credentials would travel without TLS",
    ),
    (
        {"metrics": {"service": {"enabled": False}, "serviceMonitor": {"enabled": True}}},
        "needs metrics.service.enabled",
    ),
]


def leaves(values: Object, before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        path = before + name
        if isinstance(value, dict) and value and path not in WHOLE:
            yield from leaves(value, f"{path}.")
        else:
            yield path, value


def schema_of(path: str) -> Object:
    found = SCHEMA
    for name in path.split("."):
        found = found["properties"][name]
    return found


def schema_paths(schema: Object, before: str = "") -> Iterator[str]:
    """Of every value that the schema takes."""
    for name, each in schema["properties"].items():
        path = before + name
        if "properties" in each and path not in WHOLE:
            yield from schema_paths(each, f"{path}.")
        else:
            yield path


def schemas(schema: Object) -> Iterator[Object]:
    yield schema
    for each in schema.get("properties", {}).values():
        yield from schemas(each)


def test_the_readme_has_every_value_with_its_default_and_no_other() -> None:
    rows = dict(re.findall(r"^\| `([^`]+)` \| `([^`]*)` \| .+ \|$", README, re.MULTILINE))
    assert {path: json.loads(text) for path, text in rows.items()} == dict(leaves(VALUES))


def test_the_schema_has_every_value_and_no_other() -> None:
    assert set(schema_paths(SCHEMA)) == {path for path, _ in leaves(VALUES)} | ONLY_AS_SUBCHART


def test_every_value_has_a_comment() -> None:
    lines = (CHART / "values.yaml").read_text().splitlines()
    ends = [i for i, line in enumerate(lines) if re.fullmatch(r" *\w+: .+", line)]
    bare = [lines[i] for i in ends if not lines[i - 1].lstrip().startswith("#")]
    assert bare == [
        "    cpu: 100m",
        "    memory: 128Mi",
        "    memory: 512Mi",
        '      grafana_dashboard: "1"',
    ]


def test_the_schema_is_strict_wherever_it_names_something() -> None:
    open_ones = [
        each
        for each in schemas(SCHEMA)
        if each.get("properties") and each.get("additionalProperties") is not False
    ]
    assert open_ones == []


@pytest.mark.parametrize(
    "values",
    [{}, NAMESPACED, SECURED, EVERYTHING, {"global": {"a": 1}, "enabled": True}],
    ids=["default", "namespaced", "secured", "everything", "subchart"],
)
def test_good_values_are_taken(helm: Helm, values: Object) -> None:
    assert render(helm, values).one("Deployment")


@pytest.mark.parametrize(("values", "words"), REFUSED_BY_SCHEMA, ids=str)
def test_a_value_of_another_shape_is_refused_by_its_name(
    helm: Helm, values: Object, words: str
) -> None:
    with pytest.raises(HelmError, match=re.escape(words)):
        render(helm, values)


@pytest.mark.parametrize(("values", "words"), REFUSED_TOGETHER, ids=str)
def test_values_that_do_not_go_together_are_refused_with_the_remedy(
    helm: Helm, values: Object, words: str
) -> None:
    with pytest.raises(HelmError, match=re.escape(words)):
        render(helm, values)
