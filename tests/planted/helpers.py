"""Faults of sigmoid and softmax."""

from __future__ import annotations

from .fault import Fault

FAULTS = (
    Fault("sigmoid_sign_of_the_exponent", "sigmoid", "a", (("np.exp(-x)", "np.exp(x)"),)),
    Fault(
        "sigmoid_without_parentheses",
        "sigmoid",
        "a",
        (("1 / (1 + np.exp(-x))", "1 / 1 + np.exp(-x)"),),
    ),
    Fault("sigmoid_is_a_tanh", "sigmoid", "a", (("1 / (1 + np.exp(-x))", "np.tanh(x)"),)),
    Fault("sigmoid_of_the_double", "sigmoid", "b", (("np.tanh(0.5 * x)", "np.tanh(x)"),)),
    Fault(
        "sigmoid_not_shifted",
        "sigmoid",
        "b",
        (("0.5 * (1 + np.tanh(0.5 * x))", "0.5 * np.tanh(0.5 * x)"),),
    ),
    Fault(
        "sigmoid_returns_its_derivative",
        "sigmoid",
        "a",
        (("return 1 / (1 + np.exp(-x))", "s = 1 / (1 + np.exp(-x))\n    return s * (1 - s)"),),
    ),
    Fault(
        "sigmoid_overflows",
        "sigmoid",
        "a",
        (("1 / (1 + np.exp(-x))", "np.exp(x) / (np.exp(x) + 1)"),),
        level="advice",
    ),
    Fault(
        "sigmoid_works_in_its_argument",
        "sigmoid",
        "b",
        (("return 0.5 * (1 + np.tanh(0.5 * x))", "x *= 0.5\n    return 0.5 * (1 + np.tanh(x))"),),
    ),
    Fault(
        "softmax_over_the_wrong_axis",
        "softmax",
        "a",
        (("np.sum(e_x, axis=0, keepdims=True)", "np.sum(e_x, axis=1, keepdims=True)"),),
    ),
    Fault(
        "softmax_over_the_wrong_axis_throughout",
        "softmax",
        "b",
        (
            ("x.max(axis=0)", "x.max(axis=1, keepdims=True)"),
            ("weights.sum(axis=0)", "weights.sum(axis=1, keepdims=True)"),
        ),
    ),
    Fault(
        "softmax_over_the_whole_batch",
        "softmax",
        "a",
        (("np.sum(e_x, axis=0, keepdims=True)", "np.sum(e_x)"),),
    ),
    Fault(
        "softmax_not_divided",
        "softmax",
        "b",
        (("return weights / weights.sum(axis=0)", "return weights"),),
    ),
    Fault(
        "softmax_divides_by_the_scores", "softmax", "b", (("weights.sum(axis=0)", "x.sum(axis=0)"),)
    ),
    Fault(
        "softmax_one_maximum_for_the_batch",
        "softmax",
        "a",
        (("np.max(x, axis=0, keepdims=True)", "np.max(x)"),),
        level="advice",
    ),
    Fault(
        "softmax_one_maximum_for_the_batch_b",
        "softmax",
        "b",
        (("x.max(axis=0)", "x.max()"),),
        level="advice",
    ),
    Fault(
        "softmax_without_a_maximum",
        "softmax",
        "b",
        (("shifted = x - x.max(axis=0)", "shifted = x"),),
        level="advice",
    ),
    Fault(
        "softmax_shifts_its_argument",
        "softmax",
        "b",
        (("shifted = x - x.max(axis=0)", "shifted = x\n    shifted -= x.max(axis=0)"),),
    ),
    Fault(
        "softmax_of_negated_scores",
        "softmax",
        "a",
        (
            (
                "np.exp(x - np.max(x, axis=0, keepdims=True))",
                "np.exp(np.min(x, axis=0, keepdims=True) - x)",
            ),
        ),
    ),
)
