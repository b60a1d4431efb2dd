"""The rooms in their order, and what each file imports, read from its text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
OUTSIDE = {"tests", "benchmarks", "docs", "examples", "build"}

ROOMS = (
    "cells",
    "gradients",
    "strategies",
    "subject",
    "properties",
    "reading",
    "isolation",
    "submissions",
    "engine",
    "diagnosis",
    "catalogue",
    "configuration",
    "storage",
    "baseline",
    "reports",
    "grading",
    "notebook",
    "cli",
    "plugin",
    "conftest",
)
"""From the lowest to the highest. The package itself and its `__main__` stand above all."""


@cache
def files() -> dict[str, Path]:
    """Every module of the package by its name, apart from tests."""
    found = {}
    for path in ROOT.rglob("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        hidden = any(part.startswith(".") for part in parts)
        if parts[0] not in OUTSIDE and not hidden and not path.stem.startswith("test_"):
            own = parts[:-1] if path.stem == "__init__" else parts
            found[".".join(("cellcheck", *own))] = path
    return found


@cache
def imports(name: str) -> frozenset[str]:
    """What a module imports anywhere in its text, also for its types only.

    A name of the package is that of the file that is meant: of the module where one is imported
    from a room, else of the room.
    """
    path = files()[name]
    package = name if path.stem == "__init__" else name.rpartition(".")[0]
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(
        wanted if wanted in files() else wanted.rpartition(".")[0] or wanted
        for node in ast.walk(tree)
        for wanted in _named(node, package)
    )


def _named(node: ast.AST, package: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        above = package.split(".")[: len(package.split(".")) - node.level + 1]
        base = ".".join([*(above if node.level else []), *filter(None, [node.module])])
        yield from (f"{base}.{alias.name}" for alias in node.names)


def room(name: str) -> str:
    """The room of a module of the package: its first folder, or the module that lies beside."""
    return name.split(".")[1]


def own(name: str) -> list[str]:
    """The modules of the package that a module imports."""
    return sorted(imports(name) & files().keys())
