"""Every error that crosses a wall between rooms.

    OperatorError
    |- SettingsError                an option or a variable of the environment cannot be used
    |- InvalidSpecError             the resource asks for something that cannot be
    |- DependencyError              a reference does not exist (yet)
    |- GatewayError                 what became of a command for the engine
    |  |- GatewayUnavailableError   not sent, or refused before it was forwarded: nothing happened
    |  |- BackpressureError         the engine is busy: nothing happened
    |  |- OutcomeUnknownError       sent, and nobody can say what became of it
    |  |  `- ResultTimeoutError     ... because the result took longer than we were to wait
    |  |- TlsError                  the ends do not agree on TLS or certificates: nothing happened
    |  |- CredentialsRejectedError  the gateway does not accept who we are or what we may
    |  |- NotSupportedByGatewayError
    |  `- RejectedError             the engine says no, and will say it again
    |     |- NotFoundError
    |     |- AlreadyExistsError
    |     `- InvalidStateError
    `- ClusterError                 what became of a request to the Kubernetes API
       |- ClusterUnavailableError   no answer, or one that says "later"
       |- ObjectNotFoundError
       |- ConflictError             somebody else wrote first
       |- ForbiddenError            our role does not allow it
       `- RefusedByClusterError     the API server does not accept what we wrote

The text of a GatewayError is the engine's own and may hold a user's variables:
it belongs into the status of the resource and never into a log.
"""


class OperatorError(Exception):
    """The root: whatever a room reports to another one."""


class SettingsError(OperatorError):
    """The operator cannot start so; the text names the option or variable and the remedy."""


class InvalidSpecError(OperatorError):
    """A field of the spec is wrong; the text names the field and the remedy."""


class DependencyError(OperatorError):
    """Something that the spec refers to is missing or not ready; it may come."""


class GatewayError(OperatorError):
    """A command for the engine did not succeed."""


class GatewayUnavailableError(GatewayError):
    """The command never reached an engine: safe to send again, whatever it is."""


class BackpressureError(GatewayError):
    """The engine had no capacity for the command: safe to send again, later."""


class OutcomeUnknownError(GatewayError):
    """The command was sent and its answer was lost: the engine may have executed it."""


class ResultTimeoutError(OutcomeUnknownError):
    """The instance did not complete in time; its key is told only with the result."""


class TlsError(GatewayError):
    """The two ends do not agree on certificates, or on TLS at all: nothing was sent."""


class CredentialsRejectedError(GatewayError):
    """UNAUTHENTICATED, PERMISSION_DENIED, or a token server that gives no token."""


class NotSupportedByGatewayError(GatewayError):
    """This version of the gateway has no such field or command."""


class RejectedError(GatewayError):
    """The engine refused the command for what it contains."""


class NotFoundError(RejectedError):
    """The engine does not know the thing that the command is about."""


class AlreadyExistsError(RejectedError):
    """The engine has it already."""


class InvalidStateError(RejectedError):
    """The engine cannot do it in the state that the thing is in."""


class ClusterError(OperatorError):
    """A request to the Kubernetes API did not succeed."""


class ClusterUnavailableError(ClusterError):
    """The API server did not answer, or answered that it cannot answer now."""


class ObjectNotFoundError(ClusterError):
    """No such object, or no such kind."""


class ConflictError(ClusterError):
    """The object changed since we read it, or is another one of the same name."""


class ForbiddenError(ClusterError):
    """The service account may not do this."""


class RefusedByClusterError(ClusterError):
    """The API server refused the content of a request."""
