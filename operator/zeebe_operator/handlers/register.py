"""One event handler for each kind: what kopf sees goes to the informer, unchanged."""

import logging
from collections.abc import Iterable
from typing import Any, Protocol

import kopf

from zeebe_operator.handlers.login import login
from zeebe_operator.kubernetes.session import Session
from zeebe_operator.model import names
from zeebe_operator.model.names import Kind

logger = logging.getLogger(__name__)


class Seen(Protocol):
    def __call__(self, kind: Kind, raw: Any, *, deleted: bool) -> None: ...


def registry(kinds: Iterable[Kind], seen: Seen, session: Session) -> kopf.OperatorRegistry:
    """`seen` is told of every object; `session` is opened with every login."""
    result = kopf.OperatorRegistry()
    for kind in kinds:
        _watch(kind, seen, result)

    @kopf.on.login(registry=result)
    async def log_in(settings: kopf.OperatorSettings, **_: Any) -> kopf.AiohttpSession:
        return await login(session, settings)

    return result


def _watch(kind: Kind, seen: Seen, into: kopf.OperatorRegistry) -> None:
    @kopf.on.event(names.GROUP, names.VERSION, kind.plural, id=kind.plural, registry=into)
    async def forward(event: kopf.RawEvent, **_: Any) -> None:
        try:
            seen(kind, event["object"], deleted=event["type"] == "DELETED")
        except Exception as error:  # noqa: BLE001 - kopf would log it with the whole object
            logger.error("cannot take in an event of %s: %s", kind, type(error).__name__)
