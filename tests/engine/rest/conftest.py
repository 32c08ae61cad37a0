"""A surface of the newest generation."""

from collections.abc import AsyncIterator

import pytest

from tests.engine.rest.rig import Rig, served


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with served() as opened:
        yield opened
