"""Gathering variables from ConfigMaps and Secrets."""

import base64
from typing import Any

import pytest

from tests.reconcilers.rig import Rig
from zeebe_operator.model import resource, spec
from zeebe_operator.model.errors import (
    DependencyError,
    InvalidSpecError,
    RejectedError,
)
from zeebe_operator.model.names import Kind
from zeebe_operator.reconcilers import variables
from zeebe_operator.reconcilers.scope import Scope
from zeebe_operator.reconcilers.variables import Gathered


def secret_value(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.fixture
async def filled(rig: Rig) -> Rig:
    rig.cluster.create(
        Kind.CONFIG_MAP,
        "c",
        data={"object": '{"a": 1, "b": 1}', "text": "t"},
        binaryData={"binary": base64.b64encode(b'{"d": 4}').decode()},
    )
    rig.cluster.create(
        Kind.SECRET, "s", data={"object": secret_value('{"b": 2}'), "text": secret_value("c4n4ry")}
    )
    return rig


async def gather(rig: Rig, *sources: dict[str, Any], **inline: object) -> Gathered:
    meta = {"namespace": "shop", "name": "m", "uid": "u", "resourceVersion": "1"}
    scope = Scope(rig.world, resource.of(Kind.MESSAGE, {"metadata": meta}))
    raw = {"messageName": "m", "variablesFrom": list(sources)}
    return await variables.gather(scope, inline, spec.read(raw, spec.MessageSpec).variables_from)


def from_map(key: str, **more: str) -> dict[str, Any]:
    return {"configMapKeyRef": {"name": "c", "key": key}, **more}


def from_secret(key: str, **more: str) -> dict[str, Any]:
    return {"secretKeyRef": {"name": "s", "key": key}, **more}


async def test_later_sources_win_and_inline_over_all(filled: Rig) -> None:
    sources = (from_map("object"), from_secret("object"), from_map("text", **{"as": "c"}))
    found = await gather(filled, *sources, a=0)
    assert found.values == {"a": 0, "b": 2, "c": "t"}


async def test_binary_data_counts_too(filled: Rig) -> None:
    assert (await gather(filled, from_map("binary"))).values == {"d": 4}


async def test_a_version_tells_a_change_without_telling_the_content(filled: Rig) -> None:
    before = await gather(filled, from_secret("text", **{"as": "x"}))
    same = await gather(filled, from_secret("text", **{"as": "x"}))
    (key,) = (key for key in filled.cluster.objects if key.kind is Kind.SECRET)
    filled.cluster.set_data(key, text=secret_value("c4n4ry 2"))
    after = await gather(filled, from_secret("text", **{"as": "x"}))
    assert before.versions == same.versions != after.versions
    assert "c4n4ry" not in f"{before!r} {after!r}"


@pytest.mark.parametrize(
    ("source", "kind", "text"),
    [
        pytest.param(
            from_map("z"), DependencyError, "ConfigMap 'c' has no key 'z'", id="a key of a map"
        ),
        pytest.param(
            from_secret("z"),
            DependencyError,
            "Secret 's' has no key 'z'",
            id="a key of a secret",
        ),
        pytest.param(
            from_secret("text"),
            InvalidSpecError,
            "spec.variablesFrom: key 'text' of Secret 's' is no JSON object",
            id="no object",
        ),
        pytest.param({}, InvalidSpecError, "give configMapKeyRef or secretKeyRef", id="nothing"),
    ],
)
async def test_says_what_is_wrong_where(
    filled: Rig, source: dict[str, Any], kind: type[Exception], text: str
) -> None:
    with pytest.raises(kind, match=text) as refused:
        await gather(filled, source)
    assert "c4n4ry" not in str(refused.value)


@pytest.mark.parametrize(
    "refused", [pytest.param(False, id="no JSON"), pytest.param(True, id="refused by the engine")]
)
async def test_a_corrected_secret_is_noticed_within_half_a_minute(rig: Rig, refused: bool) -> None:
    good, bad = secret_value('{"a": 1}'), secret_value("no JSON")
    secret = rig.cluster.create(Kind.SECRET, "s", data={"k": good if refused else bad})
    if refused:
        rig.gateway.fail("publish_message", RejectedError("too large"))
    spec = {"messageName": "m", "variablesFrom": [{"secretKeyRef": {"name": "s", "key": "k"}}]}
    key = rig.cluster.create(Kind.MESSAGE, "m", spec)
    await rig.settle()
    assert rig.told(key, "Stalled") == ("True", "Rejected" if refused else "InvalidSpec")
    rig.cluster.set_data(secret, k=good)
    await rig.settle_for(30)
    assert rig.told(key) == ("True", "Published")
