"""What the operator can write into status, and what kubectl then shows."""

import json
import re
from typing import Any

import pytest

from devstack.errors import KubectlError
from tests.crds.api import KINDS, Api, Object, manifest

TIME = "2026-01-02T03:04:05Z"
SPECS: dict[str, Object] = {
    "ZeebeCommand": {"cancelInstance": {"processInstanceKey": "2251799813685255"}},
    "ZeebeConnection": {"gatewayAddress": "zeebe:26500"},
    "ZeebeProcess": {"bpmn": "<definitions/>"},
    "ZeebeMessage": {"messageName": "order-paid", "correlationKey": "1001"},
    "ZeebeInstance": {"bpmnProcessId": "order"},
    "ZeebeJobWorker": {"jobType": "pay", "handler": {"complete": {}}},
}
COMMON: Object = {
    "observedGeneration": 1,
    "lastHandledRequest": "now",
    "inputsDigest": "sha256:1",
    "conditions": [
        {
            "type": "Ready",
            "status": "True",
            "reason": "Succeeded",
            "message": "m" * 32768,
            "lastTransitionTime": TIME,
            "observedGeneration": 1,
        }
    ],
}
PROCESS = {
    "bpmnProcessId": "order",
    "version": 3,
    "processDefinitionKey": "2251799813685250",
    "resourceName": "order.bpmn",
}
STATUSES: dict[str, Object] = {
    "ZeebeCommand": {
        "operation": "activateJobs",
        "processInstanceKey": "2251799813685255",
        "executedAt": TIME,
        "response": {"jobs": [{"key": "2251799813685256", "variables": "{}", "retries": 3}]},
        "responseTruncated": True,
        "conditions": [*COMMON["conditions"], COMMON["conditions"][0] | {"type": "Succeeded"}],
    },
    "ZeebeConnection": {
        "topology": {
            "clusterSize": 1,
            "partitionsCount": 2,
            "replicationFactor": 1,
            "gatewayVersion": "8.6.0",
            "brokers": [
                {
                    "nodeId": 0,
                    "host": "zeebe-0",
                    "port": 26501,
                    "version": "8.6.0",
                    "partitions": [
                        {"partitionId": 1, "role": "LEADER", "health": "HEALTHY"},
                        {"partitionId": 2, "role": "FOLLOWER", "health": "UNHEALTHY"},
                        {"partitionId": 3, "role": "INACTIVE", "health": "DEAD"},
                    ],
                }
            ],
        }
    },
    "ZeebeProcess": {
        **PROCESS,
        "deploymentKey": "2251799813685249",
        "contentDigest": "sha256:2",
        "processes": [PROCESS],
        "decisions": [
            {
                "decisionId": "discount",
                "decisionName": "Discount",
                "version": 1,
                "decisionKey": "2251799813685252",
                "decisionRequirementsId": "rules",
                "decisionRequirementsKey": "2251799813685251",
            }
        ],
        "decisionRequirements": [
            {
                "decisionRequirementsId": "rules",
                "decisionRequirementsName": "Rules",
                "version": 1,
                "decisionRequirementsKey": "2251799813685251",
                "resourceName": "rules.dmn",
            }
        ],
        "forms": [
            {"formId": "f", "version": 1, "formKey": "2251799813685253", "resourceName": "f.form"}
        ],
        "deployedKeys": ["2251799813685250", "2251799813685251"],
    },
    "ZeebeMessage": {
        "messageKey": "2251799813685254",
        "messageId": "m",
        "publishedAt": TIME,
        "expiresAt": TIME,
    },
    "ZeebeInstance": {
        "state": "Active",
        "processInstanceKey": "2251799813685255",
        "processDefinitionKey": "2251799813685250",
        "bpmnProcessId": "order",
        "version": 3,
        "tenantId": "<default>",
        "startedAt": TIME,
        "endedAt": TIME,
        "variableDigests": {"4f2a": "9c1b"},
        "result": {"total": 7, "deep": {"list": [1, None]}},
    },
    "ZeebeJobWorker": {"active": 1, "completed": 20, "failed": 3, "lastError": "HTTP 500"},
}
ROWS = {
    "ZeebeCommand": {"OPERATION": "activateJobs", "SUCCEEDED": "True", "REASON": "Succeeded"},
    "ZeebeConnection": {
        "ADDRESS": "zeebe:26500",
        "GATEWAY VERSION": "8.6.0",
        "BROKERS": "1",
        "PARTITIONS": "2",
    },
    "ZeebeProcess": {
        "PROCESS ID": "order",
        "VERSION": "3",
        "KEY": "2251799813685250",
        "REASON": "Succeeded",
    },
    "ZeebeMessage": {
        "MESSAGE": "order-paid",
        "CORRELATION KEY": "1001",
        "KEY": "2251799813685254",
    },
    "ZeebeInstance": {
        "PROCESS": "order",
        "VERSION": "3",
        "KEY": "2251799813685255",
        "STATE": "Active",
    },
    "ZeebeJobWorker": {"JOB TYPE": "pay", "ACTIVE": "1", "COMPLETED": "20", "FAILED": "3"},
}


def write_status(api: Api, kind: str, status: Object) -> Object:
    patch = json.dumps({"status": status})
    answer = api.kubectl(
        *("patch", kind, "subject", "--subresource=status", "--type=merge", "-p", patch, "-o=json")
    )
    written: Object = json.loads(answer)["status"]
    return written


@pytest.fixture
def subject(api: Api, namespace: str, request: pytest.FixtureRequest) -> Api:
    """The API in a namespace of its own, with one resource named subject."""
    kind: str = request.getfixturevalue("kind")
    own = Api(api.environment, namespace)
    own.kubectl("create", "-f", "-", stdin=manifest(kind, SPECS[kind], "subject"))
    return own


@pytest.mark.parametrize("kind", KINDS)
class TestStatus:
    def test_says_at_first_that_nobody_has_looked(self, subject: Api, kind: str) -> None:
        stored = json.loads(subject.kubectl("get", kind, "subject", "-o", "json"))
        assert stored["status"] == {"observedGeneration": -1}

    def test_takes_every_field_of_the_design(self, subject: Api, kind: str) -> None:
        status = COMMON | STATUSES[kind]
        assert write_status(subject, kind, status) == status

    def test_fills_the_columns(self, subject: Api, kind: str) -> None:
        write_status(subject, kind, COMMON | STATUSES[kind])
        table = subject.kubectl("get", kind, "subject", "-o", "wide").splitlines()
        header, row = (re.split(r"\s{2,}", line.strip()) for line in table)
        shown = dict(zip(header, row, strict=True))
        ready = {} if kind == "ZeebeCommand" else {"READY": "True"}
        assert shown.items() >= (ROWS[kind] | ready | {"NAME": "subject"}).items()

    def test_is_listed_with_all_kinds_of_the_category(self, subject: Api, kind: str) -> None:
        assert f"{kind.lower()}.zeebe-operator.dev/subject" in subject.kubectl(
            "get", "zeebe", "-o=name"
        )


@pytest.mark.parametrize(
    ("kind", "status", "path"),
    [
        pytest.param("ZeebeInstance", {"state": "Lost"}, "status.state", id="an unknown state"),
        pytest.param(
            "ZeebeInstance",
            {"processInstanceKey": 7},
            "status.processInstanceKey",
            id="a number as key",
        ),
        pytest.param(
            "ZeebeMessage",
            {"conditions": [{"type": "Ready"}]},
            "status.conditions[0]",
            id="half a word",
        ),
        pytest.param(
            "ZeebeProcess",
            {"conditions": COMMON["conditions"] * 2},
            "status.conditions[1]: Duplicate value",
            id="a condition twice",
        ),
    ],
)
def test_status_refuses(subject: Api, kind: str, status: dict[str, Any], path: str) -> None:
    with pytest.raises(KubectlError) as refused:
        write_status(subject, kind, status)
    assert path in str(refused.value)
