"""What the engine did, as lines of JSON in the words of Zeebe's records.

Their positions only grow, and a replay gives each record the position that it had: so a file is
continued after a crash without a line too many or too few.
"""

import os
from pathlib import Path
from typing import Any, Final

import msgspec

from zeebe_engine.engine import commands
from zeebe_engine.engine.commands import AnyCommand, Entry
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.machine import Execution
from zeebe_engine.engine.state import partition_of

_BLOCK: Final = 64 * 1024
_encoder: Final = msgspec.json.Encoder()

_COMMANDS: Final[dict[type, tuple[ValueType, str]]] = {
    commands.Deploy: (ValueType.DEPLOYMENT, "CREATE"),
    commands.DeleteResource: (ValueType.RESOURCE_DELETION, "DELETE"),
    commands.CreateInstance: (ValueType.PROCESS_INSTANCE_CREATION, "CREATE"),
    commands.CancelInstance: (ValueType.PROCESS_INSTANCE, "CANCEL"),
    commands.SuspendInstance: (ValueType.PROCESS_INSTANCE, "SUSPEND"),
    commands.ResumeInstance: (ValueType.PROCESS_INSTANCE, "RESUME"),
    commands.AssignBusinessId: (ValueType.PROCESS_INSTANCE, "ASSIGN_BUSINESS_ID"),
    commands.ModifyInstance: (ValueType.PROCESS_INSTANCE_MODIFICATION, "MODIFY"),
    commands.MigrateInstance: (ValueType.PROCESS_INSTANCE_MIGRATION, "MIGRATE"),
    commands.SetVariables: (ValueType.VARIABLE_DOCUMENT, "UPDATE"),
    commands.ResolveIncident: (ValueType.INCIDENT, "RESOLVE"),
    commands.PublishMessage: (ValueType.MESSAGE, "PUBLISH"),
    commands.CorrelateMessage: (ValueType.MESSAGE_CORRELATION, "CORRELATE"),
    commands.BroadcastSignal: (ValueType.SIGNAL, "BROADCAST"),
    commands.EvaluateDecision: (ValueType.DECISION_EVALUATION, "EVALUATE"),
    commands.ActivateJobs: (ValueType.JOB_BATCH, "ACTIVATE"),
    commands.CompleteJob: (ValueType.JOB, "COMPLETE"),
    commands.FailJob: (ValueType.JOB, "FAIL"),
    commands.ThrowError: (ValueType.JOB, "THROW_ERROR"),
    commands.UpdateJob: (ValueType.JOB, "UPDATE"),
    commands.CompleteUserTask: (ValueType.USER_TASK, "COMPLETE"),
    commands.AssignUserTask: (ValueType.USER_TASK, "ASSIGN"),
}
"""A Tick is nobody's command: it has no record."""


class RecordsError(Exception):
    """The file cannot be used; the text is for people."""


class Records:
    """`newest`: position of the newest record, which counts whether records are kept or not.

    `kept` is a list where a test asked for one. Raises RecordsError.
    """

    def __init__(self, path: Path | None, *, keeps: bool = False) -> None:
        self.newest = 0
        self.kept: list[dict[str, Any]] | None = [] if keeps else None
        self._pending = bytearray()
        self._file = None if path is None else _open(path)
        self.written = 0 if path is None or self._file is None else _last_position(self._file, path)
        """Position of the last complete line of the file."""

    def take(self, entry: Entry, execution: Execution) -> None:
        if self._file is None and self.kept is None:
            self.newest += _count(entry, execution)
            return
        for record in _records(entry, execution):
            self._add(record)

    def add_data_lost(self, time: int) -> None:
        self._add(_record("EVENT", ("ENGINE", "DATA_LOST"), (-1, 1), time, {}))

    def flush(self) -> None:
        """Raises OSError; what was not written then is written by the next flush."""
        while self._pending and self._file is not None:
            count = os.write(self._file, self._pending)
            del self._pending[:count]

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)

    def _add(self, record: dict[str, Any]) -> None:
        self.newest += 1
        if self.newest <= self.written:
            return
        line = _encoder.encode({"position": self.newest, **record})
        if self._file is not None:
            self._pending += line + b"\n"
        if self.kept is not None:
            self.kept.append(msgspec.json.decode(line))


def _count(entry: Entry, execution: Execution) -> int:
    is_told = type(entry.command) in _COMMANDS
    return is_told + len(execution.events) + (is_told and execution.rejection is not None)


def _records(entry: Entry, execution: Execution) -> list[dict[str, Any]]:
    command = _COMMANDS.get(type(entry.command))
    events = [
        _record(
            "EVENT", (one.value_type, one.intent), (one.key, one.partition), one.time, one.value
        )
        for one in execution.events
    ]
    if command is None:
        return events
    key = _key(entry.command)
    newest = execution.events[-1].partition if execution.events else 1
    place = (key, newest if key < 0 else partition_of(key))
    value = _value(entry.command)
    told = _record("COMMAND", command, place, entry.time, value)
    if execution.rejection is None:
        return [told, *events]
    refused = _record("COMMAND_REJECTION", command, place, entry.time, value)
    refused["rejectionType"] = execution.rejection.kind
    refused["rejectionReason"] = execution.rejection.reason
    return [told, *events, refused]


def _record(
    record_type: str,
    what: tuple[str, str],
    place: tuple[int, int],
    time: int,
    value: dict[str, Any],
) -> dict[str, Any]:
    """`what`: value type and intent; `place`: key and partition."""
    return {
        "partitionId": place[1],
        "key": place[0],
        "recordType": record_type,
        "valueType": what[0],
        "intent": what[1],
        "rejectionType": "NULL_VAL",
        "rejectionReason": "",
        "timestamp": time,
        "value": value,
    }


def _key(command: AnyCommand) -> int:
    """Of what the command is about; -1, as in Zeebe: of something that is not there yet."""
    key: int = getattr(command, "key", 0) or getattr(command, "element_instance_key", 0)
    return key or -1


def _value(command: AnyCommand) -> dict[str, Any]:
    if isinstance(command, commands.Deploy):
        return {"resources": [{"resourceName": one.name} for one in command.resources]}
    fields = msgspec.structs.asdict(command)
    return {_camel_case(name): msgspec.to_builtins(value) for name, value in fields.items()}


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    except OSError as error:
        text = f"Records cannot be written to {path}: {error.strerror}. Name another file."
        raise RecordsError(text) from None


def _last_position(file: int, path: Path) -> int:
    """A line that a killed process left unfinished is cut off."""
    lines = _end_of(file)
    os.truncate(file, os.fstat(file).st_size - len(lines[-1]))
    try:
        return int(msgspec.json.decode(lines[-2])["position"]) if len(lines) > 1 else 0
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError):
        text = f"{path} has a last line that is no record. Remove the file, or name another."
        raise RecordsError(text) from None


def _end_of(file: int) -> list[bytes]:
    """The last complete line and what follows it, after the end of some line or from the start."""
    start, end = os.fstat(file).st_size, b""
    while start and end.count(b"\n") < 2:
        size = min(_BLOCK, start)
        start -= size
        end = os.pread(file, size, start) + end
    return end.split(b"\n")
