"""Faults that any function can hold: stray names, arguments changed, statements that raise."""

from __future__ import annotations

from .fault import Fault

RNN_DEMO = """
np.random.seed(1)
parameters_tmp = {"Wax": np.random.randn(5, 3), "Waa": np.random.randn(5, 5)}
parameters_tmp["Wya"] = np.random.randn(2, 5)
parameters_tmp["ba"], parameters_tmp["by"] = np.random.randn(5, 1), np.random.randn(2, 1)
"""

LSTM_DEMO = """
np.random.seed(1)
Wf, Wi, Wc, Wo = (np.random.randn(5, 8) for gate in "fico")
bf, bi, bc, bo = (np.random.randn(5, 1) for gate in "fico")
Wy, by = np.random.randn(2, 5), np.random.randn(2, 1)
parameters_tmp = {"Wf": Wf, "Wi": Wi, "Wc": Wc, "Wo": Wo, "Wy": Wy, "bf": bf, "bi": bi, "bc": bc,
                  "bo": bo, "by": by}
"""

CACHES_DEMO = """
caches_tmp = lstm_forward(np.ones((3, 10, 7)), np.ones((5, 10)), parameters_tmp)[3]
"""

FAULTS = (
    Fault(
        "rnn_cell_forward_reads_parameters_tmp",
        "rnn_cell_forward",
        "a",
        (('ba = parameters["ba"]', 'ba = parameters_tmp["ba"]'),),
        count=14,
        demo=RNN_DEMO,
    ),
    Fault(
        "rnn_cell_forward_reads_all_of_parameters_tmp",
        "rnn_cell_forward",
        "b",
        (("p = parameters\n", "p = parameters_tmp\n"),),
        count=14,
        demo=RNN_DEMO,
    ),
    Fault(
        "lstm_cell_forward_reads_a_global_weight",
        "lstm_cell_forward",
        "a",
        (('    Wf, bf = parameters["Wf"], parameters["bf"]\n', '    bf = parameters["bf"]\n'),),
        count=14,
        demo=LSTM_DEMO,
    ),
    Fault(
        "lstm_cell_forward_reads_parameters_tmp",
        "lstm_cell_forward",
        "b",
        (("p = parameters\n", "p = parameters_tmp\n"),),
        count=14,
        demo=LSTM_DEMO,
    ),
    Fault(
        "lstm_cell_backward_reads_global_weights",
        "lstm_cell_backward",
        "a",
        (("    Wf, Wi,", "    Wi,"), ('= parameters["Wf"], parameters', "= parameters")),
        count=14,
        demo=LSTM_DEMO,
    ),
    Fault(
        "lstm_cell_backward_reads_parameters_tmp",
        "lstm_cell_backward",
        "b",
        (
            (
                'p, squashed = cache["p"], cache["squashed"]',
                'p, squashed = parameters_tmp, cache["squashed"]',
            ),
        ),
        count=14,
        demo=LSTM_DEMO,
    ),
    Fault(
        "rnn_backward_reads_a_global_m",
        "rnn_backward",
        "a",
        (("n_a, m, T_x = da.shape", "n_a, _, T_x = da.shape"),),
        count=14,
        demo="m = 10\n",
    ),
    Fault(
        "lstm_forward_reads_a_global_m",
        "lstm_forward",
        "a",
        (("n_x, m, T_x = x.shape", "n_x, _, T_x = x.shape"),),
        count=14,
        demo="m = 10\n",
    ),
    Fault(
        "rnn_forward_reads_a_global_a0",
        "rnn_forward",
        "b",
        (("predictions, tape = a0, [], [], []", "predictions, tape = a0_tmp, [], [], []"),),
        count=14,
        demo="a0_tmp = np.random.randn(5, 10)\n",
    ),
    Fault(
        "lstm_backward_reads_global_caches",
        "lstm_backward",
        "b",
        (("caches[step])", "caches_tmp[step])"),),
        count=14,
        demo=LSTM_DEMO + CACHES_DEMO,
    ),
    Fault(
        "adam_reads_a_global_gradient",
        "update_parameters_with_adam",
        "a",
        (('g = grads["d" + name]', 'g = grads_tmp["d" + name]'),),
        count=14,
        demo="grads_tmp = {'dW1': np.ones((2, 3)), 'db1': np.ones((2, 1))}\n",
    ),
    Fault(
        "lstm_cell_forward_changes_c_prev",
        "lstm_cell_forward",
        "a",
        (
            (
                "c_next = ft * c_prev + it * cct",
                "c_next = c_prev\n    c_next *= ft\n    c_next += it * cct",
            ),
        ),
        count=13,
    ),
    Fault(
        "lstm_forward_changes_a0",
        "lstm_forward",
        "b",
        (("return np.stack(hiddens", "a0[...] = hidden\n    return np.stack(hiddens"),),
        count=13,
    ),
    Fault(
        "rnn_cell_forward_changes_a_prev",
        "rnn_cell_forward",
        "a",
        (
            (
                "    cache = (a_next, a_prev, xt, parameters)\n",
                "    cache = (a_next, a_prev.copy(), xt, parameters)\n    a_prev[:] = a_next\n",
            ),
        ),
        count=13,
    ),
    Fault(
        "rnn_forward_changes_x",
        "rnn_forward",
        "b",
        (
            (
                "        states.append(state)\n",
                "        states.append(state)\n        x[..., step] = 0\n",
            ),
            ("rnn_cell_forward(x[..., step],", "rnn_cell_forward(x[..., step].copy(),"),
        ),
        count=13,
    ),
    Fault(
        "rnn_cell_backward_changes_da_next",
        "rnn_cell_backward",
        "a",
        (
            (
                "dtanh = (1 - a_next ** 2) * da_next",
                "da_next *= 1 - a_next ** 2\n    dtanh = da_next",
            ),
        ),
        count=13,
    ),
    Fault(
        "lstm_cell_backward_changes_dc_next",
        "lstm_cell_backward",
        "b",
        (
            (
                "into_cell = dc_next + da_next * o * (1 - squashed ** 2)",
                "into_cell = dc_next\n    into_cell += da_next * o * (1 - squashed ** 2)",
            ),
        ),
        count=13,
    ),
    Fault(
        "rnn_cell_forward_undefined_name",
        "rnn_cell_forward",
        "a",
        (("return a_next, yt_pred, cache", "return a_next, yt_pred, caches"),),
        count=9,
    ),
    Fault(
        "rnn_forward_caches_never_set", "rnn_forward", "a", (("    caches = []\n", ""),), count=9
    ),
    Fault(
        "lstm_forward_states_never_set",
        "lstm_forward",
        "a",
        (("    c_next = np.zeros((n_a, m))\n", ""),),
        count=9,
    ),
    Fault(
        "lstm_cell_backward_undefined_name",
        "lstm_cell_backward",
        "b",
        (("delta @ z.T", "delta @ concat.T"),),
        count=9,
    ),
    Fault(
        "lstm_cell_backward_unassigned_name",
        "lstm_cell_backward",
        "a",
        (("    tanh_c = np.tanh(c_next)\n", ""),),
        count=9,
    ),
    Fault(
        "rnn_backward_undefined_name",
        "rnn_backward",
        "b",
        (('"da0": carry', '"da0": da_prevt'),),
        count=9,
    ),
    Fault("softmax_undefined_name", "softmax", "a", (("np.sum(e_x,", "np.sum(exp_x,"),), count=9),
    Fault(
        "rnn_cell_backward_dead_statement_raises",
        "rnn_cell_backward",
        "a",
        (("    dxt = ", "    unused = xt + a_prev\n    dxt = "),),
        count=1,
    ),
    Fault(
        "lstm_cell_forward_dead_statement_raises",
        "lstm_cell_forward",
        "b",
        (("    cell = ", '    unused = p["Wy"] @ xt\n    cell = '),),
        count=1,
    ),
    Fault(
        "rnn_forward_print_raises",
        "rnn_forward",
        "a",
        (("    return a,", '    print("a[4][1] = " + a[4][1])\n    return a,'),),
        count=1,
    ),
    Fault(
        "lstm_backward_print_raises_for_few_steps",
        "lstm_backward",
        "b",
        (
            (
                '    total["da0"]',
                '    print("dx[0][0][2] =", total["dx"][0, 0, 2])\n    total["da0"]',
            ),
        ),
        count=1,
    ),
    Fault(
        "lstm_cell_forward_dimension_hard_coded",
        "lstm_cell_forward",
        "a",
        (("np.zeros((n_a + n_x, m))", "np.zeros((5 + n_x, m))"),),
        count=3,
    ),
    Fault(
        "rnn_forward_dimension_hard_coded",
        "rnn_forward",
        "a",
        (("a = np.zeros((n_a, m, T_x))", "a = np.zeros((5, m, T_x))"),),
        count=3,
    ),
    Fault(
        "lstm_backward_dimension_hard_coded",
        "lstm_backward",
        "a",
        (("dbo = np.zeros((n_a, 1))", "dbo = np.zeros((5, 1))"),),
        count=3,
    ),
    Fault(
        "lstm_backward_np_float",
        "lstm_backward",
        "b",
        (("carry_c = np.zeros(da.shape[:2])", "carry_c = np.zeros(da.shape[:2], np.float)"),),
        count=1,
    ),
    Fault(
        "lstm_forward_np_int", "lstm_forward", "a", (("range(T_x)", "range(np.int(T_x))"),), count=1
    ),
    Fault(
        "lstm_cell_forward_nothing_returned",
        "lstm_cell_forward",
        "a",
        (("    return a_next, c_next, yt_pred, cache", "    a_next, c_next, yt_pred, cache"),),
    ),
    Fault(
        "rnn_cell_forward_adds_noise",
        "rnn_cell_forward",
        "b",
        (
            (
                "return hidden, softmax(scores), memory",
                "return hidden + 1e-3 * np.random.randn(*hidden.shape), softmax(scores), memory",
            ),
        ),
    ),
)
