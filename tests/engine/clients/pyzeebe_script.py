"""All that pyzeebe 4.7.0 can do, against a gateway. It runs in an environment that has pyzeebe.

    python -m tests.engine.clients.pyzeebe_script PORT FOLDER

FOLDER holds the resources to deploy. What comes of each case is printed, all as one JSON object.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from pyzeebe import ZeebeClient, create_insecure_channel  # type: ignore[import-not-found]

from tests.engine.clients import pyzeebe_client, pyzeebe_jobs  # noqa: F401 - fill CASES
from tests.engine.clients.pyzeebe_rig import CASES, Case, Gateway

LONG = 20.0


async def outcome(wanted: Case, gateway: Gateway) -> Any:
    try:
        async with asyncio.timeout(LONG):
            return await wanted(gateway)
    except Exception as error:  # noqa: BLE001 - what it is, is told
        return f"{type(error).__name__}: {error} (cause: {error.__cause__!r})"


async def main(port: str, folder: str) -> None:
    async with create_insecure_channel(f"127.0.0.1:{port}") as channel:
        gateway = Gateway(channel, ZeebeClient(channel), Path(folder))
        found = {one.__name__: await outcome(one, gateway) for one in CASES}
    print(json.dumps(found))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
