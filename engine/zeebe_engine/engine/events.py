"""What happened, in the words of Zeebe's records: a value type, an intent, a key and a value.

One event changes the state, is told to the reading side, and is a line among the records.
"""

from enum import StrEnum
from typing import Any, NamedTuple


class ValueType(StrEnum):
    DEPLOYMENT = "DEPLOYMENT"
    PROCESS = "PROCESS"
    DECISION = "DECISION"
    DECISION_REQUIREMENTS = "DECISION_REQUIREMENTS"
    FORM = "FORM"
    RESOURCE_DELETION = "RESOURCE_DELETION"
    PROCESS_INSTANCE_CREATION = "PROCESS_INSTANCE_CREATION"
    PROCESS_INSTANCE_RESULT = "PROCESS_INSTANCE_RESULT"
    PROCESS_INSTANCE_MODIFICATION = "PROCESS_INSTANCE_MODIFICATION"
    PROCESS_INSTANCE_MIGRATION = "PROCESS_INSTANCE_MIGRATION"
    PROCESS_INSTANCE = "PROCESS_INSTANCE"
    PROCESS_EVENT = "PROCESS_EVENT"
    VARIABLE = "VARIABLE"
    VARIABLE_DOCUMENT = "VARIABLE_DOCUMENT"
    JOB = "JOB"
    JOB_BATCH = "JOB_BATCH"
    USER_TASK = "USER_TASK"
    INCIDENT = "INCIDENT"
    MESSAGE = "MESSAGE"
    MESSAGE_CORRELATION = "MESSAGE_CORRELATION"
    MESSAGE_START_EVENT_SUBSCRIPTION = "MESSAGE_START_EVENT_SUBSCRIPTION"
    PROCESS_MESSAGE_SUBSCRIPTION = "PROCESS_MESSAGE_SUBSCRIPTION"
    SIGNAL = "SIGNAL"
    SIGNAL_SUBSCRIPTION = "SIGNAL_SUBSCRIPTION"
    ESCALATION = "ESCALATION"
    TIMER = "TIMER"
    DECISION_EVALUATION = "DECISION_EVALUATION"
    CLOCK = "CLOCK"


class Event(NamedTuple):
    """`value` holds JSON, its names are those of the records; `time`: ms since 1970."""

    value_type: ValueType
    intent: str
    key: int
    value: dict[str, Any]
    time: int
    partition: int
