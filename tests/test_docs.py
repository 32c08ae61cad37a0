"""The documentation says what the code does: nothing less, and nothing that is not there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from devstack.environment import Environment
from zeebe_operator import settings
from zeebe_operator.cli import main
from zeebe_operator.model import command_spec, spec
from zeebe_operator.model.names import GROUP, Kind
from zeebe_operator.model.reasons import Reason
from zeebe_operator.model.remedies import REMEDIES
from zeebe_operator.reconcilers.kinds import KINDS
from zeebe_operator.telemetry.health import Health
from zeebe_operator.telemetry.metrics import Metrics

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PACKAGE = ROOT / "operator" / "zeebe_operator"
CONFIGURATION = (DOCS / "configuration.md").read_text()
PLACES = (ROOT / "proto", ROOT / "helm" / "zeebe-operator")
PAGES = sorted(
    [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(place / "README.md" for place in PLACES)]
)

each_kind = pytest.mark.parametrize("kind", KINDS)
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def first_cells(text: str) -> list[str]:
    """What stands in backquotes at the beginning of the rows of all tables."""
    return re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)


def word(kind: Kind) -> str:
    """The one word for a kind, in the names of its files."""
    return kind.lower().removeprefix("zeebe")


def struct_of(kind: Kind) -> type[msgspec.Struct]:
    name = f"{word(kind).capitalize()}Spec"
    modules = (module for module in (spec, command_spec) if hasattr(module, name))
    struct: type[msgspec.Struct] = getattr(next(modules), name)
    assert issubclass(struct, msgspec.Struct)
    return struct


def links(page: Path) -> list[str]:
    found = re.findall(r"\]\(([^)\s]+)\)", page.read_text())
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def anchors(page: Path) -> set[str]:
    """As code hosts make them of headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def manifests() -> Iterator[Any]:
    """Every document of our group in a YAML block."""
    for page in PAGES:
        blocks = re.findall(r"^```yaml\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)
        for each in (each for block in blocks for each in yaml.safe_load_all(block)):
            if str(each.get("apiVersion", "")).startswith(GROUP):
                name = f"{page.relative_to(ROOT)}:{each['metadata']['name']}"
                yield pytest.param(each, id=name)


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


def test_every_reason_is_explained_and_no_other() -> None:
    assert sorted(first_cells((DOCS / "reasons.md").read_text())) == sorted(Reason)


def test_what_to_do_is_said_alike_in_the_docs_and_by_the_command_line() -> None:
    text = (DOCS / "reasons.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \|.*\| (.*?) \|$", text, re.MULTILINE)
    told = {name: re.sub(r"\[(.+?)\]\((.+?)(#.+?)?\)", r"\1 (docs/\2)", do) for name, do in rows}
    assert {name: do.replace("`", "") for name, do in told.items()} == REMEDIES


def test_every_command_is_documented_and_no_other() -> None:
    page = (DOCS / "kubectl-zeebe.md").read_text()
    named = {cell.split()[0] for cell in first_cells(page)}
    assert named == set(main.COMMANDS)


def test_a_reason_is_explained_in_full() -> None:
    """Kind, meaning, what to do."""
    for row in re.findall(r"^\| `\w+` \|.*$", (DOCS / "reasons.md").read_text(), re.MULTILINE):
        cells = [cell.strip() for cell in row.strip("|").split(" | ")]
        assert len(cells) == 4
        assert all(cells)


@each_kind
def test_every_kind_has_what_contributing_lists(kind: Kind) -> None:
    files = [
        ROOT / "crds" / f"{kind.plural}.yaml",
        PACKAGE / "reconcilers" / f"{word(kind)}.py",
        ROOT / "manifests" / "samples" / f"{kind.lower()}-minimal.yaml",
        ROOT / "manifests" / "samples" / f"{kind.lower()}-full.yaml",
        DOCS / "kinds" / f"{kind.lower()}.md",
        ROOT / "tests" / "crds" / f"test_{word(kind)}.py",
        ROOT / "tests" / "reconcilers" / f"test_{word(kind)}.py",
    ]
    assert [str(path.relative_to(ROOT)) for path in files if not path.is_file()] == []


@each_kind
def test_every_kind_has_a_crd_of_its_own_name(kind: Kind) -> None:
    crd = yaml.safe_load((ROOT / "crds" / f"{kind.plural}.yaml").read_text())
    assert crd["spec"]["names"]["kind"] == kind
    assert crd["spec"]["names"]["plural"] == kind.plural


@each_kind
def test_every_kind_has_a_spec_and_its_reconcilers(kind: Kind) -> None:
    assert struct_of(kind)
    modules = {KINDS[kind].reconcile.__module__, KINDS[kind].remove.__module__}
    assert modules == {f"zeebe_operator.reconcilers.{word(kind)}"}


@each_kind
def test_every_kind_has_a_role(kind: Kind) -> None:
    role = yaml.safe_load((ROOT / "manifests" / "rbac" / "role.yaml").read_text())
    named = {resource for rule in role["rules"] for resource in rule["resources"]}
    assert {kind.plural, f"{kind.plural}/status"} <= named


@each_kind
def test_every_kind_is_in_the_readme_with_its_short_name(kind: Kind) -> None:
    crd = yaml.safe_load((ROOT / "crds" / f"{kind.plural}.yaml").read_text())
    [short] = crd["spec"]["names"]["shortNames"]
    row = f"| [{kind}](docs/kinds/{kind.lower()}.md) | `{short}` |"
    assert row in (ROOT / "README.md").read_text()


@each_kind
def test_the_page_of_a_kind_names_every_field_of_its_spec(kind: Kind) -> None:
    page = (DOCS / "kinds" / f"{kind.lower()}.md").read_text()
    fields = [field.encode_name for field in msgspec.structs.fields(struct_of(kind))]
    assert [name for name in fields if f"`{name}" not in page] == []


def test_contributing_names_the_places_of_a_kind() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    places = (
        "crds/zeebethings.yaml",
        "model/names.py",
        "model/spec.py",
        "reconcilers/thing.py",
        "reconcilers/kinds.py",
        "zeebething-minimal.yaml",
        "zeebething-full.yaml",
        "manifests/rbac/role.yaml",
        "docs/kinds/zeebething.md",
        "tests/crds/test_thing.py",
        "tests/reconcilers/test_thing.py",
    )
    assert [place for place in places if place not in text] == []


def test_every_option_is_documented_and_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    options = set(re.findall(r"--[a-z-]+", help_text(capsys))) - {"--help"}
    assert {cell for cell in first_cells(CONFIGURATION) if cell.startswith("--")} == options


def test_every_environment_variable_is_documented() -> None:
    found = environment_variables()
    assert found
    assert {name for name in found if f"`{name}`" not in CONFIGURATION} == set()


def test_every_metric_is_documented_and_no_other() -> None:
    served = re.findall(r"^# TYPE (\w+) ", Metrics(Health()).text().decode(), re.MULTILINE)
    own = (name for name in served if name.startswith("zeebe_operator_"))
    names = {name for name in own if not name.endswith("_created")}
    documented = {cell for cell in first_cells(CONFIGURATION) if cell.startswith("zeebe_operator_")}
    assert documented == names


@each_page
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("manifest", list(manifests()))
def test_every_manifest_is_accepted(
    environment: Environment, installed_crds: None, namespace: str, manifest: Any
) -> None:
    dry_run = ("create", "--dry-run=server", "-n", namespace, "-f", "-")
    environment.kubectl(*dry_run, input=yaml.safe_dump(manifest))


def test_there_are_manifests_for_every_kind() -> None:
    shown = {parameter.values[0]["kind"] for parameter in manifests()}
    assert shown == set(KINDS)


def test_every_call_of_the_clients_that_people_come_from_is_mapped() -> None:
    """pyzeebe 4.7 and Dapr's command binding, as they are documented by their projects."""
    text = (DOCS / "moving-from-clients.md").read_text()
    rows = {word for row in re.findall(r"^\| (.*?) \|", text, re.MULTILINE) for word in row.split()}
    named = {word.strip("`,") for word in rows}
    assert named >= {
        "run_process",
        "run_process_with_result",
        "cancel_process_instance",
        "deploy_resource",
        "evaluate_decision",
        "broadcast_signal",
        "publish_message",
        "topology",
        "healthcheck",
    }
    assert named >= {
        "deploy-process",
        "create-instance",
        "cancel-instance",
        "set-variables",
        "resolve-incident",
        "publish-message",
        "activate-jobs",
        "complete-job",
        "fail-job",
        "update-job-retries",
        "throw-error",
    }
