"""A planted fault is told with its line and with what was meant there; nothing wrong is told."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

from cellcheck.cells import families
from cellcheck.diagnosis import diagnose
from cellcheck.diagnosis.diagnose import in_harness
from cellcheck.diagnosis.faults.registry import fault_of, faults
from cellcheck.diagnosis.mutants.equivalent import mutants_of
from cellcheck.diagnosis.mutants.mutant import References
from cellcheck.diagnosis.mutants.reference_text import arguments, run
from cellcheck.engine import Diagnosis, Settings, check
from cellcheck.engine.checking import Check
from cellcheck.engine.outcome import FunctionReport
from cellcheck.strategies import seeded_case
from cellcheck.subject.budget import PACE, Budget, OutOfBudget, Work

from .hostile import CORRECT
from .planted import FAULTS, Fault, correct_source, plant
from .planted.truth import corrected, lines_of, pairs, touches, whole_correct
from .tiers import sampled

SAMPLE = FAULTS[2::6]
"""The benchmark of diagnosis takes all of them."""

PAIRS = list(pairs(FAULTS))[::12]


def told(source: str, function: str, folder: Path) -> list[Diagnosis]:
    """What is said of one function of a source."""
    path = folder / "faulty.py"
    path.write_text(source, encoding="utf-8")
    report = check(str(path), Settings("quick", functions=(function,)), None, diagnose)
    (one,) = (f for f in report.functions if f.name == function)
    return [diagnosis for diagnosis in one.diagnosis if diagnosis.line is not None]


def assert_nothing_wrong(fault: Fault, source: str, said: list[Diagnosis], folder: Path) -> None:
    """Every line that is told is a faulty one, and every correction corrects."""
    places = lines_of(source, whole_correct(fault))
    for one in said:
        named = one.fault in (
            "notebook_variable",
            "undefined_name",
            "unassigned_name",
        )  # told where it is read
        assert named or touches(one, set().union(*places)), one
        assert one.source
    if said and all(one.suggestion for one in said):
        path = folder / "corrected.py"
        path.write_text(corrected(source, said), encoding="utf-8")
        (report,) = check(str(path), Settings("quick", functions=(fault.function,))).functions
        assert report.status == "passed"


LAST_STATE_ONLY = """
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_forward(x, h0, Wx, Wh, b):
    caches, h = [], h0
    for t in range(x.shape[1]):
        h, cache = rnn_step_forward(x[:, t], h, Wx, Wh, b)
        caches.append(cache)
    return h, caches
"""


@pytest.mark.full
def test_a_mutant_that_has_no_name_explains_nothing(tmp_path: Path) -> None:
    path = tmp_path / "last.py"
    path.write_text(LAST_STATE_ONLY)
    (report,) = check(
        str(path), Settings("quick", functions=("rnn_forward",)), None, diagnose
    ).functions
    assert report.status == "failed"
    assert report.diagnosis == ()


def test_what_a_decorator_breaks_is_no_mistake_in_the_text(tmp_path: Path) -> None:
    source = CORRECT.format(top="import functools", body="")
    source = source.replace("def rnn_cell_f", "@functools.lru_cache\ndef rnn_cell_f")
    assert told(source, "rnn_cell_forward", tmp_path) == []


@pytest.mark.full
def test_a_change_around_another_is_told_with_it(tmp_path: Path) -> None:
    source = CORRECT.format(top="ALONG = dict(axis=0, keepdims=True)", body="")
    source = source.replace("d.sum(axis=1, keepdims=True)", "d.sum(**ALONG)")
    said = told(source, "rnn_cell_backward", tmp_path)
    assert said
    path = tmp_path / "corrected.py"
    path.write_text(corrected(source, said), encoding="utf-8")
    assert check(str(path), Settings("quick")).status == "passed"


@pytest.mark.parametrize("fault", sampled(SAMPLE, 100), ids=lambda fault: fault.name)
def test_a_planted_fault_is_told_with_its_line_or_not_at_all(fault: Fault, tmp_path: Path) -> None:
    source = plant(fault)
    assert_nothing_wrong(fault, source, told(source, fault.function, tmp_path), tmp_path)


COMMON = [
    "softmax_one_maximum_for_the_batch",
    "lstm_cell_backward_gradient_for_the_weight",
    "lstm_cell_forward_concat_rows_hold_n_x",
    "lstm_cell_forward_gates_exchanged",
    "lstm_cell_backward_printed_equation_10",
    "lstm_cell_backward_bias_averaged",
    "lstm_backward_one_gradient_assigned",
    "rnn_backward_carry_not_added",
    "rnn_forward_initial_state_ignored",
    "rnn_cell_backward_missing_transpose",
    "adam_epsilon_inside_the_root_b",
    "lstm_cell_backward_printed_equation_8",
    "rnn_cell_backward_factor_without_square",
    "lstm_cell_backward_rows_exchanged",
    "closures_cell_carry_without_its_gate",
]


@pytest.mark.parametrize("name", sampled(COMMON, 12))
def test_a_common_fault_is_told_with_line_and_correction(name: str, tmp_path: Path) -> None:
    (fault,) = (fault for fault in FAULTS if fault.name == name)
    source = plant(fault)
    said = told(source, fault.function, tmp_path)
    assert said
    assert all(one.suggestion for one in said)
    assert all(one.fault in faults() for one in said)
    assert_nothing_wrong(fault, source, said, tmp_path)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[0].name)
@pytest.mark.full
def test_of_two_faults_nothing_wrong_is_told(pair: tuple[Fault, str], tmp_path: Path) -> None:
    fault, source = pair
    assert_nothing_wrong(fault, source, told(source, fault.function, tmp_path), tmp_path)


def test_two_faults_are_told_at_both_their_lines(tmp_path: Path) -> None:
    source = correct_source("a").replace("cct = np.tanh(np.dot(Wc", "cct = sigmoid(np.dot(Wc")
    source = source.replace("ot * np.tanh(c_next)\n", "ot * c_next\n")
    said = told(source, "lstm_cell_forward", tmp_path)
    assert {one.fault for one in said} == {"activation_exchanged", "activation_missing"}


@pytest.mark.full
def test_what_is_computed_anew_in_the_next_line_is_told_where_it_was_computed(
    tmp_path: Path,
) -> None:
    fault = next(fault for fault in FAULTS if fault.name == "adam_s_corrected_with_beta1")
    [one] = told(plant(fault), fault.function, tmp_path)
    assert one.fault == "name_for_another"
    assert "beta1" in one.source and "beta2" in one.suggestion


def test_a_budget_is_spent_by_tries_and_not_by_the_clock() -> None:
    budget = Budget(Work(), 2.0)
    for _ in range(2 * PACE):
        budget.spend()
    with pytest.raises(OutOfBudget):
        budget.spend()
    budget.allow(1.0)
    budget.work.took(1.0)  # a call that was slow
    with pytest.raises(OutOfBudget):
        budget.spend()


@pytest.mark.full
def test_a_callee_that_could_be_better_hides_nothing(tmp_path: Path) -> None:
    (lstm,) = (f for f in FAULTS if f.name == "lstm_cell_forward_concat_rows_hold_n_x")
    source = plant(lstm).replace("axis=0, keepdims=True", "keepdims=True", 1)
    assert "np.max(x, keepdims=True)" in source
    (said,) = told(source, lstm.function, tmp_path)
    assert said.fault == "size_used_for_array"
    assert said.suggestion == "concat[n_a:, :] = xt"


def test_a_correct_file_is_not_diagnosed(tmp_path: Path) -> None:
    path = tmp_path / "correct.py"
    path.write_text(correct_source("a"), encoding="utf-8")

    def never(done: object, reports: object) -> list[object]:
        raise AssertionError

    assert check(str(path), Settings("quick"), None, never).status == "passed"  # type: ignore[arg-type]


@pytest.mark.full
def test_mutants_come_from_the_reference_itself() -> None:
    family = families()["rnn"]
    spec = family.functions["rnn_cell_backward"]
    case = seeded_case(family, {"n_x": 4, "n_a": 3, "n_y": 2, "m": 5, "T_x": 2}, 0)  # type: ignore[arg-type]
    given = arguments(family, spec, case)
    references = References(family)
    made = list(mutants_of(references, spec, case))
    assert len(made) > 100
    transposed = [one for one in made if one.fault == "transpose_missing"]
    assert any("p['Waa'] @ dz" in one.wrong for one in transposed)
    right = family.reference[spec.name](*given)
    means = [one for one in made if one.fault == "bias_gradient_averaged"]
    results = run(references.having(means[0])[spec.name], spec, given)
    assert results is not None
    np.testing.assert_allclose(results["dba"] * case.dims["m"], right["dba"])


@pytest.mark.parametrize(
    ("wrong", "meant", "fault"),
    [
        ("a = np.dot(W, x)", "a = np.dot(W.T, x)", "transpose_missing"),
        ("a = sigmoid(z)", "a = np.tanh(z)", "activation_exchanged"),
        ("a = dWf.T @ d", "a = Wf.T @ d", "gradient_used_for_weight"),
        ("a = b * c", "a = b * c * (1 - c)", "gate_derivative_factor_missing"),
        ("a = b + c * d", "a = (b + c) * d", "parentheses_missing"),
        ("a = x * 2", "a = x ** 2", "factor_two_for_square"),
        ("a = x * t", "a = x ** t", "operator_exchanged"),
        ("a = np.vstack([x, b])", "a = np.vstack([b, x])", "order_of_concatenation"),
        ("a = np.sum(x, axis=0)", "a = np.sum(x, axis=1)", "wrong_axis"),
        ("a = np.sum(x, axis=1)", "a = np.sum(x, axis=1, keepdims=True)", "keepdims_missing"),
        ("a = d / m", "a = d", "divided_by_m"),
        ("a += b", "a = b + a", "arrays_aliased"),
        ("n += 1", "n = 1", "expression_wrong"),
        ("return 'nothing'", "return np.exp(x)", "expression_wrong"),
        ("a = p['Wf']", "a = p['Wi']", "wrong_key"),
    ],
)
def test_a_mistake_has_the_name_of_what_it_is(wrong: str, meant: str, fault: str) -> None:
    assert fault_of(ast.parse(wrong).body[0], ast.parse(meant).body, False, False) == fault


def test_what_is_expected_depends_on_no_file_before(tmp_path: Path) -> None:
    """Cases are shared by all files that a process checks; results that one lacks, another has."""
    wanted: list[set[str]] = []

    def look(done: Check, reports: list[FunctionReport]) -> list[FunctionReport]:
        (failed,) = (one for one in reports if one.findings)
        with in_harness(done, failed) as harness:
            wanted.append({*harness.expected(harness.cases[0])})
        return reports

    path = tmp_path / "own.py"
    for style in ("a", "rows", "a"):
        source = correct_source(style)
        assert "np.tanh(" in source
        path.write_text(source.replace("np.tanh(", "np.sin(", 1), "utf-8")
        check(str(path), Settings("quick", functions=("rnn_cell_forward",)), None, look)
    assert wanted == [{"a_next", "yt_pred"}, {"a_next"}, {"a_next", "yt_pred"}]
