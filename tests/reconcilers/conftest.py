"""An operator in memory, and time that passes by itself."""

from asyncio import AbstractEventLoop
from collections.abc import Callable, Mapping

import pytest

from tests.reconcilers.rig import Rig
from tests.reconcilers.virtual_time import VirtualTimeLoop


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], AbstractEventLoop]]:
    return {"virtual time": VirtualTimeLoop}


@pytest.fixture
async def rig() -> Rig:
    return Rig()
