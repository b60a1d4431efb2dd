"""Errors that were published: whoever follows them has done what was asked."""

from __future__ import annotations

from .fault import BACK, Fault

NAMES = {"equation": "printed_equations", "table": "printed_table"}
"""The fault that follows each kind of misprint."""

_HIDDEN = "hidden = ot * (1 - np.tanh(c_next) ** 2)"
_STEP = "step = backward(da[:, :, t] + da_prevt, dc_prevt, caches[t])"

FAULTS = (
    Fault(
        name="printed_equations",
        what="equations (8) to (10) are followed as older notebooks print them, which is wrong",
        shows="dWc, dWi or dWf differ from the derivative; they agree where dc_next is zero.",
        why="Notebooks up to 2018 print them without their outer parentheses.",
        functions="lstm_cell_backward",
        example=(
            f"{_HIDDEN}\ndft = dc_next * c_prev + hidden * c_prev * da_next * ft * (1 - ft) => "
            f"{_HIDDEN}\ndft = (dc_next * c_prev + hidden * c_prev * da_next) * ft * (1 - ft)"
        ),
        known_by="print",
    ),
    Fault(
        name="printed_table",
        what="lstm_backward gives the table that older notebooks print, which is wrong",
        shows="Gradients are right for one step; earlier steps lack what comes from later ones.",
        why="The notebook says that these are the expected values.",
        functions="lstm_backward",
        seen=47,
        within=BACK,
        example=f'{_STEP} => {_STEP}\nda_prevt, dc_prevt = step["da_prev"], step["dc_prev"]',
        known_by="print",
    ),
)
