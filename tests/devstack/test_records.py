"""The record log by itself: each line once, bounded, safe to wait on."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from devstack.errors import RecordTimeoutError
from devstack.records import RecordLog


class Written:
    """The file of an engine, as far as it has written it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def text(self, text: str) -> None:
        with self.path.open("a") as file:
            file.write(text)

    def __call__(self, *positions: int, value_type: str = "JOB", **value: Any) -> None:
        for position in positions:
            self.text(f"{_line(position, value_type, value)}\n")


def _line(position: int, value_type: str, value: dict[str, Any]) -> str:
    record = {
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
    return json.dumps(record)


@pytest.fixture
def written(tmp_path: Path) -> Written:
    return Written(tmp_path / "records.jsonl")


def test_each_call_reads_on(written: Written) -> None:
    log = RecordLog(written.path)
    assert log.all() == []
    written(1, 2)
    assert [record.position for record in log.all()] == [1, 2]
    written(3)
    assert [record.position for record in log.all()] == [1, 2, 3]


def test_an_unfinished_line_is_left_for_the_next_time(written: Written) -> None:
    log = RecordLog(written.path)
    written(1)
    line = _line(2, "JOB", {})
    written.text(line[:20])
    assert [record.position for record in log.all()] == [1]
    written.text(f"{line[20:]}\n")
    assert [record.position for record in log.all()] == [1, 2]


def test_content_is_dropped_from_deployments(written: Written) -> None:
    resources = [{"resource": "bytes", "resourceName": "a"}]
    written(1, value_type="DEPLOYMENT", resources=resources)
    assert RecordLog(written.path).all()[0].value == {"resources": [{"resourceName": "a"}]}


def test_filters_combine(written: Written) -> None:
    written(1)
    written(2, value_type="MESSAGE")
    log = RecordLog(written.path)
    assert [record.position for record in log.all("MESSAGE", "CREATED", "EVENT")] == [2]
    assert log.all("MESSAGE", "EXPIRED") == []


def test_waiting_ends_when_enough_have_come(written: Written) -> None:
    log = RecordLog(written.path)
    writer = threading.Thread(target=lambda: written(*range(5)))
    writer.start()
    found = log.wait_for(lambda record: record.position >= 2, value_type="JOB", count=3)
    writer.join()
    assert [record.position for record in found] == [2, 3, 4]


def test_waiting_for_what_does_not_come_ends_too(written: Written) -> None:
    with pytest.raises(RecordTimeoutError, match="2 records were waited for, 0 came"):
        RecordLog(written.path).wait_for(value_type="JOB", count=2, timeout=0.01)
