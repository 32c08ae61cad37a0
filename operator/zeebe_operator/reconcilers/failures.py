"""What an error means for the resource: one table, read by the loop."""

from zeebe_operator.model.errors import (
    BackpressureError,
    ClusterError,
    CredentialsRejectedError,
    DependencyError,
    GatewayUnavailableError,
    InvalidSpecError,
    NotSupportedByGatewayError,
    OperatorError,
    OutcomeUnknownError,
    RejectedError,
    TlsError,
)
from zeebe_operator.model.outcome import Again, Outcome, Removed, Stalled, Unchanged, Waiting
from zeebe_operator.model.reasons import Reason
from zeebe_operator.model.resource import Resource

WATCHED = 300.0
"""Seconds: the arrival of what is missing wakes the resource, this is for the unforeseen."""

MENDED_ELSEWHERE = 300.0
"""Seconds: rights are granted and certificates renewed where nobody tells us. A changed Secret and
a connection that comes about wake the resource."""


def outcome_of(error: OperatorError) -> Outcome:
    """Waiting for what heals by itself, Stalled for what a person must change."""
    text = str(error)
    match error:
        case InvalidSpecError():
            return Stalled(Reason.INVALID_SPEC, text)
        case NotSupportedByGatewayError():
            return Stalled(Reason.NOT_SUPPORTED_BY_GATEWAY, text)
        case CredentialsRejectedError():
            return Stalled(Reason.CREDENTIALS_REJECTED, text, after=MENDED_ELSEWHERE)
        case TlsError():
            return Stalled(Reason.TLS_FAILED, text, after=MENDED_ELSEWHERE)
        case RejectedError():
            return Stalled(Reason.REJECTED, f"the engine refused it: {text}")
        case DependencyError():
            return Waiting(Reason.DEPENDENCY_NOT_READY, text, after=WATCHED)
        case GatewayUnavailableError():
            return Waiting(Reason.GATEWAY_UNAVAILABLE, text)
        case OutcomeUnknownError():
            return Waiting(Reason.OUTCOME_PENDING, f"no answer yet, asking again: {text}")
        case BackpressureError() | ClusterError():
            return Again()
    return internal(error)


def removal_outcome_of(error: OperatorError) -> Outcome:
    """The same while a resource is being deleted: what cannot be cleaned up holds up nobody."""
    match error:
        case InvalidSpecError() | RejectedError():
            return Removed(f"nothing was cleaned up in the engine: {error}", Reason.REJECTED)
    return outcome_of(error)


def still_refused(resource: Resource, inputs: str) -> Stalled | Unchanged:
    """What the refusal depended on is as it was; a spec that changed elsewhere was seen, though."""
    if resource.observed:
        return Unchanged()
    message = resource.condition("Stalled").get("message", "")
    return Stalled(Reason.REJECTED, message, {"inputsDigest": inputs})


def internal(error: Exception) -> Waiting:
    """A bug of ours. The text of the error stays out: nobody knows what it holds."""
    return Waiting(
        Reason.INTERNAL_ERROR,
        f"unexpected {type(error).__name__} in the operator; its log has the traceback",
    )
