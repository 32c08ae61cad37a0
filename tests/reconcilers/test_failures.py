"""The table of errors: what heals by itself, and what a person must change."""

import pytest

from zeebe_operator.model import errors
from zeebe_operator.model.errors import OperatorError
from zeebe_operator.model.outcome import Again, Removed, Stalled, Waiting
from zeebe_operator.model.reasons import Reason
from zeebe_operator.reconcilers import failures

TEXT = "what happened"


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (errors.InvalidSpecError, Reason.INVALID_SPEC),
        (errors.NotSupportedByGatewayError, Reason.NOT_SUPPORTED_BY_GATEWAY),
        (errors.CredentialsRejectedError, Reason.CREDENTIALS_REJECTED),
        (errors.RejectedError, Reason.REJECTED),
        (errors.NotFoundError, Reason.REJECTED),
        (errors.AlreadyExistsError, Reason.REJECTED),
        (errors.InvalidStateError, Reason.REJECTED),
    ],
)
def test_what_a_person_must_change_is_stalled(kind: type[OperatorError], reason: Reason) -> None:
    outcome = failures.outcome_of(kind(TEXT))
    assert isinstance(outcome, Stalled)
    assert outcome.reason is reason
    assert TEXT in outcome.message


@pytest.mark.parametrize(
    ("kind", "reason", "after"),
    [
        (errors.DependencyError, Reason.DEPENDENCY_NOT_READY, failures.WATCHED),
        (errors.GatewayUnavailableError, Reason.GATEWAY_UNAVAILABLE, None),
        (errors.OutcomeUnknownError, Reason.OUTCOME_PENDING, None),
    ],
)
def test_what_heals_by_itself_waits(
    kind: type[OperatorError], reason: Reason, after: float | None
) -> None:
    outcome = failures.outcome_of(kind(TEXT))
    assert isinstance(outcome, Waiting)
    assert (outcome.reason, outcome.after) == (reason, after)
    assert TEXT in outcome.message


@pytest.mark.parametrize(
    "kind",
    [
        errors.BackpressureError,
        errors.ClusterUnavailableError,
        errors.ObjectNotFoundError,
        errors.ConflictError,
        errors.ForbiddenError,
    ],
)
def test_overload_and_trouble_with_the_api_are_told_to_nobody(kind: type[OperatorError]) -> None:
    assert failures.outcome_of(kind(TEXT)) == Again()


@pytest.mark.parametrize("kind", [errors.InvalidSpecError, errors.RejectedError])
def test_what_cannot_be_cleaned_up_holds_up_no_deletion(kind: type[OperatorError]) -> None:
    outcome = failures.removal_outcome_of(kind(TEXT))
    assert isinstance(outcome, Removed)
    assert TEXT in outcome.warning


@pytest.mark.parametrize(
    "kind",
    [
        errors.GatewayUnavailableError,
        errors.BackpressureError,
        errors.OutcomeUnknownError,
        errors.CredentialsRejectedError,
        errors.DependencyError,
    ],
)
def test_what_may_yet_be_cleaned_up_is_waited_for(kind: type[OperatorError]) -> None:
    assert failures.removal_outcome_of(kind(TEXT)) == failures.outcome_of(kind(TEXT))


def test_a_bug_is_told_without_its_text() -> None:
    outcome = failures.internal(ValueError("c4n4ry"))
    assert outcome.reason is Reason.INTERNAL_ERROR
    assert "ValueError" in outcome.message
    assert "c4n4ry" not in outcome.message


def test_an_error_that_nobody_thought_of_is_a_bug() -> None:
    class NewError(OperatorError):
        pass

    assert failures.outcome_of(NewError(TEXT)) == failures.internal(NewError(TEXT))
