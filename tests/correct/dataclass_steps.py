"""Each step is a frozen dataclass; parameters are read into one as well."""
from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np


@dataclass(frozen=True)
class Weights:
    Wax: np.ndarray
    Waa: np.ndarray
    Wya: np.ndarray
    ba: np.ndarray
    by: np.ndarray

    @classmethod
    def of(cls, parameters: dict) -> Weights:
        return cls(**{f.name: parameters[f.name] for f in fields(cls)})


@dataclass(frozen=True)
class Step:
    after: np.ndarray
    before: np.ndarray
    seen: np.ndarray
    weights: Weights


def softmax(v):
    v = np.exp(v - v.max(axis=0, keepdims=True))
    return v / v.sum(axis=0, keepdims=True)


def rnn_cell_forward(xt, a_prev, parameters):
    w = Weights.of(parameters)
    after = np.tanh(w.Wax @ xt + w.Waa @ a_prev + w.ba)
    return after, softmax(w.Wya @ after + w.by), Step(after, a_prev, xt, w)


def rnn_forward(x, a0, parameters):
    T_x = x.shape[-1]
    states, guesses, steps = [], [], []
    state = a0
    for t in range(T_x):
        state, guess, step = rnn_cell_forward(x[:, :, t], state, parameters)
        states.append(state)
        guesses.append(guess)
        steps.append(step)
    return np.stack(states, -1), np.stack(guesses, -1), (steps, x)


def rnn_cell_backward(da_next, cache):
    slope = da_next * (1.0 - cache.after ** 2)
    return {
        "dxt": cache.weights.Wax.T @ slope,
        "da_prev": cache.weights.Waa.T @ slope,
        "dWax": slope @ cache.seen.T,
        "dWaa": slope @ cache.before.T,
        "dba": slope.sum(1, keepdims=True),
    }


def rnn_backward(da, caches):
    steps, x = caches
    carry = np.zeros_like(da[:, :, 0])
    totals = {name: 0.0 for name in ("dWax", "dWaa", "dba")}
    dx = np.empty_like(x)
    for t in range(da.shape[2] - 1, -1, -1):
        found = rnn_cell_backward(da[:, :, t] + carry, steps[t])
        carry = found["da_prev"]
        dx[:, :, t] = found["dxt"]
        for name in totals:
            totals[name] = totals[name] + found[name]
    return {"dx": dx, "da0": carry, **totals}
