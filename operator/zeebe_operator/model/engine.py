"""What the engine is asked and what it answers, free of protobuf. Keys are integers here.

Names follow the gateway protocol, so that they can be looked up in Camunda's documentation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zeebe_operator.model.credentials import Basic, OAuth, Tls

Variables = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """How to reach a gateway. Two connections with equal settings share one channel."""

    address: str
    plaintext: bool = False
    keep_alive: float = 45.0
    """Seconds between HTTP/2 pings; a gateway cuts off who pings more often than every 30 s."""
    request_timeout: float = 15.0
    """Seconds until a call is given up, its outcome then being unknown."""
    tls: Tls = field(default_factory=Tls)
    auth: OAuth | Basic | None = None
    rest_address: str | None = None
    """Base URL of the REST API, without `/v2`: for reading what gRPC cannot read."""


@dataclass(frozen=True, slots=True)
class Partition:
    partition_id: int
    role: str
    health: str


@dataclass(frozen=True, slots=True)
class Broker:
    node_id: int
    host: str
    port: int
    version: str
    partitions: Sequence[Partition]


@dataclass(frozen=True, slots=True)
class Topology:
    cluster_size: int
    partitions_count: int
    replication_factor: int
    gateway_version: str
    brokers: Sequence[Broker]


@dataclass(frozen=True, slots=True)
class File:
    """One resource of a deployment: BPMN, DMN or form. The engine compares name and bytes."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class DeployedProcess:
    bpmn_process_id: str
    version: int
    process_definition_key: int
    resource_name: str


@dataclass(frozen=True, slots=True)
class DeployedDecision:
    decision_id: str
    decision_name: str
    version: int
    decision_key: int
    decision_requirements_id: str
    decision_requirements_key: int


@dataclass(frozen=True, slots=True)
class DeployedDecisionRequirements:
    decision_requirements_id: str
    decision_requirements_name: str
    version: int
    decision_requirements_key: int
    resource_name: str


@dataclass(frozen=True, slots=True)
class DeployedForm:
    form_id: str
    version: int
    form_key: int
    resource_name: str


@dataclass(frozen=True, slots=True)
class Deployment:
    key: int
    processes: Sequence[DeployedProcess] = ()
    decisions: Sequence[DeployedDecision] = ()
    decision_requirements: Sequence[DeployedDecisionRequirements] = ()
    forms: Sequence[DeployedForm] = ()


@dataclass(frozen=True, slots=True)
class CreateInstance:
    """Either a definition key, or a process id with a version (None: the latest)."""

    process_definition_key: int | None = None
    bpmn_process_id: str | None = None
    version: int | None = None
    variables: Variables = field(default_factory=dict, repr=False)
    tenant_id: str | None = None
    start_element_ids: Sequence[str] = ()
    tags: Sequence[str] = ()
    business_id: str | None = None


@dataclass(frozen=True, slots=True)
class CreatedInstance:
    process_instance_key: int
    process_definition_key: int
    bpmn_process_id: str
    version: int
    tenant_id: str


@dataclass(frozen=True, slots=True)
class CompletedInstance:
    """The variables of its root scope as they were at its end, or those that were asked for."""

    created: CreatedInstance
    variables: Variables = field(repr=False)


@dataclass(frozen=True, slots=True)
class FoundInstance:
    """What the REST API tells; `state` is its word: ACTIVE, COMPLETED, TERMINATED, SUSPENDED."""

    created: CreatedInstance
    state: str


@dataclass(frozen=True, slots=True)
class Job:
    """One activation of a job. `deadline`: when it ends, in milliseconds of the engine's clock.

    Without a type it is known from an earlier activation, by its key and retries alone.
    """

    key: int
    type: str
    retries: int
    process_instance_key: int = 0
    bpmn_process_id: str = ""
    process_definition_version: int = 0
    process_definition_key: int = 0
    element_id: str = ""
    element_instance_key: int = 0
    custom_headers: Variables = field(default_factory=dict, repr=False)
    worker: str = ""
    deadline: int = 0
    variables: Variables = field(default_factory=dict, repr=False)
    tenant_id: str = ""

    @property
    def adopted(self) -> bool:
        return not self.type


@dataclass(frozen=True, slots=True)
class PublishMessage:
    name: str
    correlation_key: str
    time_to_live: float
    """Seconds; the engine counts in milliseconds."""
    message_id: str
    variables: Variables = field(default_factory=dict, repr=False)
    tenant_id: str | None = None
