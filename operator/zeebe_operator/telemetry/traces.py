"""OpenTelemetry traces of what is done: a span for each pass, and one for each gateway call in it.

Only for who asks for them with the variables of OpenTelemetry, which its SDK reads by itself. This
is the one module that imports it, and it is imported when it is needed.
"""

import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import (
    Span,
    SpanKind,
    StatusCode,
    format_span_id,
    format_trace_id,
    set_span_in_context,
)

from zeebe_operator import __version__
from zeebe_operator.model.names import ObjectKey
from zeebe_operator.model.outcome import Outcome, Ready, Removed, Stalled, Waiting
from zeebe_operator.ports import Conclude, Observer
from zeebe_operator.telemetry.metrics import result_of

logger = logging.getLogger(__name__)

FLUSH: Final = 1.0
"""Seconds that the last spans may take to leave: the time of a pod's grace is for the work."""

_REST: Final = "REST "


@dataclass(slots=True)
class _Pass:
    span: Span
    ended: int | None = None
    """In nanoseconds since 1970."""

    def was_under_way(self, at: int) -> bool:
        return self.ended is None or at <= self.ended


class Traces:
    """Implements `ports.Observer` around another one, which goes on counting."""

    def __init__(self, counting: Observer, exporter: SpanExporter) -> None:
        self._counting = counting
        self._provider = TracerProvider(resource=_who_we_are(), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("zeebe_operator", __version__)
        self._current: ContextVar[_Pass | None] = ContextVar("pass", default=None)

    @contextmanager
    def passing(self, key: ObjectKey) -> Iterator[Conclude]:
        span = self._tracer.start_span(f"pass {key.kind}", Context(), attributes=_identity(key))
        this = _Pass(span)
        token = self._current.set(this)
        try:
            with self._counting.passing(key) as count:

                def conclude(outcome: Outcome) -> None:
                    count(outcome)
                    _describe(span, outcome)

                yield conclude
        finally:
            self._current.reset(token)
            this.ended = time.time_ns()
            span.end(this.ended)

    def called(self, gateway: str, method: str, code: str, seconds: float) -> None:
        """Belongs to the pass in which it began. What a pass started and left running, such as a
        worker, begins traces of its own."""
        self._counting.called(gateway, method, code, seconds)
        now = time.time_ns()
        started = now - int(seconds * 1e9)
        span = self._tracer.start_span(
            method,
            self._context(started),
            kind=SpanKind.CLIENT,
            attributes={
                "rpc.system.name": "http" if method.startswith(_REST) else "grpc",
                "rpc.method": method,
                "rpc.response.status_code": code,
                "zeebe.gateway": gateway,
            },
            start_time=started,
        )
        if code != "OK" and not code.startswith("2"):
            span.set_status(StatusCode.ERROR)
        span.end(now)

    def log_fields(self) -> Mapping[str, str]:
        """Which trace a log line belongs to."""
        this = self._current.get()
        if this is None or this.ended is not None:
            return {}
        found = this.span.get_span_context()
        return {
            "trace_id": format_trace_id(found.trace_id),
            "span_id": format_span_id(found.span_id),
        }

    def close(self) -> None:
        """Sends what there is, within FLUSH seconds; the SDK alone would take up to 30."""
        closing = threading.Thread(target=self._provider.shutdown, daemon=True)
        closing.start()
        closing.join(FLUSH)

    def _context(self, started: int) -> Context:
        this = self._current.get()
        if this is None or not this.was_under_way(started):
            return Context()
        return set_span_in_context(this.span, Context())


class Delivery(SpanExporter):
    """Says once that spans do not arrive, and once that they do again. The SDK would repeat it."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._failing = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._exporter.export(spans)
        failed = result is not SpanExportResult.SUCCESS
        if failed and not self._failing:
            logger.warning("traces do not arrive at the collector; going on without them")
        if self._failing and not failed:
            logger.info("traces arrive at the collector")
        self._failing = failed
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()


def over_otlp(counting: Observer) -> Traces:
    """Raises ValueError for what the SDK cannot make sense of in its variables."""
    return Traces(counting, Delivery(OTLPSpanExporter()))


def _who_we_are() -> Resource:
    """OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win."""
    own = Resource({"service.name": "zeebe-operator", "service.version": __version__})
    return own.merge(OTELResourceDetector().detect())


def _identity(key: ObjectKey) -> Mapping[str, str]:
    return {
        "zeebe.resource.kind": key.kind,
        "zeebe.resource.namespace": key.namespace,
        "zeebe.resource.name": key.name,
    }


def _describe(span: Span, outcome: Outcome) -> None:
    """The message stays out: it can quote the engine, which can quote a user's variables."""
    span.set_attribute("zeebe.outcome", result_of(outcome))
    match outcome:
        case Ready() | Waiting() | Stalled():
            span.set_attribute("zeebe.reason", outcome.reason)
        case Removed() if outcome.warning:
            span.set_attribute("zeebe.reason", outcome.reason)
    if isinstance(outcome, Stalled):
        span.set_status(StatusCode.ERROR)
