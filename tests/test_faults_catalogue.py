"""The catalogue has every name that a diagnosis can have, and no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import cellcheck.diagnosis
from cellcheck.cli import cli
from cellcheck.diagnosis.faults.catalogue import MODULES, faults
from cellcheck.diagnosis.faults.faults_of_code import OF_CODE
from cellcheck.diagnosis.faults.faults_of_values import OF_VALUES
from cellcheck.diagnosis.faults.kinds import KINDS

ROOM = Path(cellcheck.diagnosis.__file__).parent
TELLING = (
    "crashes",
    "unknown",
    "dimensions",
    "endless",
    "errata",
    "kept",
    "memory",
    "outside",
    "slips",
    "unread",
    "variants",
)
SAYING = ("told", "Diagnosis", "Note")
NAME = re.compile(r"[a-z]+(_[a-z]+)+|unfinished")


def names_in(module: str) -> Iterator[str]:
    """The names that a module tells: the kind of a `Diagnosis`, or the first of a tuple."""
    tree = ast.parse((ROOM / f"{module}.py").read_text("utf-8"))
    for node in ast.walk(tree):
        told: list[ast.expr] = []
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(SAYING):
            told = [*node.args[:1], *(k.value for k in node.keywords if k.arg == "fault")]
        elif isinstance(node, ast.Tuple) and len(node.elts) in (2, 3):
            told = node.elts[:1]
        elif isinstance(node, ast.Return | ast.IfExp | ast.Assign):
            told = [value for value in ast.iter_child_nodes(node) if isinstance(value, ast.expr)]
        for one in told:
            if isinstance(one, ast.Constant) and NAME.fullmatch(str(one.value)):
                yield one.value


def test_every_name_that_can_be_told_is_there_and_no_other() -> None:
    assert faults().keys() == {*KINDS, *OF_CODE}
    told = {name for module in TELLING for name in names_in(module)}
    unknown = told - faults().keys() - {"softmax", "zeros_like", "empty_like"}
    assert unknown == set()
    assert {*OF_CODE} <= told


def test_no_words_are_left_over() -> None:
    assert OF_VALUES.keys() == KINDS.keys()
    assert not OF_VALUES.keys() & OF_CODE.keys()


@pytest.mark.parametrize("name", faults())
def test_an_entry_is_complete(name: str) -> None:
    fault = faults()[name]
    assert 0 <= fault.seen < MODULES
    assert fault.what and not fault.what.endswith(".")
    for text in (fault.shows, fault.tempting):
        assert text.endswith(".") and not text.startswith(" ")


def test_the_command_lists_and_explains_them() -> None:
    run = CliRunner().invoke
    listed = run(cli, ["list", "faults"]).stdout.splitlines()
    assert [line.split()[0] for line in listed[1:]] == [*faults()]
    told = run(cli, ["explain", "live_view"])
    assert told.exit_code == 0
    assert "in 18 of 271 public modules" in told.stdout
    assert run(cli, ["explain", "live-view"]).stdout == told.stdout
