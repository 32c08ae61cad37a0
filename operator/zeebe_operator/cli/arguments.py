"""The words that `kubectl zeebe` understands, and the texts of its help."""

import argparse
from collections.abc import Sequence

from zeebe_operator.model import duration
from zeebe_operator.model.errors import InvalidSpecError

_ABOUT = "Zeebe resources at a glance, and what people do with them every day."
_AFTER = """\
A first look: kubectl zeebe status
What belongs together: kubectl zeebe tree
To start something: kubectl zeebe start PROCESS --var orderId=1001 --wait
"""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Exits with 2 and one sentence for what is not understood, as every command does."""
    return parser().parse_args(arguments)


def parser() -> argparse.ArgumentParser:
    """Options for the cluster may stand before or after the command."""
    whole = argparse.ArgumentParser(
        prog="kubectl zeebe",
        description=_ABOUT,
        epilog=_AFTER,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _cluster(whole, None)
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for add in (_status, _tree, _start, _publish, _resolve, _cancel, _retry, _diagram):
        add(commands)
    return whole


_Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse names it nowhere else


def _command(
    commands: "_Commands[argparse.ArgumentParser]", name: str, about: str, then: str
) -> argparse.ArgumentParser:
    made = commands.add_parser(
        name, help=about, description=f"{about[0].upper()}{about[1:]}.", epilog=then
    )
    _cluster(made, argparse.SUPPRESS)
    return made


def _status(commands: "_Commands[argparse.ArgumentParser]") -> None:
    made = _command(
        commands,
        "status",
        "show every Zeebe resource of a namespace, what is wrong, and what to do",
        "What needs attention is Stalled, or has been waiting for more than a minute.",
    )
    _everywhere(made)
    made.add_argument(
        "--exit-code", action="store_true", help="exit with 1 if something needs attention"
    )
    _output(made)


def _tree(commands: "_Commands[argparse.ArgumentParser]") -> None:
    made = _command(
        commands,
        "tree",
        "draw what belongs together: connections, processes, instances, commands, messages",
        "What others refer to and is not there is drawn too.",
    )
    _everywhere(made)
    _output(made)


def _start(commands: "_Commands[argparse.ArgumentParser]") -> None:
    made = _command(
        commands,
        "start",
        "start a process instance, by creating a ZeebeInstance",
        "Deleting the ZeebeInstance cancels the instance. Next: kubectl zeebe tree",
    )
    made.add_argument(
        "process", metavar="PROCESS", help="a ZeebeProcess, or else a process id of the engine"
    )
    made.add_argument("--version", type=int, metavar="N", help="not the latest version")
    _variables(made)
    _creation(made)
    _waiting(made)


def _publish(commands: "_Commands[argparse.ArgumentParser]") -> None:
    made = _command(
        commands,
        "publish",
        "publish a message, by creating a ZeebeMessage",
        "Whether an instance took it the engine does not tell.",
    )
    made.add_argument("message", metavar="MESSAGE", help="as the message event in the BPMN says")
    made.add_argument("--key", metavar="K", help="correlation key: which instance is meant")
    made.add_argument(
        "--ttl", type=_duration, metavar="1h", help="how long the engine keeps it (default: 60s)"
    )
    _variables(made)
    _creation(made)
    _waiting(made)


def _resolve(commands: "_Commands[argparse.ArgumentParser]") -> None:
    made = _command(
        commands,
        "resolve",
        "resolve an incident, by creating a ZeebeCommand",
        "An incident of a job without retries needs --job and --retries as well.",
    )
    made.add_argument("incident", type=_key, metavar="INCIDENTKEY", help="key of the incident")
    made.add_argument("--job", type=_key, metavar="KEY", help="the job that has no retries left")
    made.add_argument("--retries", type=int, metavar="N", help="how many it gets first")
    _connection(made)
    _waiting(made)


def _cancel(commands: "_Commands[argparse.ArgumentParser]") -> None:
    made = _command(
        commands,
        "cancel",
        "cancel an instance: sets desiredState of a ZeebeInstance, or creates a ZeebeCommand",
        "A cancelled instance cannot be resumed.",
    )
    made.add_argument("instance", nargs="?", metavar="INSTANCE", help="a ZeebeInstance")
    made.add_argument("--key", type=_key, metavar="KEY", help="or the key of any instance")
    _connection(made)
    _waiting(made)


def _retry(commands: "_Commands[argparse.ArgumentParser]") -> None:
    made = _command(
        commands,
        "retry",
        "send again what is Uncertain, or have another look at what is Stalled",
        "An Uncertain resource may have run already: look into the engine first.",
    )
    made.add_argument("resource", metavar="KIND/NAME", help="for example zinst/order-1001")
    made.add_argument("--yes", action="store_true", help="do not ask before sending again")
    _waiting(made)


def _diagram(commands: "_Commands[argparse.ArgumentParser]") -> None:
    made = _command(
        commands,
        "diagram",
        "draw the BPMN of a ZeebeProcess, or of a file, as SVG",
        "Every browser shows an SVG.",
    )
    made.add_argument("process", nargs="?", metavar="ZEEBEPROCESS", help="whose BPMN is drawn")
    made.add_argument("-f", "--filename", metavar="FILE.bpmn", help="or a file")
    made.add_argument(
        "--resource", dest="file", metavar="NAME", help="which one, if it has several"
    )
    made.add_argument("-o", "--output", metavar="FILE.svg", help="(default: standard output)")


def _cluster(made: argparse.ArgumentParser, default: str | None) -> None:
    made.add_argument("-n", "--namespace", default=default, metavar="NS", help="not the context's")
    made.add_argument("--context", default=default, metavar="NAME", help="not the current one")
    made.add_argument("--kubeconfig", default=default, metavar="FILE", help="not the usual one")


def _everywhere(made: argparse.ArgumentParser) -> None:
    made.add_argument("-A", "--all-namespaces", action="store_true", help="of the whole cluster")


def _output(made: argparse.ArgumentParser) -> None:
    forms = ("table", "json", "yaml")
    made.add_argument("-o", "--output", choices=forms, default="table", help="(default: table)")


def _variables(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--var",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a variable; the value is JSON if it reads as JSON, else a text; may be repeated",
    )
    made.add_argument("--vars-file", metavar="FILE.json", help="a JSON object of variables")


def _creation(made: argparse.ArgumentParser) -> None:
    made.add_argument("--name", metavar="NAME", help="of the resource (default: a new one)")
    _connection(made)


def _connection(made: argparse.ArgumentParser) -> None:
    made.add_argument("--connection", metavar="NAME", help="a ZeebeConnection, if not the default")


def _waiting(made: argparse.ArgumentParser) -> None:
    made.add_argument("--wait", action="store_true", help="until it is Ready or Stalled")
    made.add_argument(
        "--timeout", type=_seconds, default=60.0, metavar="60s", help="how long (default: 60s)"
    )
    _output(made)


def _key(text: str) -> str:
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is no key: keys are whole numbers")
    return text


def _duration(text: str) -> str:
    _seconds(text)
    return text


def _seconds(text: str) -> float:
    try:
        return duration.seconds(text, "duration")
    except InvalidSpecError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
