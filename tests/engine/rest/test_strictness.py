"""Bodies that are not as they must be: refused with 400, by the name of what is wrong."""

import asyncio
import gzip
import io
import json
from typing import Any

import aiohttp
import pytest

from tests.engine.rest.rig import Rig, served
from zeebe_engine.generations import GENERATIONS
from zeebe_engine.rest import requests
from zeebe_engine.settings import Settings

MODIFY = "process-instances/1/modification"
WRONG = [
    pytest.param("process-instances", {"processDefinitionId": "a", "colour": 1}, "colour"),
    pytest.param("process-instances", {}, "processDefinitionId and processDefinitionKey"),
    pytest.param(
        "process-instances", {"processDefinitionId": "a", "processDefinitionKey": "1"}, "one of"
    ),
    pytest.param("process-instances", {"processDefinitionKey": 1}, "processDefinitionKey"),
    pytest.param("process-instances", {"processDefinitionKey": "x"}, "processDefinitionKey"),
    pytest.param("process-instances", {"processDefinitionId": "a", "variables": "{}"}, "variables"),
    pytest.param("process-instances", {"processDefinitionId": "a", "variables": [1]}, "variables"),
    pytest.param("process-instances", {"processDefinitionId": "a", "tags": "x"}, "tags"),
    pytest.param(
        "process-instances",
        {"processDefinitionId": "a", "processDefinitionVersionTag": "v1"},
        "processDefinitionVersionTag",
    ),
    pytest.param("process-instances/1/cancellation", {"operationReference": "1"}, "operationRef"),
    pytest.param("process-instances/1/cancellation", {"operationReference": 0}, "operationRef"),
    pytest.param("process-instances/1/cancellation", [1], "array"),
    pytest.param("process-instances/1/migration", {}, "targetProcessDefinitionKey"),
    pytest.param(MODIFY, {"terminateInstructions": [{}]}, "element"),
    pytest.param(MODIFY, {"activateInstructions": [{"elementId": "a", "key": 1}]}, "key"),
    pytest.param(MODIFY, {"tenantId": "x"}, "tenantId"),
    pytest.param(
        MODIFY,
        {
            "moveInstructions": [
                {
                    "sourceElementInstruction": {"sourceType": "byId", "sourceElementId": "c"},
                    "targetElementId": "d",
                    "ancestorScopeInstruction": {"ancestorScopeType": "inferred"},
                }
            ]
        },
        "ancestorScopeType",
    ),
    pytest.param("messages/publication", {"correlationKey": "a"}, "name"),
    pytest.param("messages/publication", {"name": "a", "timeToLive": "1"}, "timeToLive"),
    pytest.param("jobs/activation", {"type": "a", "timeout": 1}, "maxJobsToActivate"),
    pytest.param("jobs/1/completion", {"result": {"type": "userTask"}}, "result"),
    pytest.param("jobs/1/error", {}, "errorCode"),
    pytest.param("user-tasks/1/assignment", {"assignee": ""}, "assignee"),
    pytest.param("decision-definitions/evaluation", {}, "decisionDefinitionId"),
    pytest.param("process-instances/search", {"filters": {}}, "filters"),
    pytest.param("process-instances/search", {"filter": []}, "filter"),
    pytest.param("process-instances/search", {"filter": {"colour": "red"}}, "colour"),
    pytest.param("process-instances/search", {"sort": [{"order": "ASC"}]}, "field"),
    pytest.param(
        "process-instances/search", {"sort": [{"field": "state", "order": "up"}]}, "order"
    ),
    pytest.param("process-instances/search", {"page": {"limit": 10_001}}, "limit"),
    pytest.param("process-instances/search", {"page": {"limit": -1}}, "limit"),
    pytest.param("process-instances/search", {"page": {"from": -1}}, "from"),
    pytest.param("process-instances/search", {"page": {"after": "x"}}, "cursor"),
    pytest.param("variables/search?truncateValues=perhaps", {}, "truncateValues"),
    pytest.param("process-instances/x/cancellation", {}, "key in the path"),
    pytest.param("process-instances/99999999999999999999999/cancellation", {}, "key in the path"),
]


@pytest.mark.parametrize(("path", "body", "named"), WRONG)
async def test_a_wrong_body_is_refused_by_name(rig: Rig, path: str, body: Any, named: str) -> None:
    answer = await rig.post(path, body)
    assert answer.problem == (400, "INVALID_ARGUMENT")
    assert named in answer.detail
    assert answer.body["instance"] == f"/v2/{path}".partition("?")[0]
    assert rig.gateway.seen == []


@pytest.mark.parametrize("data", [b"{", b"\xff", b'{"a":1e999}', b"{} {}", b'{"a":NaN}'])
async def test_what_is_no_json_is_refused(rig: Rig, data: bytes) -> None:
    answer = await rig.post("process-instances/1/cancellation", data=data)
    assert answer.problem == (400, "INVALID_ARGUMENT")


@pytest.mark.parametrize("depth", [500, 100_000])
async def test_a_body_that_is_nested_too_deep_is_refused(rig: Rig, depth: int) -> None:
    data = b'{"processDefinitionId":"a","variables":{"x":' + b"[" * depth + b"]" * depth + b"}}"
    answer = await rig.post("process-instances", data=data)
    assert answer.problem == (400, "INVALID_ARGUMENT")
    assert "deep" in answer.detail


async def test_a_body_that_is_too_large_is_refused(rig: Rig) -> None:
    answer = await rig.post("process-instances", data=io.BytesIO(bytes(requests.LARGEST + 1)))
    assert answer.problem[0] == 413


async def test_a_deployment_that_is_too_large_is_refused(rig: Rig) -> None:
    form = aiohttp.FormData()
    form.add_field("resources", io.BytesIO(bytes(requests.LARGEST + 1)), filename="a.bpmn")
    assert (await rig.post("deployments", data=form)).problem[0] == 413


async def test_a_compressed_body_is_no_json(rig: Rig) -> None:
    headers = {"Content-Encoding": "gzip"}
    data = gzip.compress(b'{"signalName":"a"}')
    answer = await rig.post("signals/broadcast", data=data, headers=headers)
    assert answer.problem == (400, "INVALID_ARGUMENT")


async def test_a_body_that_does_not_arrive_is_not_waited_for_for_ever(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "SLOWEST", 0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", rig.port)
    writer.write(b"POST /v2/signals/broadcast HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
    head = await asyncio.wait_for(reader.readline(), 10)
    assert b" 408 " in head
    writer.close()


@pytest.mark.parametrize(
    ("path", "field", "since"),
    [
        ("process-instances", "tags", 8),
        ("process-instances", "businessId", 9),
        ("messages/publication", "businessId", 10),
        ("jobs/activation", "withLease", 10),
        ("jobs/1/completion", "jobLeaseToken", 10),
        ("resources/1/deletion", "deleteHistory", 9),
    ],
)
async def test_a_field_is_unknown_to_an_older_gateway(path: str, field: str, since: int) -> None:
    needed: dict[str, Any] = {
        "process-instances": {"processDefinitionId": "a"},
        "messages/publication": {"name": "a"},
        "jobs/activation": {"type": "a", "timeout": 1, "maxJobsToActivate": 1},
    }
    value: Any = {"tags": [], "withLease": None, "deleteHistory": False}.get(field, "a")
    older = GENERATIONS["8.6" if since == 8 else f"8.{since - 1}"]
    async with served(Settings(generation=older)) as rig:
        answer = await rig.post(path, {**needed.get(path, {}), field: value})
        assert answer.problem == (400, "INVALID_ARGUMENT")
        assert field in answer.detail


def _form(name: str, content: bytes | str, filename: str | None = None) -> aiohttp.FormData:
    form = aiohttp.FormData()
    form.add_field(name, content, filename=filename, content_type="text/plain")
    return form


@pytest.mark.parametrize(
    ("form", "named"),
    [
        (_form("resources", "<a/>"), "name of a file"),
        (_form("tenantId", "<default>"), "resources"),
        (_form("tenantId", b"x", "x"), "resources"),
        (_form("files", b"<a/>", "a.bpmn"), "files"),
    ],
)
async def test_a_deployment_has_its_parts(rig: Rig, form: aiohttp.FormData, named: str) -> None:
    answer = await rig.post("deployments", data=form)
    assert answer.problem == (400, "INVALID_ARGUMENT")
    assert named in answer.detail
    assert (await rig.post("deployments", {})).problem == (400, "INVALID_ARGUMENT")


async def test_a_torn_deployment_is_refused(rig: Rig) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    for data in (b"", b"--b\r\n", b'--b\r\nContent-Disposition: form-data; name="resources"'):
        answer = await rig.post("deployments", data=data, headers=headers)
        assert answer.problem == (400, "INVALID_ARGUMENT")
    headers = {"Content-Type": "multipart/form-data"}
    answer = await rig.post("deployments", data=b"x", headers=headers)
    assert answer.problem == (400, "INVALID_ARGUMENT")


async def test_large_numbers_are_taken(rig: Rig) -> None:
    body = {"signalName": "a", "variables": {"x": 2**62, "y": 2**70, "z": 0.5}}
    assert (await rig.post("signals/broadcast", data=json.dumps(body))).status == 200
    assert rig.gateway.seen[0].variables == {"x": 2**62, "y": float(2**70), "z": 0.5}
