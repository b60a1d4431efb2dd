"""The basic recurrent cell, one step and a sequence, forward and backward through time.

Source: Elman (1990); Goodfellow, Bengio & Courville, Deep Learning (2016), section 10.2.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .helpers import softmax
from .spec import Array, Cache, CellSpec, Layout, Parameters, Prediction, State


def rnn_cell_forward(
    xt: Array, a_prev: Array, parameters: Parameters
) -> tuple[Array, Array, Cache]:
    """One step: ``xt (n_x, m), a_prev (n_a, m)`` to ``a_next (n_a, m), yt_pred (n_y, m)``."""
    p = parameters
    a_next = np.tanh(p["Waa"] @ a_prev + p["Wax"] @ xt + p["ba"])
    yt_pred = softmax(p["Wya"] @ a_next + p["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_forward(x: Array, a0: Array, parameters: Parameters) -> tuple[Array, Array, Cache]:
    """A sequence: ``x (n_x, m, T_x)`` to ``a (n_a, m, T_x)`` and ``y_pred (n_y, m, T_x)``."""
    a_next = a0
    steps = []
    for t in range(x.shape[2]):
        a_next, yt_pred, cache = rnn_cell_forward(x[:, :, t], a_next, parameters)
        steps.append((a_next, yt_pred, cache))
    a, y_pred, caches = zip(*steps, strict=True)
    return np.stack(a, axis=2), np.stack(y_pred, axis=2), (list(caches), x)


def rnn_cell_backward(da_next: Array, cache: Cache) -> dict[str, Array]:
    """The vector-Jacobian product of one step with the cotangent ``da_next (n_a, m)``."""
    a_next, a_prev, xt, p = cache
    dz = da_next * (1 - a_next**2)
    return {
        "dxt": p["Wax"].T @ dz,
        "da_prev": p["Waa"].T @ dz,
        "dWax": dz @ xt.T,
        "dWaa": dz @ a_prev.T,
        "dba": dz.sum(axis=1, keepdims=True),
    }


def rnn_backward(da: Array, caches: Cache) -> dict[str, Array]:
    """Backpropagation through time with the cotangents ``da (n_a, m, T_x)`` of all states."""
    steps, x = caches
    dx = np.zeros_like(x)
    totals: dict[str, Any] = dict.fromkeys(("dWax", "dWaa", "dba"), 0)
    da_prev = np.zeros_like(da[:, :, 0])
    for t in reversed(range(da.shape[2])):
        step = rnn_cell_backward(da[:, :, t] + da_prev, steps[t])
        dx[:, :, t], da_prev = step["dxt"], step["da_prev"]
        totals = {name: total + step[name] for name, total in totals.items()}
    return {"dx": dx, "da0": da_prev, **totals}


CELL = CellSpec(
    name="rnn",
    title="Basic recurrent cell",
    states=(State("a", interval=(-1, 1)),),
    parameters={"Wax": ("n_a", "n_x"), "Waa": ("n_a", "n_a"), "ba": ("n_a", "1")},
    prediction=Prediction("yt_pred", "y_pred", {"Wya": ("n_y", "n_a"), "by": ("n_y", "1")}),
    cache=("a_next", "a_prev", "xt", "parameters"),
    aliases={"ba": ("b",)},
    layouts=(
        Layout(
            arrays={"Wx": "n_x", "Wh": "n_a", "b": "1"},
            gates={"": ("Wax", "Waa", "ba")},
            states={"a": "h"},
        ),
    ),
    step=rnn_cell_forward,
    sequence=rnn_forward,
    step_backward=rnn_cell_backward,
    sequence_backward=rnn_backward,
    equations=(
        "a_next = tanh(Waa a_prev + Wax xt + ba)",
        "yt_pred = softmax(Wya a_next + by)",
        "dz = da_next * (1 - a_next^2)",
        "dxt = Wax^T dz,  da_prev = Waa^T dz",
        "dWax = dz xt^T,  dWaa = dz a_prev^T,  dba = sum of dz over the examples",
    ),
)
