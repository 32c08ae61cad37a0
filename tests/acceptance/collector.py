"""A collector of traces on a port of its own: OTLP over HTTP, as real ones speak it."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span


def attributes_of(span: Span) -> dict[str, str]:
    return {each.key: each.value.string_value for each in span.attributes}


@dataclass
class Collector:
    bodies: list[bytes] = field(default_factory=list)
    """As they came over the wire."""

    def spans(self) -> Sequence[Span]:
        requests = (ExportTraceServiceRequest.FromString(body) for body in list(self.bodies))
        return [
            span
            for request in requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    def find(self, **attributes: str) -> Sequence[Span]:
        """Those with all of them; an underscore stands for a dot."""
        wanted = {name.replace("_", "."): value for name, value in attributes.items()}
        return [span for span in self.spans() if wanted.items() <= attributes_of(span).items()]


@contextmanager
def listening(port: int) -> Iterator[Collector]:
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/v1/traces":
                collector.bodies.append(body)
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Is nobody's business."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
