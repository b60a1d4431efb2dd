"""Where things are in the files themselves, for what points at them from outside: CI, editors."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from ..reading.json_places import cells_of, placed


class Lines:
    """The lines of one file: those of a notebook's cell are counted in its JSON text."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    def of(self, cell: int | None, line: int | None) -> int | None:
        """The file's line, from 1, for a line of a cell; None where it cannot be told."""
        if cell is None or line is None:
            return line
        lines = self._cells[cell] if cell < len(self._cells) else []
        return lines[line - 1] if line <= len(lines) else None

    @cached_property
    def _cells(self) -> list[list[int]]:
        """For each cell of a notebook the line that each of its lines is on."""
        try:
            content = placed(self._path.read_text("utf-8-sig"))
            return [list(_lines(source)) for source in cells_of(content)]
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return []  # gone, or of a form that no line can be told in


def _lines(source: Any) -> Iterator[int]:
    """The line of each line of a source, which is one text or a list of them."""
    starts = True
    for part in source if isinstance(source, list) else [source]:
        for line in part.splitlines(keepends=True):
            if starts:
                yield part.line
            starts = line.endswith("\n")


def from_root(path: str) -> str:
    """A path as CI knows it: from the root of the checkout, with forward slashes.

    The root is GitHub's ``GITHUB_WORKSPACE``, or else the current folder. A path outside of it
    stays as it was given.
    """
    root = os.environ.get("GITHUB_WORKSPACE") or os.getcwd()
    try:
        return Path(path).resolve().relative_to(Path(root).resolve()).as_posix()
    except (ValueError, OSError):
        return Path(path).as_posix()
