"""What the engine itself wrote down: commands are counted here, not in the operator."""

import json
import urllib.request
from typing import Any

from devstack.environment import Environment
from devstack.records import Record


def deployed_versions(env: Environment, process_id: str) -> list[tuple[int, int]]:
    """(version, key) of each version of a process, in the order of their creation."""
    found = [r for r in _events(env, "PROCESS", "CREATED") if r["bpmnProcessId"] == process_id]
    return [(r["version"], r["processDefinitionKey"]) for r in found]


def deployments(env: Environment, resource_name: str) -> int:
    """How many deployment commands with such a resource the engine accepted, new version or not."""
    found = _events(env, "DEPLOYMENT", "CREATED")
    return sum(any(r["resourceName"] == resource_name for r in _resources(d)) for d in found)


def rejected(env: Environment, value_type: str) -> int:
    """How many commands of a type the engine refused so far."""
    env.records.settle()
    return len(env.records.all(value_type, record_type="COMMAND_REJECTION"))


def instances(env: Environment, process_id: str) -> list[int]:
    """The keys of all instances of a process that were ever created."""
    found = _events(env, "PROCESS_INSTANCE_CREATION", "CREATED")
    return [r["processInstanceKey"] for r in found if r["bpmnProcessId"] == process_id]


def ended(env: Environment, process_id: str, intent: str) -> list[int]:
    """The keys of the instances that are ELEMENT_COMPLETED or ELEMENT_TERMINATED."""
    found = _events(env, "PROCESS_INSTANCE", intent)
    return [
        r["processInstanceKey"]
        for r in found
        if r["bpmnElementType"] == "PROCESS" and r["bpmnProcessId"] == process_id
    ]


def messages(env: Environment, name: str) -> list[Record]:
    """Every publication of messages of that name."""
    env.records.settle()
    found = env.records.all("MESSAGE", "PUBLISHED", "EVENT")
    return [record for record in found if record.value["name"] == name]


def events(env: Environment, value_type: str, intent: str, **values: Any) -> list[Record]:
    """Everything of that kind that happened to what has these values."""
    env.records.settle()
    found = env.records.all(value_type, intent, "EVENT")
    return [record for record in found if values.items() <= record.value.items()]


def complete_job(env: Environment, job_type: str, **variables: Any) -> None:
    """As a worker does, through the engine's REST API."""
    complete_jobs(env, job_type, 1, **variables)


def complete_jobs(env: Environment, job_type: str, count: int, **variables: Any) -> None:
    """So many of them, which must be there soon."""
    while count > 0:
        body = {"type": job_type, "timeout": 60000, "maxJobsToActivate": count}
        jobs = json.loads(_post(env, "/v2/jobs/activation", {**body, "requestTimeout": 10000}))
        assert jobs["jobs"], f"{count} jobs of type {job_type} are missing"
        for job in jobs["jobs"]:
            key = job.get("jobKey") or job.get("key")
            _post(env, f"/v2/jobs/{key}/completion", {"variables": variables})
        count -= len(jobs["jobs"])


def variables(env: Environment, key: int) -> list[tuple[str, str, Any]]:
    """(intent, name, value) of everything that happened to the variables of an instance."""
    env.records.settle()
    found = [(r.intent, r.value) for r in env.records.all("VARIABLE", record_type="EVENT")]
    return [
        (intent, value["name"], json.loads(value["value"]))
        for intent, value in found
        if value["processInstanceKey"] == key
    ]


def start(env: Environment, process_id: str, variables: dict[str, Any]) -> int:
    """One instance, past the operator. Returns its key."""
    body = {"processDefinitionId": process_id, "variables": variables}
    return int(json.loads(_post(env, "/v2/process-instances", body))["processInstanceKey"])


def jobs(env: Environment, job_type: str, intent: str) -> list[Record]:
    """The events of that intent (CREATED, COMPLETED, FAILED, ...) about jobs of a type."""
    env.records.settle()
    found = env.records.all("JOB", intent, "EVENT")
    return [record for record in found if record.value["type"] == job_type]


def incidents(env: Environment, process_id: str) -> list[str]:
    """The messages of all incidents of a process."""
    found = _events(env, "INCIDENT", "CREATED")
    return [r["errorMessage"] for r in found if r["bpmnProcessId"] == process_id]


def cancel(env: Environment, key: int) -> None:
    """As somebody in Operate does."""
    _post(env, f"/v2/process-instances/{key}/cancellation", {})


def deploy(env: Environment, name: str, bpmn: str) -> None:
    """Past the operator, as somebody with a modeler does."""
    line = "\r\n"
    disposition = f'Content-Disposition: form-data; name="resources"; filename="{name}"'
    body = f"--x{line}{disposition}{line}Content-Type: text/xml{line}{line}{bpmn}{line}--x--{line}"
    _request(env, "/v2/deployments", body.encode(), "multipart/form-data; boundary=x")


def _events(env: Environment, value_type: str, intent: str) -> list[dict[str, Any]]:
    env.records.settle()
    return [record.value for record in env.records.all(value_type, intent, "EVENT")]


def _resources(deployment: dict[str, Any]) -> list[dict[str, Any]]:
    """Of a deployment record; one without a new version lists its processes as duplicates."""
    return [*deployment.get("processesMetadata", ()), *deployment.get("resources", ())]


def _post(env: Environment, path: str, body: dict[str, Any]) -> bytes:
    return _request(env, path, json.dumps(body).encode(), "application/json")


def _request(env: Environment, path: str, body: bytes, content_type: str) -> bytes:
    request = urllib.request.Request(env.rest_address + path, body, {"Content-Type": content_type})
    with urllib.request.urlopen(request, timeout=30) as answer:
        content: bytes = answer.read()
        return content
