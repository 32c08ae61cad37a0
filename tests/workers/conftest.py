"""Workers on an engine and a cluster in memory, and time that passes by itself."""

from asyncio import AbstractEventLoop
from collections.abc import AsyncIterator, Callable, Mapping

import pytest

from tests.reconcilers.virtual_time import VirtualTimeLoop
from tests.workers.rig import Rig


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], AbstractEventLoop]]:
    return {"virtual time": VirtualTimeLoop}


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    rig = Rig()
    yield rig
    await rig.pool.close()
