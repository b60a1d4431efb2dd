"""The rooms in their order, what each file imports, and the picture of it, ``docs/rooms.svg``.

A part of ``docs/generate.py``; the tests hold the files to that order.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).parents[1]
OUTSIDE = {"tests", "benchmarks", "docs", "examples"}

ROOMS = (
    "cells",
    "gradients",
    "strategies",
    "pairs",
    "frameworks",
    "subject",
    "properties",
    "reading",
    "isolation",
    "submissions",
    "engine",
    "diagnosis",
    "matching",
    "catalogue",
    "configuration",
    "storage",
    "baseline",
    "reports",
    "fixing",
    "grading",
    "notebook",
    "cli",
    "plugin",
    "conftest",
)
"""From the lowest to the highest. The package itself and its `__main__` stand above all."""

WIDTH, ROW, BOX, HIGH = 640, 58, 116, 30
"""In pixels: the picture's width, from a row to the next, and the width and height of a box."""


@cache
def files() -> dict[str, Path]:
    """Every module of the package by its name, apart from tests."""
    folders = [init.parent for init in ROOT.glob("[!.]*/__init__.py")]
    rooms = [folder for folder in folders if folder.name not in OUTSIDE]
    found = {}
    for path in (*ROOT.glob("*.py"), *(file for room in rooms for file in room.rglob("*.py"))):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if not path.stem.startswith("test_"):
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


def picture() -> str:
    """The rooms as boxes, and a line from each to what it imports that no other line implies."""
    imported = _imported()
    rows = _rows(imported)
    lines = [
        f'<line x1="{_x(rows, name)}" y1="{_y(rows, name) + HIGH}"'
        f' x2="{_x(rows, other)}" y2="{_y(rows, other)}"/>'
        for name in imported
        for other in sorted(_direct(imported, name))
    ]
    boxes = [
        f'<rect x="{_x(rows, name) - BOX // 2}" y="{_y(rows, name)}" width="{BOX}"'
        f' height="{HIGH}" rx="4"/>'
        f'<text x="{_x(rows, name)}" y="{_y(rows, name) + 20}">{_title(name)}</text>'
        for name in imported
    ]
    height = ROW * len(rows)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}">',
        "<title>Which room of cellcheck imports which, from the command down to the cells</title>",
        "<style>text {font: 14px sans-serif; text-anchor: middle} line {stroke: #666}"
        " rect {fill: #eef; stroke: #446}</style>",
        '<rect width="100%" height="100%" style="fill: white; stroke: none"/>',
    )
    return "\n".join([*head, *lines, *boxes, "</svg>"]) + "\n"


def _imported() -> dict[str, set[str]]:
    """The rooms that each imports."""
    found: dict[str, set[str]] = {name: set() for name in ROOMS}
    for file in files():
        if file.count(".") and room(file) in found:
            found[room(file)] |= {room(other) for other in own(file) if other.count(".")}
    return {name: others - {name} for name, others in found.items()}


def _direct(imported: dict[str, set[str]], name: str) -> set[str]:
    """What a room imports and none of the rooms that it imports does."""
    return imported[name] - set().union(*(_below(imported, other) for other in imported[name]))


def _below(imported: dict[str, set[str]], name: str) -> set[str]:
    """All rooms that a room needs."""
    return imported[name].union(*(_below(imported, other) for other in imported[name]))


def _rows(imported: dict[str, set[str]]) -> list[list[str]]:
    """The rooms row by row from above, each as low as its imports let it be.

    One that imports nothing stands right below the lowest that imports it.
    """
    level = dict.fromkeys(imported, 0)
    for name in imported:  # from the lowest to the highest
        level[name] = 1 + max((level[other] for other in imported[name]), default=-1)
    for name, others in imported.items():
        users = [level[user] for user in imported if name in imported[user]]
        if not others and users:
            level[name] = min(users) - 1
    ordered = sorted(imported, key=lambda name: -level[name])
    return [[*row] for _, row in groupby(ordered, key=lambda name: level[name])]


def _x(rows: list[list[str]], name: str) -> int:
    """The middle of a room's box."""
    (row,) = (row for row in rows if name in row)
    return WIDTH * (2 * row.index(name) + 1) // (2 * len(row))


def _y(rows: list[list[str]], name: str) -> int:
    """The top of a room's box."""
    (number,) = (number for number, row in enumerate(rows) if name in row)
    return ROW * number + (ROW - HIGH) // 2


def _title(name: str) -> str:
    is_folder = files()[f"cellcheck.{name}"].stem == "__init__"
    return f"{name}/" if is_folder else f"{name}.py"
