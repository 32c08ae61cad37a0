"""Messages: buffered for their time, by their ids, once to each process, one start at a time."""

import msgspec
import pytest

from tests.engine.machine.models import (
    PAID,
    boundary,
    catch,
    end,
    event_subprocess,
    flows,
    gateway,
    io,
    line,
    message,
    on,
    start,
    with_boundary,
    work,
)
from tests.engine.machine.rig import Rig
from zeebe_engine.engine.commands import (
    CancelInstance,
    CompleteJob,
    CorrelateMessage,
    PublishMessage,
)
from zeebe_engine.engine.refusals import Rejection, Status
from zeebe_engine.settings import Settings

WAITS = line(catch(on("message", "m")))
ORDERED = message("o", "ordered")
STARTED = start(on("message", "o")) + work("task") + end() + flows("start>task", "task>end")


def test_a_message_is_correlated_by_its_key_and_brings_its_variables() -> None:
    rig = Rig()
    key = rig.run(WAITS, before=PAID, orderId="42")
    rig.publish("paid", "41")
    assert not rig.is_over(key)
    rig.publish("paid", "42", amount=7)
    assert rig.is_over(key)
    assert rig.variables(key) == {"orderId": "42", "amount": 7}


def test_outputs_of_an_event_are_mapped() -> None:
    rig = Rig()
    mapped = io(outputs={"paidAmount": "amount"})
    key = rig.run(line(catch(on("message", "m"), extensions=mapped)), before=PAID, orderId="1")
    rig.publish("paid", "1", amount=3, more=4)
    assert rig.variables(key) == {"orderId": "1", "paidAmount": 3}


def test_a_correlation_key_can_be_an_integer() -> None:
    rig = Rig()
    key = rig.run(WAITS, before=PAID, orderId=42)
    rig.publish("paid", "42")
    assert rig.is_over(key)


@pytest.mark.parametrize("value", [None, 1.5, True, ["1"], {}])
def test_a_correlation_key_of_another_kind_is_an_incident(value: object) -> None:
    rig = Rig()
    key = rig.run(WAITS, before=PAID, orderId=value)
    assert rig.problem()[0] == "EXTRACT_VALUE_ERROR"
    assert "either a string or a number, but was" in rig.problem()[1]
    rig.set_variables(key, orderId="1")
    rig.resolve()
    rig.publish("paid", "1")
    assert rig.is_over(key)


def test_the_name_of_a_message_is_an_expression_that_is_evaluated_once() -> None:
    named = message("m", "=&quot;paid-&quot; + shop", "orderId")
    rig = Rig()
    key = rig.run(WAITS, before=named, orderId="1", shop="a")
    rig.set_variables(key, shop="b", orderId="2")
    rig.publish("paid-b", "2")
    assert not rig.is_over(key)
    rig.publish("paid-a", "1")
    assert rig.is_over(key)


def test_a_buffered_message_waits_for_one_subscription() -> None:
    rig = Rig()
    rig.deploy(WAITS, before=PAID)
    rig.publish("paid", "42", ttl=1000, amount=7)
    assert rig.is_over(rig.start(orderId="42"))
    assert not rig.is_over(rig.start(orderId="42"))


def test_buffered_messages_come_in_their_order() -> None:
    rig = Rig()
    rig.deploy(WAITS, before=PAID)
    for number in (1, 2):
        rig.publish("paid", "42", ttl=1000, number=number)
    keys = [rig.start(orderId="42"), rig.start(orderId="42")]
    assert [rig.variables(key)["number"] for key in keys] == [1, 2]


def test_a_buffered_message_expires_when_its_time_is_over() -> None:
    rig = Rig()
    rig.deploy(WAITS, before=PAID)
    key = rig.publish("paid", "42", ttl=1000)
    rig.wait(999)
    assert not rig.happened("MESSAGE", "EXPIRED")
    rig.wait(1)
    (expired,) = rig.happened("MESSAGE", "EXPIRED")
    assert expired.key == key
    assert not rig.is_over(rig.start(orderId="42"))


def test_a_message_that_is_not_buffered_is_gone() -> None:
    rig = Rig()
    rig.deploy(WAITS, before=PAID)
    rig.publish("paid", "42")
    assert not rig.state.messages
    assert not rig.is_over(rig.start(orderId="42"))
    assert rig.machine.next_due() is None


def test_a_message_with_a_used_id_is_refused_while_the_first_is_buffered() -> None:
    rig = Rig()
    first = PublishMessage(name="paid", correlation_key="1", time_to_live=1000, message_id="id")
    rig.do(first)
    with pytest.raises(Rejection, match="message with id 'id'") as refused:
        rig.do(first)
    assert refused.value.status == Status.ALREADY_EXISTS
    for other in ({"name": "other"}, {"correlation_key": "2"}, {"message_id": "other"}):
        rig.do(msgspec.structs.replace(first, **other))
    rig.wait(1000)
    rig.do(first)


def test_a_message_reaches_one_instance_of_each_process() -> None:
    rig = Rig()
    rig.deploy(WAITS, before=PAID)
    rig.deploy(WAITS, before=PAID, process_id="q")
    keys = [rig.start(orderId="1"), rig.start(orderId="1"), rig.start("q", orderId="1")]
    rig.publish("paid", "1", ttl=1000)
    assert [rig.is_over(key) for key in keys] == [True, False, True]
    rig.publish("paid", "1")
    assert rig.is_over(keys[1])


def test_a_message_reaches_one_subscription_within_an_instance() -> None:
    body = (
        start()
        + gateway("parallel", "fork")
        + catch(on("message", "m"), "a")
        + catch(on("message", "m"), "b")
        + end()
        + flows("start>fork", "fork>a", "fork>b", "a>end", "b>end")
    )
    rig = Rig()
    key = rig.run(body, before=PAID, orderId="1")
    rig.publish("paid", "1")
    assert rig.active(key) == ["b"]


def test_what_does_not_interrupt_takes_every_buffered_message() -> None:
    rig = Rig()
    rig.deploy(with_boundary(on("message", "m"), interrupting=False), before=PAID)
    for number in (1, 2, 3):
        rig.publish("paid", "1", ttl=1000, number=number)
    key = rig.start(orderId="1")
    assert sorted(rig.completed(key)) == ["edge"] * 3 + ["other"] * 3 + ["start"]
    assert rig.variables(key)["number"] == 3
    rig.complete()


def test_a_message_prefers_an_instance_that_waits_to_a_new_one() -> None:
    body = (
        start(element_id="none")
        + start(on("message", "m"), "by-message")
        + catch(on("message", "m"))
        + end()
        + flows("none>catch", "by-message>end", "catch>end")
    )
    rig = Rig()
    key = rig.run(body, before=PAID, orderId="1")
    rig.publish("paid", "1")
    assert rig.is_over(key)
    assert rig.instances() == [key]
    rig.publish("paid", "1")
    assert len(rig.instances()) == 2


def test_a_message_starts_one_instance_at_a_time_for_a_key() -> None:
    rig = Rig()
    rig.deploy(STARTED, before=ORDERED)
    rig.publish("ordered", "1", ttl=60_000, n=1)
    rig.publish("ordered", "1", ttl=60_000, n=2)
    rig.publish("ordered", "1", n=3)
    rig.publish("ordered", "2", n=4)
    assert [job.variables for job in rig.jobs()] == [{"n": 1}, {"n": 4}]
    rig.do(CancelInstance(key=rig.instances()[0]))
    assert [job.variables for job in rig.jobs()] == [{"n": 2}]


def test_a_message_without_a_key_always_starts_an_instance() -> None:
    rig = Rig()
    rig.deploy(STARTED, before=ORDERED)
    rig.publish("ordered")
    rig.publish("ordered")
    assert len(rig.jobs()) == 2


def test_the_next_buffered_message_starts_the_latest_version() -> None:
    rig = Rig()
    rig.deploy(STARTED, before=ORDERED)
    rig.publish("ordered", "1")
    rig.publish("ordered", "1", ttl=60_000)
    rig.deploy(STARTED.replace('"task"', '"new"').replace("-task", "-new"), before=ORDERED)
    (job,) = rig.jobs()
    rig.do(CompleteJob(key=job.key))
    assert rig.job().element_id == "new"


def test_a_message_of_before_the_deployment_starts_nothing_by_itself() -> None:
    rig = Rig()
    rig.publish("ordered", ttl=60_000)
    rig.deploy(STARTED, before=ORDERED)
    assert not rig.instances()


def test_a_message_starts_an_event_subprocess_that_reads_it() -> None:
    rig = Rig()
    key = rig.run(line(work("task")) + event_subprocess(on("message", "m")), before=PAID, orderId=1)
    rig.publish("paid", "1", amount=3)
    assert rig.job("rescue").variables == {"orderId": 1, "amount": 3}
    rig.complete("rescue")
    assert rig.is_over(key)


def test_a_message_is_correlated_at_once_or_not_at_all() -> None:
    rig = Rig()
    key = rig.run(WAITS, before=PAID, orderId="1")
    answer = rig.do(CorrelateMessage(name="paid", correlation_key="1", variables={"a": 1}))
    assert answer.process_instance_key == key
    assert rig.is_over(key)
    with pytest.raises(Rejection, match="but none was found") as refused:
        rig.do(CorrelateMessage(name="paid", correlation_key="1"))
    assert refused.value.status == Status.NOT_FOUND
    assert not rig.state.messages


def test_a_correlated_message_tells_of_the_instance_that_it_started() -> None:
    rig = Rig()
    rig.deploy(STARTED, before=ORDERED)
    answer = rig.do(CorrelateMessage(name="ordered"))
    assert [answer.process_instance_key] == rig.instances()


def test_a_subscription_that_was_met_is_correlated_and_one_that_was_left_is_deleted() -> None:
    body = with_boundary(on("message", "m")) + boundary("late", "task", on("message", "n"))
    late = message("n", "late", "orderId") + PAID
    rig = Rig()
    rig.run(body + end(element_id="l") + flows("late>l"), before=late, orderId="1")
    rig.publish("paid", "1")
    told = [
        (one.value["messageName"], one.intent)
        for one in rig.events
        if one.value_type == "PROCESS_MESSAGE_SUBSCRIPTION" and one.intent != "CREATED"
    ]
    assert told == [("paid", "CORRELATED"), ("late", "DELETED")]


def test_messages_of_a_key_and_what_they_start_are_on_one_partition() -> None:
    rig = Rig(Settings(partitions=3))
    rig.deploy(STARTED, before=ORDERED)
    found = {}
    for key in ("a", "b", "c", "d"):
        published = rig.publish("ordered", key)
        found[key] = published >> 51
        assert rig.instances()[-1] >> 51 == published >> 51
        assert rig.publish("ordered", key) >> 51 == published >> 51
    assert set(found.values()) == {1, 2, 3}


def test_a_time_to_live_without_end_ends_with_the_year_9999() -> None:
    rig = Rig()
    rig.do(PublishMessage(name="paid", time_to_live=2**63 - 1))
    assert rig.machine.next_due() == 253_402_300_799_999
