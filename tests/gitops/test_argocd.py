"""The scripts for Argo CD, run by the Lua that it has, over objects of every kind and state."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from devstack import argocd
from devstack.gitops import Judges
from tests.gitops.states import READY, STATES, Object, told
from zeebe_operator.model.names import REQUESTED_AT, Kind
from zeebe_operator.reconcilers.kinds import KINDS

HEALTH = argocd.SCRIPTS / "health.lua"
ACTIONS = argocd.SCRIPTS / "actions"
PATCH = argocd.ROOT / "manifests" / "argocd" / "argocd-cm.yaml"

# An object that is being deleted is Progressing to Argo CD, whatever a script says: it asks none.
EXPECTED = {
    "fresh": "Progressing",
    "ready": "Healthy",
    "waiting": "Progressing",
    "stalled": "Degraded",
    "edited": "Progressing",
    "edited after a refusal": "Progressing",
    "ready after a refusal": "Healthy",
    "stalled after it was ready": "Degraded",
}


def read(path: Path) -> Object:
    found: Object = yaml.safe_load(path.read_text())
    return found


TESTS: list[dict[str, Any]] = read(argocd.SCRIPTS / "health_test.yaml")["tests"]
ACTION_TESTS: list[dict[str, str]] = read(ACTIONS / "action_test.yaml")["actionTests"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_health_in_every_state(judges: Judges, kind: Kind) -> None:
    found = judges.lua(HEALTH, (STATES[state](kind) for state in EXPECTED))
    assert {state: each["status"] for state, each in zip(EXPECTED, found, strict=True)} == EXPECTED
    assert all(each["message"] for each in found)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_suspended_and_well_is_suspended(judges: Judges, kind: Kind) -> None:
    suspended = told(kind, READY) | {"spec": {"suspend": True}}
    assert judges.lua(HEALTH, [suspended])[0]["status"] == "Suspended"


@pytest.mark.parametrize("test", TESTS, ids=lambda test: Path(test["inputPath"]).stem)
def test_an_object_of_the_test_data_has_its_health(judges: Judges, test: dict[str, Any]) -> None:
    [found] = judges.lua(HEALTH, [read(argocd.SCRIPTS / test["inputPath"])])
    assert found == test["healthStatus"]


def test_all_of_the_test_data_is_judged() -> None:
    files = {f"testdata/{path.name}" for path in (argocd.SCRIPTS / "testdata").iterdir()}
    assert {test["inputPath"] for test in TESTS} == files


def test_every_kind_is_in_the_test_data() -> None:
    found = {read(argocd.SCRIPTS / test["inputPath"])["kind"] for test in TESTS}
    assert found >= set(KINDS)


@pytest.mark.parametrize("test", ACTION_TESTS, ids=lambda test: test["action"])
def test_an_action_asks_for_another_look(judges: Judges, test: dict[str, str]) -> None:
    before = read(ACTIONS / test["inputPath"])
    assert test["action"] in judges.lua(ACTIONS / "discovery.lua", [before])[0]
    [found] = judges.lua(ACTIONS / test["action"] / "action.lua", [before])
    expected = read(ACTIONS / test["expectedOutputPath"])
    time = found["metadata"]["annotations"][REQUESTED_AT]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", time)
    expected["metadata"]["annotations"][REQUESTED_AT] = time
    assert found == expected


def test_the_settings_are_those_of_the_scripts() -> None:
    assert PATCH.read_text() == argocd.rendered(), "run make generate"


@pytest.mark.parametrize("kind", KINDS)
def test_the_settings_name_every_kind(kind: Kind) -> None:
    data = yaml.safe_load(PATCH.read_text())["data"]
    health = data[f"resource.customizations.health.zeebe-operator.dev_{kind}"]
    assert health == HEALTH.read_text()
    actions = yaml.safe_load(data[f"resource.customizations.actions.zeebe-operator.dev_{kind}"])
    assert [each["name"] for each in actions["definitions"]] == ["retry"]
