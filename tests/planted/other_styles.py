"""Faults in files of other styles: what is left out of a sum, cut, rolled, clipped or handed on."""

from __future__ import annotations

from .fault import Fault


def _told(style: str, function: str, name: str, old: str, new: str) -> Fault:
    return Fault(f"{style}_{name}", function, style, ((old, new),))


EINSUM = (
    _told(
        "einsum", "rnn_cell_backward", "subscripts_not_transposed",
        'np.einsum("ij,im->jm", p["Waa"], d)', 'np.einsum("ij,jm->im", p["Waa"], d)',
    ),
    _told(
        "einsum", "rnn_cell_backward", "operand_missing",
        '"im,im,im->im", a_next, a_next, da_next', '"im,im->im", a_next, da_next',
    ),
    _told(
        "einsum", "lstm_cell_backward", "candidate_derivative_not_squared",
        "dc * it * (1 - cct**2)", "dc * it * (1 - cct)",
    ),
    _told(
        "einsum", "rnn_cell_backward", "new_state_for_the_old",
        '"im,jm->ij", d, a_prev', '"im,jm->ij", d, a_next',
    ),
)  # fmt: skip

STACKED = (
    _told(
        "stacked", "lstm_backward", "last_step_left_out_of_sums",
        "for step in steps)\n", "for step in steps[:-1])\n",
    ),
    _told(
        "stacked", "rnn_backward", "first_step_left_out_of_sums",
        "sum(step[name] for step in steps)", "sum(step[name] for step in steps[1:])",
    ),
    _told(
        "stacked", "rnn_forward", "states_before_the_steps_returned",
        "a[:, :, 1:].copy()", "a[:, :, :-1].copy()",
    ),
    _told(
        "stacked", "lstm_cell_backward", "gates_exchanged_in_the_stack",
        "(dc * c_prev * ft * (1 - ft), dc * g * it * (1 - it),",
        "(dc * g * it * (1 - it), dc * c_prev * ft * (1 - ft),",
    ),
    _told(
        "stacked", "lstm_cell_backward", "output_derivative_missing",
        "da_next * th * ot * (1 - ot)", "da_next * th * ot",
    ),
)  # fmt: skip

COMPREHENSIONS = (
    _told(
        "comprehensions", "lstm_cell_backward", "gate_left_out_of_the_sum",
        "d[k] for k in d)\n", 'd[k] for k in "fic")\n',
    ),
    _told(
        "comprehensions", "rnn_forward", "first_state_at_every_step",
        "rnn_cell_forward(xt, step[0], parameters)", "rnn_cell_forward(xt, a0, parameters)",
    ),
    _told(
        "comprehensions", "lstm_cell_forward", "product_of_matrices_for_one_of_entries",
        "ot * np.tanh(c_next)", "np.dot(ot, np.tanh(c_next).T)",
    ),
    _told(
        "comprehensions", "rnn_cell_backward", "derivative_not_squared",
        "da_next * (1 - a_next**2)", "da_next * (1 - a_next)",
    ),
)  # fmt: skip

NESTED = (
    _told(
        "nested", "rnn_backward", "carry_summed",
        'walk(t - 1, grads["da_prev"])', 'walk(t - 1, carry + grads["da_prev"])',
    ),
    _told(
        "nested", "rnn_cell_backward", "weights_not_transposed",
        "parameters[weight].T @ d", "parameters[weight] @ d",
    ),
    _told(
        "nested", "lstm_backward", "upstream_left_out",
        "lstm_cell_backward(da[:, :, t] + carry_a,", "lstm_cell_backward(carry_a,",
    ),
    _told(
        "nested", "rnn_cell_backward", "new_state_for_the_old",
        '"dWaa": d @ a_prev.T', '"dWaa": d @ a_next.T',
    ),
)  # fmt: skip

CONTRACT = (
    _told(
        "a", "rnn_backward", "gradients_clipped_in_a_loop",
        "    da0 = da_prevt\n",
        "    da0 = da_prevt\n    for total in (dWax, dWaa, dba):\n"
        "        np.clip(total, -1, 1, out=total)\n",
    ),
    _told(
        "a", "rnn_backward", "gradients_divided_in_a_loop",
        "    da0 = da_prevt\n",
        "    da0 = da_prevt\n    for total in (dWax, dWaa, dba):\n        total /= T_x\n",
    ),
    _told(
        "a", "lstm_backward", "gate_not_carried_at_first_steps",
        'dc_prevt = gradients["dc_prev"]',
        'dc_prevt = gradients["dc_prev"] if t > 1 else dc_prevt',
    ),
    _told(
        "a", "rnn_backward", "upstream_left_out",
        "rnn_cell_backward(da[:, :, t] + da_prevt,", "rnn_cell_backward(da_prevt,",
    ),
    Fault(
        "a_both_carries_summed", "lstm_backward", "a",
        (
            ('da_prevt = gradients["da_prev"]', 'da_prevt += gradients["da_prev"]'),
            ('dc_prevt = gradients["dc_prev"]', 'dc_prevt += gradients["dc_prev"]'),
        ),
    ),
    _told(
        "a", "rnn_backward", "carry_clipped_far_out",
        'da_prevt = gradients["da_prev"]', 'da_prevt = np.clip(gradients["da_prev"], -1e3, 1e3)',
    ),
    _told("a", "rnn_forward", "ten_steps_at_the_most", "in range(T_x)", "in range(min(T_x, 10))"),
    _told(
        "a", "rnn_forward", "caches_nested_in_pairs",
        "caches.append(cache)", "caches = (caches, cache)",
    ),
)  # fmt: skip

FAULTS = (*EINSUM, *STACKED, *COMPREHENSIONS, *NESTED, *CONTRACT)
