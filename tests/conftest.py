"""The two tiers of the tests, and what reads a text as a file for the tests of reading."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from cellcheck.cells import families
from cellcheck.cells.spec import RecurrentFamily
from cellcheck.submissions.document import Document
from cellcheck.submissions.loading import read

Reader = Callable[..., Document]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--full",
        action="store_true",
        help="run the tests marked `full` as well, and the laws on more examples",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Let the plain tier try each law on few examples, before the plugin gives it the default."""
    config.addinivalue_line("markers", "full: run with --full only, since it costs much")
    if not config.option.full and not config.option.submission:
        config.option.cellcheck_profile = config.option.cellcheck_profile or "quick"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is `full`. The plain tier tries each law on the largest cell and on what is no
    cell; with ``--full`` all laws are full, so that ``-m full`` is what the plain tier has not run.
    """
    for item in items:
        of_laws = item.path.parent.name == "properties"
        if of_laws and (config.option.full or _is_of_another_cell(item)):
            item.add_marker("full")
    if config.option.full:
        return
    plain: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        (left_out if item.get_closest_marker("full") else plain).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = plain


def _is_of_another_cell(item: pytest.Item) -> bool:
    """Whether a law is tried on a cell that is smaller than another."""
    family = item.callspec.params.get("family") if isinstance(item, pytest.Function) else None
    cells = [one for one in families().values() if isinstance(one, RecurrentFamily)]
    largest = max(cells, key=lambda one: len(one.cell.parameters))
    return isinstance(family, RecurrentFamily) and family is not largest


@pytest.fixture
def module(tmp_path: Path) -> Reader:
    def load(text: str, name: str = "work.py") -> Document:
        path = tmp_path / name
        path.write_text(dedent(text), encoding="utf-8")
        return read(path)

    return load


@pytest.fixture
def notebook(tmp_path: Path) -> Reader:
    def load(*sources: str, markdown_first: bool = True) -> Document:
        cells: list[dict[str, Any]] = [
            {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None,
             "source": dedent(source).strip("\n").splitlines(keepends=True)}
            for source in sources
        ]  # fmt: skip
        if markdown_first:
            cells.insert(0, {"cell_type": "markdown", "metadata": {}, "source": ["# Work"]})
        path = tmp_path / "work.ipynb"
        path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {},
                                    "cells": cells}))  # fmt: skip
        return read(path)

    return load
