"""The pages hold together: links, the site, the reference made from the CRDs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from devstack import reference
from tests.docs.pages import DOCS, ROOT, anchors, each_page, links


@each_page
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as `make docs` does."""
    folder = tmp_path_factory.mktemp("site")
    strict = ("-m", "sphinx", "--quiet", "--fail-on-warning", "--keep-going")
    built = subprocess.run(
        [sys.executable, *strict, "docs", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (built.returncode, built.stderr) == (0, "")
    return folder


def test_the_site_has_every_page(site: Path) -> None:
    """A page that is in no contents, or a link within the docs to nowhere, fails the build."""
    pages = {page.relative_to(DOCS).with_suffix(".html") for page in DOCS.rglob("*.md")}
    assert {str(page) for page in pages if not (site / page).is_file()} == set()


def test_links_out_of_the_site_lead_to_files_of_the_repository(site: Path) -> None:
    """For whoever opens it where `make docs` puts it."""
    place, left = ROOT / "site", set()
    for page in site.rglob("*.html"):
        for link in re.findall(r'<a [^>]*href="([^":#]+)', page.read_text()):
            target = (place / page.relative_to(site)).parent / link
            if not target.resolve().is_relative_to(place):
                left.add(target.resolve())
    assert left
    assert {str(each) for each in left if not each.exists()} == set()


def test_the_reference_is_what_the_crds_say() -> None:
    found = {path: path.read_text() for path in reference.PAGES.glob("*.md")}
    assert found == reference.pages(), "stale: make generate"


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
