"""What is counted. One registry for each process, passed in, never a global one."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

from zeebe_operator import __version__
from zeebe_operator.model.census import Census
from zeebe_operator.model.names import ObjectKey
from zeebe_operator.model.outcome import Outcome
from zeebe_operator.ports import Conclude
from zeebe_operator.telemetry.health import Health
from zeebe_operator.telemetry.state import StateCollector

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """Implements `ports.Observer` and `ports.Tally`; names and labels are part of the API."""

    def __init__(self, health: Health) -> None:
        self._registry = CollectorRegistry()
        self._reconciles = Counter(
            "zeebe_operator_reconciles",
            "Passes over resources, by kind and result.",
            ["kind", "result"],
            registry=self._registry,
        )
        self._duration = Histogram(
            "zeebe_operator_reconcile_duration_seconds",
            "How long a pass takes.",
            ["kind"],
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._calls = Counter(
            "zeebe_operator_gateway_calls",
            "Calls to Zeebe gateways, by method and gRPC code.",
            ["method", "code"],
            registry=self._registry,
        )
        self._call_duration = Histogram(
            "zeebe_operator_gateway_call_duration_seconds",
            "How long a gateway takes to answer.",
            ["method"],
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._worked = Counter(
            "zeebe_operator_worker_jobs",
            "Jobs of ZeebeJobWorkers, by what became of them.",
            ["namespace", "worker", "result"],
            registry=self._registry,
        )
        Gauge(
            "zeebe_operator_build_info",
            "Always 1; the label tells the version.",
            ["version"],
            registry=self._registry,
        ).labels(__version__).set(1)
        self._state = StateCollector(health)
        for collector in (self._state, ProcessCollector(registry=None), PlatformCollector(None)):
            self._registry.register(collector)

    @contextmanager
    def passing(self, key: ObjectKey) -> Iterator[Conclude]:
        started = time.perf_counter()

        def conclude(outcome: Outcome) -> None:
            self._reconciles.labels(key.kind, result_of(outcome)).inc()
            self._duration.labels(key.kind).observe(time.perf_counter() - started)

        yield conclude

    def called(self, gateway: str, method: str, code: str, seconds: float) -> None:  # noqa: ARG002
        self._calls.labels(method, code).inc()
        self._call_duration.labels(method).observe(seconds)

    def worked(self, worker: ObjectKey, result: str) -> None:
        self._worked.labels(worker.namespace, worker.name, result).inc()

    def forget(self, worker: ObjectKey) -> None:
        labels = {"namespace": worker.namespace, "worker": worker.name}
        self._worked.remove_by_labels(labels)

    def read_from(self, take: Callable[[], Census]) -> None:
        """Who counts what there is, at every look at the metrics."""
        self._state.take = take

    def text(self) -> bytes:
        """In the Prometheus text format."""
        return generate_latest(self._registry)


def result_of(outcome: Outcome) -> str:
    """The word for it, in metrics and traces."""
    return type(outcome).__name__.lower()
