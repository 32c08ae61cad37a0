"""pyzeebe 4.7.0, a client of other people, gets from the engine what it expects of a gateway."""

import asyncio
import json
from pathlib import Path
from typing import Any, Final

import pytest

from devstack import clients
from tests.zeebe.processes import bpmn, decision, form, working
from zeebe_engine.engine.refusals import Status
from zeebe_engine.faults import Fault
from zeebe_engine.generations import GENERATIONS, Generation
from zeebe_engine.server import Server
from zeebe_engine.settings import Settings

pytestmark = pytest.mark.built

LONG: Final = 120.0
OVERLOAD: Final = "Failed to write client request to partition '1'"
WORKER_NEEDS: Final = ["work", "tester", 3, "task", "work", "<default>", {"a": 1}, {}]
LED: Final = [[number, "LEADER", "HEALTHY"] for number in (1, 2, 3)]
VARIABLES: Final = {"a": [1, None, 0.5], "ä": {"b": "ü"}}
KINDS: Final = [
    "ProcessMetadata",
    "DecisionRequirementsMetadata",
    "DecisionMetadata",
    "FormMetadata",
]
SHORT: Final = {"bpmn_process_id": "short", "version": 1, "tenant_id": "<default>"}

EXPECTED: Final[dict[str, Any]] = {
    "an_overload_is_told": "ZeebeBackPressureError",
    "a_broken_connection_is_told": "ZeebeGatewayUnavailableError",
    "the_gateway_is_healthy": 1,
    "the_topology_is_told": [3, 1, LED],
    "resources_are_deployed": [KINDS, [1, 1, 1, 1], "<default>"],
    "a_deployed_process_is_described": {**SHORT, "resource_name": "short.bpmn"},
    "a_broken_process_is_refused": "ProcessInvalidError",
    "an_unknown_tenant_is_refused": "ProcessInvalidError",
    "a_process_is_run": SHORT,
    "an_unknown_process_is_not_found": ["ProcessDefinitionNotFoundError"] * 2,
    "a_process_that_a_message_starts_cannot_be_run": "ProcessDefinitionHasNoStartEventError",
    "variables_that_are_no_object_are_refused": ["InvalidJSONError"] * 2,
    "a_result_is_awaited": [VARIABLES, {"a": VARIABLES["a"]}, "short", 1],
    "a_result_that_takes_too_long_is_told": "ProcessTimeoutError",
    "an_instance_is_cancelled_once": ["none", "ProcessInstanceNotFoundError"],
    "a_message_is_published_once": ["<default>", "MessageAlreadyExistsError", "none"],
    "a_message_starts_a_process": {"a": 1},
    "a_signal_is_broadcast": "<default>",
    "a_decision_is_evaluated": [10, "Discount", 1, "", "LITERAL_EXPRESSION", 10],
    "an_unknown_decision_is_not_found": ["DecisionNotFoundError"] * 2,
    "a_job_is_activated_with_all_that_a_worker_needs": WORKER_NEEDS,
    "no_more_jobs_are_activated_than_wanted": [2, 1],
    "bad_wishes_are_refused": [
        *["ActivateJobsRequestInvalidError"] * 2,
        *["StreamActivateJobsRequestInvalidError"] * 2,
    ],
    "a_job_is_completed_once": ["none", "JobNotFoundError"],
    "a_job_that_has_failed_is_nobodys": [
        "none",
        "JobAlreadyDeactivatedError",
        "JobAlreadyDeactivatedError",
        True,
    ],
    "a_job_whose_error_nobody_catches_is_nobodys": ["none", "JobAlreadyDeactivatedError"],
    "a_lease_is_prolonged": "none",
    "unknown_jobs_are_not_found": ["JobNotFoundError"] * 4,
    "jobs_are_streamed": ["streamer", {"a": 1}],
    "a_worker_completes": {"x": 20, "y": 21},
    "a_worker_has_one_value_to_tell": {"x": 21, "twice": 42},
    "a_worker_fails_and_tries_again": [{}, [3, 2]],
    "a_worker_throws_an_error": {"x": 1},
    "a_job_whose_time_is_over_is_given_out_again": [2, 1],
    "a_worker_that_streams_completes": [{"x": 1, "y": 2}, {"x": 2, "y": 3}],
}


def resources(folder: Path) -> None:
    files = [
        ("work.bpmn", working("work", "work", catches="E").content),
        ("rules.dmn", decision("rules").content),
        ("form.form", form("form").content),
        ("short.bpmn", bpmn("short", waits=False)),
        ("slow.bpmn", bpmn("slow")),
        ("message.bpmn", bpmn("message", message="begin")),
        ("broken.bpmn", b"<x"),
    ]
    for name, content in files:
        (folder / name).write_bytes(content)


def faults(server: Server) -> None:
    """What meets the first two signals."""
    call, exhausted = "BroadcastSignal", Status.RESOURCE_EXHAUSTED
    server.control.add(Fault(action="status", call=call, status=exhausted, text=OVERLOAD))
    server.control.add(Fault(action="break", call=call))


async def run(python: Path, generation: Generation, folder: Path) -> Any:
    settings = Settings(grpc_port=0, rest_port=0, generation=generation)
    async with Server(settings) as server:
        faults(server)
        process = await asyncio.create_subprocess_exec(
            python,
            "-m",
            "tests.engine.clients.pyzeebe_script",
            str(server.grpc_port),
            str(folder),
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


@pytest.fixture(scope="module", params=["8.6", "8.10"])
def generation(request: pytest.FixtureRequest) -> Generation:
    return GENERATIONS[request.param]


@pytest.fixture(scope="module")
def found(generation: Generation, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What came of each case."""
    folder = tmp_path_factory.mktemp("resources")
    resources(folder)
    return asyncio.run(run(clients.python("pyzeebe"), generation, folder))


@pytest.mark.parametrize("case", EXPECTED)
def test_pyzeebe_gets_what_it_expects(found: Any, case: str) -> None:
    assert found[case] == EXPECTED[case]


def test_the_version_is_that_of_the_generation(found: Any, generation: Generation) -> None:
    assert found["the_version_is_told"] == generation.version


def test_every_case_has_its_expectation(found: Any) -> None:
    assert set(found) == {*EXPECTED, "the_version_is_told"}
