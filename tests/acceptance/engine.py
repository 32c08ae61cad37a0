"""What the engine itself wrote down: commands are counted here, not in the operator."""

import json
import urllib.request
from typing import Any

from devstack.engine import Engine
from devstack.records import Record


def deployed_versions(engine: Engine, process_id: str) -> list[tuple[int, int]]:
    """(version, key) of each version of a process, in the order of their creation."""
    found = [r for r in _events(engine, "PROCESS", "CREATED") if r["bpmnProcessId"] == process_id]
    return [(r["version"], r["processDefinitionKey"]) for r in found]


def deleted_processes(engine: Engine, process_id: str) -> list[int]:
    """The keys of the versions that are gone, in the order in which they went."""
    found = [r for r in _events(engine, "PROCESS", "DELETED") if r["bpmnProcessId"] == process_id]
    return [r["processDefinitionKey"] for r in found]


def deployments(engine: Engine, resource_name: str) -> int:
    """How many deployment commands with such a resource the engine accepted, new version or not."""
    found = _events(engine, "DEPLOYMENT", "CREATED")
    return sum(any(r["resourceName"] == resource_name for r in _resources(d)) for d in found)


def rejected(engine: Engine, value_type: str) -> int:
    """How many commands of a type the engine refused so far."""
    return len(engine.records.all(value_type, record_type="COMMAND_REJECTION"))


def instances(engine: Engine, process_id: str) -> list[int]:
    """The keys of all instances of a process that were ever created."""
    found = _events(engine, "PROCESS_INSTANCE_CREATION", "CREATED")
    return [r["processInstanceKey"] for r in found if r["bpmnProcessId"] == process_id]


def ended(engine: Engine, process_id: str, intent: str) -> list[int]:
    """The keys of the instances that are ELEMENT_COMPLETED or ELEMENT_TERMINATED."""
    found = _events(engine, "PROCESS_INSTANCE", intent)
    return [
        r["processInstanceKey"]
        for r in found
        if r["bpmnElementType"] == "PROCESS" and r["bpmnProcessId"] == process_id
    ]


def messages(engine: Engine, name: str) -> list[Record]:
    """Every publication of messages of that name."""
    found = engine.records.all("MESSAGE", "PUBLISHED", "EVENT")
    return [record for record in found if record.value["name"] == name]


def events(engine: Engine, value_type: str, intent: str, **values: Any) -> list[Record]:
    """Everything of that kind that happened to what has these values."""
    found = engine.records.all(value_type, intent, "EVENT")
    return [record for record in found if values.items() <= record.value.items()]


def complete_job(engine: Engine, job_type: str, **variables: Any) -> None:
    """As a worker does, through the engine's REST API."""
    complete_jobs(engine, job_type, 1, **variables)


def complete_jobs(engine: Engine, job_type: str, count: int, **variables: Any) -> None:
    """So many of them, which must be there soon."""
    while count > 0:
        body = {"type": job_type, "timeout": 60000, "maxJobsToActivate": count}
        jobs = json.loads(_post(engine, "/v2/jobs/activation", {**body, "requestTimeout": 10000}))
        assert jobs["jobs"], f"{count} jobs of type {job_type} are missing"
        for job in jobs["jobs"]:
            key = job.get("jobKey") or job.get("key")
            _post(engine, f"/v2/jobs/{key}/completion", {"variables": variables})
        count -= len(jobs["jobs"])


def variables(engine: Engine, key: int) -> list[tuple[str, str, Any]]:
    """(intent, name, value) of everything that happened to the variables of an instance."""
    found = [(r.intent, r.value) for r in engine.records.all("VARIABLE", record_type="EVENT")]
    return [
        (intent, value["name"], json.loads(value["value"]))
        for intent, value in found
        if value["processInstanceKey"] == key
    ]


def start(engine: Engine, process_id: str, variables: dict[str, Any]) -> int:
    """One instance, past the operator. Returns its key."""
    body = {"processDefinitionId": process_id, "variables": variables}
    return int(json.loads(_post(engine, "/v2/process-instances", body))["processInstanceKey"])


def jobs(engine: Engine, job_type: str, intent: str) -> list[Record]:
    """The events of that intent (CREATED, COMPLETED, FAILED, ...) about jobs of a type."""
    found = engine.records.all("JOB", intent, "EVENT")
    return [record for record in found if record.value["type"] == job_type]


def incidents(engine: Engine, process_id: str) -> list[str]:
    """The messages of all incidents of a process."""
    found = _events(engine, "INCIDENT", "CREATED")
    return [r["errorMessage"] for r in found if r["bpmnProcessId"] == process_id]


def cancel(engine: Engine, key: int) -> None:
    """As somebody in Operate does."""
    _post(engine, f"/v2/process-instances/{key}/cancellation", {})


def deploy(engine: Engine, name: str, bpmn: str) -> None:
    """Past the operator, as somebody with a modeler does."""
    line = "\r\n"
    disposition = f'Content-Disposition: form-data; name="resources"; filename="{name}"'
    body = f"--x{line}{disposition}{line}Content-Type: text/xml{line}{line}{bpmn}{line}--x--{line}"
    _request(engine, "/v2/deployments", body.encode(), "multipart/form-data; boundary=x")


def _events(engine: Engine, value_type: str, intent: str) -> list[dict[str, Any]]:
    return [record.value for record in engine.records.all(value_type, intent, "EVENT")]


def _resources(deployment: dict[str, Any]) -> list[dict[str, Any]]:
    """Of a deployment record; one without a new version lists its processes as duplicates."""
    return [*deployment.get("processesMetadata", ()), *deployment.get("resources", ())]


def _post(engine: Engine, path: str, body: dict[str, Any]) -> bytes:
    return _request(engine, path, json.dumps(body).encode(), "application/json")


def _request(engine: Engine, path: str, body: bytes, content_type: str) -> bytes:
    request = urllib.request.Request(
        engine.rest_address + path, body, {"Content-Type": content_type}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        content: bytes = answer.read()
        return content
