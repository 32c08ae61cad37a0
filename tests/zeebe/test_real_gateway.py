"""What the fake gateway cannot show."""

import pytest

from devstack.engine import Engine
from tests.zeebe.processes import process
from tests.zeebe.rig import Rig, eventually
from zeebe_operator.model.engine import CreateInstance
from zeebe_operator.model.errors import RejectedError
from zeebe_operator.zeebe.client import GatewayClient


@pytest.fixture
async def client(rig: Rig, engine: Engine) -> GatewayClient:
    return rig.client(engine.gateway_address)


async def test_variables_that_fit_the_wire_and_not_the_engine_are_rejected(
    client: GatewayClient,
) -> None:
    """It answers UNKNOWN, with an empty reason behind the rejection type."""
    await client.deploy([process("large-variables")], None)
    wanted = CreateInstance(bpmn_process_id="large-variables", variables={"a": "x" * 4_100_000})
    with pytest.raises(RejectedError, match="EXCEEDED_BATCH_RECORD_SIZE"):
        await client.create_instance(wanted)


async def test_an_engine_is_up_for_the_pool(rig: Rig, engine: Engine) -> None:
    rig.client(engine.gateway_address)
    await eventually(lambda: rig.changes == [(engine.gateway_address, True)])
