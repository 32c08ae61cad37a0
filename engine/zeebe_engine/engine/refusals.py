"""Why a command is not done. Surfaces map `status` to their own codes; the text is for people.

Refusal
└── Rejection   by the engine: `Command 'CREATE' rejected with code 'NOT_FOUND': ...`
"""

from enum import StrEnum


class Status(StrEnum):
    """Names are those of the gRPC codes."""

    INVALID_ARGUMENT = "INVALID_ARGUMENT"
    NOT_FOUND = "NOT_FOUND"
    ALREADY_EXISTS = "ALREADY_EXISTS"
    FAILED_PRECONDITION = "FAILED_PRECONDITION"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    RESOURCE_EXHAUSTED = "RESOURCE_EXHAUSTED"
    UNAVAILABLE = "UNAVAILABLE"
    DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
    UNIMPLEMENTED = "UNIMPLEMENTED"
    UNKNOWN = "UNKNOWN"
    INTERNAL = "INTERNAL"


class RejectionType(StrEnum):
    INVALID_ARGUMENT = "INVALID_ARGUMENT"
    NOT_FOUND = "NOT_FOUND"
    ALREADY_EXISTS = "ALREADY_EXISTS"
    INVALID_STATE = "INVALID_STATE"
    EXCEEDED_BATCH_RECORD_SIZE = "EXCEEDED_BATCH_RECORD_SIZE"
    PROCESSING_ERROR = "PROCESSING_ERROR"


_STATUS = {
    RejectionType.INVALID_STATE: Status.FAILED_PRECONDITION,
    RejectionType.EXCEEDED_BATCH_RECORD_SIZE: Status.UNKNOWN,
    RejectionType.PROCESSING_ERROR: Status.INTERNAL,
}


class Refusal(Exception):  # noqa: N818 - the protocol's word
    def __init__(self, status: Status, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class Rejection(Refusal):
    """`kind`, `intent` and `reason` are also in the record of the rejected command."""

    def __init__(self, kind: RejectionType, intent: str, reason: str) -> None:
        status = _STATUS.get(kind) or Status(kind.value)
        super().__init__(status, f"Command '{intent}' rejected with code '{kind}': {reason}")
        self.kind = kind
        self.intent = intent
        self.reason = reason
