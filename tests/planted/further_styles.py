"""Faults in files whose steps are computed again, kept in objects, folded, closed over, or done for
all of time at once.
"""

from __future__ import annotations

from .fault import Fault


def _told(style: str, function: str, name: str, old: str, new: str, within: str = "") -> Fault:
    return Fault(f"{style}_{name}", function, style, ((old, new),), within=within)


RECOMPUTE = (
    _told(
        "recompute", "rnn_backward", "run_again_from_the_first_state",
        "before[t], parameters)[0])", "a0, parameters)[0])",
    ),
    _told(
        "recompute", "rnn_cell_backward", "run_again_without_the_bias",
        '@ xt + parameters["ba"])', "@ xt)",
    ),
    _told(
        "recompute", "lstm_cell_backward", "sum_for_a_product_in_what_is_run_again",
        "write * fresh)", "write + fresh)",
    ),
    _told(
        "recompute", "lstm_cell_backward", "candidate_derivative_not_squared",
        "(1 - fresh ** 2)", "(1 - fresh)",
    ),
    _told("recompute", "lstm_backward", "cells_read_one_off", "cells[t],", "cells[t + 1],"),
    _told(
        "recompute", "rnn_backward", "carry_not_added", "da[:, :, t] + carry", "da[:, :, t]",
    ),
)  # fmt: skip

DATACLASS = (
    _told(
        "dataclass", "rnn_cell_backward", "old_state_in_the_derivative",
        "1 - step.a_next", "1 - step.a_prev",
    ),
    _told(
        "dataclass", "rnn_cell_backward", "weights_not_transposed",
        'p["Waa"].T @ dz', 'p["Waa"] @ dz',
    ),
    _told(
        "dataclass", "lstm_cell_backward", "new_cell_state_for_the_old",
        "dc * s.c_prev * s.f", "dc * s.c_next * s.f",
    ),
    _told(
        "dataclass", "lstm_cell_backward", "output_derivative_missing",
        "da_next * tanh_c * s.o * (1 - s.o)", "da_next * tanh_c * s.o",
    ),
    _told(
        "dataclass", "lstm_backward", "cell_carry_never_updated",
        '        dc_prevt = grads["dc_prev"]\n', "",
    ),
    _told(
        "dataclass", "rnn_backward", "one_gradient_assigned",
        'dWax += grads["dWax"]', 'dWax = grads["dWax"]',
    ),
)  # fmt: skip

REDUCE = (
    _told(
        "reduce", "rnn_backward", "carry_summed",
        'return grads["da_prev"],', 'return carry + grads["da_prev"],',
    ),
    _told("reduce", "rnn_forward", "first_state_at_every_step", "(xt, done[0],", "(xt, a0,"),
    _told(
        "reduce", "lstm_backward", "gradients_of_the_last_step_only",
        "sums[name] + grads[name]", "grads[name]",
    ),
    _told(
        "reduce", "lstm_backward", "cell_carry_never_updated",
        'grads["da_prev"], grads["dc_prev"], [', 'grads["da_prev"], dc_carry, [',
    ),
    _told(
        "reduce", "lstm_cell_backward", "gate_left_out_of_the_sum",
        'd in deltas.items()))\n', 'd in deltas.items() if k != "o"))\n',
    ),
    _told(
        "reduce", "rnn_backward", "input_gradients_in_the_order_of_the_pass",
        '[grads["dxt"], *dxs]', '[*dxs, grads["dxt"]]',
    ),
)  # fmt: skip

CLOSURES = (
    _told(
        "closures", "rnn_cell_backward", "old_state_in_the_derivative",
        "1 - a_next ** 2", "1 - a_prev ** 2", "rnn_cell_forward",
    ),
    _told(
        "closures", "rnn_cell_backward", "new_state_for_the_old",
        "dz @ a_prev.T", "dz @ a_next.T", "rnn_cell_forward",
    ),
    _told(
        "closures", "lstm_cell_backward", "derivative_left_out",
        "dz = d * derivative(value)", "dz = d", "gate",
    ),
    _told(
        "closures", "lstm_cell_backward", "candidate_for_its_gate",
        "pull_c(dc * it)", "pull_c(dc * cct)", "lstm_cell_forward",
    ),
    _told("closures", "lstm_cell_backward", "not_squared", "1 - s ** 2", "1 - s", "of_tanh"),
    _told(
        "closures", "lstm_cell_backward", "cell_carry_without_its_gate",
        '"dc_prev": dc * ft', '"dc_prev": dc', "lstm_cell_forward",
    ),
    _told("closures", "rnn_backward", "carry_not_added", "da[:, :, t] + carry", "da[:, :, t]"),
)  # fmt: skip

VECTORISED = (
    _told(
        "vectorised", "rnn_backward", "new_states_for_the_old",
        "before, after = states[:, :, :-1],", "before, after = states[:, :, 1:],",
    ),
    _told(
        "vectorised", "rnn_backward", "derivative_left_out",
        "(da[:, :, t] + carry) * slope[:, :, t]", "da[:, :, t] + carry",
    ),
    _told(
        "vectorised", "rnn_backward", "bias_averaged",
        "dz.sum(axis=(1, 2))", "dz.mean(axis=(1, 2))",
    ),
    _told(
        "vectorised", "lstm_backward", "states_after_the_steps_in_the_sum",
        "a[:, :, :-1], axes", "a[:, :, 1:], axes",
    ),
    _told(
        "vectorised", "lstm_backward", "states_rolled_round",
        "a[:, :, :-1], axes", "np.roll(a[:, :, 1:], 1, axis=2), axes",
    ),
    _told(
        "vectorised", "lstm_backward", "cell_carry_without_its_gate",
        "dc_carry = dc * f[:, :, t]", "dc_carry = dc",
    ),
    _told(
        "vectorised", "rnn_forward", "predictions_from_the_states_before",
        'parameters["Wya"], states[:, :, 1:]', 'parameters["Wya"], states[:, :, :-1]',
    ),
    _told(
        "vectorised", "rnn_backward", "carry_not_added",
        "(da[:, :, t] + carry) * slope", "da[:, :, t] * slope",
    ),
)  # fmt: skip

TABLES = (
    _told(
        "tables", "lstm_cell_backward", "candidate_derivative_not_squared",
        "lambda s: 1 - s ** 2", "lambda s: 1 - s", "SLOPE",
    ),
    _told(
        "tables", "lstm_cell_backward", "new_cell_state_unpacked",
        'a_prev, c_prev = cache["before"]',
        'a_prev, _ = cache["before"]; c_prev = cache["after"][1]',
    ),
    _told(
        "tables", "lstm_cell_backward", "output_gate_left_out_of_the_sum",
        "for k in d)", 'for k in "fic")',
    ),
    _told(
        "tables", "lstm_cell_backward", "derivative_always_zero",
        '"i": lambda s: s * (1 - s)', '"i": lambda s: s - s', "SLOPE",
    ),
    _told(
        "tables", "lstm_forward", "cell_state_thrown_away",
        "a, c, y, cache = lstm", "a, _, y, cache = lstm",
    ),
    _told(
        "tables", "lstm_cell_backward", "candidate_for_its_gate",
        '"c": dc * gates["i"]', '"c": dc * gates["c"]',
    ),
)  # fmt: skip

FURTHER = (
    Fault(
        "dataclass_four_derivatives_missing", "lstm_cell_backward", "dataclass",
        (
            ("dc * s.c_prev * s.f * (1 - s.f)", "dc * s.c_prev"),
            ("dc * s.g * s.i * (1 - s.i)", "dc * s.g"),
            ("dc * s.i * (1 - s.g ** 2)", "dc * s.i"),
            ("da_next * tanh_c * s.o * (1 - s.o)", "da_next * tanh_c"),
        ),
    ),
    _told("a", "rnn_forward", "last_cache_for_all", "(caches, x)", "(cache, x)"),
    _told(
        "rows", "lstm_forward", "cell_state_starts_as_the_hidden_state",
        "cell = h0, np.zeros(h0.shape)", "cell = h0, h0.copy()",
    ),
    _told(
        "rows", "rnn_cell_backward", "divided_by_the_derivative",
        "dnext_h * (1 - next_h ** 2)", "dnext_h / (1 - next_h ** 2)",
    ),
    _told(
        "rows", "rnn_cell_backward", "one_divided_by_the_derivative",
        "dnext_h * (1 - next_h ** 2)", "1 / (1 - next_h ** 2)",
    ),
    _told(
        "recompute", "rnn_backward", "run_again_from_zeros",
        "before = [a0]", "before = [np.zeros(a0.shape)]",
    ),
    _told(
        "recompute", "lstm_backward", "last_step_counted_twice",
        "total.get(name, 0)", "total.get(name, value)",
    ),
    Fault(
        "recompute_gates_exchanged", "lstm_cell_backward", "recompute",
        (('"i": dc * fresh', '"c": dc * fresh'), ('"c": dc * write', '"i": dc * write')),
    ),
    _told(
        "scipy", "rnn_cell_backward", "weights_not_transposed",
        'p["Waa"].transpose().dot(d)', 'p["Waa"].dot(d)',
    ),
    _told(
        "scipy", "rnn_cell_backward", "old_state_in_the_derivative",
        "1 - a_next ** 2", "1 - a_prev ** 2",
    ),
    _told("scipy", "rnn_forward", "old_state_handed_on", "caches[-1][0]", "caches[-1][1]"),
    _told("scipy", "softmax", "library_softmax_without_axis", "softmax(x, axis=0)", "softmax(x)"),
    _told(
        "dataclass", "rnn_backward", "gradients_clipped_far_out",
        'da_prevt = grads["da_prev"]', 'da_prevt = np.clip(grads["da_prev"], -10, 10)',
    ),
)  # fmt: skip

FAULTS = (*RECOMPUTE, *DATACLASS, *REDUCE, *CLOSURES, *VECTORISED, *TABLES, *FURTHER)
