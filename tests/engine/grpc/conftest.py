"""A surface with the newest generation and nothing special."""

from collections.abc import AsyncIterator

import pytest

from tests.engine.grpc.rig import Rig, served


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with served() as rig:
        yield rig
