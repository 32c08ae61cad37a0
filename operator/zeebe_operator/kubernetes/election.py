"""One of several operators works, the others stand by: campaign, keep, release."""

import asyncio
import logging
import random
from collections.abc import Callable
from contextlib import suppress

from zeebe_operator.model import leadership
from zeebe_operator.model.errors import ConflictError, ForbiddenError, OperatorError
from zeebe_operator.model.leadership import Sight
from zeebe_operator.ports import Leases

logger = logging.getLogger(__name__)

ATTEMPT = 5.0
"""Seconds that one try may take: less than what is left between two renewals and the deadline."""

_FORBIDDEN = "not permitted: the Lease of the leader; apply manifests/rbac/leader-election.yaml"
_NO_ANSWER = "the Kubernetes API server does not let us read or write the Lease of the leader"


class Election:
    """`me` is another name for every process. `tell` hears after each try what is wrong, or ""."""

    def __init__(self, leases: Leases, me: str, tell: Callable[[str], None]) -> None:
        self._leases = leases
        self._me = me
        self._tell = tell
        self._sight: Sight | None = None
        self._renewed = float("-inf")
        self._unbroken = False

    async def campaign(self) -> bool:
        """Until we lead. Returns whether nobody else did since we last led."""
        before = ""
        while not await self._try(ATTEMPT):
            leader = self._sight.lease.holder if self._sight else ""
            if leader not in ("", before):
                logger.info("standing by: %s leads", leader)
            before = leader or before
            await asyncio.sleep(random.uniform(0.8, 1.0) * leadership.RETRY)  # noqa: S311 - spreads
        logger.info("%s leads", self._me)
        return self._unbroken

    async def keep(self) -> None:
        """Renews until that fails for too long, or another one leads: then we may do no more."""
        pause = leadership.RENEW
        while (left := self._left()) > 0:
            await asyncio.sleep(min(pause, left))
            renewed = await self._try(min(ATTEMPT, self._left()))
            pause = leadership.RENEW if renewed else leadership.RETRY

    def may_act(self) -> bool:
        """Whether nobody else can lead yet."""
        return leadership.may_act(self._renewed, _now())

    async def release(self) -> None:
        """The next one need not wait. Best effort: else the lease runs out."""
        with suppress(OperatorError, TimeoutError):
            async with asyncio.timeout(ATTEMPT):
                found = await self._leases.read()
                if found and found.holder == self._me:
                    await self._leases.release(found)
        await self._leases.close()

    def _left(self) -> float:
        return leadership.left(self._renewed, _now())

    async def _try(self, within: float) -> bool:
        """Whether we lead as of the moment before."""
        sent = _now()
        try:
            async with asyncio.timeout(within):
                claimed = await self._claim()
        except ConflictError:
            return False
        except (OperatorError, TimeoutError) as error:
            self._tell(_FORBIDDEN if isinstance(error, ForbiddenError) else _NO_ANSWER)
            await self._leases.close()
            return False
        self._tell("")
        self._renewed = sent if claimed else float("-inf")
        return claimed

    async def _claim(self) -> bool:
        found = await self._leases.read()
        if found is not None:
            self._sight = leadership.look(self._sight, found, _now())
            if not leadership.may_claim(self._sight, self._me, _now()):
                return False
        await self._leases.claim(found, self._me)
        self._unbroken = found is not None and found.holder == self._me
        return True


def _now() -> float:
    return asyncio.get_running_loop().time()
