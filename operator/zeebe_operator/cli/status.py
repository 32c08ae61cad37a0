"""`kubectl zeebe status`: everything at a glance, what is wrong, and what to do about it."""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from textwrap import fill
from typing import Any

from zeebe_operator.cli import terminal, views
from zeebe_operator.cli.cluster import installed
from zeebe_operator.cli.shell import Shell
from zeebe_operator.cli.terminal import Cell, Terminal
from zeebe_operator.cli.views import SYMBOLS, State, View
from zeebe_operator.model.reasons import Reason

MOST = 25
"""Rows for each kind: the others are counted. `-o json` has them all."""

_SHOWN_OTHERWISE = frozenset({"Name", "Ready", "Succeeded", "Reason"})


def run(shell: Shell, options: argparse.Namespace) -> int:
    """1 with --exit-code if something needs attention, else 0."""
    namespace = None if options.all_namespaces else shell.cluster.namespace
    found = gathered(shell, namespace)
    now = shell.now()
    attention = [view for view in found if view.needs_attention(now)]
    if options.output == "table":
        for line in _text(shell.terminal, namespace, found, now):
            shell.terminal.say(line)
    else:
        content = _content(namespace, found, attention)
        shell.terminal.say(terminal.structured(options.output, content))
    return 1 if options.exit_code and attention else 0


def gathered(shell: Shell, namespace: str | None) -> list[View]:
    """Of every kind that is installed, in the order of kinds, then by name."""
    views_of = (
        [View(row.resource, row.columns) for row in shell.cluster.list(kind, namespace)]
        for kind in installed(shell.cluster)
    )
    return [v for each in views_of for v in sorted(each, key=lambda v: (v.namespace, v.name))]


def _text(
    out: Terminal, namespace: str | None, found: Sequence[View], now: datetime
) -> Iterator[str]:
    yield _summary(out, namespace, found)
    for kind in dict.fromkeys(view.kind for view in found):
        yield ""
        yield from _table(out, [v for v in found if v.kind is kind], now, everywhere=not namespace)
    attention = [view for view in found if view.needs_attention(now)]
    if attention:
        yield ""
        yield out.paint("NEEDS ATTENTION", "bold")
    for view in attention:
        yield from _trouble(out, view, now, everywhere=not namespace)


def _summary(out: Terminal, namespace: str | None, found: Sequence[View]) -> str:
    where = out.paint(namespace or "All namespaces", "bold")
    if not found:
        return f"{where}: no Zeebe resources. Samples to apply: manifests/samples"
    counts = Counter(view.state for view in found)
    told = (
        out.paint(f"{SYMBOLS[state][0]} {counts[state]} {state.lower()}", SYMBOLS[state][1])
        for state in State
        if counts[state]
    )
    noun = "resource" if len(found) == 1 else "resources"
    return f"{where}: {len(found)} {noun}: {', '.join(told)}"


def _table(
    out: Terminal, found: Sequence[View], now: datetime, *, everywhere: bool
) -> Iterator[str]:
    """What is not Ready comes first, so that no limit hides it."""
    shown = sorted(found, key=lambda view: view.state is State.READY)[:MOST]
    names = [name for name in _columns(found) if any(view.columns.get(name) for view in shown)]
    head = [found[0].kind, *names, "Ready", "Age"]
    rows = [[Cell(title.upper(), "dim") for title in head]]
    rows += [_row(view, names, now, everywhere=everywhere) for view in shown]
    yield from terminal.table(out, rows)
    if len(found) > len(shown):
        yield out.paint(f"... and {len(found) - len(shown)} more", "dim")


def _columns(found: Sequence[View]) -> list[str]:
    """As the CRD names them, in its order."""
    every = dict.fromkeys(name for view in found for name in view.columns)
    return [name for name in every if name not in _SHOWN_OTHERWISE]


def _row(view: View, names: Sequence[str], now: datetime, *, everywhere: bool) -> list[Cell]:
    symbol, color = SYMBOLS[view.state]
    name = f"{view.namespace}/{view.name}" if everywhere else view.name
    cells = (Cell(view.columns.get(each, "")) for each in names)
    ready = Cell(f"{symbol} {view.told}", color)
    return [Cell(name), *cells, ready, Cell(views.duration(view.age(now)), "dim")]


def _trouble(out: Terminal, view: View, now: datetime, *, everywhere: bool) -> Iterator[str]:
    symbol, color = SYMBOLS[view.state]
    name = f"{view.namespace}/{view.name}" if everywhere else view.name
    since = views.duration(view.seconds_in_state(now))
    yield f"{out.paint(f'{symbol} {view.kind}/{name}', color)}: {view.told}, for {since}"
    if view.message and view.state is not State.UNSEEN:
        yield _indented(view.message)
    yield _indented(f"→ {view.remedy}")
    if view.reason == Reason.OUTCOME_UNKNOWN:
        yield _indented(f"→ kubectl zeebe retry {view.kind}/{view.name} -n {view.namespace}")


def _indented(text: str) -> str:
    return fill(text, width=110, initial_indent="  ", subsequent_indent="    ")


def _content(
    namespace: str | None, found: Sequence[View], attention: Sequence[View]
) -> dict[str, Any]:
    counts = Counter(view.state for view in found)
    return {
        "namespace": namespace,
        "summary": {str(state): counts[state] for state in State},
        "resources": [{**view.facts(), "columns": dict(view.columns)} for view in found],
        "needsAttention": [
            {
                "kind": str(view.kind),
                "namespace": view.namespace,
                "name": view.name,
                "reason": view.reason,
                "message": view.message,
                "remedy": view.remedy,
            }
            for view in attention
        ],
    }
