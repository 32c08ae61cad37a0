"""Connections that come and go: noticed, told, and never leaked."""

import asyncio

import pytest

from tests.zeebe.gateway import LocalGateway, delay, hang
from tests.zeebe.processes import process
from tests.zeebe.rig import Rig, eventually
from zeebe_engine.generations import GENERATIONS
from zeebe_operator.model.engine import CreateInstance, GatewaySettings
from zeebe_operator.model.errors import GatewayUnavailableError, OutcomeUnknownError
from zeebe_operator.model.limiter import START
from zeebe_operator.zeebe.connection import Times
from zeebe_operator.zeebe.pool import GatewayPool

CREATE = "CreateProcessInstance"
ORDER = CreateInstance(bpmn_process_id="order")


async def test_equal_settings_share_a_client(rig: Rig, gateway: LocalGateway) -> None:
    assert rig.client(gateway.address) is rig.client(gateway.address)
    assert rig.client(gateway.address) is not rig.client(gateway.address, request_timeout=1)


async def test_a_gateway_that_is_there_is_up(rig: Rig, gateway: LocalGateway) -> None:
    rig.client(gateway.address)
    await eventually(lambda: rig.changes == [(gateway.address, True)])


async def test_tells_whether_it_is_up_once_somebody_uses_it(
    rig: Rig, gateway: LocalGateway
) -> None:
    settings = GatewaySettings(gateway.address, plaintext=True)
    assert rig.pool.is_up(settings) is None
    rig.pool.get(settings)
    assert rig.pool.is_up(settings) is False
    await eventually(lambda: rig.pool.is_up(settings) is True)
    await gateway.stop()
    await eventually(lambda: rig.pool.is_up(settings) is False)


async def test_a_gateway_that_goes_and_comes_back_is_noticed_without_a_call(
    rig: Rig, gateway: LocalGateway
) -> None:
    client = rig.client(gateway.address)
    await eventually(lambda: rig.changes == [(gateway.address, True)])
    await gateway.stop()
    await eventually(lambda: rig.changes[1:] == [(gateway.address, False)])
    with pytest.raises(GatewayUnavailableError):
        await client.capabilities()
    await gateway.start()
    await eventually(lambda: rig.changes[2:] == [(gateway.address, True)])
    await client.capabilities()


async def test_a_gateway_that_comes_back_as_another_version_is_asked_again(
    rig: Rig, gateway: LocalGateway
) -> None:
    client = rig.client(gateway.address)
    assert not (await client.capabilities()).tags
    await gateway.stop()
    await eventually(lambda: rig.changes[-1] == (gateway.address, False))
    await gateway.start(generation=GENERATIONS["8.9"])
    await eventually(lambda: rig.changes[-1] == (gateway.address, True))
    capabilities = await client.capabilities()
    assert capabilities.tags
    assert capabilities.business_id


async def test_a_gateway_that_was_never_there_is_found_by_a_channel_made_anew(
    gateway: LocalGateway,
) -> None:
    rig = Rig(Times(renewal=0.05))
    await gateway.stop()
    rig.client(gateway.address)
    await asyncio.sleep(0.3)  # some renewals; nothing depends on how many
    assert rig.changes == []
    await gateway.start()
    await eventually(lambda: rig.changes == [(gateway.address, True)])
    await rig.pool.close()


async def test_an_error_in_the_callback_does_not_end_the_watch(gateway: LocalGateway) -> None:
    told: list[bool] = []
    failures: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, what: failures.append(what))

    def fail(_: object, up: bool) -> None:
        told.append(up)
        raise RuntimeError

    pool = GatewayPool(lambda *_: None, fail)
    pool.get(GatewaySettings(gateway.address, plaintext=True))
    await eventually(lambda: told == [True])
    await gateway.stop()
    await eventually(lambda: told == [True, False])
    await pool.close()
    assert len(failures) == 2


async def test_the_limit_of_a_stranger_is_where_all_begin(rig: Rig) -> None:
    assert rig.pool.limit(rig.settings("nobody:1")) == START


async def test_what_is_not_wanted_is_closed(rig: Rig, gateway: LocalGateway) -> None:
    client = rig.client(gateway.address)
    await client.capabilities()
    rig.pool.keep([])
    await eventually(lambda: not rig.pool._closing)
    with pytest.raises(GatewayUnavailableError):
        await client.topology()
    assert rig.client(gateway.address) is not client
    await rig.client(gateway.address).capabilities()


async def test_what_is_wanted_stays(rig: Rig, gateway: LocalGateway) -> None:
    client = rig.client(gateway.address)
    rig.pool.keep([rig.settings(gateway.address)])
    assert rig.client(gateway.address) is client


async def test_calls_under_way_finish_when_their_channel_is_closed(
    rig: Rig, gateway: LocalGateway
) -> None:
    client = rig.client(gateway.address)
    await client.deploy([process("order")], None)
    gateway.faults(CREATE, delay(0.3))
    call = asyncio.create_task(client.create_instance(ORDER))
    await eventually(lambda: gateway.calls[CREATE])
    rig.pool.keep([])
    assert (await call).bpmn_process_id == "order"


async def test_a_call_that_outlasts_the_grace_is_unknown_and_not_a_cancellation(
    gateway: LocalGateway,
) -> None:
    rig = Rig(Times(grace=-0.9))
    gateway.faults(CREATE, hang())
    client = rig.client(gateway.address, request_timeout=1.0)
    call = asyncio.create_task(client.create_instance(ORDER))
    await eventually(lambda: gateway.calls[CREATE])
    rig.pool.keep([])
    with pytest.raises(OutcomeUnknownError):
        await call
    await rig.pool.close()
