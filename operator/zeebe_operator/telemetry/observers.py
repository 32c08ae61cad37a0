"""Who observes what is done: the metrics, and around them the traces if somebody asked for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from zeebe_operator.model.errors import SettingsError
from zeebe_operator.ports import Observer
from zeebe_operator.telemetry import logs
from zeebe_operator.telemetry.metrics import Metrics

if TYPE_CHECKING:
    from zeebe_operator.telemetry.traces import Traces


@contextmanager
def observing(metrics: Metrics, *, traced: bool) -> Iterator[Observer]:
    """At the end the last traces are sent. Raises SettingsError."""
    if not traced:
        yield metrics
        return
    traces = _traces(metrics)
    logs.add_fields(traces.log_fields)
    try:
        yield traces
    finally:
        traces.close()


def _traces(metrics: Metrics) -> "Traces":
    try:
        from zeebe_operator.telemetry import traces  # noqa: PLC0415 - installed by who wants it
    except ImportError:
        raise SettingsError(
            "the variables OTEL_* ask for traces, and OpenTelemetry is not installed: install"
            " zeebe-operator[otel], or set OTEL_TRACES_EXPORTER=none"
        ) from None
    try:
        return traces.over_otlp(metrics)
    except ValueError as error:
        raise SettingsError(f"the variables OTEL_*: {error}") from None
