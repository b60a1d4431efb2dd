"""A correction makes sense: it is what the author would have written there, in their own style."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cellcheck.diagnosis import diagnose
from cellcheck.diagnosis.code.source import LEFT_OUT
from cellcheck.engine import Settings, check
from cellcheck.engine.outcome import Diagnosis

from .planted import FAULTS, correct_source, plant
from .tiers import sampled

CORRECT = Path(__file__).resolve().parent / "correct"

CORRECTIONS = {
    "comprehensions_first_state_at_every_step": "rnn_cell_forward(xt, step[0], parameters)",
    "comprehensions_gate_left_out_of_the_sum": "d[k] for k in d)",
    "comprehensions_product_of_matrices_for_one_of_entries": "a_next = ot * np.tanh(c_next)",
    "einsum_subscripts_not_transposed": 'np.einsum("ji,jm->im", p["Waa"], d)',
    "stacked_last_step_left_out_of_sums": "sum(step[kind + gate] for step in steps)",
    "stacked_first_step_left_out_of_sums": "sum(step[name] for step in steps)",
    "stacked_states_before_the_steps_returned": "a[:, :, 1:].copy()",
    "stacked_gates_exchanged_in_the_stack": "(dc * c_prev * ft * (1 - ft), dc * g * it",
    "stacked_output_derivative_missing": "da_next * th * ot * (1 - ot)",
    "nested_carry_summed": 'walk(t - 1, grads["da_prev"])',
    "a_gradients_clipped_in_a_loop": LEFT_OUT,
    "a_gradients_divided_in_a_loop": LEFT_OUT,
    "a_gate_not_carried_at_first_steps": 'dc_prevt = gradients["dc_prev"]',
    "a_upstream_left_out": "rnn_cell_backward(da[:, :, t] + da_prevt, caches[t])",
    "a_both_carries_summed": 'da_prevt = gradients["da_prev"]',
    "a_caches_nested_in_pairs": "caches.append(cache)",
    "a_last_cache_for_all": "(caches, x)",
    "a_last_cache_under_their_name": "caches = (caches, x)",
    "a_stores_and_starts_mixed_up": "a = np.zeros((n_a, m, T_x))",
    "a_dropped_name_and_second_cache": "n_x = caches[0][2].shape[0]",
    "b_zip_read_twice": 'pairs = list(zip("fico", (delta_f, delta_i, delta_g, delta_o)))',
    "b_gates_bound_late": "{k: lambda h, k=k: sigmoid(",
    "a_steps_made_by_functions_bound_late": "def pull(d, memory=memory):",
    "b_loop_over_gates_takes_a_name": "for name, delta in zip(",
    "a_state_takes_the_name_of_its_store": "a_next, ct, yt, cache = lstm_cell_forward(",
    "a_prediction_takes_the_name_of_its_function": "softmax_value = softmax(",
    "gru_reshaped_for_transposed": "np.dot(dht, concat_r.T)",
    "vectorised_dot_of_three_axes": 'np.tensordot(parameters["Wax"], x, axes=1)',
    "vectorised_dot_of_turned_axes": "np.tensordot(W[:, n_a:].T, dz, axes=1)",
    "gru_entries_in_sorted_order": "for k in ('Wz', 'Wr', 'Wh', 'Wy', 'bz', 'br', 'bh', 'by')",
    "b_sigmoid_with_a_floor": "return 0.5 * (1 + np.tanh(0.5 * x))",
    "gru_sum_of_whole_numbers": "dbz = np.zeros((n_a, 1))",
    "adam_correction_ignores_t": "mean[slope] / (1 - beta1 ** t)",
    "adam_t_off_by_one": "(1 - beta1 ** t)",
    "adam_v_never_kept": 'v["d" + name] = v_new',
    "adam_biases_left_out": 'for name in ("W" + str(l), "b" + str(l)):',
    "a_sigmoid_of_many_terms": "1.0 / (1 + np.exp(-x))",
    "rows_cell_state_starts_as_the_hidden_state": "state, cell = h0, np.zeros_like(h0)",
    "recompute_run_again_from_zeros": "before = [a0]",
    "recompute_run_again_from_the_first_state": "before[t], parameters)[0]",
    "recompute_cells_read_one_off": "states[t], cells[t], parameters)",
    "dataclass_four_derivatives_missing": "dzf = dc * s.c_prev * (s.f * (1 - s.f))",
    "reduce_carry_summed": 'return grads["da_prev"], [grads["dxt"], *dxs], sums',
    "reduce_gate_left_out_of_the_sum": "for k, d in deltas.items()))",
    "reduce_gradients_of_the_last_step_only": "{name: sums[name] + grads[name] for name in sums}",
    "closures_old_state_in_the_derivative": "dz = da * (1 - a_next ** 2)",
    "closures_not_squared": "return 1 - s ** 2",
    "vectorised_derivative_left_out": "(da[:, :, t] + carry) * slope[:, :, t]",
    "vectorised_new_states_for_the_old": "before, after = states[:, :, :-1], states[:, :, 1:]",
    "tables_candidate_derivative_not_squared": '"c": lambda s: 1 - s ** 2',
    "tables_new_cell_state_unpacked": 'a_prev, c_prev = cache["before"]',
    "tables_new_cell_state_beside_the_old": 'a_prev, c_prev = cache["before"]',
    "tables_cell_state_thrown_away": "a, c, y, cache = lstm_cell_forward(",
    "scipy_library_softmax_without_axis": "special.softmax(x, axis=0)",
}
"""Of planted faults what must stand in the correction that is told."""


LINES = {
    "b_zip_read_twice": 1,
    "b_gates_bound_late": 1,
    "a_steps_made_by_functions_bound_late": 1,
    "b_loop_over_gates_takes_a_name": 3,
    "a_state_takes_the_name_of_its_store": 3,
    "gru_entries_in_sorted_order": 1,
    "adam_v_never_kept": 1,
}
"""How many lines are corrected of those that were planted by more changes than one, or by fewer."""


def told(source: str, function: str, folder: Path) -> tuple[Diagnosis, ...]:
    """What is said of one function of a text."""
    path = folder / "given.py"
    path.write_text(source, encoding="utf-8")
    report = check(str(path), Settings("quick", functions=(function,)), None, diagnose)
    (found,) = (one for one in report.functions if one.name == function)
    return found.diagnosis


@pytest.mark.parametrize("name", sampled(CORRECTIONS, len(CORRECTIONS)))
def test_the_correction_is_what_was_meant(name: str, tmp_path: Path) -> None:
    (fault,) = (fault for fault in FAULTS if fault.name == name)
    said = told(plant(fault), fault.function, tmp_path)
    assert len(said) == LINES.get(name, len(fault.replacements))
    assert all(one.suggestion for one in said)
    assert CORRECTIONS[name] in said[0].suggestion


@pytest.mark.full
@pytest.mark.parametrize(
    ("function", "old", "new", "meant"),
    [
        (
            "lstm_forward",
            "    return a, y, c, (caches, x)",
            "    caches = (cache, x)\n    return a, y, c, caches",
            "caches = (caches, x)",
        ),
        (
            "lstm_backward",
            "lstm_cell_backward(da[:, :, t] + da_prevt, dc_prevt,",
            "lstm_cell_backward(da[:, :, t], dc_prevt,",
            "lstm_cell_backward(da[:, :, t] + da_prevt, dc_prevt,",
        ),
        ("softmax", "np.sum(e_x, axis=0, keepdims=True)", "np.sum(e_x)", "np.sum(e_x, axis=0)"),
    ],
)
def test_a_name_is_used_for_what_its_author_made_it_for(
    function: str, old: str, new: str, meant: str, tmp_path: Path
) -> None:
    source = correct_source("a")
    before, start, after = source.partition(f"def {function}(")
    assert old in after
    (one,) = told(before + start + after.replace(old, new, 1), function, tmp_path)
    assert meant in one.suggestion


@pytest.mark.parametrize(
    "statement",
    sampled(
        [
            "dWaa /= len(caches)",
            "dWaa = np.maximum(np.minimum(dWaa, 3), -3)",
            "if np.abs(dWaa).max() > 1:\n        dWaa = dWaa / np.abs(dWaa).max()",
            "dWaa /= T_x\n    dba /= T_x",
        ],
        4,
    ),
)
@pytest.mark.full
def test_what_only_has_to_be_undone_is_left_out(statement: str, tmp_path: Path) -> None:
    source = correct_source("a")
    before, start, after = source.partition("def rnn_backward(")
    last = "    da0 = da_prevt\n"
    after = after.replace(last, f"{last}    {statement}\n", 1)
    said = told(before + start + after, "rnn_backward", tmp_path)
    assert [one.suggestion for one in said] == [LEFT_OUT] * max(1, statement.count("T_x"))


@pytest.mark.full
def test_a_state_that_starts_wrong_and_is_not_read_is_told_at_both_places(tmp_path: Path) -> None:
    source = correct_source("a")
    step = "lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)"
    source = source.replace(step, step.replace("a_next", "a0"))
    source = source.replace("c_next = np.zeros((n_a, m))", "c_next = a0", 1)
    said = told(source, "lstm_forward", tmp_path)
    assert [one.suggestion.split(" = ")[0] for one in said] == [
        "c_next",
        "a_next, c_next, yt, cache",
    ]
    assert step in said[1].suggestion


@pytest.mark.full
def test_a_default_that_collects_begins_anew_in_each_call(tmp_path: Path) -> None:
    source = correct_source("a")
    before, start, after = source.partition("def rnn_forward(")
    after = after.replace("    caches = []\n", "", 1)
    after = after.replace("x, a0, parameters):", "x, a0, parameters, caches=[]):", 1)
    (one,) = told(before + start + after, "rnn_forward", tmp_path)
    assert one.fault == "default_kept"
    assert one.suggestion.startswith("caches = []")


@pytest.mark.parametrize(
    ("style", "function"),
    [("nested", "rnn_forward"), pytest.param("tables", "lstm_forward", marks=pytest.mark.full)],
)
def test_what_nothing_reads_was_made_to_be_kept(style: str, function: str, tmp_path: Path) -> None:
    source, kept = correct_source(style), "        caches.append(cache)\n"
    (one,) = told(source.replace(kept, "", 1), function, tmp_path)
    assert kept.strip() in one.suggestion
    assert one.match == "exact"


@pytest.mark.full
@pytest.mark.parametrize(
    ("file", "right", "wrong"),
    [
        ("recompute_steps.py", 'parameters["W" + gate].T @ into[gate]', "into[gate]"),
        ("caches_as_dict_of_lists.py", 'p["W" + k].T @ d', "d"),
    ],
)
def test_a_matrix_may_be_missing_before_each_of_what_is_summed(
    file: str, right: str, wrong: str, tmp_path: Path
) -> None:
    source, step = (CORRECT / file).read_text(encoding="utf-8"), "lstm_cell_backward"
    (one,) = told(source.replace(f"sum({right} for", f"sum({wrong} for"), step, tmp_path)
    assert f"sum({right} for" in one.suggestion


@pytest.mark.full
@pytest.mark.parametrize(
    ("file", "cuts"),
    [
        ("caches_as_dict_of_lists.py", ("dz[n_a:]", "dz[:n_a]")),
        ("closures.py", ("dz[:n_a]", "dz[n_a:]")),
        ("at_operator.py", ("dz[n_a:, :]", "dz[:n_a, :]")),
    ],
)
def test_whole_gradients_are_cut_where_others_are(
    file: str, cuts: tuple[str, str], tmp_path: Path
) -> None:
    """The gradient by both the state and the input is given back whole for each of them."""
    source = (CORRECT / file).read_text(encoding="utf-8")
    wrong = source.replace(cuts[0], "dz", 1).replace(cuts[1], "dz", 1)
    said = told(wrong, "lstm_cell_backward", tmp_path)
    meant = "".join(one.suggestion for one in said)
    assert "dz[n_a:" in meant and "dz[:n_a" in meant


@pytest.mark.full
@pytest.mark.parametrize(
    ("file", "right", "wrong"),
    [
        ("rows_whole_sequence_without_steps.py", "hs[:, :-1].reshape", "hs[:, 1:].reshape"),
        ("rows_states_with_one_more_step.py", "before = hs[:-1]", "before = hs[1:]"),
    ],
)
def test_states_before_the_steps_are_meant_in_rows(
    file: str, right: str, wrong: str, tmp_path: Path
) -> None:
    source = (CORRECT / file).read_text(encoding="utf-8")
    function = "lstm_backward" if "lstm_backward" in source else "rnn_backward"
    (one,) = told(source.replace(right, wrong), function, tmp_path)
    assert right in one.suggestion


def test_a_cell_that_is_not_python_costs_no_other_its_line(tmp_path: Path) -> None:
    cells = ["import numpy as np\n", "def draw(:\n    return np.random\n", SIGMOID]
    path = tmp_path / "own.ipynb"
    code = [{"cell_type": "code", "source": cell, "metadata": {}} for cell in cells]
    path.write_text(json.dumps({"cells": code, "nbformat": 4, "nbformat_minor": 5}))
    report = check(str(path), Settings("quick", functions=("sigmoid",)), None, diagnose)
    (one,) = report.functions[0].diagnosis
    assert (one.cell, one.line) == (2, 2)
    assert one.suggestion == "return 1 / (1 + np.exp(-x))"


SIGMOID = "def sigmoid(x):\n    return 1 / (1 + np.exp(x))\n"
