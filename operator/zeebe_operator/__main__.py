"""`python -m zeebe_operator`, and the console script `zeebe-operator`."""

import asyncio
import os
import sys

import uvloop

from zeebe_operator import app, settings
from zeebe_operator.model.errors import OperatorError
from zeebe_operator.telemetry import logs, server


def main() -> int:
    """The exit code: 0 after a signal, 1 with one sentence on stderr for what went wrong."""
    try:
        parsed = settings.parse(sys.argv[1:], os.environ)
        logs.configure(parsed.log_format, parsed.log_level)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(app.run(parsed))
    except (server.PortTakenError, OperatorError) as error:
        print(f"zeebe-operator: {error}", file=sys.stderr)  # noqa: T201 - for a person to read
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
