"""The house: a room imports from those below it only, and no two files import each other."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

HOUSE = runpy.run_path(str(Path(__file__).parents[1] / "docs" / "rooms.py"))
ROOMS, files, imports, own, room = (
    HOUSE[name] for name in ("ROOMS", "files", "imports", "own", "room")
)

LINES = 400

CHILD = "cellcheck.isolation.child"
CHILD_SHARES = {
    "cellcheck.pairs.errors",
    "cellcheck.pairs.in_process",
    "cellcheck.pairs.making",
    "cellcheck.subject.inspection",
    "cellcheck.subject.limits",
}
"""What the process of a submission loads besides its own modules: it starts cheaply, and no
submission finds the laws in it.
"""


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
        if room(f"{other}.") not in place or place[room(f"{other}.")] > place[room(f"{name}.")]
    ]
    assert upward == []


def test_no_files_import_each_other_in_a_circle() -> None:
    assert in_circles({name: set(own(name)) - {name} for name in files()}) == set()


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
    shared = reached_from(CHILD_SHARES)
    more = [
        f"{name} imports {other}"
        for name in files()
        if name.startswith(CHILD) or name in shared
        for other in imports(name)
        if not other.startswith(CHILD)
        and other not in (CHILD_SHARES if name.startswith(CHILD) else shared)
        and other.partition(".")[0] not in allowed
    ]
    assert more == []
    assert {name.rpartition(".")[0] for name in shared} == {"cellcheck.pairs", "cellcheck.subject"}
    assert "cellcheck.pairs.laws" not in shared


def reached_from(names: set[str]) -> set[str]:
    """What some modules import of the package, and what those do."""
    found: set[str] = set()
    waiting = [*names]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += own(name)
    return found


def test_no_file_is_long() -> None:
    lengths = {name: path.read_text("utf-8").count("\n") for name, path in files().items()}
    assert {name: lines for name, lines in lengths.items() if lines > LINES} == {}
