"""`python -m tests.conformance`: the contract tests on the local engine, or on a cluster of yours.

The cluster is named by the variables that the operator reads: ZEEBE_ADDRESS,
CAMUNDA_REST_ADDRESS, and those of credentials. Exits with 1 where it differs, with 2 where it
cannot be asked.
"""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from devstack.engine import Engine, Options
from devstack.errors import DevstackError
from tests.conformance.table import Table
from zeebe_operator.model import environment
from zeebe_operator.model.engine import GatewaySettings, Topology
from zeebe_operator.model.errors import OperatorError
from zeebe_operator.zeebe import files
from zeebe_operator.zeebe.pool import GatewayPool

_ROOM: Final = Path(__file__).parents[1] / "zeebe"
_MODULES: Final = (
    "test_contract.py",
    "test_commands_contract.py",
    "test_recorded_version.py",
    "test_reading_contract.py",
)
_QUIET: Final = ("--quiet", "--no-header", "--no-summary", "--tb=no", "-p", "no:cacheprovider")


def main() -> int:
    try:
        with _cluster() as target:
            version = asyncio.run(_topology(target)).gateway_version
            print(f"Asking the gateway {version} at {target.address}:", flush=True)
            table = Table(target, version)
            code = pytest.main([*_QUIET, *(str(_ROOM / one) for one in _MODULES)], [table])
    except (OperatorError, DevstackError) as error:
        print(f"conformance: {error}", file=sys.stderr)
        return 2
    print(f"\n{table}")
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        return 2
    return 1 if table.differences else 0


@contextmanager
def _cluster() -> Iterator[GatewaySettings]:
    """Where no other one is named: the local engine as that on which the answers were recorded."""
    own = environment.connection(None, os.environ)
    if own is not None:
        yield files.complete(own.settings, own.files)
        return
    with Engine.alone(Options("8.6", partitions=1)) as engine:
        yield GatewaySettings(
            engine.gateway_address, plaintext=True, rest_address=engine.rest_address
        )


async def _topology(target: GatewaySettings) -> Topology:
    pool = GatewayPool(lambda *_: None, lambda *_: None)
    try:
        return await pool.get(target).topology()
    finally:
        await pool.close()


if __name__ == "__main__":
    sys.exit(main())
