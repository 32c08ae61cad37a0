"""A kind has all that CONTRIBUTING.md lists, and its page says all that there is to say."""

import msgspec
import yaml

from tests.docs.pages import DOCS, PACKAGE, ROOT, blocks, each_kind, links, page_of
from zeebe_operator.model import command_spec, spec
from zeebe_operator.model.names import Kind
from zeebe_operator.reconcilers.kinds import KINDS


def word(kind: Kind) -> str:
    """The one word for a kind, in the names of its files."""
    return kind.lower().removeprefix("zeebe")


def struct_of(kind: Kind) -> type[msgspec.Struct]:
    name = f"{word(kind).capitalize()}Spec"
    modules = (module for module in (spec, command_spec) if hasattr(module, name))
    struct: type[msgspec.Struct] = getattr(next(modules), name)
    assert issubclass(struct, msgspec.Struct)
    return struct


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
def test_the_page_of_a_kind_begins_with_a_small_manifest_and_leads_to_all_fields(
    kind: Kind,
) -> None:
    path = DOCS / "kinds" / f"{kind.lower()}.md"
    first = yaml.safe_load(blocks(path, "yaml")[0])
    assert first["kind"] == kind
    assert f"../reference/{kind.lower()}.md" in links(path)


@each_kind
def test_the_page_of_a_kind_names_every_field_of_its_spec(kind: Kind) -> None:
    page = page_of(kind)
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
