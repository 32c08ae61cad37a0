"""What was recorded on a real 8.6.0 and is of that version: later ones differ, and rightly so."""

import pytest

from tests.zeebe.processes import process
from tests.zeebe.visitor import Visitor
from zeebe_operator.model.capabilities import Capabilities
from zeebe_operator.model.commands import CancelInstance, DeleteResource
from zeebe_operator.model.engine import CreateInstance
from zeebe_operator.model.errors import InvalidStateError


@pytest.fixture
async def client(visitor: Visitor) -> Visitor:
    return visitor


async def test_the_topology_tells_it(client: Visitor) -> None:
    assert (await client.topology()).gateway_version == "8.6.0"


async def test_there_are_no_tags_and_no_business_ids(client: Visitor) -> None:
    assert await client.capabilities() == Capabilities(tags=False, business_id=False, reads=False)


async def test_a_process_with_running_instances_is_not_deleted(client: Visitor, name: str) -> None:
    """From 8.10 on it is, once they have ended."""
    key = (await client.deploy([process(name)], None)).processes[0].process_definition_key
    created = await client.create_instance(CreateInstance(key))
    with pytest.raises(InvalidStateError, match="there are still running instances"):
        await client.run(DeleteResource(key))
    await client.run(CancelInstance(created.process_instance_key))
    await client.run(DeleteResource(key))
