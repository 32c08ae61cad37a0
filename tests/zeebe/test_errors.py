"""The table from status codes and texts to errors, with the texts that were really seen."""

import pytest
from grpc import StatusCode

from zeebe_operator.model import errors
from zeebe_operator.zeebe.errors import LONGEST_TEXT, PartitionUnknownError, translate

UNAVAILABLE = StatusCode.UNAVAILABLE
EXHAUSTED = StatusCode.RESOURCE_EXHAUSTED

NOTHING_HAPPENED = [
    pytest.param(
        "failed to connect to all addresses; last error: UNKNOWN: ipv4:127.0.0.1:1: "
        "Failed to connect to remote host: connect: Connection refused (111)",
        id="port closed",
    ),
    pytest.param("DNS resolution failed for nowhere:26500", id="name unknown"),
    pytest.param("Stream removed (GOAWAY received; Error code: 0; Debug Text: )", id="GOAWAY 0"),
    pytest.param("Stream removed (RST_STREAM with error code 7)", id="REFUSED_STREAM"),
    pytest.param(
        "Expected to send the request to a partition in the topology, but gateway does not know "
        "broker topology. Please try again later.",
        id="no topology",
    ),
    pytest.param("The partition 1 is currently INACTIVE with no leader.", id="inactive"),
    pytest.param(
        "Expected to handle client message on the leader of partition '1', "
        "but this node is not the leader for it",
        id="not the leader",
    ),
    pytest.param(
        "Expected to handle client message on the leader of partition '1', but the writer is "
        "closed. Most likely, this node is not the leader for this partition.",
        id="writer closed",
    ),
    pytest.param("Processing paused for partition '1'", id="paused"),
    pytest.param("Connection refused: zeebe-0/10.0.0.1:26501", id="broker refused"),
]

AMBIGUOUS = [
    pytest.param(UNAVAILABLE, "Stream removed (Socket closed)", id="cut"),
    pytest.param(UNAVAILABLE, "Stream removed (Socket closed (GOAWAY received))", id="GOAWAY, cut"),
    pytest.param(UNAVAILABLE, "upstream connect error or disconnect/reset", id="proxy"),
    pytest.param(UNAVAILABLE, None, id="no text"),
    pytest.param(StatusCode.INTERNAL, "Stream removed (RST_STREAM error code 2)", id="reset"),
    pytest.param(
        StatusCode.INTERNAL, "Unexpected error occurred between gateway and broker", id="internal"
    ),
    pytest.param(StatusCode.DEADLINE_EXCEEDED, "Deadline Exceeded", id="our deadline"),
    pytest.param(
        StatusCode.DEADLINE_EXCEEDED, "Time out between gateway and broker: ...", id="broker's"
    ),
    pytest.param(StatusCode.ABORTED, "Connection was closed", id="aborted"),
    pytest.param(StatusCode.CANCELLED, "", id="cancelled"),
    pytest.param(StatusCode.UNKNOWN, "", id="unknown"),
    pytest.param(StatusCode.DATA_LOSS, "", id="data loss"),
    pytest.param(EXHAUSTED, "CLIENT: Received message larger than max (5 vs. 4)", id="answer lost"),
]

DEFINITE = [
    pytest.param(EXHAUSTED, "request limit is exhausted", errors.BackpressureError, id="busy"),
    pytest.param(
        EXHAUSTED,
        "Expected to execute the command on one of the partitions, but all failed",
        errors.BackpressureError,
        id="all partitions busy",
    ),
    pytest.param(
        EXHAUSTED, "Broker is out of disk space", errors.BackpressureError, id="disk full"
    ),
    pytest.param(
        EXHAUSTED,
        "gRPC message exceeds maximum size 4194304: 5242880",
        errors.RejectedError,
        id="too large",
    ),
    pytest.param(
        EXHAUSTED,
        "Request size is above configured maxMessageSize.",
        errors.RejectedError,
        id="too large for the broker",
    ),
    pytest.param(
        StatusCode.UNKNOWN,
        "Command 'CREATE' rejected with code 'EXCEEDED_BATCH_RECORD_SIZE': too much",
        errors.RejectedError,
        id="rejection without a code of its own",
    ),
    pytest.param(
        StatusCode.INTERNAL,
        "Command 'CREATE' rejected with code 'PROCESSING_ERROR': Expected to process command",
        errors.RejectedError,
        id="rolled back",
    ),
    pytest.param(StatusCode.INVALID_ARGUMENT, "x", errors.RejectedError, id="invalid"),
    pytest.param(StatusCode.OUT_OF_RANGE, "x", errors.RejectedError, id="out of range"),
    pytest.param(StatusCode.NOT_FOUND, "x", errors.NotFoundError, id="not found"),
    pytest.param(StatusCode.ALREADY_EXISTS, "x", errors.AlreadyExistsError, id="exists"),
    pytest.param(StatusCode.FAILED_PRECONDITION, "x", errors.InvalidStateError, id="state"),
    pytest.param(StatusCode.UNAUTHENTICATED, "x", errors.CredentialsRejectedError, id="who"),
    pytest.param(StatusCode.PERMISSION_DENIED, "x", errors.CredentialsRejectedError, id="may"),
    pytest.param(StatusCode.UNIMPLEMENTED, "x", errors.NotSupportedByGatewayError, id="old"),
    pytest.param(
        UNAVAILABLE,
        "Expected to execute command on partition 0, but either it does not exist, or the gateway "
        "is not yet aware of it",
        PartitionUnknownError,
        id="partition unknown",
    ),
]


@pytest.mark.parametrize("text", NOTHING_HAPPENED)
def test_a_call_that_never_reached_an_engine_can_be_sent_again(text: str) -> None:
    assert type(translate(UNAVAILABLE, text, repeatable=False)) is errors.GatewayUnavailableError


@pytest.mark.parametrize(("code", "text"), AMBIGUOUS)
def test_a_lost_answer_leaves_the_outcome_unknown(code: StatusCode, text: str | None) -> None:
    assert type(translate(code, text, repeatable=False)) is errors.OutcomeUnknownError


@pytest.mark.parametrize(("code", "text"), AMBIGUOUS)
def test_a_lost_answer_is_harmless_if_nothing_was_to_change(
    code: StatusCode, text: str | None
) -> None:
    assert type(translate(code, text, repeatable=True)) is errors.GatewayUnavailableError


@pytest.mark.parametrize(("code", "text", "kind"), DEFINITE)
@pytest.mark.parametrize("repeatable", [True, False])
def test_what_the_engine_says_is_what_it_means(
    code: StatusCode, text: str, kind: type[errors.GatewayError], repeatable: bool
) -> None:
    error = translate(code, text, repeatable=repeatable)
    assert type(error) is kind
    assert str(error) == text


@pytest.mark.parametrize("code", list(StatusCode))
def test_every_code_has_a_meaning(code: StatusCode) -> None:
    assert isinstance(translate(code, "", repeatable=False), errors.GatewayError)


def test_a_user_cannot_talk_a_lost_answer_away() -> None:
    """Texts quote variables: only their beginning may decide that nothing happened."""
    text = "Stream removed (Socket closed) failed to connect to all addresses"
    assert type(translate(UNAVAILABLE, text, repeatable=False)) is errors.OutcomeUnknownError


def test_the_text_is_cut() -> None:
    text = str(translate(StatusCode.INVALID_ARGUMENT, "x" * 100_000, repeatable=False))
    assert len(text) == LONGEST_TEXT


def test_an_error_without_text_names_its_code() -> None:
    assert str(translate(StatusCode.NOT_FOUND, "", repeatable=False)) == "NOT_FOUND"
