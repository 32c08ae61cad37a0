"""A Kubernetes Job that runs for an engine job: how it is, and what its end means. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from zeebe_operator.model import names
from zeebe_operator.model.engine import Job
from zeebe_operator.model.spec import KubernetesJobHandler
from zeebe_operator.model.worker import Completed, Failed, Result, Thrown

Raw = Mapping[str, Any]

_WAITS_IN_VAIN = {
    "ErrImagePull",
    "ImagePullBackOff",
    "InvalidImageName",
    "CreateContainerConfigError",
    "CreateContainerError",
    "RunContainerError",
}


@dataclass(frozen=True, slots=True)
class State:
    """A Job as last seen."""

    name: str
    uid: str
    version: int
    worker_uid: str
    job_key: int
    retries: int
    reported: bool
    finished: str = ""
    """Complete, Failed, or empty while it runs."""
    reason: str = ""
    ended: str = ""
    """RFC 3339, comparable as text."""

    @property
    def job(self) -> Job:
        """As much as is needed to go on with it after a restart."""
        return Job(self.job_key, "", self.retries)


def state(raw: Raw) -> State:
    """Of a Job from the API. One that is not ours has the worker uid ""."""
    meta = raw["metadata"]
    annotations = meta.get("annotations") or {}
    end = _end(raw)
    return State(
        name=meta["name"],
        uid=meta["uid"],
        version=int(meta["resourceVersion"]),
        worker_uid=(meta.get("labels") or {}).get(names.WORKER_UID, ""),
        job_key=_integer(annotations.get(names.JOB_KEY)),
        retries=_integer(annotations.get(names.JOB_RETRIES)),
        reported=names.REPORTED in annotations,
        finished=end.get("type", ""),
        reason=end.get("reason", ""),
        ended=end.get("lastTransitionTime", ""),
    )


def _integer(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _end(raw: Raw) -> Raw:
    conditions = raw.get("status", {}).get("conditions") or ()
    ends = (c for c in conditions if c["type"] in ("Complete", "Failed") and c["status"] == "True")
    return next(ends, {})


def result(handler: KubernetesJobHandler, seen: State, pods: Sequence[Raw]) -> Result:
    """Of a finished Job and what is left of its pods."""
    ends = [end for pod in pods for end in _terminations(pod)]
    if seen.finished == "Complete":
        return _completed(handler, ends)
    return _failed(handler, seen, pods, ends)


def _completed(handler: KubernetesJobHandler, ends: Sequence[Raw]) -> Result:
    if handler.result == "None":
        return Completed()
    if not ends:
        return Failed("the pod is gone, and with it the termination message")
    text = ends[0].get("message") or "{}"
    try:
        return Completed(msgspec.json.decode(text, type=dict[str, Any]))
    except msgspec.MsgspecError:
        return Failed("the termination message is no JSON object")


def _failed(
    handler: KubernetesJobHandler, seen: State, pods: Sequence[Raw], ends: Sequence[Raw]
) -> Result:
    broken = next((end for end in ends if end.get("exitCode")), {})
    code, message = broken.get("exitCode"), broken.get("message", "")
    if thrown := handler.bpmn_error_exit_codes.get(str(code)):
        return Thrown(thrown, message)
    evicted = next((r for pod in pods if (r := pod.get("status", {}).get("reason"))), "")
    if evicted:
        return Failed(f"Kubernetes Job {seen.name}: {evicted}", message)
    if code is None:
        return Failed(f"Kubernetes Job {seen.name}: {seen.reason or 'Failed'}, and no pod is left")
    return Failed(f"Kubernetes Job {seen.name}: exit code {code} ({broken.get('reason')})", message)


def _terminations(pod: Raw) -> Iterable[Raw]:
    """How its containers ended, in the order of the template."""
    statuses = pod.get("status", {})
    order = [c["name"] for c in pod.get("spec", {}).get("containers", ())]
    found = {
        status["name"]: status["state"]["terminated"]
        for status in statuses.get("containerStatuses") or ()
        if status.get("state", {}).get("terminated")
    }
    yield from (found[name] for name in order if name in found)
    for status in statuses.get("initContainerStatuses") or ():
        if end := status.get("state", {}).get("terminated"):
            yield end


def complaint(pods: Sequence[Raw]) -> str:
    """Why a pod does not start, if nothing but a person can help: an image that is not there."""
    for pod in pods:
        status = pod.get("status", {})
        for each in (
            *(status.get("initContainerStatuses") or ()),
            *(status.get("containerStatuses") or ()),
        ):
            reason = (each.get("state", {}).get("waiting") or {}).get("reason", "")
            if reason in _WAITS_IN_VAIN:
                return f"pod {pod['metadata']['name']}: container {each['name']}: {reason}"
    return ""


def superfluous(handler: KubernetesJobHandler, jobs: Iterable[State]) -> list[State]:
    """The oldest of those that are over and told, beyond the limits of the history."""
    over = sorted((s for s in jobs if s.reported), key=lambda s: s.ended, reverse=True)
    good = [s for s in over if s.finished == "Complete"]
    bad = [s for s in over if s.finished != "Complete"]
    return [
        *good[handler.successful_jobs_history_limit :],
        *bad[handler.failed_jobs_history_limit :],
    ]
