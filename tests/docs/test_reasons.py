"""Reasons and their remedies: the same in the docs, on the page of each kind, in the code."""

import re

from tests.docs.pages import DOCS, each_kind, first_cells, page_of
from zeebe_operator.model.names import Kind
from zeebe_operator.model.reasons import Reason
from zeebe_operator.model.remedies import REMEDIES

REASONS = (DOCS / "reasons.md").read_text()


def reasons_of(kind: Kind) -> set[str]:
    """Those that the catalogue gives to a kind."""
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", REASONS, re.MULTILINE)
    return {reason for reason, cell in rows if _includes(cell, kind)}


def _includes(cell: str, kind: Kind) -> bool:
    if cell == "all":
        return True
    if cell.startswith("all but "):
        return kind not in cell
    return kind in cell.split(", ")


def test_every_reason_is_explained_and_no_other() -> None:
    assert sorted(first_cells(REASONS)) == sorted(Reason)


def test_what_to_do_is_said_alike_in_the_docs_and_by_the_command_line() -> None:
    rows = re.findall(r"^\| `(\w+)` \|.*\| (.*?) \|$", REASONS, re.MULTILINE)
    told = {name: re.sub(r"\[(.+?)\]\((.+?)(#.+?)?\)", r"\1 (docs/\2)", do) for name, do in rows}
    assert {name: do.replace("`", "") for name, do in told.items()} == REMEDIES


def test_a_reason_is_explained_in_full() -> None:
    """Kind, meaning, what to do."""
    for row in re.findall(r"^\| `\w+` \|.*$", REASONS, re.MULTILINE):
        cells = [cell.strip() for cell in row.strip("|").split(" | ")]
        assert len(cells) == 4
        assert all(cells)


@each_kind
def test_the_page_of_a_kind_explains_its_reasons_and_no_other(kind: Kind) -> None:
    table = page_of(kind).partition("\n## Reasons\n")[2]
    assert sorted(first_cells(table)) == sorted(reasons_of(kind))


@each_kind
def test_the_page_of_a_kind_says_what_each_reason_means_and_what_to_do(kind: Kind) -> None:
    table = page_of(kind).partition("\n## Reasons\n")[2]
    for row in re.findall(r"^\| `\w+` \|.*$", table, re.MULTILINE):
        cells = [cell.strip() for cell in row.strip("|").split(" | ")]
        assert len(cells) == 3
        assert all(cells)
