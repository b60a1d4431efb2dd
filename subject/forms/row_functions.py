"""Functions with an example a row, and arrays in the place of a dict."""

from .form import Form

FORM = Form(
    name="row_functions",
    order=2,
    what="functions with an example a row, whose weights are arguments, with all gates in one "
    "array",
    example="""\
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)
""",
    variants=(
        "gates stacked in any order",
        "sequences with the examples first, or the time",
        "gradients as a tuple, or in a dict",
        "an LSTM, a GRU",
    ),
    not_read=("a bias for each of the two products",),
)
