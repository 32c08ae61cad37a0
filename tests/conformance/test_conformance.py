"""`make conformance` at a cluster of another version that has a fault."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from tests.conformance.table import in_one_line, sentence
from tests.zeebe.gateway import LocalGateway, refuse
from tests.zeebe.visitor import PREFIX
from zeebe_engine.engine.refusals import Status

pytestmark = pytest.mark.engine

REPOSITORY = Path(__file__).parents[2]


async def conformance(**environ: str) -> tuple[int | None, str]:
    """Its exit code, and what it says."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.conformance"),
        env=_without_gateways(os.environ) | environ,
        cwd=REPOSITORY,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await process.communicate()
    return process.returncode, told.decode()


def _without_gateways(environ: Mapping[str, str]) -> dict[str, str]:
    ours = ("ZEEBE_", "CAMUNDA_")
    return {name: value for name, value in environ.items() if not name.startswith(ours)}


@pytest.fixture
async def cluster() -> AsyncIterator[LocalGateway]:
    async with LocalGateway("8.10", partitions=3) as gateway:
        yield gateway


def made(cluster: LocalGateway, value_type: str, intent: str) -> list[int]:
    return sorted(one["key"] for one in cluster.happened(value_type, intent))


async def test_it_tells_what_differs_and_leaves_nothing_behind(cluster: LocalGateway) -> None:
    cluster.faults("BroadcastSignal", refuse(Status.INTERNAL, "a fault"))
    code, told = await conformance(
        ZEEBE_ADDRESS=f"grpc://{cluster.address}", CAMUNDA_REST_ADDRESS=cluster.rest_address
    )
    assert code == 1, told
    lines = told.splitlines()
    (at,) = (index for index, line in enumerate(lines) if line.startswith("  DIFFERS"))
    assert lines[at].endswith("bad input is explained (BroadcastSignal)")
    assert lines[at + 1].endswith("await client.run(command) ended in OutcomeUnknownError: a fault")
    assert told.count("of 8.6 alone  ") == 3
    assert ": 70 as recorded, 1 DIFFERS, 3 of 8.6 alone." in lines[-1]
    _assert_left_as_it_was(cluster)


def _assert_left_as_it_was(cluster: LocalGateway) -> None:
    processes = cluster.happened("PROCESS", "CREATED")
    assert len(processes) > 30
    assert all(one["value"]["bpmnProcessId"].startswith(PREFIX) for one in processes)
    for kind in ("PROCESS", "DECISION", "DECISION_REQUIREMENTS", "FORM"):
        assert made(cluster, kind, "DELETED") == made(cluster, kind, "CREATED") != []
    ended = [
        one["key"]
        for intent in ("ELEMENT_COMPLETED", "ELEMENT_TERMINATED")
        for one in cluster.happened("PROCESS_INSTANCE", intent)
    ]
    assert set(cluster.created) <= set(ended)


async def test_a_cluster_that_is_not_there_is_said() -> None:
    code, told = await conformance(ZEEBE_ADDRESS="grpc://127.0.0.1:1")
    assert code == 2
    assert told.startswith("conformance: failed to connect to all addresses")


def test_the_name_of_a_test_is_a_sentence() -> None:
    assert (
        sentence("test_a_key_is_not_found[on no partition]")
        == "a key is not found (on no partition)"
    )
    assert sentence("test_tenants_are_off") == "tenants are off"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("a\n  b"), "raise error ended in ValueError: a b"),
        (AssertionError("assert 1 == 2\n  - 1\n  + 2"), "assert 1 == 2"),
        (AssertionError("No match.\n  Expected: 'a'"), "No match. Expected: 'a'"),
        (AssertionError("x" * 1000), "x" * 400 + " ..."),
    ],
)
def test_an_error_is_told_in_one_line(error: Exception, told: str) -> None:
    with pytest.raises(type(error)) as found:
        raise error
    assert in_one_line(found, Path(__file__)) == told
