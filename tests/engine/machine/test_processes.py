"""Ten processes as different people write them, each run to its ends."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.engine.dmn import tables
from tests.engine.machine.rig import START, Rig
from zeebe_engine.engine.commands import (
    BroadcastSignal,
    CompleteJob,
    CompleteUserTask,
    ThrowError,
)

HERE = Path(__file__).parent / "processes"
HOUR = 3_600_000
DAY = 24 * HOUR


def deployed(name: str) -> Rig:
    rig = Rig()
    file = f"{name}.bpmn"
    rig.deploy_files({file: (HERE / file).read_text()})
    return rig


def throw(rig: Rig, job_type: str, code: str) -> None:
    rig.do(ThrowError(key=rig.job(job_type).key, error_code=code))


def complete_each(rig: Rig, job_type: str, *results: dict[str, Any]) -> None:
    for job, result in zip(rig.jobs(job_type), results, strict=True):
        rig.do(CompleteJob(key=job.key, variables=result))


def test_an_order_is_packed_item_by_item_with_reminders() -> None:
    rig = deployed("order-fulfilment")
    key = rig.start("order-fulfilment", order={"items": ["a", "b"], "size": "small"})
    job = rig.job("reserve-stock")
    assert (job.retries, job.headers, job.variables["amount"]) == (5, {"warehouse": "north"}, 2)
    rig.complete("reserve-stock", reserved=2)
    rig.wait(HOUR)
    rig.wait(HOUR)
    complete_each(rig, "remind", {}, {})
    complete_each(rig, "pack-small", {"parcel": 1}, {"parcel": 2})
    assert rig.is_over(key)
    assert rig.variables(key)["parcels"] == [1, 2]
    assert rig.variables(key)["order"]["reserved"] == 2
    refused = rig.start("order-fulfilment", order={"items": ["a"], "size": "small"})
    rig.complete("reserve-stock", reserved=0)
    assert rig.completed(refused)[-1] == "Event_refused"


def test_a_loan_is_decided_by_a_person_unless_it_is_forged() -> None:
    rig = deployed("loan")
    (form,) = rig.deploy_files({"decide.form": '{"id": "decide-loan"}'}).deployed
    key = rig.start("loan", tries=7)
    assert rig.job("score").retries == 7
    rig.complete("score", points=60)
    rig.complete("identity")
    (task,) = rig.happened("USER_TASK", "CREATED", priority=80)
    assert task.value["candidateGroupsList"] == ["clerks", "bosses"]
    assert task.value["formKey"] == form.key
    assert rig.variables(key)["grade"] == "good"
    rig.do(CompleteUserTask(key=task.key))
    assert rig.is_over(key)
    forged = rig.start("loan", tries=1)
    throw(rig, "identity", "FRAUD")
    assert rig.is_over(forged)
    assert rig.completed(forged)[-1] == "reported"


def test_onboarding_calls_a_contract_and_waits_for_what_is_needed() -> None:
    rig = deployed("onboarding")
    rig.publish("hired", "ann", person={"name": "Ann"}, needs=["laptop", "badge"])
    (key,) = rig.instances("onboarding")
    assert rig.job("sign").variables == {"name": "Ann"}
    rig.complete("sign", signedAt="today", secret=1)
    rig.publish("printed", "Ann")
    rig.complete("welcome")
    assert rig.is_over(key)
    assert rig.variables(key)["person"] == {"name": "Ann", "since": "today"}
    rig.publish("hired", "ann", person={"name": "Bob"}, needs=[])
    rig.complete("sign")
    rig.complete("welcome")
    assert rig.completed(rig.instances("onboarding")[1])[-2:] == ["set", "welcome"]


def test_an_alarm_wakes_somebody_takes_news_and_is_cleared() -> None:
    rig = deployed("incident-response")
    listener = rig.start("listening")
    rig.do(BroadcastSignal(name="alarm", variables={"room": "r1", "log": []}))
    (key,) = rig.instances("incident-response")
    rig.publish("news", "r1", text="smoke")
    rig.complete("find")
    rig.publish("news", "r1", text="fire")
    rig.complete("fix")
    rig.complete("phone")
    assert rig.is_over(key)
    assert rig.variables(key)["log"] == ["smoke", "fire"]
    assert rig.variables(listener) == {"room": "r1"}


def test_a_subscription_is_charged_until_it_is_left() -> None:
    rig = deployed("subscription")
    key = rig.start("subscription", customer="c", months=0, period="P30D")
    for _ in range(3):
        rig.complete("charge")
        rig.wait(30 * DAY)
    rig.complete("charge")
    rig.publish("leave", "c")
    assert rig.is_over(key)
    assert rig.variables(key)["months"] == 4


def test_a_price_is_decided_and_taxed() -> None:
    rig = deployed("pricing")
    rig.deploy_files({"rules.dmn": tables.document(tables.sized("FIRST")).decode()})
    key = rig.start("pricing", basket={"amount": 5})
    rig.complete("tax", tax=2)
    assert rig.is_over(key)
    assert rig.variables(key) == {"basket": {"amount": 5, "price": 1}, "tax": 2}


def test_a_batch_runs_every_night_until_a_sum_is_wrong() -> None:
    rig = deployed("batch")
    due = rig.machine.next_due()
    assert due is not None
    assert datetime.fromtimestamp(due / 1000, UTC).hour == 3
    rig.wait(due - rig.now)
    for total in (1, -1):
        rig.complete("load", sum=total)
    (key,) = rig.instances("batch")
    assert rig.is_over(key)
    assert rig.variables(key)["sums"] == [1, -1, None]
    assert rig.completed()[-3:] == ["jump", "land", "done"]
    assert rig.machine.next_due() == due + DAY


def test_a_trip_is_booked_sold_out_or_cancelled() -> None:
    rig = deployed("travel")
    booked = rig.start("travel", trip="1", legs=["there", "back"])
    complete_each(rig, "seat", {"code": "X"}, {"code": "Y"})
    assert rig.is_over(booked)
    assert rig.variables(booked)["codes"] == ["X", "Y"]
    full = rig.start("travel", trip="2", legs=["there", "back"])
    rig.do(CompleteJob(key=rig.jobs("seat")[0].key, variables={"code": None}))
    assert rig.is_over(full)
    assert rig.completed(full) == ["wanted", "sold-out", "home"]
    cancelled = rig.start("travel", trip="3", legs=["there"])
    rig.publish("cancel", "3")
    rig.complete("refund")
    assert rig.is_over(cancelled)
    assert "book" in rig.terminated(cancelled)


def test_a_text_is_reviewed_again_and_again_until_its_deadline() -> None:
    rig = deployed("review")
    deadline = datetime.fromtimestamp((START + DAY) / 1000, UTC).isoformat()
    kind = "io.camunda.zeebe:userTask"
    key = rig.start("review", deadline=deadline)
    assert rig.job(kind).headers == {"form": "review", "io.camunda.zeebe:assignee": "editor"}
    rig.complete(kind, accepted=False)
    rig.complete(kind, accepted=True)
    assert rig.is_over(key)
    forgotten = rig.start("review", deadline=deadline)
    rig.wait(DAY)
    assert rig.completed(forgotten) == ["written", "forgotten", "published"]


def test_an_invoice_is_paid_underpaid_or_late() -> None:
    rig = deployed("payment")
    keys = []
    for number in ("1", "2", "3"):
        keys.append(rig.start("payment", invoice={"id": number, "sum": 10}))
        rig.complete("send-invoice")
    rig.publish("paid", "1", sum=10)
    rig.publish("paid", "2", sum=9)
    rig.complete("collect")
    rig.wait(14 * DAY)
    rig.complete("collect")
    assert all(rig.is_over(key) for key in keys)
    ways = [rig.completed(key)[-2] for key in keys]
    assert ways == ["wait", "collect", "collect"]
    assert "late" in rig.completed(keys[2])
