"""The LSTM cell, one step and a sequence, forward and backward through time.

Source: Hochreiter & Schmidhuber (1997) with the forget gate of Gers, Schmidhuber & Cummins (2000);
Goodfellow, Bengio & Courville, Deep Learning (2016), section 10.10.1.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .helpers import sigmoid, softmax
from .spec import Array, Cache, CellSpec, Layout, Misprint, Parameters, Prediction, State


def lstm_cell_forward(
    xt: Array, a_prev: Array, c_prev: Array, parameters: Parameters
) -> tuple[Array, Array, Array, Cache]:
    """One step: ``xt (n_x, m)``, ``a_prev, c_prev (n_a, m)`` to ``a_next, c_next, yt_pred``."""
    p = parameters
    z = np.concatenate((a_prev, xt))
    ft = sigmoid(p["Wf"] @ z + p["bf"])
    it = sigmoid(p["Wi"] @ z + p["bi"])
    cct = np.tanh(p["Wc"] @ z + p["bc"])
    ot = sigmoid(p["Wo"] @ z + p["bo"])
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(p["Wy"] @ a_next + p["by"])
    return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, p)


def lstm_forward(x: Array, a0: Array, parameters: Parameters) -> tuple[Array, Array, Array, Cache]:
    """A sequence from a zero cell state: ``x (n_x, m, T_x)`` to ``a, y, c`` of all steps."""
    a_next, c_next = a0, np.zeros_like(a0)
    steps = []
    for t in range(x.shape[2]):
        a_next, c_next, yt, cache = lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
        steps.append((a_next, yt, c_next, cache))
    a, y, c, caches = zip(*steps, strict=True)
    return np.stack(a, axis=2), np.stack(y, axis=2), np.stack(c, axis=2), (list(caches), x)


def lstm_cell_backward(da_next: Array, dc_next: Array, cache: Cache) -> dict[str, Array]:
    """The vector-Jacobian product of one step with the cotangents ``da_next, dc_next (n_a, m)``."""
    _, c_next, a_prev, c_prev, ft, it, cct, ot, xt, p = cache
    z = np.concatenate((a_prev, xt))
    tanh_c = np.tanh(c_next)
    dc = dc_next + da_next * ot * (1 - tanh_c**2)
    before_activation = {
        "f": dc * c_prev * ft * (1 - ft),
        "i": dc * cct * it * (1 - it),
        "c": dc * it * (1 - cct**2),
        "o": da_next * tanh_c * ot * (1 - ot),
    }
    dz = sum(p[f"W{gate}"].T @ d for gate, d in before_activation.items())
    n_a = a_prev.shape[0]
    gradients = {"dxt": dz[n_a:], "da_prev": dz[:n_a], "dc_prev": dc * ft}
    for gate, d in before_activation.items():
        gradients[f"dW{gate}"] = d @ z.T
        gradients[f"db{gate}"] = d.sum(axis=1, keepdims=True)
    return gradients


def lstm_backward(da: Array, caches: Cache) -> dict[str, Array]:
    """Backpropagation through time with the cotangents ``da (n_a, m, T_x)`` of all hidden states.

    ``T_x`` of ``da`` may be less than the number of caches: the first ones are then used.
    """
    steps, x = caches
    dx = np.zeros((x.shape[0], *da.shape[1:]), x.dtype)
    totals: dict[str, Any] = {f"d{kind}{gate}": 0 for gate in "fico" for kind in "Wb"}
    da_prev = dc_prev = np.zeros_like(da[:, :, 0])
    for t in reversed(range(da.shape[2])):
        step = lstm_cell_backward(da[:, :, t] + da_prev, dc_prev, steps[t])
        dx[:, :, t], da_prev, dc_prev = step["dxt"], step["da_prev"], step["dc_prev"]
        totals = {name: total + step[name] for name, total in totals.items()}
    return {"dx": dx, "da0": da_prev, **totals}


def _equation(number: int, result: str, right: str, equation: str, *printed: str) -> Misprint:
    return Misprint(
        "equation",
        "lstm_cell_backward",
        right,
        printed,
        (result,),
        f"Older notebooks print equation ({number}) like this, without its outer parentheses: you "
        f"have done what was asked, and the print is wrong. Right is {equation}.",
    )


_HIDDEN = "ot * (1 - np.tanh(c_next)**2)"

MISPRINTS = (
    _equation(
        8,
        "dWc",
        "dc * it * (1 - cct**2)",
        "dcct = (dc_next * it + ot * (1 - tanh(c_next)^2) * it * da_next) * (1 - cct^2)",
        *(  # two errors more in print, which many readers have mended
            f"dc_next * it + {_HIDDEN} * it * da_next * {extra}(1 - {candidate}**2)"
            for extra in ("cct * ", "")
            for candidate in ("np.tanh(cct)", "cct")
        ),
    ),
    _equation(
        9,
        "dWi",
        "dc * cct * it * (1 - it)",
        "dit = (dc_next * cct + ot * (1 - tanh(c_next)^2) * cct * da_next) * it * (1 - it)",
        f"dc_next * cct + {_HIDDEN} * cct * da_next * it * (1 - it)",
    ),
    _equation(
        10,
        "dWf",
        "dc * c_prev * ft * (1 - ft)",
        "dft = (dc_next * c_prev + ot * (1 - tanh(c_next)^2) * c_prev * da_next) * ft * (1 - ft)",
        f"dc_next * c_prev + {_HIDDEN} * c_prev * da_next * ft * (1 - ft)",
    ),
    Misprint(
        "table",
        "lstm_backward",
        'dx[:, :, t], da_prev, dc_prev = step["dxt"], step["da_prev"], step["dc_prev"]',
        (  # neither gradient goes on to the step before; also with one bias for all
            'dx[:, :, t] = step["dxt"]',
            'dx[:, :, t], step = step["dxt"], {**step, **dict.fromkeys(("dbi", "dbc", "dbo"), '
            'step["dbf"])}',
        ),
        ("dx", "dWf", "dWi", "dWc", "dWo", "dbf"),
        "Older notebooks print a table for lstm_backward that comes out so (dx[1][2] begins with "
        "-0.00173313): you have done what was asked, and the table is wrong. What a step returns "
        "as da_prev and dc_prev must be handed to the step before it; finite differences give "
        "dx[1][2] = 0.00218254 0.28205375 -0.48292508 -0.43281115.",
    ),
)

CELL = CellSpec(
    name="lstm",
    title="LSTM cell",
    states=(State("a", interval=(-1, 1)), State("c", exposed=False, grows_by=1)),
    parameters={
        f"{kind}{gate}": ("n_a", "n_a + n_x") if kind == "W" else ("n_a", "1")
        for gate in "fico"
        for kind in "Wb"
    },
    prediction=Prediction("yt_pred", "y", {"Wy": ("n_y", "n_a"), "by": ("n_y", "1")}),
    gates={"ft": (0, 1), "it": (0, 1), "cct": (-1, 1), "ot": (0, 1)},
    cache=("a_next", "c_next", "a_prev", "c_prev", "ft", "it", "cct", "ot", "xt", "parameters"),
    computation=("c_next", "a_next", "yt_pred", "c", "a", "y"),
    sequence_returns=("a", "y", "c"),
    aliases={"Wi": ("Wu",), "bi": ("bu",), "Wc": ("Wg",), "bc": ("bg",)},
    layouts=(
        Layout(
            arrays={"Wx": "n_x", "Wh": "n_a", "b": "1"},
            gates={
                "i": ("Wi", "Wi", "bi"),
                "f": ("Wf", "Wf", "bf"),
                "o": ("Wo", "Wo", "bo"),
                "g": ("Wc", "Wc", "bc"),
            },
            states={"a": "h"},
        ),
    ),
    step=lstm_cell_forward,
    sequence=lstm_forward,
    step_backward=lstm_cell_backward,
    sequence_backward=lstm_backward,
    equations=(
        "z = [a_prev; xt]",
        "ft = sigmoid(Wf z + bf),  it = sigmoid(Wi z + bi),  ot = sigmoid(Wo z + bo)",
        "cct = tanh(Wc z + bc)",
        "c_next = ft * c_prev + it * cct",
        "a_next = ot * tanh(c_next)",
        "yt_pred = softmax(Wy a_next + by)",
        "dc = dc_next + da_next * ot * (1 - tanh(c_next)^2)",
        "dft = dc * c_prev * ft * (1 - ft),  dit = dc * cct * it * (1 - it)",
        "dcct = dc * it * (1 - cct^2),  dot = da_next * tanh(c_next) * ot * (1 - ot)",
        "dW = d z^T,  db = sum of d over the examples,  for each gate",
        "[da_prev; dxt] = sum over the gates of W^T d,  dc_prev = dc * ft",
    ),
    misprints=MISPRINTS,
)
