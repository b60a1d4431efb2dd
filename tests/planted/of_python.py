"""Mistakes of Python and numpy rather than of the equations, and several that hide one another."""

from __future__ import annotations

from .fault import Fault

TERMS = " + ".join(["0 * x"] * 250)

FAULTS = (
    Fault(
        "a_stores_and_starts_mixed_up", "lstm_forward", "a",
        (
            ("a = np.zeros((n_a, m, T_x))", "a = a0"),
            ("a_next = a0", "a_next = a"),
            ("c_next = np.zeros((n_a, m))", "c_next = c"),
        ),
    ),
    Fault(
        "a_dropped_name_and_second_cache", "rnn_backward", "a",
        (
            ("n_x = x.shape[0]", "n_x = caches[1][2].shape[0]"),
            ("dx = np.zeros((n_x, m, T_x))", "dx = np.zeros((n_x, m, T_x), dtype=np.float)"),
        ),
    ),
    Fault(
        "a_sigmoid_of_many_terms", "sigmoid", "a",
        (("1 / (1 + np.exp(-x))", f"1.01 / (1 + np.exp(-x)) + ({TERMS})"),),
    ),
    Fault(
        "tables_new_cell_state_beside_the_old", "lstm_cell_backward", "tables",
        (
            (
                'a_prev, c_prev = cache["before"]',
                'a_prev, _ = cache["before"]\n    c_prev = cache["after"][1]',
            ),
        ),
    ),
    Fault(
        "a_last_cache_under_their_name", "lstm_forward", "a",
        (("return a, y, c, (caches, x)", "caches = (cache, x)\n    return a, y, c, caches"),),
    ),
    Fault(
        "b_zip_read_twice", "lstm_cell_backward", "b",
        (
            (
                'in zip("fico", (delta_f, delta_i, delta_g, delta_o)):\n',
                "in pairs:\n",
            ),
            (
                "    for gate",
                '    pairs = zip("fico", (delta_f, delta_i, delta_g, delta_o))\n    for gate',
            ),
            ('        grads["db"', '    for gate, delta in pairs:\n        grads["db"'),
        ),
    ),
    Fault(
        "b_gates_bound_late", "lstm_cell_forward", "b",
        (
            (
                'forget = sigmoid(p["Wf"] @ z + p["bf"])\n',
                'gate = {k: lambda h: sigmoid(p["W" + k] @ h + p["b" + k]) for k in "fi"}\n'
                '    forget = gate["f"](z)\n',
            ),
            ('write = sigmoid(p["Wi"] @ z + p["bi"])', 'write = gate["i"](z)'),
        ),
    ),
    Fault(
        "a_steps_made_by_functions_bound_late", "rnn_backward", "a",
        (
            (
                "    for t in reversed",
                "    pulls = []\n    for memory in caches:\n        def pull(d):\n"
                "            return rnn_cell_backward(d, memory)\n        pulls.append(pull)\n\n"
                "    for t in reversed",
            ),
            (
                "rnn_cell_backward(da[:, :, t] + da_prevt, caches[t])",
                "pulls[t](da[:, :, t] + da_prevt)",
            ),
        ),
    ),
    Fault(
        "b_loop_over_gates_takes_a_name", "lstm_cell_backward", "b",
        (
            (', "dc_prev": into_cell * f}', "}"),
            ("for gate, delta in zip(", "for f, delta in zip("),
            ('"dW" + gate', '"dW" + f'),
            ('"db" + gate', '"db" + f'),
            ("    return grads", '    grads["dc_prev"] = into_cell * f\n    return grads'),
        ),
    ),
    Fault(
        "a_work_buffer_returned", "rnn_cell_forward", "a",
        (
            ("(xt, a_prev, parameters)", "(xt, a_prev, parameters, work={})"),
            (
                "    a_next = np.tanh(",
                "    a_next = work.setdefault(a_prev.shape, np.empty(a_prev.shape))\n"
                "    a_next[:] = np.tanh(",
            ),
        ),
    ),
    Fault(
        "b_work_buffer_of_a_helper", "sigmoid", "b",
        (
            ("sigmoid(x)", "sigmoid(x, work={})"),
            (
                "return 0.5 * (1 + np.tanh(0.5 * x))",
                "half = work.setdefault(x.shape, np.empty(x.shape))\n"
                "    return np.multiply(0.5, 1 + np.tanh(0.5 * x), out=half)",
            ),
        ),
    ),
    Fault(
        "a_state_takes_the_name_of_its_store", "lstm_forward", "a",
        (
            ("a_next, c_next, yt, cache = lstm", "a_next, c, yt, cache = lstm"),
            ("c[:, :, t] = c_next", "c[:, :, t] = c\n        c_next = c"),
        ),
    ),
    Fault(
        "a_prediction_takes_the_name_of_its_function", "lstm_cell_forward", "a",
        (
            ("yt_pred = softmax(", "softmax = softmax("),
            ("return a_next, c_next, yt_pred, cache", "return a_next, c_next, softmax, cache"),
        ),
    ),
    Fault(
        "gru_reshaped_for_transposed", "gru_cell_backward", "gru",
        (("np.dot(dht, concat_r.T)", "np.dot(dht, concat_r.reshape(m, -1))"),),
    ),
    Fault(
        "vectorised_dot_of_three_axes", "rnn_forward", "vectorised",
        (('np.einsum("ij,jmt->imt", parameters["Wax"], x)', 'np.dot(parameters["Wax"], x)'),),
    ),
    Fault(
        "vectorised_dot_of_turned_axes", "lstm_backward", "vectorised",
        (("np.tensordot(W[:, n_a:].T, dz, axes=1)", "W[:, n_a:].T @ dz.transpose(0, 2, 1)"),),
    ),
    Fault(
        "gru_entries_in_sorted_order", "gru_cell_forward", "gru",
        (
            ('    Wz = parameters["Wz"]\n    bz = parameters["bz"]\n', ""),
            ('    Wr = parameters["Wr"]\n    br = parameters["br"]\n', ""),
            ('    Wh = parameters["Wh"]\n    bh = parameters["bh"]\n', ""),
            (
                '    Wy = parameters["Wy"]\n    by = parameters["by"]\n',
                "    Wz, Wr, Wh, Wy, bz, br, bh, by = "
                "(parameters[k] for k in sorted(parameters))\n",
            ),
        ),
    ),
    Fault(
        "b_sigmoid_with_a_floor", "sigmoid", "b",
        (("0.5 * (1 + np.tanh(0.5 * x))", "np.maximum(0.5 * (1 + np.tanh(0.5 * x)), 1e-3)"),),
    ),
    Fault(
        "gru_sum_of_whole_numbers", "gru_backward", "gru",
        (("dbz = np.zeros((n_a, 1))", "dbz = np.zeros((n_a, 1), int)"),),
    ),
)  # fmt: skip
