"""The samples are good resources, stand alone, and do not get into each other's way."""

import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml

from tests.crds.api import GROUP, KINDS, SAMPLES, Api, Object, fields, schema

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DIAGRAM = "{http://www.omg.org/spec/BPMN/20100524/DI}"
HANDLERS = ("complete", "fail", "http", "throw-error")
"""The one of the full sample is kubernetesJob."""
FILES = sorted(SAMPLES.glob("*.yaml"))
OPERATIONS = (
    "activate-jobs",
    "cancel-instance",
    "complete-job",
    "fail-job",
    "resolve-incident",
    "set-variables",
    "throw-error",
    "update-job-retries",
)
each_sample = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def objects(path: Path) -> list[Object]:
    return [each for each in yaml.safe_load_all(path.read_text()) if each]


def names(path: Path) -> set[tuple[str, str]]:
    return {(each["kind"], each["metadata"]["name"]) for each in objects(path)}


def texts(value: object) -> list[str]:
    match value:
        case str():
            return [value]
        case dict():
            return [text for each in value.values() for text in texts(each)]
        case list():
            return [text for each in value for text in texts(each)]
        case _:
            return []


def bpmn_documents(path: Path) -> list[ET.Element]:
    found = [text for each in objects(path) for text in texts(each) if "bpmn:definitions" in text]
    return [ET.fromstring(text) for text in found]


def references(path: Path) -> set[tuple[str, str]]:
    kinds = {
        "configMapKeyRef": "ConfigMap",
        "configMapRef": "ConfigMap",
        "secretKeyRef": "Secret",
        "processRef": "ZeebeProcess",
        "instanceRef": "ZeebeInstance",
        "connectionRef": "ZeebeConnection",
    }

    def inside(value: object) -> set[tuple[str, str]]:
        if isinstance(value, list):
            return {found for each in value for found in inside(each)}
        if not isinstance(value, dict):
            return set()
        here = {(kinds[key], value[key]["name"]) for key in kinds.keys() & value.keys()}
        return here | {found for each in value.values() for found in inside(each)}

    return inside(objects(path))


def test_there_is_a_minimal_and_a_full_sample_of_each_kind() -> None:
    expected = {f"{kind.lower()}-{size}" for kind in KINDS for size in ("minimal", "full")}
    operations = {f"zeebecommand-{operation}" for operation in OPERATIONS}
    instances = {f"zeebeinstance-{way}" for way in ("by-id", "by-key", "completion")}
    handlers = {f"zeebejobworker-{handler}" for handler in HANDLERS}
    assert {path.stem for path in FILES} == expected | operations | handlers | instances | {"order"}


@each_sample
def test_sample_is_admitted_by_the_api_server(api: Api, path: Path) -> None:
    answer = api.kubectl("create", "--dry-run=server", "-o=name", "-f", str(path))
    assert len(answer.split()) == len(objects(path))


@each_sample
def test_sample_begins_with_what_it_shows_and_what_to_look_at(path: Path) -> None:
    opening = re.match(r"(# .*\n)+", path.read_text())
    assert opening
    assert "Afterwards:" in opening[0]
    assert "kubectl get" in opening[0]


@each_sample
def test_sample_contains_everything_it_refers_to(path: Path) -> None:
    assert references(path) <= names(path)


@each_sample
def test_sample_needs_no_connection_of_its_own(path: Path) -> None:
    connections = {name for kind, name in names(path) if kind == "ZeebeConnection"}
    assert "default" not in connections
    assert not any("connectionRef" in each.get("spec", {}) for each in objects(path))
    assert bool(connections) == path.stem.startswith("zeebeconnection")


@each_sample
def test_processes_are_executable_and_can_be_drawn(path: Path) -> None:
    documents = bpmn_documents(path)
    kinds = {kind for kind, _ in names(path)}
    assert bool(documents) == ("ZeebeProcess" in kinds)
    for document in documents:
        [process] = document.findall(f"{BPMN}process")
        assert process.get("isExecutable") == "true"
        drawn = {
            shape.get("bpmnElement")
            for tag in ("BPMNShape", "BPMNEdge")
            for shape in document.iter(f"{DIAGRAM}{tag}")
        }
        assert drawn == {element.get("id") for element in process if element.get("id")}


def test_all_samples_fit_into_one_namespace() -> None:
    resources = Counter(name for path in FILES for name in names(path))
    process_ids = Counter(
        process.get("id")
        for path in FILES
        for document in bpmn_documents(path)
        for process in document.findall(f"{BPMN}process")
    )
    assert [name for name, count in (resources + process_ids).items() if count > 1] == []
    assert process_ids


def test_the_order_sample_comes_in_hostile_order() -> None:
    kinds = [each["kind"] for each in objects(SAMPLES / "order.yaml")]
    assert kinds == ["ZeebeMessage", "ZeebeInstance", "ZeebeProcess", "ConfigMap"]


def test_the_message_of_the_order_sample_fits_the_waiting_instance() -> None:
    message, instance, _, _ = objects(SAMPLES / "order.yaml")
    [document] = bpmn_documents(SAMPLES / "order.yaml")
    [waited_for] = document.findall(f"{BPMN}message")
    [subscription] = waited_for.iter("{http://camunda.org/schema/zeebe/1.0}subscription")
    assert waited_for.get("name") == message["spec"]["messageName"] == "order-paid"
    assert subscription.get("correlationKey") == "=orderId"
    assert instance["spec"]["variables"]["orderId"] == message["spec"]["correlationKey"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_full_sample_mentions_every_field(kind: str) -> None:
    """What a plain engine 8.6 cannot do is mentioned in a comment or left to kubectl explain."""
    left_out = {
        "connectionRef",
        "tenantId",
        "tags",
        "businessId",
        "fetchVariables",
        "timeout",
        "bpmn",
    }
    path = SAMPLES / f"{kind.lower()}-full.yaml"
    spec = schema(kind)["properties"]["spec"]
    expected = {name for name in spec["properties"] if name not in left_out}
    assert {name for name in expected if f"{name}:" not in path.read_text()} == set()


@each_sample
def test_sample_sets_only_known_fields(path: Path) -> None:
    for each in objects(path):
        if each["apiVersion"].startswith(GROUP):
            known = {found for found, _ in fields(schema(each["kind"])["properties"]["spec"])}
            assert {f".{name}" for name in each["spec"]} <= known


def test_no_sample_has_a_secret_worth_keeping() -> None:
    secrets = [each for path in FILES for each in objects(path) if each["kind"] == "Secret"]
    assert [each["stringData"] for each in secrets] == [
        {"pin": "0000"},
        {"authorization": "Bearer not-a-real-token"},
    ]
