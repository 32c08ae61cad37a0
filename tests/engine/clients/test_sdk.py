"""The official client for Python gets from the engine what it expects of a cluster.

It checks every required field of every answer; here also that there are no others.
"""

import asyncio
import json
from pathlib import Path
from typing import Any, Final

import pytest

from devstack import clients
from tests.zeebe.processes import bpmn, decision, form, working
from zeebe_engine.generations import GENERATIONS
from zeebe_engine.server import Server
from zeebe_engine.settings import Settings

pytestmark = pytest.mark.built

LONG: Final = 120.0
OK: Final = "none"
NOT_FOUND: Final = "NotFoundError 404 NOT_FOUND"
UNDOCUMENTED: Final = "UnexpectedStatus 404 NOT_FOUND"
INVALID: Final = "BadRequestError 400 INVALID_ARGUMENT"
LED: Final = [[number, "leader", "healthy"] for number in (1, 2, 3)]
USER_TASK: Final = (
    b'<bpmn:userTask id="task" name="Approve"><bpmn:extensionElements><zeebe:userTask/>'
    b"</bpmn:extensionElements></bpmn:userTask>"
)
RECEIVED: Final = (
    b'<bpmn:message id="m" name="received"><bpmn:extensionElements>'
    b'<zeebe:subscription correlationKey="=id"/></bpmn:extensionElements></bpmn:message>'
)

CONFLICT: Final = "ConflictError 409 INVALID_STATE"

EXPECTED: Final[dict[str, Any]] = {
    "the_cluster_tells_of_itself": [False, "anonymous", "<default>"],
    "resources_are_deployed": [
        ["work", "short", "approve", "receive"],
        *(["Discount"], ["Rules"], ["form"], "<default>"),
    ],
    "a_broken_process_is_refused": INVALID,
    "an_unknown_tenant_is_refused": INVALID,
    "an_instance_is_created_by_id": ["work", 1, ["k8s:1"], "o-1"],
    "an_instance_is_created_by_key": "short",
    "a_result_is_awaited": {"a": {"b": "ü"}},
    "a_result_that_takes_too_long_is_told": "GatewayTimeoutError 504 DEADLINE_EXCEEDED",
    "what_cannot_be_created_is_told": [UNDOCUMENTED, UNDOCUMENTED, INVALID],
    "an_instance_is_cancelled_once": [
        *(OK, NOT_FOUND),
        "ServiceUnavailableError 503 UNAVAILABLE",
    ],
    "an_instance_is_modified": [OK, INVALID, NOT_FOUND],
    "an_instance_is_migrated": [CONFLICT, OK, NOT_FOUND, 2],
    "variables_are_set": [OK, UNDOCUMENTED],
    "a_message_is_published_once": ["<default>", "UnexpectedStatus 409 ALREADY_EXISTS"],
    "a_message_is_correlated": [True, NOT_FOUND],
    "a_signal_is_broadcast": ["<default>", True],
    "a_decision_is_evaluated": ["10", "Discount", ["LITERAL_EXPRESSION"], INVALID],
    "a_job_is_activated_with_all_that_a_worker_needs": [
        *("work", "work", "task", "w", 3, "BPMN_ELEMENT", "UNSPECIFIED"),
        {"a": 1},
    ],
    "nothing_to_activate_is_an_answer": [],
    "a_job_is_completed_once": [OK, NOT_FOUND],
    "a_job_fails_and_its_incident_is_resolved": [
        [OK, OK, OK, NOT_FOUND],
        *("no money", "ACTIVE", "RESOLVED"),
    ],
    "a_job_throws_an_error": [OK, NOT_FOUND],
    "unknown_jobs_are_not_found": [NOT_FOUND] * 4,
    "a_user_task_is_assigned_and_completed": [
        [OK, CONFLICT, OK, OK, NOT_FOUND],
        *("Approve", "CREATED", "ada", None, "COMPLETED"),
    ],
    "a_resource_is_deleted_once": [True, None, NOT_FOUND],
    "what_only_a_cluster_does_is_told": "UnexpectedStatus 501 UNIMPLEMENTED",
    "instances_are_found_by_tags": ["work", ["mine", "n:1"], None, "TERMINATED"],
    "instances_are_found_page_by_page": [True, True, 5],
    "instances_are_found_by_operators": [
        *([0, 1, 2], [0, 2], [0, 2], [1], [0, 1], [], [0, 1]),
    ],
    "bad_searches_are_refused": [INVALID] * 3,
    "a_definition_is_read": [None, "approve.bpmn", 1, None, False],
    "variables_are_read": ['{"b":1}', False, 8191, True, False],
    "elements_are_read": ["task", "Approve", "USER_TASK", "TERMINATED"],
    "jobs_are_read": ["CREATED", "COMPLETED", "work", "BPMN_ELEMENT", 3],
    "incidents_are_read": ["no", "task", True, "RESOLVED"],
    "decisions_are_read": ["Discount", 1, "Rules", "rules.dmn"],
    "subscriptions_are_read": ["received", "s-1", "CREATED", "received", "s-1", "task"],
    "what_is_not_there_is_not_found": [NOT_FOUND] * 8,
}
EXPECTED_OF_89: Final[dict[str, Any]] = EXPECTED | {"the_topology_is_told": ["8.9.0", 3, 1, LED]}
EXPECTED_OF_810: Final[dict[str, Any]] = EXPECTED | {
    "the_topology_is_told": ["8.10.0", 3, 1, LED],
    "an_instance_is_suspended_and_resumed": [
        [OK, CONFLICT, OK, NOT_FOUND],
        ["SUSPENDED", True, "ACTIVE"],
    ],
    "a_business_id_is_assigned_later": [OK, NOT_FOUND, "late"],
    "a_job_with_a_lease_needs_its_token": [CONFLICT, OK],
    "a_definition_that_is_deleted_drains": ["ACTIVE", "DRAINING", "DELETED"],
}


def resources(folder: Path) -> None:
    plain = b'<bpmn:task id="task"/>'
    receive = bpmn("receive", waits=False).replace(
        plain, b'<bpmn:receiveTask id="task" messageRef="m"/>'
    )
    second = working("work", "work", catches="E").content + b"<!-- 2 -->"
    files = {
        "work.bpmn": working("work", "work", catches="E").content,
        "second/work.bpmn": second,
        "rules.dmn": decision("rules").content,
        "form.form": form("form").content,
        "short.bpmn": bpmn("short", waits=False),
        "approve.bpmn": bpmn("approve", waits=False).replace(plain, USER_TASK),
        "receive.bpmn": receive.replace(b"<bpmn:process ", RECEIVED + b"<bpmn:process "),
        "deleted.bpmn": bpmn("deleted"),
        "drained.bpmn": bpmn("drained"),
        "broken.bpmn": b"<x",
    }
    (folder / "second").mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)


async def run(client: str, generation: str, folder: Path) -> Any:
    settings = Settings(grpc_port=0, rest_port=0, generation=GENERATIONS[generation])
    async with Server(settings) as server:
        process = await asyncio.create_subprocess_exec(
            clients.python(client),
            *("-m", "tests.engine.clients.sdk_script"),
            f"http://127.0.0.1:{server.rest_port}",
            folder,
            str(settings.generation.minor),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(LONG):
                out, said = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
    assert process.returncode == 0, said.decode()
    return json.loads(out)


@pytest.fixture(scope="module")
def found_of_89(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What came of each case."""
    return _found("sdk89", "8.9", tmp_path_factory)


@pytest.fixture(scope="module")
def found_of_810(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return _found("sdk810", "8.10", tmp_path_factory)


def _found(client: str, generation: str, factory: pytest.TempPathFactory) -> Any:
    folder = factory.mktemp("resources")
    resources(folder)
    return asyncio.run(run(client, generation, folder))


@pytest.mark.parametrize("case", EXPECTED_OF_89)
def test_the_client_of_89_gets_what_it_expects(found_of_89: Any, case: str) -> None:
    assert found_of_89[case] == EXPECTED_OF_89[case]


@pytest.mark.parametrize("case", EXPECTED_OF_810)
def test_the_client_of_810_gets_what_it_expects(found_of_810: Any, case: str) -> None:
    assert found_of_810[case] == EXPECTED_OF_810[case]


def test_every_case_has_its_expectation(found_of_89: Any, found_of_810: Any) -> None:
    assert set(found_of_89) == set(EXPECTED_OF_89)
    assert set(found_of_810) == set(EXPECTED_OF_810)
