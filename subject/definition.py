"""A parsed definition of a file: one top-level function, and where it stands."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Definition:
    """One top-level function, and where it stands.

    ``line`` is the line of ``def`` (not of a decorator), from 1, in the file or in the notebook's
    cell, and 0 where there is no text; ``cell`` counts from 0 over all cells. ``node`` is None for
    a function that the file only gives a name to. ``source`` begins at ``line``.
    """

    name: str
    function: Callable[..., object]
    line: int
    cell: int | None
    node: ast.FunctionDef | ast.Lambda | None
    source: str
