"""Bodies of requests: strict, with the fields of the official client, and what command each means.

Fields are named as the command's, and have the client's names where those differ.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta, Struct, field

from zeebe_engine.engine import commands
from zeebe_engine.engine.answers import DEFAULT_TENANT
from zeebe_engine.engine.refusals import Refusal, Status

Key = Annotated[str, Meta(pattern=r"^-?[0-9]{1,19}$")]
Variables = dict[str, Any]


Reference = Annotated[int, Meta(ge=1)]


class Body(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """`means`: the command. `later`: the minor versions since which fields are known.

    What both have is taken over, unless it is null; `operationReference` nobody reads.
    """

    means: ClassVar[type[commands.Command]]
    later: ClassVar[Mapping[str, int]] = {}

    def command(self, key: int) -> Any:
        """`key`: the one in the path, or 0. Raises Refusal."""
        told = {name: getattr(self, name) for name in self.__struct_fields__} | {"key": key}
        told = {name: told[name] for name in self.means.__struct_fields__ if name in told}
        if "tenant_id" in told:
            told["tenant_id"] = tenant_name(told["tenant_id"])
        return self.means(**{name: value for name, value in told.items() if value is not None})


class Operation(Body, frozen=True, kw_only=True):
    operation_reference: Reference | None = None


class OfTenant(Body, frozen=True, kw_only=True):
    tenant_id: str = ""


def tenant_name(told: str) -> str:
    """The default tenant has two names; the commands have one."""
    return "" if told == DEFAULT_TENANT else told


def _only_one(by_id: str | None, by_key: str | None, what: str) -> None:
    if (by_id is None) == (by_key is None):
        text = f"Exactly one of {what}Id and {what}Key is needed."
        raise Refusal(Status.INVALID_ARGUMENT, text)


class Element(Body, frozen=True, kw_only=True):
    element_id: str


class EndAfter(Body, frozen=True, kw_only=True):
    after_element_id: str
    type: Literal["TERMINATE_PROCESS_INSTANCE"] = "TERMINATE_PROCESS_INSTANCE"


class Creation(OfTenant, frozen=True, kw_only=True):
    """`request_timeout`: milliseconds."""

    means: ClassVar = commands.CreateInstance
    later: ClassVar = {"tags": 8, "runtimeInstructions": 8, "businessId": 9}

    operation_reference: Reference | None = None
    process_definition_id: str | None = None
    process_definition_key: Key | None = None
    version: int = field(default=-1, name="processDefinitionVersion")
    variables: Variables = {}
    start_instructions: list[Element] = []
    runtime_instructions: list[EndAfter] = []
    awaits: bool = field(default=False, name="awaitCompletion")
    fetch_variables: list[str] = []
    request_timeout: int = 0
    tags: list[str] = []
    business_id: str = ""

    def command(self, key: int) -> commands.CreateInstance:  # noqa: ARG002
        _only_one(self.process_definition_id, self.process_definition_key, "processDefinition")
        return commands.CreateInstance(
            tenant_id=tenant_name(self.tenant_id),
            process_definition_key=int(self.process_definition_key or 0),
            bpmn_process_id=self.process_definition_id or "",
            version=self.version,
            variables=self.variables,
            start_element_ids=[one.element_id for one in self.start_instructions],
            terminate_after=[one.after_element_id for one in self.runtime_instructions],
            tags=self.tags,
            business_id=self.business_id,
            awaits=self.awaits,
            fetch_variables=self.fetch_variables,
        )


class Cancellation(Operation, frozen=True, kw_only=True):
    means: ClassVar = commands.CancelInstance


class Suspension(Operation, frozen=True, kw_only=True):
    means: ClassVar = commands.SuspendInstance


class Resumption(Operation, frozen=True, kw_only=True):
    means: ClassVar = commands.ResumeInstance


class IncidentResolution(Operation, frozen=True, kw_only=True):
    means: ClassVar = commands.ResolveIncident


class Deletion(Operation, frozen=True, kw_only=True):
    means: ClassVar = commands.DeleteResource
    later: ClassVar = {"deleteHistory": 9}

    delete_history: bool = False


class BusinessIdAssignment(Body, frozen=True, kw_only=True):
    means: ClassVar = commands.AssignBusinessId

    business_id: str


class VariablesUpdate(Operation, frozen=True, kw_only=True):
    variables: Variables
    local: bool = False

    def command(self, key: int) -> commands.SetVariables:
        return commands.SetVariables(
            element_instance_key=key, variables=self.variables, local=self.local
        )


class ElementMapping(Body, frozen=True, kw_only=True):
    source_element_id: str
    target_element_id: str


class Migration(Operation, frozen=True, kw_only=True):
    target_process_definition_key: Key
    mapping_instructions: list[ElementMapping]

    def command(self, key: int) -> commands.MigrateInstance:
        pairs = [(m.source_element_id, m.target_element_id) for m in self.mapping_instructions]
        target = int(self.target_process_definition_key)
        return commands.MigrateInstance(key=key, target_key=target, mapping=pairs)


class VariableInstruction(Body, frozen=True, kw_only=True):
    variables: Variables
    scope_id: str = ""


class Activation(Element, frozen=True, kw_only=True):
    variable_instructions: list[VariableInstruction] = []
    ancestor_element_instance_key: Key = "-1"

    def instruction(self) -> commands.ActivateInstruction:
        return commands.ActivateInstruction(
            element_id=self.element_id,
            ancestor_key=int(self.ancestor_element_instance_key),
            variables=_instructions(self.variable_instructions),
        )


class Termination(Body, frozen=True, kw_only=True):
    element_id: str | None = None
    element_instance_key: Key | None = None


class Source(Body, frozen=True, kw_only=True):
    source_type: Literal["byId", "byKey"]
    source_element_id: str = ""
    source_element_instance_key: Key = "0"


class Ancestor(Body, frozen=True, kw_only=True):
    """A cluster knows the types `inferred` and `sourceParent` too, the local engine does not."""

    ancestor_scope_type: Literal["direct"]
    ancestor_element_instance_key: Key = "-1"


class Move(Body, frozen=True, kw_only=True):
    source_element_instruction: Source
    target_element_id: str
    ancestor_scope_instruction: Ancestor = Ancestor(ancestor_scope_type="direct")
    variable_instructions: list[VariableInstruction] = []

    def instruction(self) -> commands.MoveInstruction:
        source, ancestor = self.source_element_instruction, self.ancestor_scope_instruction
        return commands.MoveInstruction(
            target_id=self.target_element_id,
            source_id=source.source_element_id,
            source_key=int(source.source_element_instance_key),
            variables=_instructions(self.variable_instructions),
            ancestor_key=int(ancestor.ancestor_element_instance_key),
        )


class Modification(Operation, frozen=True, kw_only=True):
    later: ClassVar = {"moveInstructions": 9}

    activate_instructions: list[Activation] = []
    move_instructions: list[Move] = []
    terminate_instructions: list[Termination] = []

    def command(self, key: int) -> commands.ModifyInstance:
        ended = self.terminate_instructions
        for one in ended:
            _only_one(one.element_id, one.element_instance_key, "element(Instance)")
        keys = [one.element_instance_key for one in ended if one.element_instance_key is not None]
        return commands.ModifyInstance(
            key=key,
            activate=[one.instruction() for one in self.activate_instructions],
            terminate_keys=[int(one) for one in keys],
            terminate_ids=[one.element_id for one in ended if one.element_id is not None],
            move=[one.instruction() for one in self.move_instructions],
        )


def _instructions(given: list[VariableInstruction]) -> list[commands.VariableInstruction]:
    return [commands.VariableInstruction(one.variables, one.scope_id) for one in given]


class Publication(OfTenant, frozen=True, kw_only=True):
    """`time_to_live`: milliseconds."""

    means: ClassVar = commands.PublishMessage
    later: ClassVar = {"businessId": 10}

    name: str
    correlation_key: str = ""
    time_to_live: int = 0
    message_id: str = ""
    variables: Variables = {}
    business_id: str = ""


class Correlation(OfTenant, frozen=True, kw_only=True):
    means: ClassVar = commands.CorrelateMessage
    later: ClassVar = {"businessId": 10}

    name: str
    correlation_key: str = ""
    variables: Variables = {}
    business_id: str = ""


class Broadcast(OfTenant, frozen=True, kw_only=True):
    means: ClassVar = commands.BroadcastSignal

    name: str = field(name="signalName")
    variables: Variables = {}


class Evaluation(OfTenant, frozen=True, kw_only=True):
    decision_definition_id: str | None = None
    decision_definition_key: Key | None = None
    variables: Variables = {}

    def command(self, key: int) -> commands.EvaluateDecision:  # noqa: ARG002
        _only_one(self.decision_definition_id, self.decision_definition_key, "decisionDefinition")
        return commands.EvaluateDecision(
            tenant_id=tenant_name(self.tenant_id),
            decision_key=int(self.decision_definition_key or 0),
            decision_id=self.decision_definition_id or "",
            variables=self.variables,
        )


class JobsActivation(Body, frozen=True, kw_only=True):
    """`timeout`: ms a job is the worker's; `request_timeout`: of the long poll, below 0: none."""

    means: ClassVar = commands.ActivateJobs
    later: ClassVar = {"tenantFilter": 9, "withLease": 10}

    type: str
    timeout: int
    max_jobs: int = field(name="maxJobsToActivate")
    worker: str = ""
    fetch_variables: list[str] = field(default_factory=list, name="fetchVariable")
    request_timeout: int = 0
    tenant_ids: list[str] = []
    tenant_filter: Literal["PROVIDED", "ASSIGNED"] = "PROVIDED"
    with_lease: bool | None = None


class OfJob(Body, frozen=True, kw_only=True):
    later: ClassVar = {"jobLeaseToken": 10}

    lease: str | None = field(default=None, name="jobLeaseToken")
    variables: Variables | None = None


class Completion(OfJob, frozen=True, kw_only=True):
    """No job of the local engine can have a `result`: it has no listeners."""

    means: ClassVar = commands.CompleteJob

    result: None = None


class Failure(OfJob, frozen=True, kw_only=True):
    """`back_off`: milliseconds."""

    means: ClassVar = commands.FailJob

    retries: int = 0
    message: str | None = field(default=None, name="errorMessage")
    back_off: int = field(default=0, name="retryBackOff")


class Error(OfJob, frozen=True, kw_only=True):
    means: ClassVar = commands.ThrowError

    error_code: str
    message: str | None = field(default=None, name="errorMessage")


class Changes(Body, frozen=True, kw_only=True):
    retries: int | None = None
    timeout: int | None = None


class JobUpdate(Operation, frozen=True, kw_only=True):
    changeset: Changes

    def command(self, key: int) -> commands.UpdateJob:
        changes = self.changeset
        if changes == Changes():
            text = "At least one of retries and timeout is needed in the changeset."
            raise Refusal(Status.INVALID_ARGUMENT, text)
        return commands.UpdateJob(key=key, retries=changes.retries, timeout=changes.timeout)


class TaskCompletion(Body, frozen=True, kw_only=True):
    means: ClassVar = commands.CompleteUserTask

    variables: Variables | None = None
    action: str | None = None


class Assignment(Body, frozen=True, kw_only=True):
    means: ClassVar = commands.AssignUserTask

    assignee: Annotated[str, Meta(min_length=1)]
    allow_override: bool | None = None
    action: str | None = None


class Unassignment(Body, frozen=True, kw_only=True):
    def command(self, key: int) -> commands.AssignUserTask:
        return commands.AssignUserTask(key=key, assignee="")
