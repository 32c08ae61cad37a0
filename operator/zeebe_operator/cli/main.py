"""The console script `kubectl-zeebe`, which kubectl runs for `kubectl zeebe`."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial

from zeebe_operator.cli import arguments, changing, creating, picture, status, terminal, tree
from zeebe_operator.cli.cluster import Cluster, UsageError
from zeebe_operator.cli.shell import CLOCK, Clock, Shell
from zeebe_operator.cli.terminal import Terminal
from zeebe_operator.model.errors import ForbiddenError, OperatorError

Run = Callable[[Shell, argparse.Namespace], int]
Connect = Callable[[argparse.Namespace], Cluster]

COMMANDS: Mapping[str, Run] = {
    "status": status.run,
    "tree": tree.run,
    "start": creating.start,
    "publish": creating.publish,
    "resolve": creating.resolve,
    "cancel": changing.cancel,
    "retry": changing.retry,
    "diagram": picture.run,
}


def main() -> int:
    """0, or 1 with one sentence on stderr for what went wrong, or 2 for a wrong usage."""
    out = terminal.of((sys.stdin, sys.stdout, sys.stderr), os.environ)
    try:
        return run(sys.argv[1:], out, connect, CLOCK)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0  # `| head` has seen enough


def run(words: Sequence[str], out: Terminal, connected: Connect, clock: Clock) -> int:
    """For any cluster that `connected` finds."""
    options = arguments.parse(words)
    try:
        shell = Shell(cache(partial(connected, options)), out, clock)
        return COMMANDS[options.command](shell, options)
    except ForbiddenError as error:
        out.note(f"kubectl zeebe: not permitted: {error}; ask for a role with that right")
    except OperatorError as error:
        out.note(f"kubectl zeebe: {error}")
        return 2 if isinstance(error, UsageError) else 1
    return 1


def connect(options: argparse.Namespace) -> Cluster:
    """The cluster of the kubeconfig. Raises CommandError if there is none."""
    from zeebe_operator.cli import kubeconfig  # noqa: PLC0415 - half a second, not for --help

    return kubeconfig.connect(options.kubeconfig, options.context, options.namespace)


if __name__ == "__main__":
    sys.exit(main())
