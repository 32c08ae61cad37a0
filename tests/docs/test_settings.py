"""Options, variables, metrics, values of the chart and commands: what the docs name is there."""

import ast
import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
import yaml

from devstack import __main__ as devstack
from devstack.chart import CHART
from tests.docs.pages import CONFIGURATION, DOCS, PACKAGE, PAGES, ROOT, blocks, first_cells, name
from zeebe_operator import settings
from zeebe_operator.cli import arguments, main
from zeebe_operator.telemetry.health import Health
from zeebe_operator.telemetry.metrics import Metrics

PARSERS: dict[str, Callable[[Sequence[str]], object]] = {
    "kubectl zeebe ": arguments.parse,
    "zeebe-operator run": lambda words: settings.parse(["run", *words], {}),
    "python -m zeebe_operator run": lambda words: settings.parse(["run", *words], {}),
}
"""By what a command begins with."""
VALUES: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text())


def metrics() -> set[str]:
    served = re.findall(r"^# TYPE (\w+) ", Metrics(Health()).text().decode(), re.MULTILINE)
    own = (metric for metric in served if metric.startswith("zeebe_operator_"))
    return {metric for metric in own if not metric.endswith("_created")}


def commands(beginning: str) -> Iterator[Any]:
    """In blocks and in texts. Words in capitals stand for something; a KEY for a number."""
    for page in PAGES:
        whole = "\n".join(blocks(page, "")).replace("\\\n", " ").splitlines()
        inline = re.findall(r"`([^`\n]+)`", page.read_text())
        for line in (each.removeprefix("$ ") for each in (*whole, *inline)):
            words = line.partition(" #")[0].partition(" |")[0]
            if words.startswith(beginning) and not re.search(r"\.\.\.|COMMAND", words):
                yield pytest.param(beginning, words, id=f"{name(page)}:{words}")


def values_named() -> Iterator[tuple[str, str]]:
    """What looks like a value of the chart, in commands and in backquotes."""
    tops = "|".join(VALUES)
    for page in PAGES:
        text = page.read_text()
        set_ones = re.findall(r"--set[ =]'?([\w.]+)=", text)
        backquoted = re.findall(rf"`((?:{tops})\.[\w.]+)(?:=\S+)?`", text)
        yield from ((name(page), value) for value in (*set_ones, *backquoted))


def is_value(path: str) -> bool:
    found: Any = VALUES
    for step in path.split("."):
        if not isinstance(found, dict) or step not in found:
            return False
        found = found[step]
    return True


def environment_variables() -> set[str]:
    """Every name of one that is written in settings.py and the module that it relies on."""
    modules = (PACKAGE / "settings.py", PACKAGE / "model" / "environment.py")
    nodes = (node for each in modules for node in ast.walk(ast.parse(each.read_text())))
    texts = (node.value for node in nodes if isinstance(node, ast.Constant))
    pattern = re.compile(r"[A-Z]+(?:_[A-Z]+)+")
    return {text for text in texts if isinstance(text, str) and pattern.fullmatch(text)}


def help_text(capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit):
        settings.parse(["run", "--help"], {})
    return capsys.readouterr().out


def test_every_command_is_documented_and_no_other() -> None:
    page = (DOCS / "kubectl-zeebe.md").read_text()
    named = {cell.split()[0] for cell in first_cells(page)}
    assert named == set(main.COMMANDS)


def test_every_option_is_documented_and_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    options = set(re.findall(r"--[a-z-]+", help_text(capsys))) - {"--help"}
    assert {cell for cell in first_cells(CONFIGURATION) if cell.startswith("--")} == options


def test_every_environment_variable_is_documented() -> None:
    found = environment_variables()
    assert found
    assert {name for name in found if f"`{name}`" not in CONFIGURATION} == set()


def test_every_metric_is_documented_and_no_other() -> None:
    documented = {cell for cell in first_cells(CONFIGURATION) if cell.startswith("zeebe_operator_")}
    assert documented == metrics()


def test_no_page_names_a_metric_that_is_not_served() -> None:
    named = {
        (name(page), word)
        for page in PAGES
        for word in re.findall(r"`(zeebe_operator_\w+)[`{]", page.read_text())
    }
    assert {(page, word) for page, word in named if word not in metrics()} == set()


@pytest.mark.parametrize(
    ("beginning", "words"), [found for beginning in PARSERS for found in commands(beginning)]
)
def test_a_command_is_understood(beginning: str, words: str) -> None:
    given = re.sub(r"\b[A-Z]*KEY\b", "1", words.removeprefix(beginning))
    PARSERS[beginning](shlex.split(given))


def test_targets_of_make_and_commands_of_devstack_are_there() -> None:
    texts = [page.read_text() for page in PAGES]
    makefile = (ROOT / "Makefile").read_text()
    targets = {
        word for text in texts for word in re.findall(r"(?:`|^)make (\w+)", text, re.MULTILINE)
    }
    assert {word for word in targets if f"\n{word}:" not in makefile} == set()
    words = {word for text in texts for word in re.findall(r"python -m devstack (\w+)", text)}
    assert words <= set(devstack._COMMANDS)


def test_every_value_of_the_chart_that_a_page_names_is_there() -> None:
    named = set(values_named())
    assert named
    assert {(page, value) for page, value in named if not is_value(value)} == set()
