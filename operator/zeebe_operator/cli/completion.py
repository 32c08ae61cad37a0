"""The console script `kubectl_complete-zeebe`: kubectl asks it for the next word after TAB.

Its answer is one word a line, and a last line that tells the shell what else to offer.
"""

import argparse
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence

from argcomplete.completers import SuppressCompleter
from argcomplete.finders import CompletionFinder

from zeebe_operator.cli import arguments
from zeebe_operator.cli.cluster import Cluster, installed
from zeebe_operator.cli.main import connect
from zeebe_operator.model.errors import OperatorError
from zeebe_operator.model.names import Kind

_NO_FILES, _FILES = ":4", ":0"

Connect = Callable[[argparse.Namespace], Cluster]


def main() -> int:
    """For the words behind `kubectl zeebe`; the last one is being written."""
    sys.stdout.write("\n".join(answer(sys.argv[1:], connect)) + "\n")
    return 0


def answer(words: Sequence[str], connected: Connect) -> list[str]:
    found = _completions(words or [""], connected)
    return [*found, _NO_FILES if found else _FILES]


def _completions(words: Sequence[str], connected: Connect) -> list[str]:
    parser = arguments.parser()
    _teach(parser, connected)
    finder = CompletionFinder(
        parser, always_complete_options=False, default_completer=SuppressCompleter()
    )
    line = " ".join([*(shlex.quote(word) for word in words[:-1]), words[-1]])
    start = len(line) - len(words[-1])
    found: list[str] = []
    while (match := finder.rl_complete(line, len(found))) is not None:
        found.append(match)
    return sorted({match[start:].strip() for match in found})


def _teach(parser: argparse.ArgumentParser, connected: Connect) -> None:
    """Which names belong where."""
    names: dict[str, Callable[[Cluster], Iterable[str]]] = {
        "process": lambda cluster: _names(cluster, [Kind.PROCESS]),
        "instance": lambda cluster: _names(cluster, [Kind.INSTANCE]),
        "connection": lambda cluster: _names(cluster, [Kind.CONNECTION]),
        "resource": _full_names,
    }
    for action in _arguments(parser):
        if action.dest in names:
            setattr(action, "completer", _completer(names[action.dest], connected))  # noqa: B010


def _arguments(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Of all commands. argparse has no public way to them."""
    for action in parser._actions:  # noqa: SLF001
        if isinstance(action.choices, dict):
            for command in action.choices.values():
                yield from _arguments(command)
        else:
            yield action


def _completer(
    names: Callable[[Cluster], Iterable[str]], connected: Connect
) -> Callable[..., list[str]]:
    def complete(parsed_args: argparse.Namespace, **_: object) -> list[str]:
        """No cluster, no words: TAB is no place for an error."""
        try:
            return list(names(connected(parsed_args)))
        except OperatorError:
            return []

    return complete


def _names(cluster: Cluster, kinds: Sequence[Kind]) -> Iterable[str]:
    for kind in kinds:
        yield from (row.resource.key.name for row in cluster.list(kind, cluster.namespace))


def _full_names(cluster: Cluster) -> Iterable[str]:
    for kind in installed(cluster):
        yield from (f"{kind}/{name}" for name in _names(cluster, [kind]))
