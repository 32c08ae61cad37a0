"""ZeebeProcess: the engine has exactly this content, deployed once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zeebe_operator.model import content, digest, fields, spec
from zeebe_operator.model.bpmn import process_ids
from zeebe_operator.model.commands import DeleteResource
from zeebe_operator.model.engine import Deployment, File
from zeebe_operator.model.errors import InvalidStateError, NotFoundError, RejectedError
from zeebe_operator.model.names import Kind
from zeebe_operator.model.outcome import Outcome, Ready, Removed, Stalled, Unchanged, Waiting
from zeebe_operator.model.reasons import Reason
from zeebe_operator.model.resource import Resource
from zeebe_operator.reconcilers import failures
from zeebe_operator.reconcilers.claims import ProcessId
from zeebe_operator.reconcilers.intents import with_finalizer, without_finalizer
from zeebe_operator.reconcilers.scope import Connection, ConnectionGoneError, Scope, World

LOOK_AGAIN = 5.0
"""Seconds between two tries to delete a version that still has running instances."""

_REMEMBERED = 1000
"""Versions in `status.deployedKeys`; the oldest are forgotten first."""


def prime(world: World) -> None:
    """Before the first pass: whoever comes first then must not take what another one has.

    Those that have deployed something claim it first: that decides between two of one second.
    """
    for resource in sorted(
        world.store.of_kind(Kind.PROCESS), key=lambda each: not each.status.get("processes")
    ):
        deployed = resource.status.get("processes") or ()
        inline = File(f"{resource.key.name}.bpmn", str(resource.spec.get("bpmn", "")).encode())
        ids = [p["bpmnProcessId"] for p in deployed] or process_ids([inline])
        connection = world.store.connection_of(resource)
        tenant = resource.spec.get("tenantId")
        world.claims.put(resource, (ProcessId(connection, tenant, each) for each in ids))


async def reconcile(scope: Scope, resource: Resource) -> Outcome:
    """Deploys what is not deployed, unless another resource owns one of its process ids."""
    wanted = spec.read(resource.spec, spec.ProcessSpec)
    found = await _content(scope, resource, wanted)
    connection = await scope.connection(wanted.connection_ref)
    claimed = _claim(scope, resource, wanted, connection, found)
    if conflict := _conflict(scope, resource, claimed):
        return conflict
    resource = await _sync_finalizer(scope, resource, wanted)
    inputs = digest.of_values(found.digest, str(connection), resource.request)
    if settled := _settled(resource, found.digest, inputs):
        return settled
    try:
        deployment = await scope.gateway(connection).deploy(found.files, wanted.tenant_id)
    except RejectedError as error:
        return Stalled(Reason.REJECTED, f"the engine refused it: {error}", {"inputsDigest": inputs})
    for process_id in claimed:
        scope.world.wake(process_id)
    return _deployed(resource, deployment, found)


async def remove(scope: Scope, resource: Resource) -> Outcome:
    """With deletionPolicy Delete: the deployed versions go, oldest first, once nothing runs."""
    wanted = spec.read(resource.spec, spec.ProcessSpec)
    if wanted.deletion_policy == "Retain":
        return Removed()
    try:
        gateway = scope.gateway(await scope.connection(wanted.connection_ref))
    except ConnectionGoneError as error:
        return Removed(f"what it deployed stays in the engine: {error}")
    for key in resource.status.get("deployedKeys") or ():
        try:
            await gateway.run(DeleteResource(int(key)))
        except NotFoundError:
            continue
        except InvalidStateError as error:
            return Waiting(
                Reason.INSTANCES_RUNNING,
                f"cannot delete version {key} yet: {error}",
                after=LOOK_AGAIN,
            )
    return Removed()


@dataclass(frozen=True, slots=True)
class _Content:
    files: Sequence[File]
    digest: str


async def _content(scope: Scope, resource: Resource, wanted: spec.ProcessSpec) -> _Content:
    objects: Mapping[str, Mapping[str, Any]] = {
        name: await scope.config_map(name) for name in content.config_maps(wanted)
    }
    files = content.files(resource.key.name, wanted, objects)
    return _Content(files, digest.of_files(files))


def _claim(
    scope: Scope,
    resource: Resource,
    wanted: spec.ProcessSpec,
    connection: Connection,
    found: _Content,
) -> frozenset[ProcessId]:
    claimed = frozenset(
        ProcessId(connection.key, wanted.tenant_id, process_id)
        for process_id in _process_ids(resource, found)
    )
    for other in scope.world.claims.put(resource, claimed):
        scope.world.add(other)
    return claimed


def _process_ids(resource: Resource, found: _Content) -> Iterable[str]:
    """What is deployed was read once; only another content is read again."""
    if resource.status.get("contentDigest") == found.digest:
        return (process["bpmnProcessId"] for process in resource.status.get("processes") or ())
    return process_ids(found.files)


def _conflict(scope: Scope, resource: Resource, claimed: frozenset[ProcessId]) -> Stalled | None:
    for process_id in sorted(claimed, key=lambda claim: claim.bpmn_process_id):
        owner = scope.world.claims.owner(process_id)
        if owner != resource.key:
            scope.look_at(owner)
            return Stalled(
                Reason.CONFLICT,
                f"process {process_id.bpmn_process_id!r} belongs to the older {owner};"
                " give the process another id, or delete one of the two",
            )
    return None


async def _sync_finalizer(scope: Scope, resource: Resource, wanted: spec.ProcessSpec) -> Resource:
    """Only where there will be something to clean up."""
    keep = wanted.deletion_policy == "Delete"
    finalizers = with_finalizer(resource) if keep else without_finalizer(resource)
    return await scope.world.intents.set_finalizers(resource, finalizers)


def _settled(resource: Resource, content_digest: str, inputs: str) -> Outcome | None:
    status = resource.status
    if status.get("inputsDigest") == inputs and resource.is_true("Stalled"):
        return failures.still_refused(resource, inputs)
    if status.get("contentDigest") != content_digest or _may_have_missed_content(resource):
        return None
    if resource.observed and resource.is_true("Ready"):
        return Unchanged()
    return Ready(Reason.DEPLOYED, _summary(status))


def _may_have_missed_content(resource: Resource) -> bool:
    """Several edits since the last look may have been there and back again, and a crash may have
    come between a deployment and its status. To deploy again is a no-op for the engine if not."""
    return resource.generation - int(resource.status.get("observedGeneration", 0)) > 1


def _deployed(resource: Resource, deployment: Deployment, found: _Content) -> Ready:
    names = [file.name for file in found.files]
    processes = sorted(deployment.processes, key=lambda p: names.index(p.resource_name))
    first = fields.of(processes[0]) if processes else {}
    changed = {
        "deploymentKey": str(deployment.key),
        "contentDigest": found.digest,
        "bpmnProcessId": first.get("bpmnProcessId"),
        "version": first.get("version"),
        "processDefinitionKey": first.get("processDefinitionKey"),
        "resourceName": first.get("resourceName"),
        "processes": fields.of(processes),
        "decisions": fields.of(deployment.decisions),
        "decisionRequirements": fields.of(deployment.decision_requirements),
        "forms": fields.of(deployment.forms),
        "deployedKeys": _deployed_keys(resource, deployment),
    }
    return Ready(Reason.DEPLOYED, _summary(changed), changed)


def _deployed_keys(resource: Resource, deployment: Deployment) -> list[str]:
    """Of everything that can be deleted; a decision goes with its requirements."""
    keys = {int(key) for key in resource.status.get("deployedKeys") or ()}
    keys |= {process.process_definition_key for process in deployment.processes}
    keys |= {drg.decision_requirements_key for drg in deployment.decision_requirements}
    keys |= {form.form_key for form in deployment.forms}
    return [str(key) for key in sorted(keys)[-_REMEMBERED:]]


def _summary(status: Mapping[str, Any]) -> str:
    if process_id := status.get("bpmnProcessId"):
        return f"process {process_id!r} is deployed as version {status.get('version')}"
    count = sum(len(status.get(name) or ()) for name in ("decisionRequirements", "forms"))
    return f"{count} resources are deployed"
