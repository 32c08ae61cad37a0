"""What is refused before the engine looks at it, in the words of a gateway."""

import re
from typing import Final

import msgspec

from zeebe_engine.engine import commands
from zeebe_engine.engine.refusals import Refusal, Rejection, RejectionType, Status
from zeebe_engine.engine.state import partition_of
from zeebe_engine.engine.step import invalid
from zeebe_engine.settings import Settings

LARGEST_RECORD: Final = 4_000_000
MOST_TAGS: Final = 10
LONGEST_BUSINESS_ID: Final = 256
_TAG: Final = re.compile(r"[A-Za-z][A-Za-z0-9_\-:.]{0,99}")

_BY_KEY: Final = (
    commands.CancelInstance,
    commands.SuspendInstance,
    commands.ResumeInstance,
    commands.AssignBusinessId,
    commands.ModifyInstance,
    commands.MigrateInstance,
    commands.ResolveIncident,
    commands.CompleteJob,
    commands.FailJob,
    commands.ThrowError,
    commands.UpdateJob,
    commands.CompleteUserTask,
    commands.AssignUserTask,
)


def check(settings: Settings, command: commands.AnyCommand) -> None:
    """Raises Refusal."""
    if isinstance(command, _BY_KEY):
        _check_partition(settings, command.key)
    match command:
        case commands.SetVariables():
            _check_partition(settings, command.element_instance_key)
        case commands.ActivateJobs():
            _check_activation(command)
        case commands.CreateInstance():
            _check_tags(command.tags)
            _check_business_id(command.business_id)
        case commands.AssignBusinessId():
            _check_business_id(command.business_id)


def check_size(command: commands.AnyCommand) -> None:
    """A record larger than a message cannot be written (seen on 8.6.0: without a reason)."""
    if isinstance(command, commands.Deploy):
        return
    if len(msgspec.msgpack.encode(command)) > LARGEST_RECORD:
        raise Rejection(RejectionType.EXCEEDED_BATCH_RECORD_SIZE, _intent(command), "")


def _intent(command: commands.AnyCommand) -> str:
    return "CREATE" if isinstance(command, commands.CreateInstance) else "UPDATE"


def _check_partition(settings: Settings, key: int) -> None:
    partition = partition_of(key)
    if not 1 <= partition <= settings.partitions:
        raise Refusal(
            Status.UNAVAILABLE,
            f"Expected to execute command on partition {partition}, but either it does not exist,"
            " or the gateway is not yet aware of it",
        )


def _check_activation(command: commands.ActivateJobs) -> None:
    expected = "Expected to activate job batch with"
    if not command.type.strip():
        raise invalid("ACTIVATE", f"{expected} type to be present, but it was blank")
    if command.timeout < 1:
        raise invalid(
            "ACTIVATE",
            f"{expected} timeout to be greater than zero, but it was '{command.timeout}'",
        )
    if command.max_jobs < 1:
        raise invalid(
            "ACTIVATE",
            f"{expected} max jobs to activate to be greater than zero,"
            f" but it was '{command.max_jobs}'",
        )


def _check_tags(tags: list[str]) -> None:
    if len(tags) > MOST_TAGS:
        raise Refusal(
            Status.INVALID_ARGUMENT,
            f"Expected at most {MOST_TAGS} tags, but {len(tags)} were given.",
        )
    for tag in tags:
        if not _TAG.fullmatch(tag):
            raise Refusal(
                Status.INVALID_ARGUMENT,
                f"The tag '{tag}' is not valid: it must begin with a letter, have at most 100"
                " characters, and hold letters, digits, '_', '-', ':' and '.' only.",
            )


def _check_business_id(business_id: str) -> None:
    if len(business_id) > LONGEST_BUSINESS_ID:
        raise Refusal(
            Status.INVALID_ARGUMENT,
            f"The business id has {len(business_id)} characters, and may have"
            f" {LONGEST_BUSINESS_ID} at most.",
        )
