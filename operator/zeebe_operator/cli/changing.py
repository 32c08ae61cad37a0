"""The commands that change a resource which is there: cancel and retry."""

import argparse

from zeebe_operator.cli import answers, creating
from zeebe_operator.cli.cluster import Cluster, CommandError, UsageError
from zeebe_operator.cli.shell import Shell
from zeebe_operator.cli.views import State, View
from zeebe_operator.model import names
from zeebe_operator.model.names import Kind
from zeebe_operator.model.reasons import Reason


def cancel(shell: Shell, options: argparse.Namespace) -> int:
    if (options.instance is None) == (options.key is None):
        raise UsageError("name a ZeebeInstance, or give the --key of any instance")
    if options.key is not None:
        return creating.cancel_by_key(shell, options)
    patch = {"spec": {"desiredState": "Cancelled"}}
    resource = shell.cluster.patch(Kind.INSTANCE, options.instance, patch)
    told = "is to be cancelled (desiredState: Cancelled)"
    return answers.changed(shell, resource, told, options, wait=options.wait)


def retry(shell: Shell, options: argparse.Namespace) -> int:
    """An uncertain one is settled; any other is looked at again."""
    kind, name = _named(shell.cluster, options.resource)
    view = View(shell.cluster.get(kind, name))
    if view.state is State.READY:
        raise CommandError(f"{kind}/{name} is Ready ({view.reason}): there is nothing to retry")
    if view.reason == Reason.OUTCOME_UNKNOWN and view.state is State.STALLED:
        return _settle(shell, view, options)
    moment = shell.now().isoformat(timespec="microseconds")
    patch = {"metadata": {"annotations": {names.REQUESTED_AT: moment}}}
    resource = shell.cluster.patch(kind, name, patch)
    told = f"is looked at again ({names.REQUESTED_AT}: {moment})"
    return answers.changed(shell, resource, told, options, wait=options.wait)


def _settle(shell: Shell, view: View, options: argparse.Namespace) -> int:
    kind, name = view.kind, view.name
    question = (
        f"Nobody can say whether {kind}/{name} has run. If it has, it runs a second time."
        " Send it again?"
    )
    if not (options.yes or shell.terminal.confirm(question)):
        raise CommandError("nothing was changed")
    resource = shell.cluster.patch(kind, name, {"spec": {"onUncertain": "Retry"}})
    told = "is sent again (onUncertain: Retry)"
    return answers.changed(shell, resource, told, options, wait=options.wait)


def _named(cluster: Cluster, text: str) -> tuple[Kind, str]:
    word, _, name = text.partition("/")
    words = cluster.words()
    if not name:
        raise UsageError(f"{text!r}: write KIND/NAME, for example zinst/order-1001")
    if word.lower() not in words:
        known = ", ".join(sorted(words)) or "none: kubectl apply --server-side -f crds/"
        raise CommandError(f"{word!r} is no kind of zeebe-operator; there are: {known}")
    return words[word.lower()], name
