"""Bodies of requests about process instances and resources: each knows the command it means.

Strict, with the fields of the official client; a body says which of its fields came later.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

import msgspec

from zeebe_engine.engine import commands
from zeebe_engine.engine.answers import DEFAULT_TENANT
from zeebe_engine.engine.refusals import Refusal, Status

Key = Annotated[str, msgspec.Meta(pattern=r"^-?\d{1,19}$")]
Variables = dict[str, Any]
Reference = Annotated[int, msgspec.Meta(ge=1)]
"""The caller's own number for an operation; nobody reads it."""


class Body(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"
):
    """`later`: the minor versions since which fields are known."""

    later: ClassVar[Mapping[str, int]] = {}

    def command(self, key: int) -> commands.AnyCommand:
        """`key`: the one in the path, or 0. Raises Refusal."""
        raise NotImplementedError


class OfTenant(Body, frozen=True, kw_only=True):
    tenant_id: str = ""

    @property
    def tenant(self) -> str:
        return tenant_name(self.tenant_id)


def tenant_name(told: str) -> str:
    """The default tenant has two names; the commands have one."""
    return "" if told == DEFAULT_TENANT else told


class Element(Body, frozen=True, kw_only=True):
    element_id: str


class Termination(Body, frozen=True, kw_only=True):
    after_element_id: str
    type: Literal["TERMINATE_PROCESS_INSTANCE"] = "TERMINATE_PROCESS_INSTANCE"


class Creation(OfTenant, frozen=True, kw_only=True):
    """By id (and version), or by key. Times are milliseconds."""

    later = {"tags": 8, "runtimeInstructions": 8, "businessId": 9}

    process_definition_id: str | None = None
    process_definition_key: Key | None = None
    process_definition_version: int = -1
    variables: Variables = {}
    operation_reference: Reference | None = None
    start_instructions: list[Element] = []
    runtime_instructions: list[Termination] = []
    await_completion: bool = False
    fetch_variables: list[str] = []
    request_timeout: int = 0
    tags: list[str] = []
    business_id: str = ""

    def command(self, key: int) -> commands.CreateInstance:
        if (self.process_definition_id is None) == (self.process_definition_key is None):
            text = "Exactly one of processDefinitionId and processDefinitionKey is needed."
            raise Refusal(Status.INVALID_ARGUMENT, text)
        return commands.CreateInstance(
            tenant_id=self.tenant,
            process_definition_key=int(self.process_definition_key or 0),
            bpmn_process_id=self.process_definition_id or "",
            version=self.process_definition_version,
            variables=self.variables,
            start_element_ids=[one.element_id for one in self.start_instructions],
            terminate_after=[one.after_element_id for one in self.runtime_instructions],
            tags=self.tags,
            business_id=self.business_id,
            awaits=self.await_completion,
            fetch_variables=self.fetch_variables,
        )


class Operation(Body, frozen=True, kw_only=True):
    """Of a command that the path says all about."""

    operation_reference: Reference | None = None


class Cancellation(Operation, frozen=True, kw_only=True):
    def command(self, key: int) -> commands.CancelInstance:
        return commands.CancelInstance(key=key)


class Suspension(Operation, frozen=True, kw_only=True):
    def command(self, key: int) -> commands.SuspendInstance:
        return commands.SuspendInstance(key=key)


class Resumption(Operation, frozen=True, kw_only=True):
    def command(self, key: int) -> commands.ResumeInstance:
        return commands.ResumeInstance(key=key)


class IncidentResolution(Operation, frozen=True, kw_only=True):
    def command(self, key: int) -> commands.ResolveIncident:
        return commands.ResolveIncident(key=key)


class Deletion(Operation, frozen=True, kw_only=True):
    later = {"deleteHistory": 9}

    delete_history: bool = False

    def command(self, key: int) -> commands.DeleteResource:
        return commands.DeleteResource(key=key, delete_history=self.delete_history)


class BusinessIdAssignment(Body, frozen=True, kw_only=True):
    business_id: str

    def command(self, key: int) -> commands.AssignBusinessId:
        return commands.AssignBusinessId(key=key, business_id=self.business_id)


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


class TerminationOf(Body, frozen=True, kw_only=True):
    """One of the two."""

    element_instance_key: Key | None = None
    element_id: str | None = None


class Source(Body, frozen=True, kw_only=True):
    source_type: Literal["byId", "byKey"]
    source_element_id: str = ""
    source_element_instance_key: Key = "0"


class Ancestor(Body, frozen=True, kw_only=True):
    """`inferred` and `sourceParent` are what the local engine cannot find."""

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
    later = {"moveInstructions": 9}

    activate_instructions: list[Activation] = []
    move_instructions: list[Move] = []
    terminate_instructions: list[TerminationOf] = []

    def command(self, key: int) -> commands.ModifyInstance:
        ended = self.terminate_instructions
        if any((one.element_id is None) == (one.element_instance_key is None) for one in ended):
            text = "A terminate instruction needs one of elementInstanceKey and elementId."
            raise Refusal(Status.INVALID_ARGUMENT, text)
        return commands.ModifyInstance(
            key=key,
            activate=[one.instruction() for one in self.activate_instructions],
            terminate_keys=[int(one.element_instance_key) for one in ended if one.element_instance_key],
            terminate_ids=[one.element_id for one in ended if one.element_id],
            move=[one.instruction() for one in self.move_instructions],
        )


class VariablesUpdate(Operation, frozen=True, kw_only=True):
    variables: Variables
    local: bool = False

    def command(self, key: int) -> commands.SetVariables:
        return commands.SetVariables(
            element_instance_key=key, variables=self.variables, local=self.local
        )


def _instructions(given: list[VariableInstruction]) -> list[commands.VariableInstruction]:
    return [commands.VariableInstruction(one.variables, one.scope_id) for one in given]
