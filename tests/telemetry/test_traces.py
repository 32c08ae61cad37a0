"""Spans: which there are, what they say and belong to, and that nobody has to pay for them."""

import asyncio
import json
import logging
import sys
import threading
from collections.abc import Iterator, Sequence

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from zeebe_operator.model.errors import SettingsError
from zeebe_operator.model.names import Kind, ObjectKey
from zeebe_operator.model.outcome import Outcome, Ready, Removed, Stalled, Unchanged
from zeebe_operator.model.reasons import Reason
from zeebe_operator.telemetry import logs
from zeebe_operator.telemetry.health import Health
from zeebe_operator.telemetry.metrics import Metrics
from zeebe_operator.telemetry.observers import observing
from zeebe_operator.telemetry.traces import Delivery, Traces

ORDER = ObjectKey(Kind.PROCESS, "shop", "order")
IDENTITY = {
    "zeebe.resource.kind": "ZeebeProcess",
    "zeebe.resource.namespace": "shop",
    "zeebe.resource.name": "order",
}
CANARY = "c4n4ry"
DEADLINE = 60.0


class Collector:
    """What arrives of the spans, once they are sent."""

    def __init__(self) -> None:
        self.metrics = Metrics(Health())
        self._memory = InMemorySpanExporter()
        self.traces = Traces(self.metrics, self._memory)

    def spans(self) -> list[ReadableSpan]:
        self.traces.close()
        return list(self._memory.get_finished_spans())

    def call(self, code: str = "OK", seconds: float = 0.0, method: str = "DeployResource") -> None:
        self.traces.called("zeebe:26500", method, code, seconds)

    def attributes_of(self, outcome: Outcome) -> dict[str, object]:
        with self.traces.passing(ORDER) as conclude:
            conclude(outcome)
        [span] = self.spans()
        return dict(span.attributes or {})


@pytest.fixture
def collector() -> Iterator[Collector]:
    made = Collector()
    yield made
    made.traces.close()


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (Ready(Reason.DEPLOYED, CANARY), ("ready", "Deployed")),
        (Stalled(Reason.REJECTED, CANARY, {"state": CANARY}), ("stalled", "Rejected")),
        (Removed(CANARY), ("removed", "ConnectionGone")),
        (Removed(), ("removed", None)),
        (Unchanged(), ("unchanged", None)),
    ],
)
def test_a_pass_tells_what_it_was_about_and_how_it_ended_and_no_more(
    collector: Collector, outcome: Outcome, told: tuple[str, str | None]
) -> None:
    result, reason = told
    expected = {**IDENTITY, "zeebe.outcome": result}
    if reason:
        expected["zeebe.reason"] = reason
    assert collector.attributes_of(outcome) == expected


def test_a_call_is_a_child_of_the_pass_that_makes_it(collector: Collector) -> None:
    with collector.traces.passing(ORDER) as conclude:
        collector.call()
        collector.call("UNAVAILABLE")
        conclude(Unchanged())
    good, bad, one_pass = collector.spans()
    assert one_pass.parent is None
    assert [call.parent and call.parent.span_id for call in (good, bad)] == [
        one_pass.context.span_id
    ] * 2
    assert [call.status.is_ok for call in (good, bad)] == [True, False]
    assert good.attributes == {
        "rpc.system.name": "grpc",
        "rpc.method": "DeployResource",
        "rpc.response.status_code": "OK",
        "zeebe.gateway": "zeebe:26500",
    }


def test_an_answer_over_rest_is_good_with_a_good_status(collector: Collector) -> None:
    for code in ("200", "404", "UNAVAILABLE"):
        collector.call(code, method="REST GET variables")
    spans = collector.spans()
    assert [span.status.is_ok for span in spans] == [True, False, False]
    assert {(span.attributes or {})["rpc.system.name"] for span in spans} == {"http"}


async def test_what_a_pass_left_running_belongs_to_it_for_as_long_as_it_lasted(
    collector: Collector,
) -> None:
    ended = asyncio.Event()

    async def left_running() -> None:
        await ended.wait()
        collector.call(seconds=10.0)
        collector.call(seconds=0.0)

    with collector.traces.passing(ORDER) as conclude:
        running = asyncio.create_task(left_running())
        await asyncio.sleep(0)
        conclude(Unchanged())
    ended.set()
    await running
    one_pass, early, late = collector.spans()
    assert early.context.trace_id == one_pass.context.trace_id
    assert late.parent is None
    assert late.context.trace_id != one_pass.context.trace_id


def test_passes_at_once_keep_their_calls_apart(collector: Collector) -> None:
    async def one(name: str) -> None:
        with collector.traces.passing(ObjectKey(Kind.PROCESS, "shop", name)) as conclude:
            await asyncio.sleep(0)
            collector.call(method=name)
            conclude(Unchanged())

    async def both() -> None:
        await asyncio.gather(one("a"), one("b"))

    asyncio.run(both())
    spans = {span.context.span_id: span for span in collector.spans()}
    pairs = [
        (call.name, (spans[call.parent.span_id].attributes or {})["zeebe.resource.name"])
        for call in spans.values()
        if call.parent
    ]
    assert sorted(pairs) == [("a", "a"), ("b", "b")]


def test_a_bug_in_a_pass_leaves_a_span_without_its_text(collector: Collector) -> None:
    with pytest.raises(ValueError, match=CANARY), collector.traces.passing(ORDER):
        raise ValueError(CANARY)
    [span] = collector.spans()
    assert span.attributes == IDENTITY
    assert CANARY not in span.to_json()


def test_what_is_traced_is_still_counted(collector: Collector) -> None:
    collector.attributes_of(Ready(Reason.DEPLOYED, ""))
    collector.call()
    text = collector.metrics.text().decode()
    assert '\nzeebe_operator_reconciles_total{kind="ZeebeProcess",result="ready"} 1.0' in text
    assert '\nzeebe_operator_gateway_calls_total{code="OK",method="DeployResource"} 1.0' in text


def test_the_variables_of_opentelemetry_name_the_service(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_SERVICE_NAME", "my-operator")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
    named = Collector()
    named.call()
    collector.call()
    [mine], [default] = named.spans(), collector.spans()
    assert mine.resource.attributes["service.name"] == "my-operator"
    assert mine.resource.attributes["deployment.environment.name"] == "test"
    assert default.resource.attributes["service.name"] == "zeebe-operator"


def test_log_lines_of_a_pass_tell_its_trace(
    collector: Collector, capsys: pytest.CaptureFixture[str]
) -> None:
    root, own = logging.getLogger(), logging.getLogger("zeebe_operator.x")
    before = root.handlers[:], root.level
    logs.configure("json", "info")
    logs.add_fields(collector.traces.log_fields)
    try:
        with collector.traces.passing(ORDER):
            own.info("in it")
        own.info("after it")
    finally:
        root.handlers[:], root.level = before
    inside, after = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    [span] = collector.spans()
    assert (inside["trace_id"], inside["span_id"]) == (
        f"{span.context.trace_id:032x}",
        f"{span.context.span_id:016x}",
    )
    assert "trace_id" not in after


def test_nobody_who_does_not_ask_pays_for_it() -> None:
    metrics = Metrics(Health())
    with observing(metrics, traced=False) as observer:
        assert observer is metrics


def test_what_is_not_installed_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "zeebe_operator.telemetry.traces")
    monkeypatch.delattr("zeebe_operator.telemetry.traces")
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    monkeypatch.setitem(sys.modules, "opentelemetry.context", None)
    asked = observing(Metrics(Health()), traced=True)
    with pytest.raises(SettingsError, match=r"install zeebe-operator\[otel\]"), asked:
        pass


def test_what_the_sdk_refuses_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "4096")
    asked = observing(Metrics(Health()), traced=True)
    with pytest.raises(SettingsError, match=r"OTEL_\*.*max_export_batch_size"), asked:
        pass


class Answering(SpanExporter):
    """A collector that answers as it is told."""

    def __init__(self, *answers: SpanExportResult) -> None:
        self._answers = list(answers)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._answers.pop(0)


def test_a_collector_that_is_away_is_told_once_and_so_is_its_return(
    caplog: pytest.LogCaptureFixture,
) -> None:
    good, bad = SpanExportResult.SUCCESS, SpanExportResult.FAILURE
    delivery = Delivery(Answering(good, bad, bad, bad, good, good))
    with caplog.at_level("INFO"):
        for _ in range(6):
            delivery.export([])
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


class Hanging(SpanExporter):
    """A collector that takes the spans, and answers only when nobody waits any more."""

    def __init__(self) -> None:
        self.asked, self.freed = threading.Event(), threading.Event()
        self.answered = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.asked.set()
        self.answered = not self.freed.wait(DEADLINE)
        return SpanExportResult.FAILURE


def test_the_end_does_not_wait_for_a_collector_that_hangs() -> None:
    hanging = Hanging()
    traces = Traces(Metrics(Health()), hanging)
    traces.called("zeebe:26500", "Topology", "OK", 0.0)
    traces.close()
    assert hanging.asked.wait(DEADLINE)
    assert not hanging.answered
    hanging.freed.set()
