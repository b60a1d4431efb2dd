"""The registry has every name that is told, and each entry is told of its own wrong lines."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

import cellcheck.diagnosis
from cellcheck.cli import cli
from cellcheck.diagnosis import diagnose
from cellcheck.diagnosis.faults.fault import MODULES, Fault
from cellcheck.diagnosis.faults.registry import fault_of, faults
from cellcheck.engine import Settings, check
from cellcheck.engine.outcome import Status
from cellcheck.subject.limits import shorter

ROOM = Path(cellcheck.diagnosis.__file__).parent
NAME = re.compile(r"[a-z]+(_[a-z]+)+|unfinished")
KNOWN_BY_DIFFERENCE = [fault for fault in faults().values() if fault.known_by == "difference"]
KNOWN_BY_RUN = [fault for fault in faults().values() if fault.known_by == "run"]

KNOWN_BY_BLOCK = [fault for fault in faults().values() if fault.known_by == "block"]


def names_in(tree: ast.Module) -> Iterator[str]:
    """The names that a module tells: of a sign, or of a diagnosis that it words itself."""
    for node in ast.walk(tree):
        told: list[ast.expr] = []
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Sign", "Diagnosis"):
            told = [*node.args[:2], *(k.value for k in node.keywords if k.arg == "fault")]
        elif isinstance(node, ast.Assign) and "fault" in ast.unparse(node.targets[0]):
            told = [node.value]
        for one in told:
            if isinstance(one, ast.Constant) and NAME.fullmatch(str(one.value)):
                yield str(one.value)


def test_every_name_that_is_told_is_there() -> None:
    modules = [ast.parse(path.read_text("utf-8")) for path in ROOM.rglob("*.py")]
    told = {name for module in modules for name in names_in(module)}
    assert len(told) > 5
    assert told <= faults().keys()


Difference = tuple[ast.stmt | None, Sequence[ast.stmt], bool]
"""A statement, those that were meant in its place, and whether they stand in a loop."""


def difference(wrong: Sequence[ast.stmt], right: Sequence[ast.stmt], loop: bool) -> Difference:
    """The first statement in which two bodies differ; in a loop of the same head, that inside."""
    pairs = enumerate(zip(wrong, right, strict=False))
    place = next((n for n, (a, b) in pairs if ast.dump(a) != ast.dump(b)), None)
    if place is None:
        return None, right[len(wrong) :], loop
    old, new = wrong[place], right[place]
    same_kind = isinstance(old, ast.For) and isinstance(new, ast.For)
    if same_kind and ast.dump(old.iter) == ast.dump(new.iter):
        return difference(old.body, new.body, True)
    if len(right) > len(wrong):
        return old, [*right[place:-1], old], loop
    return old, [new], loop


@pytest.mark.parametrize("fault", KNOWN_BY_DIFFERENCE, ids=lambda fault: fault.name)
def test_what_was_written_and_what_was_meant_have_the_name(fault: Fault) -> None:
    wrong, right = ast.parse(fault.wrong).body, ast.parse(fault.right).body
    old, new, in_loop = difference(wrong, right, False)
    assert fault_of(old, new, "sequence" in fault.functions, in_loop) == fault.name


@pytest.mark.parametrize("fault", KNOWN_BY_RUN, ids=lambda fault: fault.name)
def test_a_file_with_what_was_written_is_told_so(fault: Fault, tmp_path: Path) -> None:
    path = tmp_path / "own.py"
    for text, names in ((fault.wrong, [fault.name]), (fault.right, [])):
        path.write_text(f"import numpy as np\n\n{text}\n", encoding="utf-8")
        with shorter(0.1):
            report = check(str(path), Settings("quick", functions=("sigmoid",)), None, diagnose)
        assert [one.fault for one in report.functions[0].diagnosis] == names


@pytest.mark.parametrize("fault", KNOWN_BY_BLOCK, ids=lambda fault: fault.name)
def test_a_file_with_what_was_written_is_not_judged(fault: Fault, tmp_path: Path) -> None:
    path = tmp_path / "own.py"
    for text, status in ((fault.wrong, Status.BLOCKED), (fault.right, Status.PASSED)):
        path.write_text(f"import numpy as np\n\n{text}\n", encoding="utf-8")
        (report,) = check(str(path), Settings("quick", functions=("sigmoid",))).functions
        assert report.status is status
        assert (status is Status.BLOCKED) == report.reason.endswith("which is not here")


@pytest.mark.parametrize("name", faults())
def test_an_entry_is_complete(name: str) -> None:
    fault = faults()[name]
    assert 0 <= fault.seen < MODULES
    assert fault.what and not fault.what.endswith(".")
    assert fault.wrong != fault.right
    for text in (fault.shows, fault.why):
        assert text.endswith(".") and not text.startswith(" ")


def test_the_command_lists_and_explains_them() -> None:
    run = CliRunner().invoke
    listed = run(cli, ["list", "faults"]).stdout.splitlines()
    assert [line.split()[0] for line in listed[1:]] == [*faults()]
    told = run(cli, ["explain", "live_view"])
    assert told.exit_code == 0
    assert "in 18 of 271 public modules" in told.stdout
    assert "c_next = c[:, :, 0].copy()" in told.stdout
    assert run(cli, ["explain", "live-view"]).stdout == told.stdout
    told = run(cli, ["explain", "carry_summed"])
    assert '      da_prevt += step["da_prev"]\n' in told.stdout
