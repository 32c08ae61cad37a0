"""A processor for a test, with two processes: `empty` has nothing to do, `work` one job."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from zeebe_engine.engine.answers import ActivatedJob, Created, Done
from zeebe_engine.engine.commands import (
    ActivateJobs,
    CreateInstance,
    Deploy,
    PublishMessage,
    Resource,
)
from zeebe_engine.processing.processor import Processor
from zeebe_engine.settings import Settings

_BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="t">
  <bpmn:process id="empty" isExecutable="true">
    <bpmn:startEvent id="s1"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:endEvent id="e1"><bpmn:incoming>f1</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="s1" targetRef="e1" />
  </bpmn:process>
  <bpmn:process id="work" isExecutable="true">
    <bpmn:startEvent id="s2"><bpmn:outgoing>f2</bpmn:outgoing></bpmn:startEvent>
    <bpmn:serviceTask id="task">
      <bpmn:extensionElements><zeebe:taskDefinition type="work" /></bpmn:extensionElements>
      <bpmn:incoming>f2</bpmn:incoming><bpmn:outgoing>f3</bpmn:outgoing>
    </bpmn:serviceTask>
    <bpmn:endEvent id="e2"><bpmn:incoming>f3</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="f2" sourceRef="s2" targetRef="task" />
    <bpmn:sequenceFlow id="f3" sourceRef="task" targetRef="e2" />
  </bpmn:process>
</bpmn:definitions>
"""
DEPLOY = Deploy(resources=[Resource("both.bpmn", _BPMN.encode())])
EMPTY = CreateInstance(bpmn_process_id="empty")
WORK = CreateInstance(bpmn_process_id="work")


def jobs_for(worker: str, *, timeout: int = 60_000, most: int = 1) -> ActivateJobs:
    return ActivateJobs(type="work", worker=worker, timeout=timeout, max_jobs=most)


@asynccontextmanager
async def running(settings: Settings | None = None) -> AsyncIterator[Processor]:
    """The processes are deployed, if it is new."""
    processor = Processor(settings or Settings(), keeps_records=True)
    try:
        if processor.position == 0:
            await processor.submit(DEPLOY)
        yield processor
    finally:
        processor.close()


async def create(processor: Processor, command: CreateInstance = WORK) -> int:
    """The key of the new instance."""
    created = await processor.submit(command)
    assert isinstance(created, Created)
    return created.process_instance_key


async def publish(processor: Processor, name: str, **given: Any) -> int:
    """The key of the message."""
    published = await processor.submit(PublishMessage(name=name, **given))
    assert isinstance(published, Done)
    return published.key


def on_disk(directory: Path, **settings: Any) -> Settings:
    return Settings(data=directory / "data", records=directory / "records.jsonl", **settings)


def written(path: Path) -> list[dict[str, Any]]:
    """All records of a file; a line that is none is an error."""
    return [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]


def told(records: Sequence[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(one["recordType"], one["valueType"], one["intent"]) for one in records]


def workers(jobs: Sequence[ActivatedJob]) -> list[str]:
    return [job.worker for job in jobs]
