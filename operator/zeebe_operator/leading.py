"""Work only while we lead, with --leader-elect: stand by, work, and end in time when we lose it."""

import asyncio
import logging
import os
import socket
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, Protocol

from zeebe_operator.handlers import configure, login
from zeebe_operator.kubernetes.election import Election
from zeebe_operator.kubernetes.leases import Leases
from zeebe_operator.model import leadership
from zeebe_operator.model.errors import SettingsError
from zeebe_operator.model.names import Kind, ObjectKey
from zeebe_operator.settings import Settings
from zeebe_operator.telemetry.health import Health
from zeebe_operator.wiring import first_of

logger = logging.getLogger(__name__)

FENCE: Final = leadership.DURATION - leadership.DEADLINE - leadership.MARGIN
"""Seconds that the work may take to end once we do not lead: then nobody else does yet."""


class Work(Protocol):
    """What is done by who leads."""

    async def work(self) -> None:
        """Until it is halted, or the operator is stopped."""
        ...

    def resume(self, *, unbroken: bool) -> None:
        """`unbroken`: nobody else has led since we last did."""
        ...

    def halt(self) -> None:
        """In haste."""
        ...


def candidacy(settings: Settings, tell: Callable[[str], None]) -> Election | None:
    """None: everybody works. Raises SettingsError if nothing tells in which namespace."""
    if not settings.leader_elect:
        return None
    namespace = settings.leader_elect_namespace or login.own_namespace()
    if namespace is None:
        raise SettingsError("outside of a pod --leader-elect needs --leader-elect-namespace")
    key = ObjectKey(Kind.LEASE, namespace, settings.leader_elect_lease)
    leases = Leases(lambda: login.access(configure.settings()), key)
    return Election(leases, f"{socket.gethostname()}_{uuid.uuid4()}", tell)


async def take_turns(
    election: Election, work: Work, health: Health, stopped: asyncio.Event
) -> None:
    """With the other operators, until stopped. The next one follows at once."""
    while await _is_elected(election, work, health, stopped):
        keeping = asyncio.create_task(_keep(election, work))
        try:
            await work.work()
        finally:
            await cancel(keeping)
    await election.release()


async def cancel(task: asyncio.Task[Any]) -> None:
    """And waits until it has ended."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _is_elected(
    election: Election, work: Work, health: Health, stopped: asyncio.Event
) -> bool:
    """False: we are stopped."""
    health.standby = True
    campaign = asyncio.create_task(election.campaign())
    await first_of(campaign, stopped)
    if stopped.is_set():
        await cancel(campaign)
        return False
    work.resume(unbroken=campaign.result())
    health.standby = False
    return True


async def _keep(election: Election, work: Work) -> None:
    """Ends the work when we do not lead any more; and the process, if that takes too long."""
    try:
        await election.keep()
    except Exception as error:  # noqa: BLE001 - whatever it is: nobody renews any more
        logger.error("unexpected %s in the election", type(error).__name__)
    logger.warning("the lease is lost, or could not be renewed in time; standing by")
    work.halt()
    await asyncio.sleep(FENCE)
    logger.error("the work did not end before another operator may lead; exiting")
    os._exit(1)
