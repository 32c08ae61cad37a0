"""Workers on an engine and a cluster in memory, and time that passes by itself."""

import asyncio
from asyncio import AbstractEventLoop
from collections.abc import AsyncIterator, Callable, Mapping

import pytest

from tests.reconcilers.virtual_time import VirtualTimeLoop
from tests.workers.rig import Rig


def pytest_asyncio_loop_factories(
    item: pytest.Item,
) -> Mapping[str, Callable[[], AbstractEventLoop]]:
    """Sockets and threads know nothing of time that jumps."""
    if item.path.name == "test_http.py":
        return {"real time": asyncio.new_event_loop}
    return {"virtual time": VirtualTimeLoop}


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    rig = Rig()
    yield rig
    await rig.pool.close()
