"""The house: a room imports from those below it only, and no two files import each other."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
OUTSIDE = {"tests", "benchmarks", "docs", "examples", "build"}
LINES = 400

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

CHILD = "cellcheck.isolation.child"
CHILD_SHARES = {"cellcheck.subject.inspection", "cellcheck.subject.limits"}
"""What the process of a submission loads besides its own modules: it starts cheaply, and no
submission finds the laws in it.
"""


MENDED_SOON = {
    "cellcheck.diagnosis.faults.faults_of_values",
    "cellcheck.submissions.functions",
    "cellcheck.submissions.submission",
}


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


def test_every_room_has_its_place() -> None:
    rooms = {room(name) for name in files() if name.count(".")}
    assert rooms - {"__main__"} == set(ROOMS)


def test_a_room_imports_from_those_below_it_only() -> None:
    place = {name: number for number, name in enumerate(ROOMS)}
    upward = [
        f"{name} imports {other}"
        for name in files()
        if room(f"{name}.") in place
        for other in own(name)
        if name not in MENDED_SOON
        if room(f"{other}.") not in place or place[room(f"{other}.")] > place[room(f"{name}.")]
    ]
    assert upward == []


def test_no_files_import_each_other_in_a_circle() -> None:
    assert in_circles({name: set(own(name)) - {name} for name in files()}) - MENDED_SOON == set()


def in_circles(imported: dict[str, set[str]]) -> set[str]:
    """The files of circles, and those between two circles."""
    left = imported.keys()
    while True:
        imports_one = {name for name in left if imported[name] & left}
        rest = imports_one & {other for name in imports_one for other in imported[name]}
        if rest == left:
            return rest
        left = rest


def test_the_process_of_a_submission_loads_little() -> None:
    allowed = sys.stdlib_module_names | {"numpy"}
    more = [
        f"{name} imports {other}"
        for name in files()
        if name.startswith(CHILD)
        for other in imports(name)
        if not other.startswith(CHILD)
        and other not in CHILD_SHARES
        and other.partition(".")[0] not in allowed
    ]
    assert more == []


def test_no_file_is_long() -> None:
    lengths = {name: path.read_text("utf-8").count("\n") for name, path in files().items()}
    long = {name: lines for name, lines in lengths.items() if lines > LINES}
    assert long.keys() - MENDED_SOON == set()
