"""Which fields came after 8.6: a gateway that does not know one drops it silently, both ways.

The table repeats the marks of `proto/gateway.proto`; a test holds them together.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from google.protobuf.message import Message

from zeebe_engine.generations import Generation

Unknown = Mapping[str, tuple[str, ...]]
"""By the name of a message, the fields that a generation does not know."""

SINCE: Final[Mapping[str, Mapping[str, int]]] = {
    "TopologyResponse": {"clusterId": 8},
    "DeleteResourceRequest": {"deleteHistory": 9},
    "DeleteResourceResponse": {"resourceKey": 9, "batchOperation": 9},
    "CreateProcessInstanceRequest": {"runtimeInstructions": 8, "tags": 8, "businessId": 9},
    "CreateProcessInstanceResponse": {"tags": 8, "businessId": 9},
    "CreateProcessInstanceWithResultResponse": {"tags": 8, "businessId": 9},
    "ModifyProcessInstanceRequest": {"moveInstructions": 9},
    "TerminateInstruction": {"elementId": 9},
    "EvaluateDecisionResponse": {"decisionEvaluationKey": 8},
    "EvaluatedDecision": {"decisionEvaluationInstanceKey": 8},
    "ActivateJobsRequest": {"tenantFilter": 9},
    "StreamActivatedJobsRequest": {"tenantFilter": 9},
    "ActivatedJob": {"userTask": 8, "kind": 8, "listenerEventType": 8, "tags": 8},
    "CompleteJobRequest": {"result": 8},
}


def unknown_to(generation: Generation) -> Unknown:
    newer = {
        message: tuple(name for name, minor in since.items() if minor > generation.minor)
        for message, since in SINCE.items()
    }
    return {message: names for message, names in newer.items() if names}


def forget(message: Message, unknown: Unknown) -> None:
    """In the message, and in all messages within it."""
    if not unknown:
        return
    for name in unknown.get(message.DESCRIPTOR.name, ()):
        message.ClearField(name)
    for inner in _within(message):
        forget(inner, unknown)


def _within(message: Message) -> Iterator[Any]:
    for field, value in message.ListFields():
        if field.message_type is not None:
            yield from value if field.is_repeated else (value,)
