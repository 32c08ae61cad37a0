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

    # Reconciling: heals by itself
    DEPENDENCY_NOT_READY = "DependencyNotReady"
    PROCESS_NOT_FOUND = "ProcessNotFound"
    GATEWAY_UNAVAILABLE = "GatewayUnavailable"
    INSTANCES_RUNNING = "InstancesRunning"
    OUTCOME_PENDING = "OutcomePending"
    INTERNAL_ERROR = "InternalError"

    # Stalled: a person must change something
    INVALID_SPEC = "InvalidSpec"
    REJECTED = "Rejected"
    CONFLICT = "Conflict"
    CREDENTIALS_REJECTED = "CredentialsRejected"
    NOT_SUPPORTED = "NotSupported"
    NOT_SUPPORTED_BY_GATEWAY = "NotSupportedByGateway"
    OUTCOME_UNKNOWN = "OutcomeUnknown"

    # Only ever an event: the resource is going away
    CONNECTION_GONE = "ConnectionGone"
