"""Servers that run as pods: an operator in a pod reaches no other ones, but for the gateway."""

from devstack import image
from tests.acceptance.cluster import Cluster, Object, secret
from tests.installed.installed import FIRST

PORT = 8443

ANSWERING = f"""
import http.server, json

class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        job = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        print(self.headers["Idempotency-Key"], self.headers["Authorization"], flush=True)
        body = json.dumps({{"result": job["variables"]["item"]}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

http.server.ThreadingHTTPServer(("", {PORT}), Handler).serve_forever()
"""
"""Completes jobs of bpmn.many; what it logs is a line for each request."""

SPEAKING_TLS = f"""
import asyncio, ssl, sys

async def pump(reader, writer):
    while chunk := await reader.read(65536):
        writer.write(chunk)
        await writer.drain()
    writer.close()

async def carry(reader, writer):
    host, port = sys.argv[1].split(":")
    far_reader, far_writer = await asyncio.open_connection(host, int(port))
    await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))

async def main():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain("/own/tls.crt", "/own/tls.key")
    context.set_alpn_protocols(["h2"])
    server = await asyncio.start_server(carry, "", {PORT}, ssl=context)
    await server.serve_forever()

asyncio.run(main())
"""
"""Before a gateway, whose address is its argument."""


def run(cluster: Cluster, name: str, program: str, *arguments: str, **files: bytes) -> str:
    """Returns the address when it runs. The files are in /own; a `_` in a name stands for a dot."""
    container = {
        "name": "main",
        "image": f"{image.NAME}:{FIRST}",
        "command": ["python", "-c", program, *arguments],
        "readinessProbe": {"tcpSocket": {"port": PORT}, "periodSeconds": 1},
        "volumeMounts": [{"name": "own", "mountPath": "/own"}],
    }
    pod: Object = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name},
        "spec": {
            "terminationGracePeriodSeconds": 0,
            "containers": [container],
            "volumes": [{"name": "own", "secret": {"secretName": name}}],
        },
    }
    cluster.apply(secret(name, **files), pod)
    cluster.kubectl("wait", "--for=condition=Ready", f"pod/{name}", "--timeout=90s")
    address: str = cluster.get("pod", name)["status"]["podIP"]
    return f"{address}:{PORT}"
