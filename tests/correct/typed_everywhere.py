"""Type hints on everything, aliases of types, TypedDict and Final."""
from __future__ import annotations

from typing import Dict, Final, List, Tuple, TypedDict

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Parameters = Dict[str, Array]
EPS: Final[float] = 0.0


class Step(TypedDict):
    a_next: Array
    a_prev: Array
    xt: Array


Caches = Tuple[List[Tuple[Step, Parameters]], Array]


def softmax(x: Array) -> Array:
    top: Array = np.exp(x - np.max(x, axis=0, keepdims=True))
    below: Array = np.sum(top, axis=0, keepdims=True) + EPS
    return top / below


def rnn_cell_forward(xt: Array, a_prev: Array, parameters: Parameters) -> Tuple[Array, Array, Tuple[Step, Parameters]]:
    a_next: Array = np.tanh(parameters["Wax"] @ xt + parameters["Waa"] @ a_prev + parameters["ba"])
    yt: Array = softmax(parameters["Wya"] @ a_next + parameters["by"])
    step: Step = {"a_next": a_next, "a_prev": a_prev, "xt": xt}
    return a_next, yt, (step, parameters)


def rnn_forward(x: Array, a0: Array, parameters: Parameters) -> Tuple[Array, Array, Caches]:
    n_x, m, T_x = x.shape
    a: Array = np.zeros((a0.shape[0], m, T_x), dtype=np.float64)
    y: Array = np.zeros((parameters["by"].size, m, T_x), dtype=np.float64)
    steps: List[Tuple[Step, Parameters]] = []
    state: Array = a0
    t: int
    for t in range(T_x):
        yt: Array
        state, yt, one = rnn_cell_forward(x[:, :, t], state, parameters)
        a[:, :, t], y[:, :, t] = state, yt
        steps.append(one)
    return a, y, (steps, x)


def rnn_cell_backward(da_next: Array, cache: Tuple[Step, Parameters]) -> Dict[str, Array]:
    step, parameters = cache
    delta: Array = da_next * (1 - step["a_next"] ** 2)
    return {
        "dxt": parameters["Wax"].T @ delta,
        "da_prev": parameters["Waa"].T @ delta,
        "dWax": delta @ step["xt"].T,
        "dWaa": delta @ step["a_prev"].T,
        "dba": delta.sum(axis=1, keepdims=True),
    }


def rnn_backward(da: Array, caches: Caches) -> Dict[str, Array]:
    steps, x = caches
    total: Dict[str, Array] = {}
    carry: Array = np.zeros(da.shape[:2])
    dx: Array = np.zeros((x.shape[0], *da.shape[1:]))
    for t in reversed(range(da.shape[2])):
        found: Dict[str, Array] = rnn_cell_backward(da[:, :, t] + carry, steps[t])
        carry = found["da_prev"]
        dx[:, :, t] = found["dxt"]
        for key in ("dWax", "dWaa", "dba"):
            total[key] = total[key] + found[key] if key in total else found[key]
    return {"dx": dx, "da0": carry, **total}
