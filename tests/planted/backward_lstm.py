"""Faults of the LSTM step, backward."""

from __future__ import annotations

from .fault import Fault

FAULTS = (
    Fault(
        "lstm_cell_backward_gradient_for_the_weight",
        "lstm_cell_backward",
        "a",
        (("np.dot(Wf[:, :n_a].T, dft)", "np.dot(dWf[:, :n_a].T, dft)"),),
        count=3,
    ),
    Fault(
        "lstm_cell_backward_gradient_for_the_weight_in_dxt",
        "lstm_cell_backward",
        "a",
        (("np.dot(Wo[:, n_a:].T, dot)", "np.dot(dWo[:, n_a:].T, dot)"),),
        count=3,
    ),
    Fault(
        "lstm_cell_backward_output_factor_missing",
        "lstm_cell_backward",
        "a",
        (("da_next * tanh_c * ot * (1 - ot)", "da_next * tanh_c * ot"),),
        count=3,
    ),
    Fault(
        "lstm_cell_backward_forget_factor_missing",
        "lstm_cell_backward",
        "b",
        (('into_cell * cache["old"] * f * (1 - f)', 'into_cell * cache["old"]'),),
        count=3,
    ),
    Fault(
        "lstm_cell_backward_candidate_factor_missing",
        "lstm_cell_backward",
        "b",
        (("into_cell * i * (1 - g ** 2)", "into_cell * i"),),
        count=3,
    ),
    Fault(
        "lstm_cell_backward_candidate_factor_of_a_sigmoid",
        "lstm_cell_backward",
        "b",
        (("into_cell * i * (1 - g ** 2)", "into_cell * i * g * (1 - g)"),),
    ),
    Fault(
        "lstm_cell_backward_tanh_of_the_candidate",
        "lstm_cell_backward",
        "a",
        (("(1 - cct ** 2)", "(1 - np.tanh(cct) ** 2)"),),
        count=3,
    ),
    Fault(
        "lstm_cell_backward_tanh_of_a_tanh",
        "lstm_cell_backward",
        "b",
        (("(1 - squashed ** 2)", "(1 - np.tanh(squashed) ** 2)"),),
        count=3,
    ),
    Fault(
        "lstm_cell_backward_square_for_tanh",
        "lstm_cell_backward",
        "a",
        (("tanh_c = np.tanh(c_next)", "tanh_c = np.square(c_next)"),),
    ),
    Fault(
        "lstm_cell_backward_factor_two_for_a_square",
        "lstm_cell_backward",
        "b",
        (("(1 - squashed ** 2)", "(1 - squashed * 2)"),),
    ),
    Fault(
        "lstm_cell_backward_factor_two_in_dc_prev",
        "lstm_cell_backward",
        "a",
        (("ot * (1 - tanh_c ** 2) * ft * da_next", "ot * (1 - tanh_c * 2) * ft * da_next"),),
    ),
    Fault(
        "lstm_cell_backward_bias_averaged",
        "lstm_cell_backward",
        "a",
        (("np.sum(dft, axis", "np.mean(dft, axis"),),
        count=2,
    ),
    Fault(
        "lstm_cell_backward_biases_averaged",
        "lstm_cell_backward",
        "b",
        (("delta.sum(axis=1, keepdims=True)", "delta.mean(axis=1, keepdims=True)"),),
        count=2,
    ),
    Fault(
        "lstm_cell_backward_keepdims_lost",
        "lstm_cell_backward",
        "a",
        (("np.sum(dot, axis=1, keepdims=True)", "np.sum(dot, axis=1)"),),
        count=2,
    ),
    Fault(
        "lstm_cell_backward_dimension_hard_coded",
        "lstm_cell_backward",
        "b",
        (("units = da_next.shape[0]", "units = 5"),),
        count=3,
    ),
    Fault(
        "lstm_cell_backward_dimension_hard_coded_in_dxt",
        "lstm_cell_backward",
        "a",
        (
            ("Wf[:, n_a:].T", "Wf[:, 5:].T"),
            ("Wi[:, n_a:].T", "Wi[:, 5:].T"),
            ("Wc[:, n_a:].T", "Wc[:, 5:].T"),
            ("Wo[:, n_a:].T", "Wo[:, 5:].T"),
        ),
        count=3,
    ),
    Fault(
        "lstm_cell_backward_printed_equations",
        "lstm_cell_backward",
        "a",
        (
            (
                "(dc_next * it + ot * (1 - tanh_c ** 2) * it * da_next) *",
                "dc_next * it + ot * (1 - tanh_c ** 2) * it * da_next *",
            ),
            (
                "(dc_next * cct + ot * (1 - tanh_c ** 2) * cct * da_next) *",
                "dc_next * cct + ot * (1 - tanh_c ** 2) * cct * da_next *",
            ),
            (
                "(dc_next * c_prev + ot * (1 - tanh_c ** 2) * c_prev * da_next) *",
                "dc_next * c_prev + ot * (1 - tanh_c ** 2) * c_prev * da_next *",
            ),
        ),
    ),
    Fault(
        "lstm_cell_backward_printed_equation_10",
        "lstm_cell_backward",
        "a",
        (
            (
                "(dc_next * c_prev + ot * (1 - tanh_c ** 2) * c_prev * da_next) *",
                "dc_next * c_prev + ot * (1 - tanh_c ** 2) * c_prev * da_next *",
            ),
        ),
    ),
    Fault(
        "lstm_cell_backward_printed_equation_8",
        "lstm_cell_backward",
        "a",
        (
            (
                "(dc_next * it + ot * (1 - tanh_c ** 2) * it * da_next) * (1",
                "dc_next * it + ot * (1 - tanh_c ** 2) * it * da_next * cct * (1",
            ),
            ("cct ** 2", "np.tanh(cct) ** 2"),
        ),
    ),
    Fault(
        "lstm_cell_backward_gradient_for_its_gate",
        "lstm_cell_backward",
        "a",
        (("dcct = (dc_next * it + ot * (", "dcct = (dc_next * it + dot * ("),),
    ),
    Fault(
        "lstm_cell_backward_dc_prev_without_da_next",
        "lstm_cell_backward",
        "a",
        (("dc_next * ft + ot * (1 - tanh_c ** 2) * ft * da_next", "dc_next * ft"),),
    ),
    Fault(
        "lstm_cell_backward_dc_prev_without_da_next_b",
        "lstm_cell_backward",
        "b",
        (('"dc_prev": into_cell * f', '"dc_prev": dc_next * f'),),
    ),
    Fault(
        "lstm_cell_backward_cell_path_left_out",
        "lstm_cell_backward",
        "b",
        (("into_cell = dc_next + da_next * o * (1 - squashed ** 2)", "into_cell = dc_next"),),
    ),
    Fault(
        "lstm_cell_backward_hidden_path_only",
        "lstm_cell_backward",
        "b",
        (("into_cell = dc_next + da_next * o", "into_cell = da_next * o"),),
    ),
    Fault(
        "lstm_cell_backward_da_next_for_dc_next",
        "lstm_cell_backward",
        "a",
        (("dit = (dc_next * cct", "dit = (da_next * cct"),),
    ),
    Fault(
        "lstm_cell_backward_da_next_for_dc_next_b",
        "lstm_cell_backward",
        "b",
        (("into_cell = dc_next + da_next", "into_cell = da_next + da_next"),),
    ),
    Fault(
        "lstm_cell_backward_dc_next_for_da_next",
        "lstm_cell_backward",
        "a",
        (("dot = da_next * tanh_c", "dot = dc_next * tanh_c"),),
    ),
    Fault(
        "lstm_cell_backward_missing_transpose",
        "lstm_cell_backward",
        "a",
        (("np.dot(Wi[:, :n_a].T, dit)", "np.dot(Wi[:, :n_a], dit)"),),
    ),
    Fault(
        "lstm_cell_backward_missing_transpose_of_wf",
        "lstm_cell_backward",
        "b",
        (('p["Wf"].T', 'p["Wf"]'),),
    ),
    Fault(
        "lstm_cell_backward_gate_missing_in_da_prev",
        "lstm_cell_backward",
        "a",
        (("np.dot(Wc[:, :n_a].T, dcct) + ", ""),),
    ),
    Fault(
        "lstm_cell_backward_gate_missing_in_dxt",
        "lstm_cell_backward",
        "a",
        (("np.dot(Wf[:, n_a:].T, dft) + ", ""),),
    ),
    Fault(
        "lstm_cell_backward_gate_missing_in_both",
        "lstm_cell_backward",
        "b",
        ((' + p["Wo"].T @ delta_o', ""),),
    ),
    Fault(
        "lstm_cell_backward_rows_exchanged",
        "lstm_cell_backward",
        "b",
        (("into_z[:units]", "into_z[-units:]"), ("into_z[units:]", "into_z[:-units]")),
    ),
    Fault(
        "lstm_cell_backward_concat_in_reverse",
        "lstm_cell_backward",
        "a",
        (("(a_prev, xt), axis=0", "(xt, a_prev), axis=0"),),
    ),
    Fault(
        "lstm_cell_backward_another_gates_delta",
        "lstm_cell_backward",
        "a",
        (("dWi = np.dot(dit,", "dWi = np.dot(dft,"),),
    ),
    Fault(
        "lstm_cell_backward_gates_exchanged",
        "lstm_cell_backward",
        "b",
        (("(delta_f, delta_i, delta_g, delta_o)", "(delta_i, delta_f, delta_g, delta_o)"),),
    ),
    Fault(
        "lstm_cell_backward_new_cell_for_the_old",
        "lstm_cell_backward",
        "a",
        (
            (
                "dft = (dc_next * c_prev + ot * (1 - tanh_c ** 2) * c_prev",
                "dft = (dc_next * c_next + ot * (1 - tanh_c ** 2) * c_next",
            ),
        ),
    ),
    Fault(
        "lstm_cell_backward_sign",
        "lstm_cell_backward",
        "a",
        (("dc_prev = dc_next * ft + ot", "dc_prev = dc_next * ft - ot"),),
    ),
    Fault(
        "lstm_cell_backward_reads_gates_exchanged",
        "lstm_cell_backward",
        "b",
        (('"zfigo"', '"zifgo"'),),
    ),
    Fault(
        "lstm_cell_backward_cache_in_another_order",
        "lstm_cell_backward",
        "a",
        (("ft, it, cct, ot, xt, parameters = cache", "ft, it, ot, cct, xt, parameters = cache"),),
    ),
    Fault(
        "lstm_cell_backward_divided_by_m",
        "lstm_cell_backward",
        "b",
        (("delta @ z.T", "delta @ z.T / z.shape[1]"),),
    ),
    Fault(
        "lstm_cell_backward_biases_of_the_gate",
        "lstm_cell_backward",
        "a",
        (("np.sum(dit, axis", "np.sum(it, axis"),),
    ),
    Fault(
        "lstm_cell_backward_without_any_derivative",
        "lstm_cell_backward",
        "a",
        tuple((f" * {gate} * (1 - {gate})\n", "\n") for gate in ("ft", "it", "ot")),
    ),
)
