"""The pages, as these tests read them: tables, links, anchors, blocks of code."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from zeebe_operator.model.names import GROUP, Kind
from zeebe_operator.reconcilers.kinds import KINDS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PACKAGE = ROOT / "operator" / "zeebe_operator"
PLACES = (ROOT / "proto", ROOT / "helm" / "zeebe-operator")
PAGES = sorted(
    [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(place / "README.md" for place in PLACES)]
)
CONFIGURATION = (DOCS / "configuration.md").read_text()

Document = dict[str, Any]


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


each_kind = pytest.mark.parametrize("kind", KINDS)
each_page = pytest.mark.parametrize("page", PAGES, ids=name)


def first_cells(text: str) -> list[str]:
    """What stands in backquotes at the beginning of the rows of all tables."""
    return re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)


def page_of(kind: Kind) -> str:
    return (DOCS / "kinds" / f"{kind.lower()}.md").read_text()


def links(page: Path) -> list[str]:
    """To other files. What is in backquotes may be a pattern that looks like one."""
    text = re.sub(r"`[^`\n]+`", "", page.read_text())
    found = re.findall(r"\]\(([^)\s]+)\)", text)
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def anchors(page: Path) -> set[str]:
    """As code hosts make them of headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def blocks(page: Path, language: str) -> list[str]:
    """The blocks of code in a language; "" for those that name none."""
    pattern = rf"^```{language}\n(.*?)^```"
    return re.findall(pattern, _without_others(page, language), re.MULTILINE | re.DOTALL)


def _without_others(page: Path, language: str) -> str:
    """The end of a block looks like the beginning of one without a language."""
    whole = re.compile(r"^```(\w*)\n.*?^```\n", re.MULTILINE | re.DOTALL)
    return whole.sub(lambda block: block[0] if block[1] == language else "", page.read_text())


def documents() -> Iterator[tuple[Path, Document]]:
    """Every YAML document in a block, with its page."""
    for page in PAGES:
        for block in blocks(page, "yaml"):
            for document in yaml.safe_load_all(block):
                yield page, document


def is_ours(document: Document) -> bool:
    return str(document.get("apiVersion", "")).startswith(GROUP)
