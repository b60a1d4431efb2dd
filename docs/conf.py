"""How Sphinx builds the site: ``tox -e docs``, or ``sphinx-build -nW docs docs/_build``."""

from __future__ import annotations

import re
from importlib.metadata import version as installed
from typing import Any

from sphinx.application import Sphinx

project = "cellcheck"
copyright = "cellcheck developers"
version = release = installed("cellcheck")

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "cellcheck"
html_copy_source = False
html_show_sphinx = False
smartquotes = False  # --option is no dash
myst_heading_anchors = 3  # the anchors that headings have on GitHub, too

# Docstrings write `names` that can be looked up, and ``code``.
default_role = "py:obj"
autodoc_default_options = {"members": True}
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints_format = "short"

# What public signatures name and nobody outside needs.
INSIDE = (
    "Asks|Build|DeclaredPair|Decorated|Display|Draw|DTypeLike|Evidence|Function|Home|Law|Message|"
    "Misprint|NotJudged|RecurrentCase|RecurrentFamily|Rounding|Shapes|Shell|Snippets|SomeCase|Submission|Trial|Witness"
)

nitpicky = True
nitpick_ignore_regex = [
    # Other projects' names have no page here, and their own sites are not asked.
    (r"py:.*", r"(np|numpy|collections|hypothesis|unittest)\..*"),
    (r"py:class", rf"(.*\.)?({INSIDE})"),
]


def _readable(*event: Any) -> tuple[str, str | None] | None:
    """A signature without defaults that are no Python, such as ``<factory>``: none is parsed."""
    signature, returned = event[-2:]
    return (re.sub(r"<[^<>]*>", "...", signature), returned) if signature else None


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.connect("autodoc-process-signature", _readable)
    return {"parallel_read_safe": True}
