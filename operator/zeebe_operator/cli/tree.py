"""`kubectl zeebe tree`: who refers to whom.

A connection holds processes, those hold instances, and those hold the commands for them. Which
instance takes a message the engine does not tell: messages stand directly below their connection.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zeebe_operator.cli import terminal
from zeebe_operator.cli.shell import Shell
from zeebe_operator.cli.status import MOST, gathered
from zeebe_operator.cli.terminal import Terminal
from zeebe_operator.cli.views import SYMBOLS, View
from zeebe_operator.model.names import DEFAULT_CONNECTION, Kind, ObjectKey

_REFERENCES = {"instanceRef": Kind.INSTANCE, "processRef": Kind.PROCESS}
_KEYS = ("processInstanceKey", "elementInstanceKey")
_FIRST = (Kind.PROCESS, Kind.INSTANCE)

Identity = tuple[str, str, str]  # namespace, connection, process id or key of an instance
Children = Mapping[ObjectKey, Sequence[ObjectKey]]


@dataclass(frozen=True, slots=True)
class Node:
    """`view` is None for what others refer to and is not there."""

    key: ObjectKey
    view: View | None
    children: tuple["Node", ...]


def run(shell: Shell, options: argparse.Namespace) -> int:
    namespace = None if options.all_namespaces else shell.cluster.namespace
    roots = grown(gathered(shell, namespace))
    if options.output == "table":
        for line in _text(shell.terminal, namespace, roots):
            shell.terminal.say(line)
    else:
        content = [_content(root) for root in roots]
        shell.terminal.say(terminal.structured(options.output, content))
    return 0


def grown(found: Sequence[View]) -> list[Node]:
    """The connections of every namespace, with all that belongs to them."""
    there = {view.resource.key: view for view in found}
    known = {identity: view.resource.key for view in found for identity in _identities(view)}
    children: dict[ObjectKey, list[ObjectKey]] = defaultdict(list)
    roots = {key for key in there if key.kind is Kind.CONNECTION}
    for view in found:
        if view.kind is Kind.CONNECTION:
            continue
        connection = ObjectKey(Kind.CONNECTION, view.namespace, view.connection)
        parent = _parent(view, known) or connection
        roots.add(connection)
        if parent not in there and parent != connection and parent not in children:
            children[connection].append(parent)
        children[parent].append(view.resource.key)
    return [_node(root, there, children) for root in sorted(roots, key=_by_place)]


def _parent(view: View, known: Mapping[Identity, ObjectKey]) -> ObjectKey | None:
    """What its spec refers to by name, else what it names in the engine's words."""
    for part in _parts(view):
        for field, kind in _REFERENCES.items():
            if isinstance(reference := part.get(field), dict):
                return ObjectKey(kind, view.namespace, str(reference.get("name")))
    sought = ((view.namespace, view.connection, word) for word in _words(view))
    return next((known[identity] for identity in sought if identity in known), None)


def _parts(view: View) -> Iterator[Mapping[str, Any]]:
    """The spec, and what is in it: the operation of a command."""
    yield view.resource.spec
    yield from (part for part in view.resource.spec.values() if isinstance(part, dict))


def _words(view: View) -> Iterator[str]:
    if view.kind is Kind.INSTANCE:
        status, spec = view.resource.status, view.resource.spec
        yield str(spec.get("bpmnProcessId") or status.get("bpmnProcessId"))
    if view.kind is Kind.COMMAND:
        yield from (str(part[name]) for part in _parts(view) for name in _KEYS if name in part)


def _identities(view: View) -> Iterator[Identity]:
    status = view.resource.status
    if view.kind is Kind.PROCESS:
        deployed = (each.get("bpmnProcessId") for each in status.get("processes", ()))
        yield from ((view.namespace, view.connection, str(each)) for each in deployed)
    if view.kind is Kind.INSTANCE and "processInstanceKey" in status:
        yield view.namespace, view.connection, str(status["processInstanceKey"])


def _node(key: ObjectKey, there: Mapping[ObjectKey, View], children: Children) -> Node:
    below = sorted(children.get(key, ()), key=_by_place)
    return Node(key, there.get(key), tuple(_node(each, there, children) for each in below))


def _by_place(key: ObjectKey) -> tuple[str, bool, str, str]:
    return key.namespace, key.kind not in _FIRST, key.kind, key.name


def _text(out: Terminal, namespace: str | None, roots: Sequence[Node]) -> Iterator[str]:
    if not roots:
        yield f"{out.paint(namespace or 'All namespaces', 'bold')}: no Zeebe resources"
    for space in dict.fromkeys(root.key.namespace for root in roots):
        yield out.paint(space, "bold")
        yield from _drawn(out, [root for root in roots if root.key.namespace == space], "")


def _drawn(out: Terminal, nodes: Sequence[Node], before: str) -> Iterator[str]:
    rest = len(nodes) - MOST
    for number, node in enumerate(nodes[:MOST], start=1):
        last = number == len(nodes)
        yield f"{before}{'└── ' if last else '├── '}{_line(out, node)}"
        yield from _drawn(out, node.children, f"{before}{'    ' if last else '│   '}")
    if rest > 0:
        yield f"{before}└── {out.paint(f'... and {rest} more', 'dim')}"


def _line(out: Terminal, node: Node) -> str:
    name = f"{node.key.kind}/{node.key.name}"
    if node.view is not None:
        symbol, color = SYMBOLS[node.view.state]
        told = out.paint(f"{symbol} {node.view.told}", color)
        return f"{name} {told}{out.paint(_details(node.view), 'dim')}"
    if node.key.kind is Kind.CONNECTION and node.key.name == DEFAULT_CONNECTION:
        return f"{name} {out.paint('not there: the connection of the operator itself', 'dim')}"
    return f"{name} {out.paint('✗ not there', 'red')}"


def _details(view: View) -> str:
    status = view.resource.status
    version, key = status.get("version"), status.get("processInstanceKey")
    return (f" v{version}" if version else "") + (f" {key}" if key else "")


def _content(node: Node) -> dict[str, Any]:
    missing = {
        "kind": str(node.key.kind),
        "namespace": node.key.namespace,
        "name": node.key.name,
        "state": "Missing",
    }
    facts = missing if node.view is None else node.view.facts()
    return {**facts, "children": [_content(child) for child in node.children]}
