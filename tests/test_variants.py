"""The variants of a cell are cells: every law holds for them, and their text is at hand."""

from __future__ import annotations

import contextlib
import inspect
import unittest
from pathlib import Path

import pytest

from cellcheck.cells import CellSpec, families
from cellcheck.cells.spec import RecurrentFamily
from cellcheck.cells.variants import variant
from cellcheck.engine import Settings, Status, check, law_tests

from .planted import correct_source

GRU = families()["gru"]
assert isinstance(GRU, RecurrentFamily)
VARIANTS = [
    pytest.param(cell, id=f"{family.name} {number}", marks=pytest.mark.full if number else ())
    for family in families().values()
    if isinstance(family, RecurrentFamily)
    for number, cell in enumerate(family.cell.variants.values())
]


def hold(cell: CellSpec, *names: str) -> None:
    """Tries the laws of these names, or all."""
    for law in law_tests(cell, profile="quick"):
        if not names or law.law.name in names:
            with contextlib.suppress(unittest.SkipTest):
                law()


@pytest.mark.parametrize("cell", VARIANTS)
def test_its_gradients_are_the_derivatives(cell: CellSpec) -> None:
    hold(cell, "gradients_equal_the_derivative_of_the_forward")


@pytest.mark.full
@pytest.mark.parametrize("cell", VARIANTS)
def test_every_law_holds(cell: CellSpec) -> None:
    hold(cell)


def test_a_text_that_does_not_stand_once_is_refused() -> None:
    with pytest.raises(ValueError, match="stands 0 times in gru"):
        variant(GRU.cell, {"no such text": ""})


def test_the_functions_of_a_variant_show_their_own_equations() -> None:
    kept = variant(GRU.cell, {"(1 - zt) * a_prev + zt * ht": "zt * a_prev + (1 - zt) * ht"})
    assert "zt * a_prev + (1 - zt) * ht" in inspect.getsource(kept.step)
    with pytest.raises(AssertionError):  # its backward functions are those of the other equation
        hold(kept, "gradients_equal_the_derivative_of_the_forward")


@pytest.mark.parametrize(
    "wrong", ["0.5 @ (1 + np.tanh(0.5 * z))", "0.5 - (1 + np.tanh(0.5 * z))"], ids=["raises", "far"]
)
def test_a_wrong_helper_does_not_hide_which_variant_is_written(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "handed_in.py"
    right = "0.5 * (1 + np.tanh(0.5 * z))"
    source = correct_source("gru_keeps")
    assert right in source
    path.write_text(source.replace(right, wrong), encoding="utf-8")
    wanted = "sigmoid", "gru_cell_forward"
    report = check(str(path), Settings("quick", functions=wanted))
    assert [one.status for one in report.functions] == [Status.FAILED, Status.PASSED]
