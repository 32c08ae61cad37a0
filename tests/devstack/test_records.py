"""The record log by itself: counted once, bounded, safe to wait on."""

import threading
from typing import Any

import pytest

from devstack.errors import EngineUnavailableError, RecordTimeoutError
from devstack.records import SETTLE_MARK, RecordLog


def _document(position: int, value_type: str = "JOB", **value: Any) -> dict[str, Any]:
    return {
        "partitionId": 1,
        "position": position,
        "key": 7,
        "recordType": "EVENT",
        "valueType": value_type,
        "intent": "CREATED",
        "rejectionType": "NULL_VAL",
        "rejectionReason": "",
        "timestamp": 1,
        "value": value,
    }


def test_what_is_sent_again_counts_once() -> None:
    log = RecordLog()
    log.add([_document(1), _document(2)])
    log.add([_document(1), _document(2), _document(3)])
    assert [record.position for record in log.all()] == [1, 2, 3]


def test_a_limit_keeps_the_newest() -> None:
    log = RecordLog(limit=2)
    log.add(_document(position) for position in range(5))
    log.add([_document(0)])
    assert [record.position for record in log.all()] == [3, 4]


def test_content_is_dropped_from_deployments() -> None:
    log = RecordLog()
    log.add([_document(1, "DEPLOYMENT", resources=[{"resource": "bytes", "resourceName": "a"}])])
    assert log.all()[0].value == {"resources": [{"resourceName": "a"}]}


def test_filters_combine() -> None:
    log = RecordLog()
    log.add([_document(1), _document(2, "MESSAGE")])
    assert [record.position for record in log.all("MESSAGE", "CREATED", "EVENT")] == [2]
    assert log.all("MESSAGE", "EXPIRED") == []


def test_waiting_ends_when_enough_have_come() -> None:
    log = RecordLog()

    def send() -> None:
        for position in range(5):
            log.add([_document(position)])

    sender = threading.Thread(target=send)
    sender.start()
    found = log.wait_for(lambda record: record.position >= 2, value_type="JOB", count=3)
    sender.join()
    assert [record.position for record in found] == [2, 3, 4]


def test_waiting_for_what_does_not_come_ends_too() -> None:
    with pytest.raises(RecordTimeoutError, match="2 records were waited for, 0 came"):
        RecordLog().wait_for(value_type="JOB", count=2, timeout=0.01)


def test_settle_waits_for_its_own_mark() -> None:
    log = RecordLog()

    def send(name: str) -> None:
        document = _document(9, "SIGNAL", signalName=name) | {"intent": "BROADCASTED"}
        threading.Thread(target=lambda: log.add([_document(8), document])).start()

    log.marks_with(send)
    log.settle(timeout=30)
    assert [record.position for record in log.all()] == [8]


def test_settle_gives_up_when_nothing_is_exported() -> None:
    log = RecordLog()
    log.marks_with(lambda name: log.add([_document(1, "SIGNAL", signalName=SETTLE_MARK)]))
    with pytest.raises(RecordTimeoutError):
        log.settle(timeout=0.01)


def test_settle_insists_when_the_engine_is_too_busy() -> None:
    log = RecordLog()
    tries = []

    def send(name: str) -> None:
        tries.append(name)
        if len(tries) == 1:
            raise EngineUnavailableError("busy")
        log.add([_document(1, "SIGNAL", signalName=name) | {"intent": "BROADCASTED"}])

    log.marks_with(send)
    log.settle(timeout=30)
    assert len(tries) == 2
