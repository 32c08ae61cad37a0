"""ZeebeInstance: how it is started, once."""

from typing import Any

import pytest

from tests.reconcilers.rig import Rig, bpmn
from zeebe_operator.model import names
from zeebe_operator.model.engine import File
from zeebe_operator.model.errors import (
    BackpressureError,
    ClusterUnavailableError,
    GatewayUnavailableError,
    OutcomeUnknownError,
    RejectedError,
)
from zeebe_operator.model.names import FINALIZER, Kind, ObjectKey
from zeebe_operator.reconcilers import starting

BY_REF = {"processRef": {"name": "order"}}
BY_ID = {"bpmnProcessId": "order"}


async def process(rig: Rig, *ids: str, name: str = "order", **spec: Any) -> ObjectKey:
    files = [{"name": f"{each}.bpmn", "content": bpmn(each)} for each in ids or ("order",)]
    key = rig.cluster.create(Kind.PROCESS, name, {"resources": files, **spec})
    await rig.settle()
    return key


async def by_somebody_else(rig: Rig, text: str) -> None:
    """Deployed without a resource."""
    await rig.gateway.deploy([File("x.bpmn", text.encode())], None)


def one(rig: Rig, spec: dict[str, Any], **more: Any) -> ObjectKey:
    return rig.cluster.create(Kind.INSTANCE, "one", {**spec, **more})


def started(rig: Rig) -> int:
    return rig.gateway.methods().count("create_instance")


def request(rig: Rig) -> Any:
    (found,) = (c.argument for c in rig.gateway.calls if c.method == "create_instance")
    return found


async def test_two_writes_and_the_keys_in_the_status(rig: Rig) -> None:
    await process(rig)
    rig.cluster.writes.clear()
    key = one(rig, BY_REF)
    await rig.settle()
    assert [write.verb for write in rig.cluster.writes] == ["patch", "patch_status"]
    ((instance_key, definition_key),) = rig.gateway.instances.items()
    status = rig.cluster.status(key)
    expected = {
        "state": "Active",
        "processInstanceKey": str(instance_key),
        "processDefinitionKey": str(definition_key),
        "bpmnProcessId": "order",
        "version": 1,
        "tenantId": "<default>",
        "startedAt": rig.now,
    }
    assert {name: status.get(name) for name in expected} == expected
    assert rig.told(key) == ("True", "Started")
    assert rig.cluster.events == []


async def test_intent_and_finalizer_are_there_before_the_call(rig: Rig) -> None:
    await process(rig)
    key = one(rig, BY_REF)
    seen: list[tuple[bool, object]] = []
    rig.gateway.during = lambda _: seen.append(
        (bool(rig.cluster.intent(key)), rig.cluster.metadata(key)["finalizers"])
    )
    await rig.settle()
    assert seen == [(True, [FINALIZER])]


async def test_the_engine_gets_what_the_spec_says(rig: Rig) -> None:
    rig.gateway.version = "8.9.0"
    await process(rig, tenantId="t")
    rig.cluster.create(Kind.CONFIG_MAP, "v", data={"k": '{"b": 2}'})
    key = one(
        rig,
        BY_ID,
        version=1,
        tenantId="t",
        variables={"a": 1},
        variablesFrom=[{"configMapKeyRef": {"name": "v", "key": "k"}}],
        startInstructions=[{"elementId": "task"}],
        tags=["mine"],
        businessId="b-1",
    )
    await rig.settle()
    sent = request(rig)
    assert (sent.bpmn_process_id, sent.version, sent.process_definition_key) == ("order", 1, None)
    assert (sent.tenant_id, sent.start_element_ids) == ("t", ["task"])
    assert (sent.variables, sent.business_id) == ({"a": 1, "b": 2}, "b-1")
    assert sent.tags == ["mine", f"k8s-uid:{rig.cluster.metadata(key)['uid']}"]
    assert rig.told(key) == ("True", "Started")


@pytest.mark.parametrize(
    ("version", "tagged"), [("8.6.0", False), ("8.7.9", False), ("8.8.0", True)]
)
async def test_the_own_tag_goes_where_the_gateway_has_tags(
    rig: Rig, version: str, tagged: bool
) -> None:
    rig.gateway.version = version
    await process(rig)
    key = one(rig, BY_REF)
    await rig.settle()
    uid = rig.cluster.metadata(key)["uid"]
    assert request(rig).tags == ([f"k8s-uid:{uid}"] if tagged else [])


# What the spec refers to.


async def test_any_order_ends_with_everything_started_once(rig: Rig) -> None:
    key = one(rig, BY_REF)
    await rig.settle()
    assert rig.told(key) == ("Unknown", "DependencyNotReady")
    assert rig.message(key) == "ZeebeProcess 'order' does not exist"
    assert rig.cluster.status(key)["state"] == "Pending"
    await process(rig)
    assert rig.told(key) == ("True", "Started")
    assert started(rig) == 1


async def test_a_process_that_is_not_ready_is_waited_for_and_its_reason_told(rig: Rig) -> None:
    rig.gateway.fail("deploy", RejectedError("no"))
    broken = await process(rig)
    key = one(rig, BY_REF)
    await rig.settle()
    assert rig.told(key) == ("Unknown", "DependencyNotReady")
    assert rig.message(key) == "ZeebeProcess 'order' is not ready: Rejected"
    rig.cluster.edit(broken, resources=[{"name": "o.bpmn", "content": bpmn("order", "good")}])
    await rig.settle()
    assert rig.told(key) == ("True", "Started")


async def test_a_process_with_an_edit_that_is_not_deployed_yet_is_waited_for(rig: Rig) -> None:
    edited = await process(rig)
    rig.gateway.fail("deploy", OutcomeUnknownError("lost"), times=3)
    rig.cluster.edit(edited, resources=[{"name": "o.bpmn", "content": bpmn("order", "v2")}])
    key = one(rig, BY_REF)
    await rig.settle()
    assert rig.told(key) == ("Unknown", "DependencyNotReady")
    await rig.settle_for(60)
    assert rig.cluster.status(key)["version"] == 2


async def test_a_process_that_is_being_deleted_is_no_good(rig: Rig) -> None:
    going = await process(rig)
    rig.cluster.edit(going, deletionPolicy="Delete")
    await rig.settle()
    rig.gateway.start(*rig.gateway.definitions)
    rig.cluster.delete(going)
    key = one(rig, BY_REF)
    await rig.settle()
    assert rig.message(key) == "ZeebeProcess 'order' is being deleted"
    assert started(rig) == 0


@pytest.mark.parametrize(
    ("ids", "wanted", "told"),
    [
        pytest.param(("a",), None, ("True", "Started"), id="the only one"),
        pytest.param(("a", "b"), "b", ("True", "Started"), id="the one that is named"),
        pytest.param(("a", "b"), None, ("False", "InvalidSpec"), id="which of several"),
        pytest.param(("a",), "z", ("Unknown", "DependencyNotReady"), id="not among them"),
    ],
)
async def test_a_reference_means_one_process(
    rig: Rig, ids: tuple[str, ...], wanted: str | None, told: tuple[str, str]
) -> None:
    await process(rig, *ids)
    reference = {"name": "order", **({"bpmnProcessId": wanted} if wanted else {})}
    key = one(rig, {"processRef": reference})
    await rig.settle()
    assert rig.told(key) == told
    if told[1] == "Started":
        assert rig.cluster.status(key)["bpmnProcessId"] == (wanted or ids[0])


async def test_a_reference_starts_the_version_of_that_resource(rig: Rig) -> None:
    await process(rig)
    await by_somebody_else(rig, bpmn("order", "newer"))
    key = one(rig, BY_REF)
    await rig.settle()
    assert rig.cluster.status(key)["version"] == 1


async def test_an_id_that_the_engine_does_not_know_is_waited_for(rig: Rig) -> None:
    key = one(rig, BY_ID)
    await rig.settle()
    assert rig.told(key, "Reconciling") == ("True", "ProcessNotFound")
    assert rig.delay(key) == pytest.approx(starting.LOOK_AGAIN)
    assert rig.cluster.intent(key) is None
    assert not rig.cluster.metadata(key)["finalizers"]
    await by_somebody_else(rig, bpmn("order"))
    await rig.settle_for(starting.LOOK_AGAIN + 1)
    assert rig.told(key) == ("True", "Started")


async def test_whoever_deploys_the_id_wakes_who_waits_for_it(rig: Rig) -> None:
    key = one(rig, BY_ID)
    await rig.settle()
    await process(rig, name="whatever")
    assert rig.told(key) == ("True", "Started")


async def test_a_key_that_the_engine_does_not_know_stays_unknown(rig: Rig) -> None:
    key = one(rig, {"processDefinitionKey": "123"})
    await rig.settle_for(3600)
    assert rig.told(key, "Stalled") == ("True", "Rejected")
    assert len(rig.gateway.calls) == 1


# What the engine or its gateway refuses.


@pytest.mark.parametrize(
    ("spec", "version", "reason"),
    [
        pytest.param({"tags": ["a"]}, "8.7.0", "NotSupportedByGateway", id="tags"),
        pytest.param({"businessId": "a"}, "8.8.0", "NotSupportedByGateway", id="businessId"),
        pytest.param({"variables": "text"}, "8.9.0", "InvalidSpec", id="variables"),
    ],
)
async def test_what_cannot_be_done_is_refused_and_not_dropped(
    rig: Rig, spec: dict[str, Any], version: str, reason: str
) -> None:
    rig.gateway.version = version
    await process(rig)
    key = one(rig, BY_REF, **spec)
    await rig.settle_for(600)
    assert rig.told(key, "Stalled") == ("True", reason)
    assert started(rig) == 0
    assert rig.cluster.metadata(key).get("finalizers", []) == []


async def test_what_was_refused_is_not_tried_again(rig: Rig) -> None:
    await process(rig)
    rig.gateway.fail("create_instance", RejectedError("no such element"))
    key = one(rig, BY_REF)
    await rig.settle_for(3600)
    rig.restart()
    await rig.settle_for(3600)
    assert rig.told(key, "Stalled") == ("True", "Rejected")
    assert "delete the resource and apply a correct one" in rig.message(key)
    assert len([c for c in rig.gateway.calls if c.method == "create_instance"]) == 1
    assert rig.cluster.intent(key) is None
    assert rig.cluster.metadata(key)["finalizers"] == []


@pytest.mark.parametrize("change", ["request", "process", "source", "variables"])
async def test_what_was_refused_is_tried_again_when_its_inputs_change(
    rig: Rig, change: str
) -> None:
    changing = await process(rig)
    source = rig.cluster.create(Kind.CONFIG_MAP, "v", data={"k": "x"})
    rig.gateway.fail("create_instance", RejectedError("no"))
    from_map = {"configMapKeyRef": {"name": "v", "key": "k"}, "as": "x"}
    key = one(rig, BY_REF, variables={"a": 1}, variablesFrom=[from_map])
    await rig.settle()
    assert rig.told(key, "Stalled") == ("True", "Rejected")
    match change:
        case "request":
            rig.cluster.annotate(key, names.REQUESTED_AT, "now")
        case "process":
            new = {"name": "order.bpmn", "content": bpmn("order", "corrected")}
            rig.cluster.edit(changing, resources=[new])
        case "source":
            rig.cluster.set_data(source, k="y")
        case "variables":
            rig.cluster.edit(key, variables={"a": 2})
    await rig.settle()
    assert rig.told(key) == ("True", "Started")


async def test_a_refusal_speaks_of_the_newest_spec_even_if_that_changes_nothing(rig: Rig) -> None:
    await process(rig)
    rig.gateway.fail("create_instance", RejectedError("no"))
    key = one(rig, BY_REF)
    await rig.settle()
    rig.cluster.edit(key, deletionPolicy="Retain")
    await rig.settle()
    assert rig.cluster.status(key)["observedGeneration"] == 2
    assert len([c for c in rig.gateway.calls if c.method == "create_instance"]) == 1


@pytest.mark.parametrize(
    "error",
    [BackpressureError("busy"), GatewayUnavailableError("gone")],
    ids=lambda error: type(error).__name__,
)
async def test_a_call_that_certainly_did_nothing_is_repeated(
    rig: Rig, error: BackpressureError | GatewayUnavailableError
) -> None:
    await process(rig)
    rig.gateway.fail("create_instance", error, times=3)
    key = one(rig, BY_REF)
    await rig.settle_for(60)
    assert rig.told(key) == ("True", "Started")
    assert started(rig) == 1


async def test_nothing_is_written_before_the_call_while_there_is_no_connection(rig: Rig) -> None:
    await process(rig)
    rig.gateway.up = False
    rig.cluster.writes.clear()
    key = one(rig, BY_REF)
    await rig.settle_for(600)
    assert [write.verb for write in rig.cluster.writes] == ["patch_status"]
    assert rig.told(key) == ("Unknown", "GatewayUnavailable")


# When nobody knows whether it was started.


@pytest.mark.parametrize("restart", [False, True], ids=["", "restart"])
@pytest.mark.parametrize("executed", [True, False], ids=["executed", "not executed"])
async def test_a_lost_answer_is_uncertain_and_not_repeated(
    rig: Rig, executed: bool, restart: bool
) -> None:
    await process(rig)
    rig.gateway.fail("create_instance", OutcomeUnknownError("lost"), executed=executed)
    key = one(rig, BY_REF)
    await rig.settle()
    if restart:
        rig.restart()
    rig.cluster.annotate(key, names.REQUESTED_AT, "now")
    await rig.settle_for(3600)
    assert rig.told(key, "Stalled") == ("True", "OutcomeUnknown")
    assert rig.cluster.status(key)["state"] == "Uncertain"
    assert "spec.onUncertain: Retry" in rig.message(key)
    assert started(rig) == int(executed)
    assert rig.cluster.metadata(key)["finalizers"] == [FINALIZER]


@pytest.mark.parametrize("when", ["from the start", "afterwards"])
async def test_with_retry_it_is_started_again(rig: Rig, when: str) -> None:
    await process(rig)
    rig.gateway.fail("create_instance", OutcomeUnknownError("lost"))
    key = one(rig, BY_REF, **({"onUncertain": "Retry"} if when == "from the start" else {}))
    await rig.settle()
    if when == "afterwards":
        rig.cluster.edit(key, onUncertain="Retry")
    await rig.settle_for(60)
    assert rig.told(key) == ("True", "Started")
    assert rig.cluster.status(key)["state"] == "Active"
    assert started(rig) == 1


async def test_a_crash_before_the_status_is_uncertain(rig: Rig) -> None:
    await process(rig)
    key = one(rig, BY_REF)
    rig.cluster.fail("patch_status", ClusterUnavailableError("away"))
    await rig.settle()
    assert started(rig) == 1
    rig.restart()
    await rig.settle_for(3600)
    assert rig.told(key, "Stalled") == ("True", "OutcomeUnknown")
    assert started(rig) == 1


async def test_a_manifest_copied_with_its_annotations_is_started(rig: Rig) -> None:
    await process(rig)
    key = rig.cluster.create(
        Kind.INSTANCE, "one", BY_REF, annotations={names.INTENT: "uid-of-another/ab12cd34"}
    )
    await rig.settle()
    assert rig.told(key) == ("True", "Started")
