"""Faults of the RNN step, backward."""

from __future__ import annotations

from .fault import Fault

FAULTS = (
    Fault(
        "rnn_cell_backward_tanh_factor_missing",
        "rnn_cell_backward",
        "a",
        (("(1 - a_next ** 2) * da_next", "da_next"),),
        count=3,
    ),
    Fault(
        "rnn_cell_backward_tanh_of_a_tanh",
        "rnn_cell_backward",
        "b",
        (("1.0 - after * after", "1.0 - np.tanh(after) ** 2"),),
        count=3,
    ),
    Fault(
        "rnn_cell_backward_factor_two_for_a_square",
        "rnn_cell_backward",
        "a",
        (("a_next ** 2", "a_next * 2"),),
    ),
    Fault(
        "rnn_cell_backward_factor_from_the_old_state",
        "rnn_cell_backward",
        "b",
        (("1.0 - after * after", "1.0 - before * before"),),
    ),
    Fault(
        "rnn_cell_backward_factor_without_square",
        "rnn_cell_backward",
        "b",
        (("1.0 - after * after", "1.0 - after"),),
    ),
    Fault(
        "rnn_cell_backward_bias_averaged",
        "rnn_cell_backward",
        "a",
        (("np.sum(dtanh,", "np.mean(dtanh,"),),
        count=2,
    ),
    Fault(
        "rnn_cell_backward_keepdims_lost",
        "rnn_cell_backward",
        "b",
        (("delta.sum(axis=1, keepdims=True)", "delta.sum(axis=1)"),),
        count=2,
    ),
    Fault(
        "rnn_cell_backward_bias_over_the_units",
        "rnn_cell_backward",
        "a",
        (("np.sum(dtanh, axis=1, keepdims=True)", "np.sum(dtanh, axis=0, keepdims=True).T"),),
    ),
    Fault(
        "rnn_cell_backward_bias_over_everything",
        "rnn_cell_backward",
        "b",
        (("delta.sum(axis=1, keepdims=True)", "delta.sum(keepdims=True)"),),
    ),
    Fault(
        "rnn_cell_backward_dimension_hard_coded",
        "rnn_cell_backward",
        "a",
        (("np.sum(dtanh, axis=1, keepdims=True)", "np.sum(dtanh, axis=1).reshape(5, 1)"),),
        count=3,
    ),
    Fault(
        "rnn_cell_backward_missing_transpose",
        "rnn_cell_backward",
        "a",
        (("np.dot(Waa.T, dtanh)", "np.dot(Waa, dtanh)"),),
    ),
    Fault(
        "rnn_cell_backward_missing_transpose_of_wax",
        "rnn_cell_backward",
        "b",
        (('p["Wax"].T', 'p["Wax"]'),),
    ),
    Fault(
        "rnn_cell_backward_gradient_transposed",
        "rnn_cell_backward",
        "a",
        (("np.dot(dtanh, a_prev.T)", "np.dot(a_prev, dtanh.T)"),),
    ),
    Fault(
        "rnn_cell_backward_gradient_for_the_weight",
        "rnn_cell_backward",
        "a",
        (
            (
                "    dxt = np.dot(Wax.T, dtanh)\n    dWax = np.dot(dtanh, xt.T)\n",
                "    dWax = np.dot(dtanh, xt.T)\n    dxt = np.dot(dWax.T, dtanh)\n",
            ),
        ),
        count=3,
    ),
    Fault(
        "rnn_cell_backward_new_state_for_the_old",
        "rnn_cell_backward",
        "b",
        (("delta @ before.T", "delta @ after.T"),),
    ),
    Fault(
        "rnn_cell_backward_upstream_for_the_delta",
        "rnn_cell_backward",
        "b",
        (("delta @ x.T", "da_next @ x.T"),),
    ),
    Fault(
        "rnn_cell_backward_cache_in_another_order",
        "rnn_cell_backward",
        "a",
        (("a_next, a_prev, xt, parameters = cache", "a_prev, a_next, xt, parameters = cache"),),
    ),
    Fault(
        "rnn_cell_backward_bias_not_summed",
        "rnn_cell_backward",
        "b",
        (("delta.sum(axis=1, keepdims=True)", "delta"),),
    ),
    Fault(
        "rnn_cell_backward_bias_not_summed_by_name",
        "rnn_cell_backward",
        "a",
        (("np.sum(dtanh, axis=1, keepdims=True)", "dtanh"),),
    ),
)
