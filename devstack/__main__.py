"""`python -m devstack build|build-all|up|down|status|doctor`: the environment at the terminal."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from devstack import daemon, doctor, everything, parts
from devstack.daemon import State
from devstack.errors import DevstackError
from devstack.progress import Progress

_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    try:
        return _COMMANDS[arguments.command]()
    except DevstackError as error:
        print(f"devstack: {error}", file=sys.stderr)
    except OSError as error:
        print(f"devstack: {error.strerror or error} ({error.filename or 'I/O'}).", file=sys.stderr)
    except KeyboardInterrupt:
        print("devstack: interrupted, nothing is left running.", file=sys.stderr)
        return _INTERRUPTED
    return 1


def build() -> int:
    built = parts.ensure(Progress())
    print(f"Everything is built: {built.kube.parent}, {built.etcd.parent}")
    return 0


def build_all() -> int:
    everything.ensure(Progress())
    print("Everything that the tests need is built.")
    return 0


def up() -> int:
    state, was_up = daemon.up(Progress())
    print("It is already up." if was_up else "It is up.")
    print(_how_to_use(state))
    return 0


def down() -> int:
    print("It is down, its data are removed." if daemon.down() else "Nothing was up.")
    return 0


def status() -> int:
    state = daemon.state()
    if state is None:
        print("Nothing is up; `python -m devstack up` starts it.")
        return 1
    print(_how_to_use(state))
    return 0


def examine() -> int:
    findings = doctor.examine()
    for finding in findings:
        print(f"{'ok ' if finding.is_good else 'BAD'}  {finding.what:<6} {finding.text}")
    return 0 if all(finding.is_good for finding in findings) else 1


def serve() -> int:
    daemon.serve()
    return 0


_COMMANDS = {
    "build": build,
    "build-all": build_all,
    "up": up,
    "down": down,
    "status": status,
    "doctor": examine,
    "serve": serve,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m devstack", description="A real Kubernetes API and a Zeebe engine, locally."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("build", help="build what is missing, once")
    commands.add_parser("build-all", help="the same, and what only tests need: a node, Helm, ...")
    commands.add_parser("up", help="start an environment in the background")
    commands.add_parser("down", help="stop it and remove its data")
    commands.add_parser("status", help="what is up")
    commands.add_parser("doctor", help="what this machine has of what is needed")
    commands.add_parser("serve")  # the background process of `up`
    return parser


def _how_to_use(state: State) -> str:
    running = ", ".join(f"{name} ({pid})" for name, pid in state.services.items())
    return f"""
  running       {running}
  API server    {state.server}
  engine        gRPC {state.gateway_address}, REST {state.rest_address}
  kubectl       {state.kubectl}

  export KUBECONFIG={state.kubeconfig}
  export ZEEBE_ADDRESS={state.gateway_address} ZEEBE_INSECURE_CONNECTION=true
  {_python()} -m zeebe_operator run      # the operator against it, from this shell
  {_python()} -m devstack down           # stops it and removes its data
"""


def _python() -> str:
    """This interpreter, as short as it can be typed."""
    here = Path.cwd()
    running = Path(sys.executable)
    return str(running.relative_to(here) if running.is_relative_to(here) else running)


if __name__ == "__main__":
    sys.exit(main())
