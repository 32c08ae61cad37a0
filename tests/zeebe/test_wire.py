"""What the client makes of a wire that breaks: was the command sent, or can nobody tell?"""

import time

import pytest

from tests.zeebe import wire
from tests.zeebe.rig import LONG, Rig
from zeebe_operator.model.engine import CreateInstance
from zeebe_operator.model.errors import GatewayUnavailableError, OutcomeUnknownError

CREATE = CreateInstance(bpmn_process_id="order", variables={"secret": "hunter2"})


@pytest.mark.parametrize(
    "behaviour",
    [
        wire.close_at_once,
        wire.close_in_preface,
        wire.refuse_streams,
        wire.go_away_before_stream,
    ],
)
async def test_nothing_was_executed(rig: Rig, behaviour: wire.Behaviour) -> None:
    async with wire.serving(behaviour) as address:
        with pytest.raises(GatewayUnavailableError):
            await rig.client(address).create_instance(CREATE)


@pytest.mark.parametrize(
    "behaviour",
    [wire.cut_after_request, wire.fail_stream, wire.go_away_after_stream],
)
async def test_nobody_can_tell(rig: Rig, behaviour: wire.Behaviour) -> None:
    async with wire.serving(behaviour) as address:
        with pytest.raises(OutcomeUnknownError):
            await rig.client(address).create_instance(CREATE)


@pytest.mark.parametrize("behaviour", [wire.stay_silent, wire.never_answer])
async def test_a_call_into_silence_ends_at_its_deadline(
    rig: Rig, behaviour: wire.Behaviour
) -> None:
    async with wire.serving(behaviour) as address:
        client = rig.client(address, request_timeout=0.2)
        before = rig.pool.limit(rig.settings(address, 0.2))
        with pytest.raises(OutcomeUnknownError):
            await client.create_instance(CREATE)
        assert rig.pool.limit(rig.settings(address, 0.2)) < before
    assert rig.observed == [("CreateProcessInstance", "DEADLINE_EXCEEDED")]


async def test_half_open_silence_is_no_connection(rig: Rig) -> None:
    """Whoever asks before writing an intent is told soon, and before the deadline."""
    async with wire.serving(wire.stay_silent) as address:
        started = time.monotonic()
        with pytest.raises(GatewayUnavailableError):
            await rig.client(address).capabilities()
        assert time.monotonic() - started < LONG / 2


async def test_a_hung_gateway_has_no_capabilities(rig: Rig) -> None:
    async with wire.serving(wire.never_answer) as address:
        with pytest.raises(GatewayUnavailableError):
            await rig.client(address, request_timeout=0.2).capabilities()


async def test_no_traceback_shows_what_grpc_knows(rig: Rig) -> None:
    async with wire.serving(wire.cut_after_request) as address:
        with pytest.raises(OutcomeUnknownError) as caught:
            await rig.client(address).create_instance(CREATE)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
