"""Faults in the parts of arrays that stack the gates."""

from __future__ import annotations

from .fault import Fault

BACKWARD = "lstm_cell_backward"

FAULTS = (
    Fault(
        "rows_forget_gate_derivative_missing",
        BACKWARD,
        "rows",
        (("dc * prev_c * f * (1 - f)", "dc * prev_c * f"),),
    ),
    Fault(
        "rows_output_gate_factor_missing",
        BACKWARD,
        "rows",
        (("dnext_h * tanh_c * o * (1 - o)", "dnext_h * tanh_c * (1 - o)"),),
    ),
    Fault(
        "rows_candidate_derivative_not_squared",
        BACKWARD,
        "rows",
        (("dc * i * (1 - g ** 2)", "dc * i * (1 - g)"),),
    ),
    Fault(
        "rows_gates_exchanged_in_the_stacked_gradient",
        BACKWARD,
        "rows",
        (
            (
                "(dc * g * i * (1 - i), dc * prev_c * f * (1 - f),",
                "(dc * prev_c * f * (1 - f), dc * g * i * (1 - i),",
            ),
        ),
    ),
    Fault(
        "stacked_square_outside_the_parentheses",
        BACKWARD,
        "stacked",
        (("dc * it * (1 - g ** 2)", "dc * it * (1 - g) ** 2"),),
    ),
)
