"""What a failed call means: the one table from status code and text to the errors of the model.

The text matters where a code says both "it never left" and "it may have been executed". What
the table does not know counts as unknown: better to ask a person than to start twice.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from grpc import StatusCode

from zeebe_operator.model import errors

LONGEST_TEXT: Final = 4096


class PartitionUnknownError(errors.GatewayUnavailableError):
    """The gateway knows no such partition: not yet, or never, if the key is made up."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Applies to these codes, and only to these texts if there is a pattern.

    `words` say it plainly where the original text is a riddle.
    """

    codes: frozenset[StatusCode]
    error: type[errors.GatewayError]
    text: re.Pattern[str] | None = None
    words: str = ""

    def applies(self, code: StatusCode, details: str) -> bool:
        return code in self.codes and (self.text is None or bool(self.text.search(details)))


def _texts(parts: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(parts))


NEVER_CONNECTED: Final = _texts(
    (
        r"^failed to connect to all addresses",
        r"^DNS resolution failed",
        r"^(empty|no) address",
        r"^Connection refused",  # the gateway's attempt to reach a broker
        r"^connection timed out",
    )
)
NOT_PROCESSED: Final = _texts(
    (
        # HTTP/2 promises it for a stream above the last one of a GOAWAY, and for REFUSED_STREAM.
        r"^Stream removed \(GOAWAY received",
        r"^Stream removed \(RST_STREAM.*error code 7\b",
        r"^Too many pings",
    )
)
NOT_FORWARDED: Final = _texts(
    (
        r"gateway does not know broker topology",
        r"^The partition \S+ is currently INACTIVE with no leader",
        r"but this node is not the leader for it",
        r"^Expected to handle client message on the leader .* but the writer is closed",
        r"^Processing paused for partition",
    )
)
UNKNOWN_PARTITION: Final = _texts((r"^Expected to execute command on partition -?\d+, but either",))
TOO_LARGE: Final = _texts(
    (
        r"exceeds maximum size",
        r"max(imum)? ?message ?size",
        r"maxMessageSize",
        r"^(SERVER: )?(Received|Sent) message larger than max",
        r"^CLIENT: Sent message larger than max",
    )
)
ANSWER_TOO_LARGE: Final = _texts((r"^CLIENT: Received message larger than max",))
UNKNOWN_DECISION: Final = _texts((r"but no decision found for (id|key) '",))
REJECTION: Final = _texts((r"^Command '[^']*' rejected with code '",))


def _codes(*codes: StatusCode) -> frozenset[StatusCode]:
    return frozenset(codes)


_UNAVAILABLE: Final = _codes(StatusCode.UNAVAILABLE)
_EXHAUSTED: Final = _codes(StatusCode.RESOURCE_EXHAUSTED)


def _tls(pattern: str, words: str) -> Rule:
    """Of a connection that did not come about."""
    text = re.compile(rf"^failed to connect to all addresses.*({pattern})", re.DOTALL)
    return Rule(_UNAVAILABLE, errors.TlsError, text, words)


TLS: Final = (
    _tls(
        r"unable to (get (local )?issuer|verify the first) certificate|self[- ]signed certificate",
        "its certificate is signed by an authority that is not trusted: give that one in"
        " tls.caSecretRef (CAMUNDA_MTLS_CA_PATH)",
    ),
    _tls(
        r"Hostname Verification Check failed",
        "its certificate is for another name: correct the address, or give that name in"
        " tls.serverName (ZEEBE_OVERRIDE_AUTHORITY)",
    ),
    _tls(r"certificate has expired", "its certificate has expired: renew it at the gateway"),
    _tls(r"certificate is not yet valid", "its certificate is not valid yet: compare the clocks"),
    _tls(
        r"WRONG_VERSION_NUMBER|HTTP_REQUEST",
        "it does not speak TLS: set plaintext: true (ZEEBE_INSECURE_CONNECTION), or correct the"
        " port",
    ),
    _tls(
        r"ALERT_", "it refuses the client certificate, or misses one: see tls.clientCertSecretRef"
    ),
    _tls(r"SSL_ERROR_SSL|Failed to create security handshaker", "the TLS handshake fails"),
)
CUT_OFF: Final = re.compile(r"^failed to connect to all addresses.*(Socket closed|reset by peer)")
"""A gateway that goes away, or one that does not like our handshake."""

_REASON: Final = re.compile(r"OPENSSL_internal:([^:]+(?:: [^:]+)?)")

RULES: Final = (
    *TLS,
    Rule(_UNAVAILABLE, errors.GatewayUnavailableError, NEVER_CONNECTED),
    Rule(_UNAVAILABLE, errors.GatewayUnavailableError, NOT_PROCESSED),
    Rule(_UNAVAILABLE, errors.GatewayUnavailableError, NOT_FORWARDED),
    Rule(_UNAVAILABLE, PartitionUnknownError, UNKNOWN_PARTITION),
    Rule(_EXHAUSTED, errors.OutcomeUnknownError, ANSWER_TOO_LARGE),
    Rule(_EXHAUSTED, errors.RejectedError, TOO_LARGE),
    Rule(_EXHAUSTED, errors.BackpressureError),
    # The engine rolled the command back and says so; only the reason has no code of its own.
    Rule(_codes(StatusCode.INTERNAL, StatusCode.UNKNOWN), errors.RejectedError, REJECTION),
    Rule(_codes(StatusCode.INVALID_ARGUMENT), errors.NotFoundError, UNKNOWN_DECISION),
    Rule(_codes(StatusCode.INVALID_ARGUMENT, StatusCode.OUT_OF_RANGE), errors.RejectedError),
    Rule(_codes(StatusCode.NOT_FOUND), errors.NotFoundError),
    Rule(_codes(StatusCode.ALREADY_EXISTS), errors.AlreadyExistsError),
    Rule(_codes(StatusCode.FAILED_PRECONDITION), errors.InvalidStateError),
    Rule(
        _codes(StatusCode.UNAUTHENTICATED, StatusCode.PERMISSION_DENIED),
        errors.CredentialsRejectedError,
    ),
    Rule(_codes(StatusCode.UNIMPLEMENTED), errors.NotSupportedByGatewayError),
    Rule(frozenset(StatusCode), errors.OutcomeUnknownError),
)


def translate(code: StatusCode, details: str | None, *, repeatable: bool) -> errors.GatewayError:
    """The model's error with the engine's own words, cut.

    For a call that changes nothing (`repeatable`) a lost answer is as good as no connection.
    """
    text = (details or code.name)[:LONGEST_TEXT]
    rule = next(rule for rule in RULES if rule.applies(code, text))
    if repeatable and rule.error is errors.OutcomeUnknownError:
        return errors.GatewayUnavailableError(text)
    return rule.error(_plainly(rule.words, text) if rule.words else text)


def _plainly(words: str, text: str) -> str:
    """With the one part of gRPC's text that can be looked up."""
    reason = _REASON.search(text)
    return f"cannot talk to the gateway: {words}" + (f" ({reason[1]})" if reason else "")
