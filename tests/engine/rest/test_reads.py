"""What is read over REST: by key, by search, page by page."""

import json
from typing import Any

import pytest

from tests.engine.reading.story import (
    BPMN,
    DEFINITION,
    INSTANCE,
    begun,
    instance,
    of_task,
    variable,
)
from tests.engine.rest.rig import Rig, served
from zeebe_engine.engine.events import ValueType
from zeebe_engine.generations import GENERATIONS
from zeebe_engine.settings import Settings

LONG_TEXT = json.dumps("x" * 9000)


@pytest.fixture(autouse=True)
def happened(rig: Rig) -> None:
    rig.index.take(
        1,
        [
            *begun(),
            variable("CREATED", 8, "total", "1"),
            variable("CREATED", 9, "text", LONG_TEXT),
            of_task(ValueType.INCIDENT, "CREATED", 7, errorType="UNKNOWN", errorMessage="no"),
        ],
    )


async def test_a_document_is_got_by_its_key(rig: Rig) -> None:
    found = await rig.get(f"process-instances/{INSTANCE}")
    assert (found.status, found.body["processInstanceKey"]) == (200, str(INSTANCE))
    assert (await rig.get("incidents/7")).body["errorMessage"] == "no"
    missing = await rig.get("process-instances/99")
    assert missing.problem == (404, "NOT_FOUND")
    assert missing.detail == "Process Instance with key '99' not found"
    assert (await rig.get("process-instances/abc")).problem == (400, "INVALID_ARGUMENT")


async def test_a_search_needs_no_body(rig: Rig) -> None:
    found = await rig.post("process-instances/search")
    assert found.status == 200
    (item,) = found.body["items"]
    assert item["processInstanceKey"] == str(INSTANCE)
    page = found.body["page"]
    assert (page["totalItems"], page["hasMoreTotalItems"]) == (1, False)
    assert page["startCursor"] == page["endCursor"] is not None


async def test_a_search_is_filtered_sorted_and_paged(rig: Rig) -> None:
    more = [instance("ELEMENT_ACTIVATING", INSTANCE + n, second=n, tags=["t"]) for n in (1, 2, 3)]
    rig.index.take(2, more)
    asked: dict[str, Any] = {
        "filter": {"tags": ["t"], "state": {"$in": ["ACTIVE"]}},
        "sort": [{"field": "startDate", "order": "DESC"}],
        "page": {"limit": 2},
    }
    first = (await rig.post("process-instances/search", asked)).body
    asked["page"]["after"] = first["page"]["endCursor"]
    second = (await rig.post("process-instances/search", asked)).body
    keys = [int(one["processInstanceKey"]) for one in (*first["items"], *second["items"])]
    assert keys == [INSTANCE + 3, INSTANCE + 2, INSTANCE + 1]
    assert first["page"]["totalItems"] == second["page"]["totalItems"] == 3


async def test_a_search_tells_the_beginning_of_a_long_variable(rig: Rig) -> None:
    asked = {"filter": {"name": "text"}}
    (item,) = (await rig.post("variables/search", asked)).body["items"]
    assert (item["value"], item["isTruncated"]) == (LONG_TEXT[:8191], True)
    path = "variables/search?truncateValues=false"
    (item,) = (await rig.post(path, asked)).body["items"]
    assert (item["value"], item["isTruncated"]) == (LONG_TEXT, False)


async def test_a_variable_that_is_got_is_whole(rig: Rig) -> None:
    told = (await rig.get("variables/9")).body
    assert told["value"] == LONG_TEXT
    assert "isTruncated" not in told


async def test_a_process_is_told_as_it_was_deployed(rig: Rig) -> None:
    async with rig.session.get(f"/v2/process-definitions/{DEFINITION}/xml") as response:
        assert (response.status, response.content_type) == (200, "text/xml")
        assert await response.read() == BPMN


async def test_incidents_are_told_of_an_instance_and_what_it_called(rig: Rig) -> None:
    child = instance("ELEMENT_ACTIVATING", 5, parentProcessInstanceKey=INSTANCE)
    there: dict[str, Any] = {"processInstanceKey": 5, "errorType": "UNKNOWN"}
    rig.index.take(2, [child, of_task(ValueType.INCIDENT, "CREATED", 6, **there)])
    path = f"process-instances/{INSTANCE}/incidents/search"
    found = (await rig.post(path, {"filter": {"state": "ACTIVE"}})).body
    assert [one["incidentKey"] for one in found["items"]] == ["6", "7"]
    found = (await rig.post("process-instances/5/incidents/search")).body
    assert [one["incidentKey"] for one in found["items"]] == ["6"]
    assert (await rig.post("process-instances/99/incidents/search")).status == 404


async def test_everything_can_be_searched(rig: Rig) -> None:
    for name in (
        "process-definitions",
        "element-instances",
        "jobs",
        "user-tasks",
        "decision-definitions",
        "decision-requirements",
        "message-subscriptions",
        "correlated-message-subscriptions",
    ):
        found = await rig.post(f"{name}/search", {})
        assert (name, found.status) == (name, 200)


async def test_an_older_generation_leaves_out_what_is_not_there() -> None:
    async with served(Settings(generation=GENERATIONS["8.8"])) as rig:
        rig.index.take(1, begun())
        told = (await rig.get(f"process-instances/{INSTANCE}")).body
        assert "endDate" not in told
        assert "businessId" not in told
        assert told["tags"] == ["k8s"]
