"""Which events make and change which documents. Source: the records' own names and intents."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from zeebe_engine.engine.events import ValueType
from zeebe_engine.reading.catalogue import COLLECTIONS
from zeebe_engine.reading.fields import Collection

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """Every field of an event's value that the document has too is taken over.

    `creates`: the intents that make a document. `states`: what an intent says of the state,
    `dates`: where its time is kept. `names`: fields that the two call differently.
    """

    collection: Collection
    creates: frozenset[str] = frozenset({"CREATED"})
    states: Words = field(default_factory=dict)
    dates: Words = field(default_factory=dict)
    names: Words = field(default_factory=dict)


def _same(intents: str) -> Words:
    return {intent: intent for intent in intents.split()}


_PROCESS: Final = {"bpmnProcessId": "processDefinitionId"}
_STARTS: Final = frozenset({"ELEMENT_ACTIVATING"})
_ENDS: Final = {"ELEMENT_COMPLETED": "COMPLETED", "ELEMENT_TERMINATED": "TERMINATED"}
_DATES: Final = {"ELEMENT_ACTIVATING": "startDate"} | dict.fromkeys(_ENDS, "endDate")
_SUBSCRIPTIONS: Final = COLLECTIONS["message-subscriptions"]

PASSING: Final = frozenset(
    {"ELEMENT_ACTIVATED", "ELEMENT_COMPLETING", "ELEMENT_TERMINATING", "SEQUENCE_FLOW_TAKEN"}
)
"""Nothing that is told of an instance or an element changes by them."""
PROCESS_INSTANCE: Final = Rule(
    COLLECTIONS["process-instances"],
    _STARTS,
    _ENDS | {"ELEMENT_ACTIVATING": "ACTIVE", "SUSPENDED": "SUSPENDED", "RESUMED": "ACTIVE"},
    _DATES | {"SUSPENDED": "suspendedDate"},
    _PROCESS | {"version": "processDefinitionVersion"},
)
ELEMENT_INSTANCE: Final = Rule(
    COLLECTIONS["element-instances"],
    _STARTS,
    _ENDS | {"ELEMENT_ACTIVATING": "ACTIVE"},
    _DATES,
    _PROCESS | {"bpmnElementType": "type", "flowScopeKey": "elementInstanceScopeKey"},
)
RULES: Final[Mapping[ValueType, Rule]] = {
    ValueType.PROCESS: Rule(
        COLLECTIONS["process-definitions"],
        states={"CREATED": "ACTIVE", "DELETING": "DRAINING", "DELETED": "DELETED"},
        names=_PROCESS,
    ),
    ValueType.DECISION: Rule(
        COLLECTIONS["decision-definitions"],
        states={"DELETED": "DELETED"},
        names={"decisionId": "decisionDefinitionId", "decisionName": "name"},
    ),
    ValueType.DECISION_REQUIREMENTS: Rule(
        COLLECTIONS["decision-requirements"], names={"decisionRequirementsVersion": "version"}
    ),
    ValueType.VARIABLE: Rule(COLLECTIONS["variables"], frozenset({"CREATED", "UPDATED"})),
    ValueType.INCIDENT: Rule(
        COLLECTIONS["incidents"],
        states={"CREATED": "ACTIVE", "RESOLVED": "RESOLVED"},
        dates={"CREATED": "creationTime"},
        names=_PROCESS,
    ),
    ValueType.JOB: Rule(
        COLLECTIONS["jobs"],
        states=_same("CREATED COMPLETED CANCELED FAILED ERROR_THROWN TIMED_OUT RETRIES_UPDATED"),
        dates={"CREATED": "creationTime", "COMPLETED": "endTime", "CANCELED": "endTime"},
        names=_PROCESS | {"jobKind": "kind", "jobListenerEventType": "listenerEventType"},
    ),
    ValueType.USER_TASK: Rule(
        COLLECTIONS["user-tasks"],
        states=_same("CREATED COMPLETED CANCELED"),
        dates={
            "CREATED": "creationDate",
            "COMPLETED": "completionDate",
            "CANCELED": "completionDate",
        },
        names=_PROCESS
        | {"candidateGroupsList": "candidateGroups", "candidateUsersList": "candidateUsers"},
    ),
    ValueType.PROCESS_MESSAGE_SUBSCRIPTION: Rule(
        _SUBSCRIPTIONS, states=_same("CREATED CORRELATED DELETED MIGRATED"), names=_PROCESS
    ),
    ValueType.MESSAGE_START_EVENT_SUBSCRIPTION: Rule(
        _SUBSCRIPTIONS,
        states=_same("CREATED DELETED"),
        names=_PROCESS | {"startEventId": "elementId"},
    ),
}
