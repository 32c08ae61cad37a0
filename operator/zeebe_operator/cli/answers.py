"""What a command that changed something says about the resource, in the form that was asked for."""

import argparse

from zeebe_operator.cli import terminal
from zeebe_operator.cli.shell import Shell
from zeebe_operator.cli.views import SYMBOLS, State, View
from zeebe_operator.model.resource import Resource


def created(shell: Shell, resource: Resource, options: argparse.Namespace, *, wait: bool) -> int:
    return changed(shell, resource, "created", options, wait=wait)


def changed(
    shell: Shell, resource: Resource, verb: str, options: argparse.Namespace, *, wait: bool
) -> int:
    """The exit code: 1 if it was waited for and is Stalled. `verb` says what was done."""
    key, form = resource.key, options.output
    if form == "table":
        shell.terminal.say(f"{key.kind}/{key.name} {verb}")
    view = shell.wait(key.kind, key.name, options.timeout) if wait else View(resource)
    if form != "table":
        shell.terminal.say(terminal.structured(form, view.facts()))
    elif wait:
        _tell(shell, view)
    else:
        follow = f"kubectl get {key.kind.lower()} {key.name} -n {key.namespace}"
        shell.terminal.note(f"to follow it: {follow}")
    return 1 if view.state is State.STALLED and wait else 0


def _tell(shell: Shell, view: View) -> None:
    symbol, color = SYMBOLS[view.state]
    shell.terminal.say(f"{shell.terminal.paint(f'{symbol} {view.reason}', color)}{_keys(view)}")
    if view.state is State.STALLED:
        shell.terminal.note(f"{view.message}\n→ {view.remedy}")


def _keys(view: View) -> str:
    facts = view.facts()["status"].items()
    return "".join(f", {name} {value}" for name, value in facts if name.endswith("Key"))
