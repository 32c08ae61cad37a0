"""Plays Elasticsearch for the broker's exporter: takes the bulk requests, says yes to the rest."""

import http.server
import json
import threading
from typing import Any, cast

from devstack import ports
from devstack.records import RecordLog

_WHO_I_AM = {
    "name": "devstack",
    "cluster_name": "devstack",
    "version": {"number": "8.13.4", "build_flavor": "default"},
    "tagline": "You Know, for Search",
}
_BULK_DONE = {"took": 0, "errors": False, "items": []}


class Listener:
    """One HTTP server in threads of this process; `url` is what the exporter is given."""

    def __init__(self, records: RecordLog) -> None:
        self._server = _Server((ports.HOST, 0), _Handler)
        self._server.records = records
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="record-listener", daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        return ports.url(self._server.server_address[1])

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    records: RecordLog

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A broker that is killed in the middle of a request is part of the tests."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65_536

    def do_GET(self) -> None:
        self._body()
        self._reply(_WHO_I_AM if self.path == "/" else {})

    def do_POST(self) -> None:
        body = self._body()
        if self.path.partition("?")[0].endswith("/_bulk"):
            lines = body.splitlines()  # an action and its document, in turn
            cast("_Server", self.server).records.add(json.loads(line) for line in lines[1::2])
            self._reply(_BULK_DONE)
        else:
            self._reply({"acknowledged": True})

    do_PUT = do_POST  # noqa: N815
    do_HEAD = do_GET  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _reply(self, content: dict[str, Any]) -> None:
        text = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)
        self.wfile.flush()
