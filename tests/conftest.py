"""What reads a text as a file, for the tests of reading."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from cellcheck.submissions.loading import Document, read

Reader = Callable[..., Document]


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
