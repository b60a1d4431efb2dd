"""The variants of a cell are cells: every law holds for them, and their text is at hand."""

from __future__ import annotations

import contextlib
import inspect
import unittest

import pytest

from cellcheck.cells import CellSpec, families
from cellcheck.cells.spec import RecurrentFamily
from cellcheck.cells.variants import variant
from cellcheck.engine import law_tests

GRU = families()["gru"]
assert isinstance(GRU, RecurrentFamily)
VARIANTS = [
    pytest.param(cell, id=f"{family.name} {number}", marks=pytest.mark.full if number % 4 else ())
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
