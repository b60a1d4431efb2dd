"""Faults of the cell functions, forward."""

from __future__ import annotations

from .fault import Fault

FAULTS = (
    Fault(
        "rnn_cell_forward_sigmoid_for_softmax",
        "rnn_cell_forward",
        "a",
        (("yt_pred = softmax(", "yt_pred = sigmoid("),),
        count=3,
    ),
    Fault(
        "rnn_cell_forward_without_softmax",
        "rnn_cell_forward",
        "b",
        (("softmax(scores)", "scores"),),
        count=1,
    ),
    Fault(
        "rnn_cell_forward_predicts_from_a_prev",
        "rnn_cell_forward",
        "a",
        (("np.dot(Wya, a_next)", "np.dot(Wya, a_prev)"),),
        count=2,
    ),
    Fault(
        "rnn_cell_forward_predicts_from_xt",
        "rnn_cell_forward",
        "b",
        (('p["Wya"] @ hidden', 'p["Wya"] @ xt'),),
        count=1,
    ),
    Fault("rnn_cell_forward_without_its_bias", "rnn_cell_forward", "a", ((" + ba)", ")"),)),
    Fault(
        "rnn_cell_forward_bias_subtracted", "rnn_cell_forward", "b", (('+ p["ba"]', '- p["ba"]'),)
    ),
    Fault("rnn_cell_forward_without_output_bias", "rnn_cell_forward", "b", ((' + p["by"]', ""),)),
    Fault(
        "rnn_cell_forward_sigmoid_for_tanh",
        "rnn_cell_forward",
        "a",
        (("a_next = np.tanh(", "a_next = sigmoid("),),
    ),
    Fault("rnn_cell_forward_without_tanh", "rnn_cell_forward", "b", (("np.tanh(", "("),)),
    Fault(
        "rnn_cell_forward_tanh_of_the_input_only",
        "rnn_cell_forward",
        "b",
        (('np.tanh(p["Wax"] @ xt +', 'np.tanh(p["Wax"] @ xt) + ('),),
    ),
    Fault(
        "rnn_cell_forward_weight_transposed",
        "rnn_cell_forward",
        "a",
        (("np.dot(Waa, a_prev)", "np.dot(Waa.T, a_prev)"),),
    ),
    Fault(
        "rnn_cell_forward_product_by_element",
        "rnn_cell_forward",
        "a",
        (("np.dot(Waa, a_prev)", "Waa * a_prev"),),
    ),
    Fault(
        "rnn_cell_forward_cache_exchanged",
        "rnn_cell_forward",
        "a",
        (("cache = (a_next, a_prev,", "cache = (a_prev, a_next,"),),
    ),
    Fault(
        "rnn_cell_forward_softmax_over_examples",
        "rnn_cell_forward",
        "a",
        (("softmax(np.dot(Wya, a_next) + by)", "softmax((np.dot(Wya, a_next) + by).T).T"),),
    ),
    Fault(
        "lstm_cell_forward_sigmoid_for_softmax",
        "lstm_cell_forward",
        "b",
        (("softmax(", "sigmoid("),),
        count=3,
    ),
    Fault(
        "lstm_cell_forward_without_softmax",
        "lstm_cell_forward",
        "a",
        (("softmax(np.dot(Wy, a_next) + by)", "np.dot(Wy, a_next) + by"),),
        count=1,
    ),
    Fault(
        "lstm_cell_forward_softmax_twice",
        "lstm_cell_forward",
        "b",
        (('softmax(p["Wy"] @ hidden + p["by"])', 'softmax(softmax(p["Wy"] @ hidden + p["by"]))'),),
    ),
    Fault(
        "lstm_cell_forward_predicts_from_a_prev",
        "lstm_cell_forward",
        "a",
        (("np.dot(Wy, a_next)", "np.dot(Wy, a_prev)"),),
        count=2,
    ),
    Fault(
        "lstm_cell_forward_predicts_from_c_next",
        "lstm_cell_forward",
        "b",
        (('p["Wy"] @ hidden', 'p["Wy"] @ cell'),),
        count=1,
    ),
    Fault(
        "lstm_cell_forward_predicts_from_xt",
        "lstm_cell_forward",
        "a",
        (("np.dot(Wy, a_next)", "np.dot(Wy, xt)"),),
    ),
    Fault(
        "lstm_cell_forward_concat_never_filled",
        "lstm_cell_forward",
        "a",
        (("    concat[:n_a, :] = a_prev\n    concat[n_a:, :] = xt\n", ""),),
        count=2,
    ),
    Fault(
        "lstm_cell_forward_concat_rows_hold_n_x",
        "lstm_cell_forward",
        "a",
        (("concat[n_a:, :] = xt", "concat[n_a:, :] = n_x"),),
        count=1,
    ),
    Fault(
        "lstm_cell_forward_concat_without_the_input",
        "lstm_cell_forward",
        "a",
        (("    concat[n_a:, :] = xt\n", ""),),
    ),
    Fault(
        "lstm_cell_forward_concat_in_reverse",
        "lstm_cell_forward",
        "a",
        (
            ("concat[:n_a, :] = a_prev", "concat[:n_x, :] = xt"),
            ("concat[n_a:, :] = xt", "concat[n_x:, :] = a_prev"),
        ),
        count=1,
    ),
    Fault(
        "lstm_cell_forward_stacked_in_reverse",
        "lstm_cell_forward",
        "b",
        (("np.vstack([a_prev, xt])", "np.vstack([xt, a_prev])"),),
        count=1,
    ),
    Fault(
        "lstm_cell_forward_concatenate_without_a_tuple",
        "lstm_cell_forward",
        "b",
        (("np.vstack([a_prev, xt])", "np.concatenate(a_prev, xt)"),),
        count=1,
    ),
    Fault(
        "lstm_cell_forward_stacked_side_by_side",
        "lstm_cell_forward",
        "b",
        (("np.vstack([a_prev, xt])", "np.hstack([a_prev, xt])"),),
    ),
    Fault(
        "lstm_cell_forward_candidate_through_sigmoid",
        "lstm_cell_forward",
        "a",
        (("cct = np.tanh(", "cct = sigmoid("),),
        count=1,
    ),
    Fault(
        "lstm_cell_forward_forget_gate_through_tanh",
        "lstm_cell_forward",
        "b",
        (("forget = sigmoid(", "forget = np.tanh("),),
    ),
    Fault(
        "lstm_cell_forward_output_gate_left_out",
        "lstm_cell_forward",
        "a",
        (("a_next = ot * np.tanh(c_next)", "a_next = np.tanh(c_next)"),),
        count=1,
    ),
    Fault(
        "lstm_cell_forward_hidden_without_tanh",
        "lstm_cell_forward",
        "a",
        (("a_next = ot * np.tanh(c_next)", "a_next = ot * c_next"),),
    ),
    Fault(
        "lstm_cell_forward_hidden_from_the_old_cell",
        "lstm_cell_forward",
        "a",
        (("a_next = ot * np.tanh(c_next)", "a_next = ot * np.tanh(c_prev)"),),
    ),
    Fault(
        "lstm_cell_forward_gates_exchanged",
        "lstm_cell_forward",
        "b",
        (
            (
                "cell = forget * c_prev + write * candidate",
                "cell = write * c_prev + forget * candidate",
            ),
        ),
    ),
    Fault(
        "lstm_cell_forward_output_gate_for_update_gate",
        "lstm_cell_forward",
        "b",
        (("+ write * candidate", "+ output * candidate"),),
    ),
    Fault(
        "lstm_cell_forward_nothing_forgotten",
        "lstm_cell_forward",
        "b",
        (("cell = forget * c_prev", "cell = c_prev"),),
    ),
    Fault(
        "lstm_cell_forward_another_gates_weight",
        "lstm_cell_forward",
        "a",
        (("ot = sigmoid(np.dot(Wo, concat)", "ot = sigmoid(np.dot(Wi, concat)"),),
    ),
    Fault(
        "lstm_cell_forward_another_gates_bias",
        "lstm_cell_forward",
        "b",
        (('@ z + p["bi"]', '@ z + p["bf"]'),),
    ),
    Fault(
        "lstm_cell_forward_candidate_without_bias",
        "lstm_cell_forward",
        "a",
        (("np.dot(Wc, concat) + bc", "np.dot(Wc, concat)"),),
    ),
    Fault(
        "lstm_cell_forward_cache_gates_exchanged",
        "lstm_cell_forward",
        "a",
        (("c_prev, ft, it, cct, ot, xt", "c_prev, it, ft, cct, ot, xt"),),
    ),
    Fault(
        "lstm_cell_forward_cache_holds_the_new_cell_twice",
        "lstm_cell_forward",
        "a",
        (("cache = (a_next, c_next, a_prev, c_prev,", "cache = (a_next, c_next, a_prev, c_next,"),),
    ),
    Fault(
        "lstm_cell_forward_without_any_bias",
        "lstm_cell_forward",
        "a",
        tuple(
            (f"np.dot(W{gate}, concat) + b{gate}", f"np.dot(W{gate}, concat)") for gate in "fico"
        ),
    ),
)
