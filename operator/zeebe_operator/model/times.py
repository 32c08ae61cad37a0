"""Times as the Kubernetes API writes them: RFC 3339, UTC, whole seconds."""

from datetime import UTC, datetime, timedelta

_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def text(moment: datetime) -> str:
    """`moment` must know its time zone."""
    return moment.astimezone(UTC).strftime(_FORMAT)


def later(moment: str, seconds: float) -> str:
    """A text of this form, `seconds` later."""
    parsed = datetime.strptime(moment, _FORMAT).replace(tzinfo=UTC)
    return text(parsed + timedelta(seconds=seconds))
