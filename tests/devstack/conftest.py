"""What the tests of the local environment share."""

import http.client
import json
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from devstack.environment import Environment

BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    targetNamespace="test" id="definitions">
  <bpmn:process id="{process}" isExecutable="true">
    <bpmn:startEvent id="start"><bpmn:outgoing>flow</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="flow" sourceRef="start" targetRef="end"/>
    <bpmn:endEvent id="end"><bpmn:incoming>flow</bpmn:incoming></bpmn:endEvent>
  </bpmn:process>
</bpmn:definitions>
"""


class Engine:
    """The two calls of the broker's REST API that these tests make."""

    def __init__(self, address: str) -> None:
        self._host = address.removeprefix("http://")

    def deploy(self, process: str) -> dict[str, Any]:
        body = (
            '--border\r\nContent-Disposition: form-data; name="resources";'
            f' filename="{process}.bpmn"\r\n\r\n{BPMN.format(process=process)}\r\n--border--\r\n'
        )
        return self._post("/v2/deployments", "multipart/form-data; boundary=border", body)

    def create_instance(self, process: str) -> dict[str, Any]:
        body = json.dumps({"processDefinitionId": process})
        return self._post("/v2/process-instances", "application/json", body)

    def _post(self, path: str, content_type: str, body: str) -> dict[str, Any]:
        connection = http.client.HTTPConnection(self._host, timeout=30)
        try:
            connection.request("POST", path, body, {"Content-Type": content_type})
            answer = connection.getresponse()
            text = answer.read()
            assert answer.status == 200, text
            parsed: dict[str, Any] = json.loads(text)
            return parsed
        finally:
            connection.close()


@pytest.fixture
def make_engine() -> Callable[[str], Engine]:
    """For the broker at this REST address."""
    return Engine


@pytest.fixture
def engine(environment: Environment) -> Engine:
    return Engine(environment.rest_address)


def is_alive(pid: int) -> bool:
    """A zombie is over: only its parent has not asked yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def eventually(is_true: Callable[[], bool], seconds: float = 60.0) -> bool:
    ends = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > ends:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture
def all_gone() -> Callable[[Iterable[int]], bool]:
    """Waits until none of these processes, nor any of their process groups, is left."""

    def gone(pids: Iterable[int]) -> bool:
        return eventually(lambda: not any(is_alive(pid) or _group_lives(pid) for pid in pids))

    return gone


def _group_lives(leader: int) -> bool:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if os.getpgid(int(entry.name)) == leader and is_alive(int(entry.name)):
                    return True
            except OSError:
                continue
    return False


@pytest.fixture
def wait_until() -> Callable[[Callable[[], bool]], bool]:
    return eventually
