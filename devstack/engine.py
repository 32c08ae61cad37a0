"""The few calls of the broker's REST API that this package itself needs."""

import json
import urllib.request

from devstack.errors import EngineUnavailableError


def broadcast_signal(rest_address: str, name: str) -> None:
    request = urllib.request.Request(
        f"{rest_address}/v2/signals/broadcast",
        data=json.dumps({"signalName": name}).encode(),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()
    except OSError as error:
        raise EngineUnavailableError(f"The broker does not take a signal: {error}.") from error
