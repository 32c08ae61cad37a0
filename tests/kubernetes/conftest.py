"""An API server of the test's own, and a session to it."""

from collections.abc import AsyncIterator

import pytest

from tests.kubernetes.api import ScriptedApi, scripted_api
from zeebe_operator.kubernetes.session import Session


@pytest.fixture
async def api() -> AsyncIterator[ScriptedApi]:
    async with scripted_api() as api:
        yield api


@pytest.fixture
async def session(api: ScriptedApi) -> AsyncIterator[Session]:
    session = Session()
    session.open(api.access)
    yield session
    await session.close()
