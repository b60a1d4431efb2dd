"""Faults of the GRU, in the contract's functions and in rows."""

from __future__ import annotations

from .fault import Fault

FORWARD, BACKWARD = "gru_cell_forward", "gru_cell_backward"
CONTRACT, KEEPS, ROWS = "gru", "gru_keeps", "gru_rows"

FAULTS = (
    Fault(
        "gru_candidate_without_tanh",
        FORWARD,
        CONTRACT,
        (("np.tanh(np.dot(Wh, concat_r) + bh)", "np.dot(Wh, concat_r) + bh"),),
    ),
    Fault(
        "gru_candidate_with_sigmoid",
        FORWARD,
        KEEPS,
        (("np.tanh(params['Wc']", "sigmoid(params['Wc']"),),
    ),
    Fault(
        "gru_candidate_of_the_state_that_is_not_reset",
        FORWARD,
        CONTRACT,
        (("np.dot(Wh, concat_r)", "np.dot(Wh, concat)"),),
    ),
    Fault(
        "gru_candidate_reset_by_the_update_gate",
        FORWARD,
        CONTRACT,
        (
            (
                "concat_r = np.concatenate((rt * a_prev, xt)",
                "concat_r = np.concatenate((zt * a_prev, xt)",
            ),
        ),
    ),
    Fault(
        "gru_update_gate_added_to_one",
        FORWARD,
        CONTRACT,
        (("(1 - zt) * a_prev", "(1 + zt) * a_prev"),),
    ),
    Fault(
        "gru_reset_gate_has_the_weights_of_the_update_gate",
        FORWARD,
        KEEPS,
        (("r = sigmoid(params['Wr']", "r = sigmoid(params['Wu']"),),
    ),
    Fault(
        "gru_old_state_not_mixed_in",
        FORWARD,
        KEEPS,
        (("u * h_prev + (1 - u) * c", "u * c + (1 - u) * c"),),
    ),
    Fault(
        "gru_rows_candidate_without_its_bias",
        FORWARD,
        ROWS,
        (("(r * prev_h) @ Wh[:, 2 * H:] + b[2 * H:])", "(r * prev_h) @ Wh[:, 2 * H:])"),),
    ),
    Fault(
        "gru_rows_candidate_without_the_reset_gate",
        FORWARD,
        ROWS,
        (("(r * prev_h) @ Wh", "prev_h @ Wh"),),
    ),
    Fault(
        "gru_rows_new_state_without_the_update_gate",
        FORWARD,
        ROWS,
        (("(1 - z) * prev_h + z * n", "(1 - z) * prev_h + n"),),
    ),
    Fault(
        "gru_sequence_starts_from_zeros",
        "gru_forward",
        CONTRACT,
        (("a_next = a0", "a_next = np.zeros(a0.shape)"),),
    ),
    Fault(
        "gru_sequence_takes_the_first_state_at_every_step",
        "gru_forward",
        CONTRACT,
        (("x[:, :, t], a_next, parameters", "x[:, :, t], a0, parameters"),),
    ),
    Fault(
        "gru_rows_sequence_takes_the_first_input_at_every_step",
        "gru_forward",
        ROWS,
        (("x[:, t], state", "x[:, 0], state"),),
    ),
    Fault(
        "gru_update_gate_derivative_missing",
        BACKWARD,
        CONTRACT,
        (("(ht - a_prev) * zt * (1 - zt)", "(ht - a_prev)"),),
    ),
    Fault(
        "gru_update_gate_gradient_of_the_other_sign",
        BACKWARD,
        CONTRACT,
        (("(ht - a_prev)", "(a_prev - ht)"),),
    ),
    Fault(
        "gru_candidate_derivative_not_squared",
        BACKWARD,
        CONTRACT,
        (("(1 - ht ** 2)", "(1 - ht)"),),
    ),
    Fault(
        "gru_reset_gate_gradient_without_the_old_state",
        BACKWARD,
        CONTRACT,
        (("dconcat_r[:n_a, :] * a_prev * rt", "dconcat_r[:n_a, :] * rt"),),
    ),
    Fault(
        "gru_carry_through_the_candidate_not_reset",
        BACKWARD,
        CONTRACT,
        (("+ dconcat_r[:n_a, :] * rt", "+ dconcat_r[:n_a, :]"),),
    ),
    Fault(
        "gru_direct_carry_missing",
        BACKWARD,
        CONTRACT,
        (("da_prev = da_next * (1 - zt) + dconcat_r", "da_prev = dconcat_r"),),
    ),
    Fault(
        "gru_candidate_weights_see_the_state_that_is_not_reset",
        BACKWARD,
        CONTRACT,
        (("dWh = np.dot(dht, concat_r.T)", "dWh = np.dot(dht, concat.T)"),),
    ),
    Fault(
        "gru_bias_gradient_over_the_wrong_axis",
        BACKWARD,
        CONTRACT,
        (("dbr = np.sum(drt, axis=1, keepdims=True)", "dbr = np.sum(drt, axis=1)"),),
    ),
    Fault(
        "gru_input_gradient_without_the_reset_gate_part",
        BACKWARD,
        CONTRACT,
        ((" + np.dot(Wr[:, n_a:].T, drt)", ""),),
    ),
    Fault(
        "gru_gates_exchanged_in_the_carry",
        BACKWARD,
        KEEPS,
        (("'da_prev': dh * u +", "'da_prev': dh * (1 - u) +"),),
    ),
    Fault(
        "gru_reset_gate_derivative_missing",
        BACKWARD,
        KEEPS,
        (("h_prev * r * (1 - r)", "h_prev"),),
    ),
    Fault(
        "gru_reset_gate_carries_through_the_weights_of_the_candidate",
        BACKWARD,
        KEEPS,
        (
            (
                "params['Wu'].T @ du + params['Wr'].T @ dr",
                "params['Wu'].T @ du + params['Wc'].T @ dr",
            ),
        ),
    ),
    Fault(
        "gru_rows_candidate_gradient_without_the_update_gate",
        BACKWARD,
        ROWS,
        (("dn = dnext_h * z * (1 - n ** 2)", "dn = dnext_h * (1 - n ** 2)"),),
    ),
    Fault(
        "gru_rows_weights_of_the_candidate_see_the_state_that_is_not_reset",
        BACKWARD,
        ROWS,
        (("(r * prev_h).T @ dn", "prev_h.T @ dn"),),
    ),
    Fault(
        "gru_rows_bias_gradient_as_a_mean",
        BACKWARD,
        ROWS,
        (("db = d.sum(axis=0)", "db = d.mean(axis=0)"),),
    ),
    Fault(
        "gru_rows_gradients_stacked_in_another_order",
        BACKWARD,
        ROWS,
        (("d = np.hstack((dz, dr, dn))", "d = np.hstack((dr, dz, dn))"),),
    ),
    Fault(
        "gru_backward_without_carry",
        "gru_backward",
        CONTRACT,
        (("da[:, :, t] + da_prevt", "da[:, :, t]"),),
    ),
    Fault(
        "gru_backward_replaces_a_gradient",
        "gru_backward",
        CONTRACT,
        (('dWr += gradients["dWr"]', 'dWr = gradients["dWr"]'),),
    ),
    Fault(
        "gru_backward_forwards_in_time",
        "gru_backward",
        KEEPS,
        (("in reversed(range(T))", "in range(T)"),),
    ),
    Fault(
        "gru_rows_backward_leaves_the_state_weights_out",
        "gru_backward",
        ROWS,
        (("        dWh += dWh_t\n", ""),),
    ),
)
