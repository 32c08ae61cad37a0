"""Events in: what kopf sees goes to the informer, unchanged; nothing else is asked of kopf."""

from typing import Any

import kopf
import pytest

from zeebe_operator.handlers import configure, register
from zeebe_operator.kubernetes.session import Session
from zeebe_operator.model.names import Kind

KINDS = (Kind.PROCESS, Kind.MESSAGE)
OBJECT = {"metadata": {"name": "order"}, "spec": {"bpmn": "<a/>"}}


class Seen:
    def __init__(self) -> None:
        self.events: list[tuple[Kind, Any, bool]] = []

    def __call__(self, kind: Kind, raw: Any, *, deleted: bool) -> None:
        self.events.append((kind, raw, deleted))


async def call(registry: kopf.OperatorRegistry, name: str, **arguments: Any) -> Any:
    """The handler of that name, as kopf calls it."""
    handlers = registry._watching._handlers
    (function,) = (handler.fn for handler in handlers if handler.id == name)
    untyped: Any = function
    return await untyped(**arguments, more="of kopf's arguments")


@pytest.mark.parametrize(
    ("change", "deleted"),
    [(None, False), ("ADDED", False), ("MODIFIED", False), ("DELETED", True)],
)
async def test_an_event_is_forwarded_as_it_is(change: str | None, deleted: bool) -> None:
    seen = Seen()
    registry = register.registry(KINDS, seen, Session())
    await call(registry, "zeebeprocesses", event={"type": change, "object": OBJECT})
    ((kind, raw, was_deleted),) = seen.events
    assert (kind, was_deleted) == (Kind.PROCESS, deleted)
    assert raw is OBJECT


async def test_an_event_that_cannot_be_taken_in_is_told_without_its_object(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse(kind: Kind, raw: Any, *, deleted: bool) -> None:
        raise KeyError("c4n4ry")

    registry = register.registry(KINDS, refuse, Session())
    await call(registry, "zeebeprocesses", event={"type": None, "object": OBJECT})
    assert "cannot take in an event of ZeebeProcess: KeyError" in caplog.text
    assert "c4n4ry" not in caplog.text


def test_kopf_is_asked_for_events_of_our_kinds_and_nothing_else() -> None:
    registry = register.registry(KINDS, Seen(), Session())
    selectors = [handler.selector for handler in registry._watching._handlers]
    assert {(s.group, s.version, s.any_name) for s in selectors if s} == {
        ("zeebe-operator.dev", "v1alpha1", "zeebeprocesses"),
        ("zeebe-operator.dev", "v1alpha1", "zeebemessages"),
    }
    assert not registry._changing._handlers
    assert not registry._spawning._handlers
    assert not registry._indexing._handlers


def test_kopf_writes_nothing() -> None:
    settings = configure.settings()
    assert not settings.posting.enabled
    storage = settings.persistence.diffbase_storage
    body, patch = kopf.Body({"spec": {"a": 1}}), kopf.Patch()
    assert storage.build(body=body) == {}
    assert storage.fetch(body=body) is None
    storage.store(body=body, patch=patch, essence=kopf.BodyEssence({}))
    assert patch == {}


def test_kopf_reads_in_pages_and_reconnects_in_time() -> None:
    settings = configure.settings()
    assert settings.scanning.disabled
    assert settings.watching.chunk_size
    assert settings.watching.server_timeout
    assert settings.networking.request_timeout
    assert settings.networking.connect_timeout
