"""Who follows the two errors that were published is told so, and nobody else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cellcheck.diagnosis.errata import errata
from cellcheck.engine import Check, Diagnosis, FunctionReport, Settings, check

from .planted import FAULTS, Fault, plant

PLANTED = {fault.name: fault for fault in FAULTS}


def told(fault: Fault, folder: Path) -> list[Diagnosis]:
    """What is said of a planted fault."""
    found: list[Diagnosis] = []

    def look(done: Check, reports: list[FunctionReport]) -> list[FunctionReport]:
        found.extend(one for report in reports for one in errata(done, report))
        return reports

    path = folder / "planted.py"
    path.write_text(plant(fault), encoding="utf-8")
    check(str(path), Settings("quick", functions=(fault.function,)), None, look)
    return found


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("lstm_cell_backward_printed_equations", "equations (8), (9) and (10)"),
        ("lstm_cell_backward_printed_equation_10", "equation (10)"),
        ("lstm_cell_backward_printed_equation_8", "equation (8)"),
    ],
)
def test_the_printed_equations(name: str, numbers: str, tmp_path: Path) -> None:
    (found,) = told(PLANTED[name], tmp_path)
    assert found.fault == "printed_equations"
    assert f"computes {numbers} as" in found.message


def test_two_of_them_in_another_style(tmp_path: Path) -> None:
    fault = Fault(
        "own",
        "lstm_cell_backward",
        "b",
        (
            (
                "delta_i = into_cell * g * i * (1 - i)",
                "delta_i = dc_next * g + o * (1 - squashed ** 2) * g * da_next * i * (1 - i)",
            ),
            (
                "delta_g = into_cell * i * (1 - g ** 2)",
                "delta_g = dc_next * i + o * (1 - squashed ** 2) * i * da_next * (1 - g ** 2)",
            ),
        ),
    )
    (found,) = told(fault, tmp_path)
    assert "computes equations (8) and (9) as" in found.message
    assert "(10)" not in found.message


@pytest.mark.parametrize(
    "name",
    [
        "lstm_backward_carries_never_updated",
        "lstm_backward_carries_never_updated_b",
        "lstm_backward_carries_not_used",
        "lstm_backward_printed_table",
    ],
)
def test_the_printed_table(name: str, tmp_path: Path) -> None:
    (found,) = told(PLANTED[name], tmp_path)
    assert found.fault == "printed_table"
    assert "the table is wrong" in found.message


@pytest.mark.parametrize(
    "name",
    [
        "lstm_backward_hidden_carry_not_added",
        "lstm_backward_carries_exchanged",
        "lstm_backward_one_gradient_assigned",
        "lstm_cell_backward_dc_prev_without_da_next",
        "lstm_cell_backward_cell_path_left_out",
    ],
)
def test_other_mistakes_are_not_taken_for_them(name: str, tmp_path: Path) -> None:
    assert told(PLANTED[name], tmp_path) == []


def test_the_numbers_in_the_message_are_those_of_finite_differences() -> None:
    from cellcheck.diagnosis.matching import _examples

    right = _examples()["lstm_backward"].right["dx"][1][2]
    np.testing.assert_allclose(
        right, [0.00218254, 0.28205375, -0.48292508, -0.43281115], atol=5e-9, rtol=0
    )
