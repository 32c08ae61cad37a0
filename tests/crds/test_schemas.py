"""Rules that every CRD keeps, read from the files; and what kubectl shows of them."""

import json
from typing import Any

import pytest

from tests.crds.api import CRDS, GROUP, KINDS, Api, Object, crd, fields, schema

READY = '.status.conditions[?(@.type=="Ready")].status'
AGE = ("Age", ".metadata.creationTimestamp")
COLUMNS = {
    "ZeebeCommand": [
        ("Operation", ".status.operation"),
        ("Succeeded", '.status.conditions[?(@.type=="Succeeded")].status'),
        ("Reason", '.status.conditions[?(@.type=="Ready")].reason'),
        AGE,
    ],
    "ZeebeConnection": [
        ("Address", ".spec.gatewayAddress"),
        ("Gateway version", ".status.topology.gatewayVersion"),
        ("Brokers", ".status.topology.clusterSize"),
        ("Partitions", ".status.topology.partitionsCount"),
        ("Ready", READY),
        AGE,
    ],
    "ZeebeProcess": [
        ("Process ID", ".status.bpmnProcessId"),
        ("Version", ".status.version"),
        ("Key", ".status.processDefinitionKey"),
        ("Ready", READY),
        ("Reason", '.status.conditions[?(@.type=="Ready")].reason'),
        AGE,
    ],
    "ZeebeMessage": [
        ("Message", ".spec.messageName"),
        ("Correlation key", ".spec.correlationKey"),
        ("Key", ".status.messageKey"),
        ("Ready", READY),
        AGE,
    ],
    "ZeebeInstance": [
        ("Process", ".status.bpmnProcessId"),
        ("Version", ".status.version"),
        ("Key", ".status.processInstanceKey"),
        ("State", ".status.state"),
        ("Ready", READY),
        AGE,
    ],
    "ZeebeJobWorker": [
        ("Job type", ".spec.jobType"),
        ("Active", ".status.active"),
        ("Completed", ".status.completed"),
        ("Failed", ".status.failed"),
        ("Ready", READY),
        AGE,
    ],
}
SHORT_NAMES = {
    "ZeebeCommand": "zcmd",
    "ZeebeConnection": "zconn",
    "ZeebeProcess": "zproc",
    "ZeebeMessage": "zmsg",
    "ZeebeInstance": "zinst",
    "ZeebeJobWorker": "zwork",
}


def is_bounded(field: Object) -> bool:
    match field.get("type"):
        case "array":
            return "maxItems" in field
        case "string":
            return "maxLength" in field or "enum" in field
        case "object":
            return "properties" in field or "maxProperties" in field
        case "integer" | "boolean":
            return True
        case _:
            return "maxLength" in field or bool(field.get("x-kubernetes-preserve-unknown-fields"))


def rules(kind: str) -> list[Object]:
    return [
        rule
        for _, field in fields(schema(kind))
        for rule in field.get("x-kubernetes-validations", [])
    ]


def test_there_is_one_file_for_each_kind() -> None:
    assert {path.stem for path in CRDS.iterdir()} == {
        crd(k)["spec"]["names"]["plural"] for k in KINDS
    }


@pytest.mark.parametrize("kind", KINDS)
class TestEveryKind:
    def test_has_one_served_version_with_a_status_of_its_own(self, kind: str) -> None:
        definition = crd(kind)
        [version] = definition["spec"]["versions"]
        plural = f"{kind.lower()}s" if kind != "ZeebeProcess" else "zeebeprocesses"
        assert definition["metadata"]["name"] == f"{plural}.{GROUP}"
        assert definition["spec"]["group"] == GROUP
        assert definition["spec"]["scope"] == "Namespaced"
        assert (version["name"], version["served"], version["storage"]) == ("v1alpha1", True, True)
        assert version["subresources"] == {"status": {}}

    def test_describes_every_field(self, kind: str) -> None:
        silent = [path for path, field in fields(schema(kind)) if not field.get("description")]
        assert silent == [".metadata"]  # Kubernetes describes it itself, and allows nobody else to

    def test_says_what_merging_does_to_each_list(self, kind: str) -> None:
        arrays = {p: f for p, f in fields(schema(kind)) if f.get("type") == "array"}
        assert arrays
        assert [path for path in arrays if "x-kubernetes-list-type" not in arrays[path]] == []

    def test_bounds_every_field_of_the_spec(self, kind: str) -> None:
        spec = schema(kind)["properties"]["spec"]
        assert [path for path, field in fields(spec) if not is_bounded(field)] == []

    def test_gives_every_rule_a_message(self, kind: str) -> None:
        assert rules(kind)
        assert [rule for rule in rules(kind) if not rule.get("message")] == []

    def test_names_the_remedy_when_a_field_is_immutable(self, kind: str) -> None:
        texts = [rule["message"] for rule in rules(kind) if "oldSelf" in rule["rule"]]
        assert bool(texts) == (kind != "ZeebeConnection")
        assert [t for t in texts if "delete the resource and apply it again" not in t] == []

    def test_has_status_minus_one_until_the_operator_has_seen_it(self, kind: str) -> None:
        assert schema(kind)["properties"]["status"]["default"] == {"observedGeneration": -1}

    def test_keeps_one_condition_of_each_type(self, kind: str) -> None:
        conditions = schema(kind)["properties"]["status"]["properties"]["conditions"]
        assert conditions["x-kubernetes-list-type"] == "map"
        assert conditions["x-kubernetes-list-map-keys"] == ["type"]
        assert {"observedGeneration", "lastTransitionTime"} <= conditions["items"][
            "properties"
        ].keys()

    def test_keeps_keys_of_the_engine_as_strings(self, kind: str) -> None:
        status = schema(kind)["properties"]["status"]
        types = {p: f["type"] for p, f in fields(status) if p.endswith("Key")}
        assert set(types.values()) <= {"string"}

    def test_shows_the_columns_of_the_design(self, kind: str, api: Api) -> None:
        definition = json.loads(
            api.kubectl("get", "crd", crd(kind)["metadata"]["name"], "-o", "json")
        )
        columns: list[Any] = definition["spec"]["versions"][0]["additionalPrinterColumns"]
        assert [(column["name"], column["jsonPath"]) for column in columns] == COLUMNS[kind]
        wide = [column["name"] for column in columns if column.get("priority")]
        assert wide == (["Reason"] if kind == "ZeebeProcess" else [])

    def test_answers_to_its_short_name_and_its_category(self, kind: str, api: Api) -> None:
        resources = api.kubectl("api-resources", f"--api-group={GROUP}", "--categories=zeebe")
        assert [SHORT_NAMES[kind], kind] in [
            [line.split()[1], line.split()[-1]] for line in resources.splitlines()
        ]

    def test_can_be_explained(self, kind: str, api: Api) -> None:
        explained = api.kubectl("explain", f"{SHORT_NAMES[kind]}.spec")
        assert schema(kind)["properties"]["spec"]["description"][:40] in " ".join(explained.split())
