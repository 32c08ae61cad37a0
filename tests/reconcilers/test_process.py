"""ZeebeProcess: this content is deployed, once, and goes if that was asked for."""

from collections.abc import Callable

import pytest

from tests.fakes.cluster import Object
from tests.reconcilers.deploying import ORDER, deployed, new_bpmn
from tests.reconcilers.rig import Rig, bpmn
from zeebe_operator.model import names
from zeebe_operator.model.errors import (
    ClusterUnavailableError,
    ObjectNotFoundError,
    OutcomeUnknownError,
    RejectedError,
)
from zeebe_operator.model.names import FINALIZER, Kind, ObjectKey


def deploys(rig: Rig) -> int:
    return rig.gateway.methods().count("deploy")


async def test_the_status_tells_what_was_deployed(rig: Rig) -> None:
    key = await deployed(rig)
    status = rig.cluster.status(key)
    (definition,) = rig.gateway.definitions
    process = {
        "bpmnProcessId": "order",
        "version": 1,
        "processDefinitionKey": str(definition),
        "resourceName": "order.bpmn",
    }
    assert status["processes"] == [process]
    assert {name: status[name] for name in process} == process
    assert status["deployedKeys"] == [str(definition)]
    assert status["contentDigest"].startswith("sha256:")
    assert rig.message(key) == "process 'order' is deployed as version 1"
    assert FINALIZER not in rig.cluster.metadata(key).get("finalizers", [])


async def test_all_files_go_in_one_request_and_the_first_process_leads(rig: Rig) -> None:
    files = [
        {"name": "b.bpmn", "content": bpmn("b")},
        {"configMapRef": {"name": "more"}},
        {"name": "a.bpmn", "content": bpmn("a")},
    ]
    rig.cluster.create(Kind.CONFIG_MAP, "more", data={"z.bpmn": bpmn("z"), "f.form": '{"id": "f"}'})
    key = rig.cluster.create(Kind.PROCESS, "many", {"resources": files})
    await rig.settle()
    (command,) = rig.gateway.executed
    assert [file.name for file in command.argument] == ["b.bpmn", "f.form", "z.bpmn", "a.bpmn"]
    status = rig.cluster.status(key)
    assert [p["bpmnProcessId"] for p in status["processes"]] == ["b", "z", "a"]
    assert status["bpmnProcessId"] == "b"
    (form,) = rig.gateway.engine.happened("FORM", "CREATED")
    assert {int(key) for key in status["deployedKeys"]} == {*rig.gateway.definitions, form.key}
    assert len(status["deployedKeys"]) == 4


def other_policy(rig: Rig, key: ObjectKey) -> None:
    rig.cluster.edit(key, deletionPolicy="Delete")


def same_content_in_the_long_form(rig: Rig, key: ObjectKey) -> None:
    rig.cluster.edit(key, bpmn=None, resources=[{"name": "order.bpmn", "content": ORDER["bpmn"]}])


def other_name(rig: Rig, key: ObjectKey) -> None:
    rig.cluster.edit(key, bpmn=None, resources=[{"name": "o.bpmn", "content": ORDER["bpmn"]}])


def request(rig: Rig, key: ObjectKey) -> None:
    rig.cluster.annotate(key, names.REQUESTED_AT, "now")


@pytest.mark.parametrize(
    ("change", "count"),
    [
        pytest.param(new_bpmn, 2, id="another BPMN"),
        pytest.param(other_name, 2, id="another name of the file"),
        pytest.param(other_policy, 1, id="another deletionPolicy"),
        pytest.param(same_content_in_the_long_form, 1, id="another form of the same"),
        pytest.param(request, 1, id="a request"),
    ],
)
@pytest.mark.parametrize("restart", [False, True], ids=["", "across a restart"])
async def test_only_another_content_is_deployed_again(
    rig: Rig, change: Callable[[Rig, ObjectKey], None], count: int, restart: bool
) -> None:
    key = await deployed(rig)
    change(rig, key)
    if restart:
        rig.restart()
    await rig.settle()
    assert deploys(rig) == count
    generation = rig.cluster.metadata(key)["generation"]
    assert rig.cluster.status(key)["observedGeneration"] == generation
    assert rig.told(key) == ("True", "Deployed")


async def test_a_changed_config_map_deploys_once(rig: Rig) -> None:
    maps = rig.cluster.create(Kind.CONFIG_MAP, "maps", data={"o.bpmn": bpmn("order")})
    key = rig.cluster.create(
        Kind.PROCESS, "order", {"resources": [{"configMapRef": {"name": "maps"}}]}
    )
    await rig.settle()
    rig.cluster.set_data(maps, **{"o.bpmn": bpmn("order", "changed")})
    await rig.settle()
    assert (deploys(rig), rig.cluster.status(key)["version"]) == (2, 2)
    assert len(rig.cluster.status(key)["deployedKeys"]) == 2


async def test_the_arrival_of_a_config_map_wakes_who_waits_for_it(rig: Rig) -> None:
    key = rig.cluster.create(
        Kind.PROCESS, "order", {"resources": [{"configMapRef": {"name": "maps"}}]}
    )
    await rig.settle()
    assert rig.told(key) == ("Unknown", "DependencyNotReady")
    assert rig.message(key) == "ConfigMap 'maps' does not exist"
    rig.cluster.create(Kind.CONFIG_MAP, "maps", data={"o.bpmn": bpmn("order")})
    await rig.settle()
    assert rig.told(key) == ("True", "Deployed")


async def test_a_config_map_that_arrives_before_the_answer_that_it_is_missing_wakes_too(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The watch is another connection, and can be faster than a request."""
    read = rig.cluster.get

    async def overtaken(key: ObjectKey) -> Object:
        try:
            return await read(key)
        except ObjectNotFoundError:
            rig.cluster.create(Kind.CONFIG_MAP, "maps", data={"o.bpmn": bpmn("order")})
            raise

    rig.early = True
    monkeypatch.setattr(rig.cluster, "get", overtaken)
    key = rig.cluster.create(
        Kind.PROCESS, "order", {"resources": [{"configMapRef": {"name": "maps"}}]}
    )
    await rig.settle()
    assert rig.told(key) == ("True", "Deployed")


async def test_there_and_back_again_while_the_status_was_lost_is_deployed(rig: Rig) -> None:
    key = await deployed(rig)
    rig.cluster.edit(key, bpmn=bpmn("order", "B"))
    rig.cluster.fail("patch_status", ClusterUnavailableError("away"), times=1)
    await rig.settle()
    rig.cluster.edit(key, **ORDER)
    rig.restart()
    await rig.settle()
    assert deploys(rig) == 3
    assert rig.cluster.status(key)["version"] == 3
    rig.restart()
    await rig.settle()
    assert deploys(rig) == 3


async def test_a_lost_answer_is_asked_for_again(rig: Rig) -> None:
    rig.gateway.fail("deploy", OutcomeUnknownError("lost"), executed=True)
    key = rig.cluster.create(Kind.PROCESS, "order", ORDER)
    await rig.settle()
    assert rig.told(key) == ("Unknown", "OutcomePending")
    await rig.settle_for(1)
    assert (rig.told(key), rig.cluster.status(key)["version"]) == (("True", "Deployed"), 1)


async def test_a_refused_content_is_not_tried_again_until_it_changes(rig: Rig) -> None:
    rig.gateway.fail("deploy", RejectedError("no"))
    key = rig.cluster.create(Kind.PROCESS, "order", ORDER)
    await rig.settle_for(3600)
    rig.restart()
    await rig.settle_for(3600)
    assert len(rig.gateway.calls) == 1
    new_bpmn(rig, key)
    await rig.settle()
    assert rig.told(key) == ("True", "Deployed")
    assert "inputsDigest" not in rig.cluster.status(key)


async def test_a_request_tries_a_refused_content_again(rig: Rig) -> None:
    rig.gateway.fail("deploy", RejectedError("no"), times=2)
    key = rig.cluster.create(Kind.PROCESS, "order", ORDER)
    await rig.settle()
    request(rig, key)
    await rig.settle()
    assert len(rig.gateway.calls) == 2
    assert rig.cluster.status(key)["lastHandledRequest"] == "now"


async def test_a_refusal_speaks_of_the_newest_spec_even_if_that_changes_nothing(rig: Rig) -> None:
    rig.gateway.fail("deploy", RejectedError("no"))
    key = rig.cluster.create(Kind.PROCESS, "order", ORDER)
    await rig.settle()
    other_policy(rig, key)
    await rig.settle()
    assert len(rig.gateway.calls) == 1
    assert rig.told(key, "Stalled") == ("True", "Rejected")
    assert rig.cluster.status(key)["observedGeneration"] == 2


async def test_after_a_refused_edit_the_former_content_is_good_again(rig: Rig) -> None:
    key = await deployed(rig)
    rig.gateway.fail("deploy", RejectedError("no"))
    new_bpmn(rig, key)
    await rig.settle()
    assert rig.told(key, "Stalled") == ("True", "Rejected")
    rig.cluster.edit(key, **ORDER)
    await rig.settle()
    assert rig.told(key) == ("True", "Deployed")
    assert rig.gateway.methods() == ["deploy"]
    assert rig.message(key) == "process 'order' is deployed as version 1"


@pytest.mark.parametrize("restart", [False, True], ids=["", "across a restart"])
async def test_the_older_owns_the_process_id(rig: Rig, restart: bool) -> None:
    older = rig.cluster.create(Kind.PROCESS, "z", ORDER)
    await rig.settle()
    younger = rig.cluster.create(Kind.PROCESS, "a", {"bpmn": bpmn("order", "mine")})
    if restart:
        rig.restart()
    await rig.settle()
    assert rig.told(older) == ("True", "Deployed")
    assert rig.told(younger, "Stalled") == ("True", "Conflict")
    assert str(older) in rig.message(younger)
    assert deploys(rig) == 1


async def test_of_two_from_the_same_second_a_restart_does_not_change_the_owner(rig: Rig) -> None:
    moment = "2026-01-01T00:00:00Z"
    owner = rig.cluster.create(Kind.PROCESS, "z", ORDER, creationTimestamp=moment)
    await rig.settle()
    other = {"bpmn": bpmn("order", "mine")}
    loser = rig.cluster.create(Kind.PROCESS, "a", other, creationTimestamp=moment)
    await rig.settle()
    rig.restart()
    await rig.settle()
    assert rig.told(owner) == ("True", "Deployed")
    assert rig.told(loser, "Stalled") == ("True", "Conflict")
    assert deploys(rig) == 1


async def test_two_that_came_while_nobody_watched_are_told_apart_by_age(rig: Rig) -> None:
    older = rig.cluster.create(Kind.PROCESS, "z", ORDER)
    rig.cluster.create(Kind.PROCESS, "a", {"bpmn": bpmn("order", "mine")})
    rig.restart()
    await rig.settle()
    assert rig.told(older) == ("True", "Deployed")
    assert deploys(rig) == 1


@pytest.mark.parametrize("policy", ["Retain", "Delete"])
async def test_the_younger_takes_over_when_the_older_goes(rig: Rig, policy: str) -> None:
    older = rig.cluster.create(Kind.PROCESS, "z", {**ORDER, "deletionPolicy": policy})
    younger = rig.cluster.create(Kind.PROCESS, "a", {"bpmn": bpmn("order", "mine")})
    await rig.settle()
    rig.cluster.delete(older)
    await rig.settle()
    assert rig.told(younger) == ("True", "Deployed")


async def test_the_younger_takes_over_when_the_older_gives_up_the_id(rig: Rig) -> None:
    older = rig.cluster.create(Kind.PROCESS, "z", ORDER)
    younger = rig.cluster.create(Kind.PROCESS, "a", {"bpmn": bpmn("order", "mine")})
    await rig.settle()
    rig.cluster.edit(older, bpmn=bpmn("other"))
    await rig.settle()
    assert (rig.told(older), rig.told(younger)) == (("True", "Deployed"),) * 2


async def test_tenants_do_not_share_process_ids(rig: Rig) -> None:
    keys = [
        rig.cluster.create(Kind.PROCESS, name, {**ORDER, "tenantId": name}) for name in ("a", "b")
    ]
    await rig.settle()
    assert [rig.told(key) for key in keys] == [("True", "Deployed")] * 2
