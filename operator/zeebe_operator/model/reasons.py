"""Every reason there is: the same word in a condition, an event, a metric and a log line."""

from enum import StrEnum


class Reason(StrEnum):
    """The catalogue is part of the API: docs/reasons.md explains each to a user."""

    # Ready
    CONNECTED = "Connected"
    DEPLOYED = "Deployed"
    PUBLISHED = "Published"
    STARTED = "Started"
    CANCELLED = "Cancelled"
    ENDED = "Ended"
    WORKING = "Working"
    SUSPENDED = "Suspended"
    EXECUTED = "Executed"
    COMPLETED = "Completed"

    # Reconciling: heals by itself
    DEPENDENCY_NOT_READY = "DependencyNotReady"
    PROCESS_NOT_FOUND = "ProcessNotFound"
    GATEWAY_UNAVAILABLE = "GatewayUnavailable"
    DEGRADED = "Degraded"
    INSTANCES_RUNNING = "InstancesRunning"
    WAITING_FOR_COMPLETION = "WaitingForCompletion"
    OUTCOME_PENDING = "OutcomePending"
    INTERNAL_ERROR = "InternalError"

    # Stalled: a person must change something
    INVALID_SPEC = "InvalidSpec"
    REJECTED = "Rejected"
    CONFLICT = "Conflict"
    CREDENTIALS_REJECTED = "CredentialsRejected"
    TLS_FAILED = "TlsFailed"
    NOT_SUPPORTED_BY_GATEWAY = "NotSupportedByGateway"
    OUTCOME_UNKNOWN = "OutcomeUnknown"
    TERMINATED = "Terminated"
    TIMED_OUT = "TimedOut"

    # Only ever an event: the resource is going away
    CONNECTION_GONE = "ConnectionGone"
