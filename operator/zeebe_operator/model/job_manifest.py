"""From an engine job to the Kubernetes Job that works on it. Pure.

The name is made of what identifies an attempt, so that whoever comes after a crash finds the Job
that there is. Variables are in a Secret beside it, never in the Job.
"""

import copy
import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from zeebe_operator.model import names
from zeebe_operator.model.engine import Job
from zeebe_operator.model.spec import KubernetesJobHandler
from zeebe_operator.model.worker import Assignment

Raw = Mapping[str, Any]

VARIABLES_PATH = "/var/run/zeebe"
VARIABLES_KEY = "variables.json"
LARGEST_ENVIRONMENT = 64 * 1024
"""Bytes of variables that are put into the environment too; Linux starts no process with more than
128 KiB in one of them."""

_VOLUME = "zeebe-variables"
_LONGEST_NAME = 63


def name_of(worker: str, job: Job) -> str:
    """Of one attempt: the same after every restart, and another one with fewer retries."""
    attempt = f"{job.key}-{job.retries}"
    prefix = re.sub(r"[^a-z0-9-]", "-", worker)
    room = _LONGEST_NAME - len(attempt) - 1
    if len(prefix) > room:
        digest = hashlib.sha256(worker.encode()).hexdigest()[:8]
        prefix = f"{prefix[: room - 9]}-{digest}"
    return f"{prefix}-{attempt}"


def manifest(assignment: Assignment, handler: KubernetesJobHandler, job: Job) -> dict[str, Any]:
    """The Job. No value of a variable is in it."""
    name = name_of(assignment.key.name, job)
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            **_metadata(assignment, name),
            "annotations": {names.JOB_KEY: str(job.key), names.JOB_RETRIES: str(job.retries)},
        },
        "spec": {"backoffLimit": 0, "template": _template(handler.template, name, job)},
    }


def secret(assignment: Assignment, job: Job) -> dict[str, Any]:
    """What the Job mounts; it exists before the Job, and only as long as it runs."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": _metadata(assignment, name_of(assignment.key.name, job)),
        "immutable": True,
        "stringData": {VARIABLES_KEY: _variables(job)},
    }


def _metadata(assignment: Assignment, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "namespace": assignment.key.namespace,
        "labels": {
            "app.kubernetes.io/managed-by": "zeebe-operator",
            names.WORKER_UID: assignment.uid,
        },
        "ownerReferences": [
            {
                "apiVersion": names.API_VERSION,
                "kind": str(assignment.key.kind),
                "name": assignment.key.name,
                "uid": assignment.uid,
                "controller": True,
                "blockOwnerDeletion": False,
            }
        ],
    }


def _template(template: Raw, name: str, job: Job) -> dict[str, Any]:
    made = copy.deepcopy(dict(template))
    pod = made["spec"] = dict(made.get("spec") or {})
    pod["restartPolicy"] = "Never"
    pod.setdefault("automountServiceAccountToken", False)
    volume = {"name": _VOLUME, "secret": {"secretName": name}}
    pod["volumes"] = [*(pod.get("volumes") or ()), volume]
    for kind in ("initContainers", "containers"):
        if pod.get(kind):
            pod[kind] = [_container(each, name, job) for each in pod[kind]]
    return made


def _container(container: Raw, name: str, job: Job) -> dict[str, Any]:
    mount = {"name": _VOLUME, "mountPath": VARIABLES_PATH, "readOnly": True}
    return {
        **container,
        "env": [*_environment(name, job), *(container.get("env") or ())],
        "volumeMounts": [*(container.get("volumeMounts") or ()), mount],
    }


def _environment(name: str, job: Job) -> Iterable[dict[str, Any]]:
    values = {
        "ZEEBE_JOB_KEY": str(job.key),
        "ZEEBE_JOB_TYPE": job.type,
        "ZEEBE_JOB_RETRIES": str(job.retries),
        "ZEEBE_PROCESS_INSTANCE_KEY": str(job.process_instance_key),
        "ZEEBE_BPMN_PROCESS_ID": job.bpmn_process_id,
        "ZEEBE_ELEMENT_ID": job.element_id,
        "ZEEBE_VARIABLES_FILE": f"{VARIABLES_PATH}/{VARIABLES_KEY}",
    }
    for variable, value in values.items():
        yield {"name": variable, "value": value.replace("$(", "$$(")}
    if len(_variables(job).encode()) <= LARGEST_ENVIRONMENT:
        source = {"secretKeyRef": {"name": name, "key": VARIABLES_KEY}}
        yield {"name": "ZEEBE_VARIABLES", "valueFrom": source}


def _variables(job: Job) -> str:
    return msgspec.json.encode(job.variables).decode()
