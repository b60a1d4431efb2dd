"""Who follows an error that was published is told so, and nobody else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cellcheck.diagnosis import diagnose
from cellcheck.engine import Diagnosis, Settings, check

from .planted import FAULTS, Fault, correct_source, plant
from .planted.truth import corrected, lines_of, touches

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
PLANTED = {fault.name: fault for fault in FAULTS}


def told(fault: Fault, folder: Path) -> list[Diagnosis]:
    """What is said of a planted fault."""
    path = folder / "planted.py"
    path.write_text(plant(fault), encoding="utf-8")
    report = check(str(path), Settings("quick", functions=(fault.function,)), None, diagnose)
    return [one for function in report.functions for one in function.diagnosis]


def assert_told_at_its_lines(fault: Fault, folder: Path) -> list[Diagnosis]:
    """Every line is told, and no other, and with all corrections the function is right."""
    path, source = folder / "planted.py", plant(fault)
    settings = Settings("quick", functions=(fault.function,))
    said = told(fault, folder)
    places = lines_of(source, correct_source(fault.style))
    changes = [one for one in said if one.source not in one.suggestion]
    assert all(touches(one, set().union(*places)) for one in changes)
    if all(one.suggestion for one in said):
        path.write_text(corrected(source, said), encoding="utf-8")
        assert check(str(path), settings).status == "passed"
    return said


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("lstm_cell_backward_printed_equations", ["(8)", "(9)", "(10)"]),
        ("lstm_cell_backward_printed_equation_10", ["(10)"]),
        ("lstm_cell_backward_printed_equation_8", ["(8)"]),
    ],
)
@pytest.mark.full
def test_the_printed_equations(name: str, numbers: list[str], tmp_path: Path) -> None:
    said = assert_told_at_its_lines(PLANTED[name], tmp_path)
    assert {one.fault for one in said} == {"printed_equations"}
    for one, number in zip(said, numbers, strict=True):
        assert f"print equation {number} like this" in one.message
        assert "you have done what was asked, and the print is wrong" in one.message


IN_STYLE_B = (
    (
        "delta_i = into_cell * g * i * (1 - i)",
        "delta_i = dc_next * g + o * (1 - squashed ** 2) * g * da_next * i * (1 - i)",
    ),
    (
        "delta_g = into_cell * i * (1 - g ** 2)",
        "delta_g = dc_next * i + o * (1 - squashed ** 2) * i * da_next * (1 - g ** 2)",
    ),
)


@pytest.mark.full
def test_two_of_them_in_another_style(tmp_path: Path) -> None:
    fault = Fault("own", "lstm_cell_backward", "b", IN_STYLE_B)
    said = assert_told_at_its_lines(fault, tmp_path)
    for_gate = {one.message.partition("equation ")[2].split()[0]: one for one in said}
    assert for_gate.keys() == {"(8)", "(9)"}
    assert for_gate["(9)"].suggestion == (
        "delta_i = (dc_next * g + o * (1 - squashed ** 2) * g * da_next) * i * (1 - i)"
    )


@pytest.mark.full
def test_two_of_them_in_one_statement(tmp_path: Path) -> None:
    (old_i, new_i), (old_g, new_g) = IN_STYLE_B
    both = "delta_i, delta_g = {}, {}"
    new = both.format(new_i.partition(" = ")[2], new_g.partition(" = ")[2])
    fault = Fault("own", "lstm_cell_backward", "b", ((old_g, new), (f"    {old_i}\n", "")))
    found, *rest = told(fault, tmp_path)
    assert "equation (8) like" in found.message and "equation (9) like" in found.message
    assert found.source == new
    path = tmp_path / "planted.py"
    path.write_text(corrected(plant(fault), [found, *rest]), encoding="utf-8")
    assert check(str(path), Settings("quick", functions=(fault.function,))).status == "passed"


@pytest.mark.full
def test_another_mistake_beside_them(tmp_path: Path) -> None:
    average = ("delta.sum(axis=1, keepdims=True)", "delta.mean(axis=1, keepdims=True)")
    fault = Fault("own", "lstm_cell_backward", "b", (IN_STYLE_B[0], average))
    said = assert_told_at_its_lines(fault, tmp_path)
    assert [one.fault for one in said] == ["printed_equations", "bias_gradient_averaged"]


CALL = "(da[:, :, t] + da_prevt, dc_prevt, caches[t])"
UPDATED = (
    '        da_prevt = gradients["da_prev"]\n        dc_prevt = gradients["dc_prev"]\n'
    '        dx[:, :, t] = gradients["dxt"]\n'
)
ZEROS = "    da_prevt = np.zeros((n_a, m))\n    dc_prevt = np.zeros((n_a, m))\n"
LAST = ("da0 = da_prevt", 'da0 = gradients["da_prev"]')
NO_UPDATE = (UPDATED, UPDATED.splitlines(keepends=True)[-1])

FOLLOWED = {
    "reset at every step": (
        (
            UPDATED,
            ZEROS.replace("    da", "        da").replace("    dc", "        dc")
            + UPDATED.splitlines(keepends=True)[-1],
        ),
        LAST,
    ),
    "given to itself": (
        (
            UPDATED,
            UPDATED.replace('gradients["da_prev"]', "da_prevt").replace(
                'gradients["dc_prev"]', "dc_prevt"
            ),
        ),
        LAST,
    ),
    "zeros in the call": (
        (CALL, "(da[:, :, t], np.zeros((n_a, m)), caches[t])"),
        (ZEROS, ""),
        NO_UPDATE,
        LAST,
    ),
    "zeros for all steps": (
        (CALL, "(da[:, :, t] + da_prevt[:, :, t], dc_prevt[:, :, t], caches[t])"),
        (ZEROS, ZEROS.replace("m))", "m, T_x))")),
        NO_UPDATE,
        LAST,
    ),
}


@pytest.mark.parametrize("how", FOLLOWED)
@pytest.mark.full
def test_the_printed_table_however_it_comes_out(how: str, tmp_path: Path) -> None:
    fault = Fault("own", "lstm_backward", "a", FOLLOWED[how])
    said = assert_told_at_its_lines(fault, tmp_path)
    assert {one.fault for one in said} == {"printed_table"}
    assert "the table is wrong" in said[0].message


@pytest.mark.full
@pytest.mark.parametrize(
    "name",
    [
        "lstm_backward_carries_never_updated",
        "lstm_backward_carries_never_updated_b",
        "lstm_backward_carries_not_used",
        "lstm_backward_printed_table",
    ],
)
@pytest.mark.full
def test_the_printed_table(name: str, tmp_path: Path) -> None:
    said = assert_told_at_its_lines(PLANTED[name], tmp_path)
    assert said[0].fault == "printed_table" and "the table is wrong" in said[0].message


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
@pytest.mark.full
def test_other_mistakes_are_not_taken_for_them(name: str, tmp_path: Path) -> None:
    said = {one.fault for one in told(PLANTED[name], tmp_path)}
    assert said and not said & {"printed_equations", "printed_table"}


def test_the_numbers_in_the_message_are_those_of_finite_differences() -> None:
    from cellcheck.matching.examples import examples

    right = examples()["lstm_backward"].right["dx"][1][2]
    np.testing.assert_allclose(
        right, [0.00218254, 0.28205375, -0.48292508, -0.43281115], atol=5e-9, rtol=0
    )


@pytest.mark.full
def test_the_step_may_be_at_fault_too(tmp_path: Path) -> None:
    """The function of a step is then replaced by a correct one, of another name perhaps."""
    old, new = "dc * c_prev * ft * (1 - ft)", "dc * c_prev * ft"
    source = (EXAMPLES / "faulty_lstm.py").read_text("utf-8").replace(old, new)
    path = tmp_path / "own.py"
    path.write_text(source.replace("lstm_cell_backward", "lstm_backward_step"), encoding="utf-8")
    report = check(str(path), Settings("quick"), None, diagnose)
    (found,) = next(f.diagnosis for f in report.functions if f.name == "lstm_backward")
    assert found.fault == "printed_table"
    assert found.source.startswith("step = lstm_backward_step(")
    assert found.suggestion.splitlines()[1:] == [
        'da_carried = step["da_prev"]',
        'dc_carried = step["dc_prev"]',
    ]
