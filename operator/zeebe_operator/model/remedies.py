"""What a person does about a reason. docs/reasons.md says the same, and a test holds it to this."""

from collections.abc import Mapping
from typing import Final

from zeebe_operator.model.reasons import Reason

REMEDIES: Final[Mapping[Reason, str]] = {
    Reason.CONNECTED: "Nothing.",
    Reason.DEPLOYED: "Nothing.",
    Reason.PUBLISHED: "Nothing. To publish again, delete the resource and apply it again.",
    Reason.STARTED: "Nothing. To learn whether it still runs, ask for another look.",
    Reason.COMPLETED: "Nothing.",
    Reason.CANCELLED: "Nothing. It cannot be resumed.",
    Reason.ENDED: "Nothing.",
    Reason.WORKING: "Nothing. status.lastError tells what went wrong with a single job.",
    Reason.SUSPENDED: "Nothing.",
    Reason.EXECUTED: "Nothing. To run it again, create another resource.",
    Reason.DEPENDENCY_NOT_READY: (
        "Apply it. Its arrival wakes the resource at once; a Secret is looked for every 10 to "
        "15 seconds."
    ),
    Reason.PROCESS_NOT_FOUND: (
        "Deploy it. A ZeebeProcess that brings it wakes the resource; a deployment by others is"
        " noticed within 30 seconds."
    ),
    Reason.GATEWAY_UNAVAILABLE: (
        "Nothing, if it is a restart. Else check the address and the gateway; its return wakes "
        "the resource."
    ),
    Reason.DEGRADED: (
        "Nothing, if a broker restarts. Else look at the brokers; looked at again every 5 seconds."
    ),
    Reason.INSTANCES_RUNNING: (
        "Let them end, or cancel them; tried again every 5 seconds. To give up, set "
        "deletionPolicy: Retain."
    ),
    Reason.WAITING_FOR_COMPLETION: "Nothing.",
    Reason.OUTCOME_PENDING: "Nothing.",
    Reason.INTERNAL_ERROR: "Report it. It is tried again with growing delays.",
    Reason.INVALID_SPEC: "Correct it.",
    Reason.REJECTED: (
        "ZeebeProcess, ZeebeJobWorker: correct the spec. ZeebeMessage, ZeebeInstance, ZeebeCommand:"
        " delete the resource and apply a correct one."
    ),
    Reason.CONFLICT: "Give the process another id, or delete one of the two.",
    Reason.CREDENTIALS_REJECTED: (
        "Correct the Secret or the rights. A changed Secret is noticed within 30 seconds; "
        "rights that were granted elsewhere within 5 minutes, or ask for another look."
    ),
    Reason.TLS_FAILED: (
        "Connections (docs/connections.md). A ZeebeConnection looks again every 30 seconds; a "
        "connection that comes about wakes everybody."
    ),
    Reason.NOT_SUPPORTED_BY_GATEWAY: (
        "Remove the field, take the edit back, or upgrade the engine and ask for another look."
    ),
    Reason.TERMINATED: "Delete the resource and apply it again to start another instance.",
    Reason.TIMED_OUT: "See what is promised (docs/kinds/zeebeinstance.md).",
    Reason.OUTCOME_UNKNOWN: (
        "Look into the engine. If nothing happened: set spec.onUncertain: Retry. If it "
        "happened: delete the resource. More in decisions 0003 (docs/decisions/0003-exactly-"
        "once-by-intent.md) and 0006 (docs/decisions/0006-commands.md)."
    ),
    Reason.CONNECTION_GONE: "Clean up by hand, if it matters.",
}
