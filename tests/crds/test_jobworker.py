"""What the API server makes of a ZeebeJobWorker."""

from typing import Any

import pytest

from tests.crds.api import Api, Object

KIND = "ZeebeJobWorker"
DEFAULTS: Object = {
    "maxJobsActive": 32,
    "timeout": "5m",
    "retryBackOff": "10s",
    "suspend": False,
}
URL = "http://billing.shop.svc:8080/charge"
TEMPLATE: Object = {"spec": {"containers": [{"name": "c", "image": "busybox"}]}}
ONE_OF = "handler needs exactly one of kubernetesJob, http, complete, throwError and fail"


def worker(handler: Object | None = None, **spec: Any) -> Object:
    return {"jobType": "pay", "handler": {"complete": {}} if handler is None else handler, **spec}


def http(**fields: Any) -> Object:
    return worker({"http": {"url": URL, **fields}})


def pods(**fields: Any) -> Object:
    return worker({"kubernetesJob": {"template": TEMPLATE, **fields}})


FULL = worker(
    connectionRef={"name": "c"},
    tenantId="t",
    workerName="me",
    maxJobsActive=1,
    timeout="1h",
    fetchVariables=["a", "b"],
    retryBackOff="0s",
    suspend=True,
)


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param(worker(), id="the smallest"),
        pytest.param(FULL, id="every field beside the handler"),
        pytest.param(worker({"complete": {"variables": {"a": [None]}}}), id="variables"),
        pytest.param(worker({"throwError": {"errorCode": "E", "errorMessage": "m"}}), id="error"),
        pytest.param(worker({"fail": {"errorMessage": "m"}}), id="failure"),
        pytest.param(http(method="PUT", timeout="500ms"), id="a service"),
        pytest.param(
            http(
                headers=[
                    {"name": "X-A", "value": "a"},
                    {"name": "Authorization", "secretKeyRef": {"name": "s", "key": "k"}},
                ]
            ),
            id="headers",
        ),
        pytest.param(worker({"http": {"url": "https://[fd00::1]:8443?a=b"}}), id="an IPv6 address"),
        pytest.param(pods(), id="a pod"),
        pytest.param(
            pods(
                result="TerminationMessage",
                bpmnErrorExitCodes={"1": "E", "255": "F"},
                successfulJobsHistoryLimit=0,
                failedJobsHistoryLimit=0,
            ),
            id="a pod with every setting",
        ),
    ],
)
def test_accepts(api: Api, spec: Object) -> None:
    admitted = api.admitted(KIND, spec)
    beside = {name: value for name, value in spec.items() if name != "handler"}
    assert admitted.items() >= beside.items()
    [(name, handler)] = spec["handler"].items()
    assert admitted["handler"][name].items() >= handler.items()


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        pytest.param({"handler": {"complete": {}}}, "spec.jobType: Required", id="no type"),
        pytest.param({"jobType": "pay"}, "spec.handler: Required", id="no handler"),
        pytest.param(worker(jobType=""), "spec.jobType", id="an empty type"),
        pytest.param(worker({}), ONE_OF, id="an empty handler"),
        pytest.param(worker({"complete": {}, "fail": {}}), ONE_OF, id="two handlers"),
        pytest.param(worker(timeout="0s"), "timeout must be a duration of at least 1s", id="0s"),
        pytest.param(worker(timeout="5"), "timeout must be a duration", id="no unit"),
        pytest.param(worker(retryBackOff="soon"), "retryBackOff must be a duration", id="prose"),
        pytest.param(worker(maxJobsActive=0), "spec.maxJobsActive", id="no places"),
        pytest.param(worker(maxJobsActive=1001), "spec.maxJobsActive", id="too many places"),
        pytest.param(worker({"throwError": {}}), "errorCode: Required", id="no error code"),
        pytest.param(worker({"http": {}}), "http.url: Required", id="no url"),
        pytest.param(worker({"http": {"url": "ftp://x/"}}), "url must be like", id="a file server"),
        pytest.param(worker({"http": {"url": "http:///x"}}), "url must be like", id="no host"),
        pytest.param(
            worker({"http": {"url": "http://me:pw@x/"}}), "credentials go into headers", id="a user"
        ),
        pytest.param(http(method="GET"), "method", id="a method without a body"),
        pytest.param(http(timeout="0s"), "timeout must be a duration", id="no time"),
        pytest.param(
            http(headers=[{"name": "A"}]),
            "each header needs exactly one of value and secretKeyRef",
            id="a header without a value",
        ),
        pytest.param(
            http(headers=[{"name": "A", "value": "a", "secretKeyRef": {"name": "s", "key": "k"}}]),
            "each header needs exactly one of value and secretKeyRef",
            id="a header with two values",
        ),
        pytest.param(http(headers=[{"name": "a b", "value": ""}]), "name", id="no header name"),
        pytest.param(http(headers=[{"name": "a", "value": "1\r\nb: 2"}]), "value", id="two lines"),
        pytest.param(
            http(headers=[{"name": "HOST", "value": "x"}]), "belongs to the connection", id="host"
        ),
        pytest.param(worker({"kubernetesJob": {}}), "template: Required", id="no template"),
        pytest.param(
            worker({"kubernetesJob": {"template": {"spec": {}}}}),
            "containers: Required",
            id="no containers",
        ),
        pytest.param(
            pods(bpmnErrorExitCodes={"0": "E"}), "exit codes from 1 to 255", id="zero is success"
        ),
        pytest.param(
            pods(bpmnErrorExitCodes={"256": "E"}), "exit codes from 1 to 255", id="no such code"
        ),
        pytest.param(pods(result="Logs"), 'supported values: "TerminationMessage"', id="logs"),
        pytest.param(worker(tenantId="a b"), "tenantId must consist of", id="a bad tenant"),
        pytest.param(worker(type="x"), 'unknown field "spec.type"', id="a misspelling"),
    ],
)
def test_refuses_and_says_why(api: Api, spec: Object, words: str) -> None:
    assert words in api.refusal(KIND, spec)


def test_fills_in_the_defaults(api: Api) -> None:
    assert api.admitted(KIND, worker()) == worker() | DEFAULTS
    assert api.admitted(KIND, http())["handler"]["http"] == {
        "url": URL,
        "method": "POST",
        "timeout": "30s",
    }
    assert api.admitted(KIND, pods())["handler"]["kubernetesJob"] == {
        "template": TEMPLATE,
        "result": "None",
        "successfulJobsHistoryLimit": 3,
        "failedJobsHistoryLimit": 1,
    }


def test_can_change_all_but_where_it_belongs(api: Api) -> None:
    after = pods() | {"jobType": "other", "connectionRef": {"name": "c"}, "tenantId": "t"}
    assert api.edited(KIND, FULL, after)["jobType"] == "other"


@pytest.mark.parametrize(
    ("field", "value"), [("connectionRef", {"name": "other"}), ("tenantId", "other")]
)
class TestImmutableField:
    def test_cannot_change(self, api: Api, field: str, value: object) -> None:
        refusal = api.refusal_of_edit(KIND, FULL, FULL | {field: value})
        assert f"{field} is immutable: delete the resource and apply it again" in refusal

    def test_cannot_be_set_later(self, api: Api, field: str, value: object) -> None:
        refusal = api.refusal_of_edit(KIND, worker(), worker() | {field: value})
        assert f"{field} is immutable: delete the resource and apply it again" in refusal
