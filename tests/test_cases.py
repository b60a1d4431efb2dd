"""Each kind of code of which something wrong was said is held by a test that there is."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from .cases import CASES, CORRECTIONS, COSTS, LINES, MISSED, NUMBERS, PLACES, RIGHT_CODE, Held
from .planted import FAULTS
from .test_whole_files import FAULTS as WHOLE

HERE = Path(__file__).resolve().parent


def is_there(held: Held) -> bool:
    """Whether what holds a kind can be found."""
    if held.by == "planted":
        return held.name in {fault.name for fault in FAULTS}
    if held.by == "correct":
        return (HERE / "correct" / held.name).is_file()
    if held.by == "whole":
        return held.name in WHOLE
    module, _, name = held.name.partition("::")
    path = HERE / module
    tree = ast.parse(path.read_text("utf-8")) if path.is_file() else ast.Module([], [])
    return any(isinstance(node, ast.FunctionDef) and node.name == name for node in tree.body)


@pytest.mark.parametrize("kind", CASES)
def test_a_kind_is_held(kind: str) -> None:
    assert is_there(CASES[kind])


def test_no_kind_is_told_twice() -> None:
    parts = (RIGHT_CODE, PLACES, MISSED, CORRECTIONS, LINES, NUMBERS, COSTS)
    assert len(CASES) == sum(map(len, parts))


@pytest.mark.parametrize("by", ["planted", "correct", "whole", "test"])
def test_what_is_not_there_holds_nothing(by: str) -> None:
    # a parameter of a test is any text, and not one of the kinds alone
    assert not is_there(Held(by, "test_cases.py::test_that_nobody_wrote"))  # type: ignore[arg-type]
