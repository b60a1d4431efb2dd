"""Annotations everywhere, and dataclasses as caches."""
from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Parameters = dict[str, Array]


@dataclass(frozen=True)
class RnnStep:
    a_next: Array
    a_prev: Array
    xt: Array
    parameters: Parameters


@dataclass
class LstmStep:
    c_next: Array
    a_prev: Array
    c_prev: Array
    gates: dict[str, Array]
    xt: Array
    parameters: Parameters

    @property
    def concat(self) -> Array:
        return np.concatenate((self.a_prev, self.xt), axis=0)


class Caches(NamedTuple):
    steps: list
    x: Array


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def softmax(x: Array) -> Array:
    e: Array = np.exp(x - np.max(x, axis=0))
    return e / np.sum(e, axis=0)


def rnn_cell_forward(
    xt: Array, a_prev: Array, parameters: Parameters
) -> tuple[Array, Array, RnnStep]:
    a_next = np.tanh(parameters["Wax"] @ xt + parameters["Waa"] @ a_prev + parameters["ba"])
    yt_pred = softmax(parameters["Wya"] @ a_next + parameters["by"])
    return a_next, yt_pred, RnnStep(a_next, a_prev, xt, parameters)


def rnn_forward(x: Array, a0: Array, parameters: Parameters) -> tuple[Array, Array, Caches]:
    _, m, T_x = x.shape
    n_y, n_a = parameters["Wya"].shape
    a: Array = np.zeros((n_a, m, T_x))
    y_pred: Array = np.zeros((n_y, m, T_x))
    steps: list[RnnStep] = []
    a_next = a0
    for t in range(T_x):
        a_next, yt_pred, step = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a[:, :, t], y_pred[:, :, t] = a_next, yt_pred
        steps.append(step)
    return a, y_pred, Caches(steps, x)


def rnn_cell_backward(da_next: Array, cache: RnnStep) -> dict[str, Array]:
    delta = da_next * (1 - cache.a_next**2)
    return {
        "dxt": cache.parameters["Wax"].T @ delta,
        "da_prev": cache.parameters["Waa"].T @ delta,
        "dWax": delta @ cache.xt.T,
        "dWaa": delta @ cache.a_prev.T,
        "dba": delta.sum(axis=1, keepdims=True),
    }


def rnn_backward(da: Array, caches: Caches) -> dict[str, Array]:
    n_a, m, T_x = da.shape
    dx: Array = np.zeros((caches.x.shape[0], m, T_x))
    carry: Array = np.zeros((n_a, m))
    total: dict[str, Array] = {}
    for t in range(T_x - 1, -1, -1):
        grads = rnn_cell_backward(da[:, :, t] + carry, caches.steps[t])
        carry = grads["da_prev"]
        dx[:, :, t] = grads["dxt"]
        for name in ("dWax", "dWaa", "dba"):
            total[name] = total[name] + grads[name] if name in total else grads[name]
    return {"dx": dx, "da0": carry, **total}


def lstm_cell_forward(
    xt: Array, a_prev: Array, c_prev: Array, parameters: Parameters
) -> tuple[Array, Array, Array, LstmStep]:
    concat = np.concatenate((a_prev, xt), axis=0)
    gates: dict[str, Array] = {}
    for gate in ("f", "i", "c", "o"):
        score = parameters[f"W{gate}"] @ concat + parameters[f"b{gate}"]
        gates[gate] = np.tanh(score) if gate == "c" else sigmoid(score)
    c_next = gates["f"] * c_prev + gates["i"] * gates["c"]
    a_next = gates["o"] * np.tanh(c_next)
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    return a_next, c_next, yt_pred, LstmStep(c_next, a_prev, c_prev, gates, xt, parameters)


def lstm_forward(x: Array, a0: Array, parameters: Parameters) -> tuple[Array, Array, Array, Caches]:
    _, m, T_x = x.shape
    n_y, n_a = parameters["Wy"].shape
    a: Array = np.zeros((n_a, m, T_x))
    c: Array = np.zeros((n_a, m, T_x))
    y: Array = np.zeros((n_y, m, T_x))
    steps: list[LstmStep] = []
    a_next, c_next = a0, np.zeros((n_a, m))
    for t in range(T_x):
        a_next, c_next, yt_pred, step = lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
        a[:, :, t], c[:, :, t], y[:, :, t] = a_next, c_next, yt_pred
        steps.append(step)
    return a, y, c, Caches(steps, x)


def lstm_cell_backward(da_next: Array, dc_next: Array, cache: LstmStep) -> dict[str, Array]:
    gates, n_a = cache.gates, da_next.shape[0]
    tanh_c: Array = np.tanh(cache.c_next)
    dc = dc_next + da_next * gates["o"] * (1 - tanh_c**2)
    deltas: dict[str, Array] = {
        "f": dc * cache.c_prev * gates["f"] * (1 - gates["f"]),
        "i": dc * gates["c"] * gates["i"] * (1 - gates["i"]),
        "c": dc * gates["i"] * (1 - gates["c"] ** 2),
        "o": da_next * tanh_c * gates["o"] * (1 - gates["o"]),
    }
    dconcat: Array = np.zeros_like(cache.concat)
    grads: dict[str, Array] = {"dc_prev": dc * gates["f"]}
    for gate, delta in deltas.items():
        dconcat += cache.parameters[f"W{gate}"].T @ delta
        grads[f"dW{gate}"] = delta @ cache.concat.T
        grads[f"db{gate}"] = delta.sum(axis=1, keepdims=True)
    return {"dxt": dconcat[n_a:], "da_prev": dconcat[:n_a], **grads}


def lstm_backward(da: Array, caches: Caches) -> dict[str, Array]:
    n_a, m, T_x = da.shape
    dx: Array = np.zeros((caches.x.shape[0], m, T_x))
    carry_a: Array = np.zeros((n_a, m))
    carry_c: Array = np.zeros((n_a, m))
    total: dict[str, Array] = {}
    for t in range(T_x - 1, -1, -1):
        grads = lstm_cell_backward(da[:, :, t] + carry_a, carry_c, caches.steps[t])
        dx[:, :, t] = grads.pop("dxt")
        carry_a, carry_c = grads.pop("da_prev"), grads.pop("dc_prev")
        for name, grad in grads.items():
            total[name] = total[name] + grad if name in total else grad
    return {"dx": dx, "da0": carry_a, **total}
