"""What the official client does, against the engine. It runs in an environment that has the client.

    python -m tests.engine.clients.sdk_script ADDRESS FOLDER MINOR

FOLDER holds the resources to deploy, MINOR is 9 for 8.9. What comes of each case is printed, all as
one JSON object.
"""

import json
import sys
from pathlib import Path
from typing import Any

from camunda_orchestration_sdk import CamundaClient, models  # type: ignore[import-not-found]

from tests.engine.clients import sdk_commands, sdk_reads  # noqa: F401 - fill CASES
from tests.engine.clients.sdk_rig import CASES, Camunda, Case


def outcome(wanted: Case, camunda: Camunda) -> Any:
    try:
        return wanted(camunda)
    except Exception as error:  # noqa: BLE001 - what it is, is told
        return f"{type(error).__name__}: {error}"


def main(address: str, folder: str, minor: str) -> None:
    configuration = {"CAMUNDA_REST_ADDRESS": address, "CAMUNDA_SDK_LOG_LEVEL": "silent"}
    with CamundaClient(configuration) as client:
        camunda = Camunda(client, models, Path(folder), int(minor))
        cases = [one for since, one in CASES if since <= camunda.minor]
        print(json.dumps({one.__name__: outcome(one, camunda) for one in cases}))


if __name__ == "__main__":
    main(*sys.argv[1:])
