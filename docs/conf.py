"""How Sphinx builds these pages: `make docs`, as strictly as it can.

Pages are plain Markdown that also reads well on a code host.
"""

import re
from pathlib import Path

from sphinx.application import Sphinx

DOCS = Path(__file__).parent

project = "zeebe-operator"
extensions = ["myst_parser"]
html_theme = "furo"
html_title = project
html_static_path = ["_static"]
html_css_files = ["tables.css"]
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False
highlight_language = "none"
nitpicky = True

myst_heading_anchors = 4
"""As code hosts make them."""
myst_url_schemes = {"http": None, "https": None, "repository": {"url": "{{path}}"}}

_LINK = re.compile(r"\]\(([^)\s:#]+)")
_CONTENTS = """
```{{toctree}}
:hidden:
:caption: {title}

{pages}
```
"""


def leave_links_out_of_the_docs(_app: Sphinx, page: str, text: list[str]) -> None:
    """The site is built beside docs/, so such a link leads to the same file of the repository."""
    folder = (DOCS / page).parent

    def marked(link: re.Match[str]) -> str:
        inside = (folder / link[1]).resolve().is_relative_to(DOCS)
        return link[0] if inside else f"](repository:{link[1]}"

    text[0] = _LINK.sub(marked, text[0])


def take_the_lists_of_the_index_as_contents(_app: Sphinx, page: str, text: list[str]) -> None:
    """Each section there is one of the sidebar. A page that is in none of them is an error."""
    if page != "index":
        return
    for section in text[0].split("\n## ")[1:]:
        title, _, body = section.partition("\n")
        pages = "\n".join(re.findall(r"\]\((\S+)\.md\)", body))
        text[0] += _CONTENTS.format(title=title, pages=pages)


def setup(app: Sphinx) -> None:
    app.connect("source-read", leave_links_out_of_the_docs)
    app.connect("source-read", take_the_lists_of_the_index_as_contents)
